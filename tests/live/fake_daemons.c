/* fake_daemons.c: other daemons, as a test wants them */
/* SPDX-License-Identifier: MIT */
#include "fake_daemons.h"

struct fake_daemons fake_daemons;

void fake_daemons_reset(void)
{
	fake_daemons = (struct fake_daemons){ .is_down = false };
}

static enum err_code check_up(struct err *err)
{
	if (fake_daemons.is_down)
		return err_set(err, ERR_UNAVAILABLE, "No database.");
	return ERR_OK;
}

enum err_code daemons_look(struct db *db, struct pool *pool,
    const struct daemons_self *self, struct daemons_view *view_r,
    struct err *err)
{
	struct fake_daemons *copy = pool_alloc(pool, sizeof(*copy));

	(void)db;
	(void)self;
	fake_daemons.looks++;
	*copy = fake_daemons;
	view_r->n_living = copy->n_living;
	view_r->living = copy->living;
	view_r->n = copy->n_agents;
	view_r->agents = copy->agents;
	return check_up(err);
}

enum err_code daemons_beat(struct db *db, struct pool *pool,
    const struct daemons_self *self, bool *is_new_r,
    struct daemons_view *view_r, struct err *err)
{
	fake_daemons.beats++;
	*is_new_r = !fake_daemons.is_down && fake_daemons.is_unknown;
	if (*is_new_r)
		fake_daemons.is_unknown = false;
	return daemons_look(db, pool, self, view_r, err);
}

enum err_code daemons_leave(struct db *db, struct id daemon_id, struct err *err)
{
	(void)db;
	(void)daemon_id;
	fake_daemons.leaves++;
	return check_up(err);
}

enum err_code daemons_set_presence(struct db *db, struct id daemon_id,
    const struct daemons_change *change, struct err *err)
{
	enum err_code code = check_up(err);

	(void)db;
	(void)daemon_id;
	if (code != ERR_OK)
		return code;
	fake_daemons.come += (unsigned)change->n_come;
	fake_daemons.gone += (unsigned)change->n_gone;
	fake_daemons.told += change->is_told;
	return ERR_OK;
}

enum err_code daemons_tell_typing(struct db *db, struct id daemon_id,
    const struct daemons_typing *typing, struct err *err)
{
	(void)db;
	(void)daemon_id;
	if (typing->is_clear)
		fake_daemons.clears++;
	else
		fake_daemons.starts++;
	return check_up(err);
}

enum err_code daemons_tell_delta(struct db *db, struct id daemon_id,
    const struct daemons_delta *delta, struct err *err)
{
	size_t n = strlen(fake_daemons.said);

	(void)db;
	(void)daemon_id;
	fake_daemons.deltas++;
	fake_daemons.last_index = delta->index;
	snprintf(fake_daemons.said + n, sizeof(fake_daemons.said) - n, "%.*s|",
	    STR_ARG(delta->text));
	return check_up(err);
}

enum err_code daemons_tell_turn(struct db *db, struct pool *pool,
    int64_t dead_ms, struct id conversation_id, bool *is_told_r,
    struct err *err)
{
	(void)db;
	(void)pool;
	(void)dead_ms;
	(void)conversation_id;
	(void)err;
	*is_told_r = false;
	return ERR_OK;
}
