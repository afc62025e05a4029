/*
 * daemons.c: how the daemons of one database know of each other
 *
 * A row each, with a sign of life every few seconds, and beside it who is
 * connected there. What changes is told by a row of the feed of kind
 * `presence`, which says only that there is something to read again; so is
 * the coming and going of a daemon.
 */
/* SPDX-License-Identifier: MIT */
#include "chat/daemons.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "chat/chat.h"
#include "db/db_notification.h"

/* Between daemons, which serve every tenant: of no workspace. */
static enum err_code tell(struct db *db, struct id daemon_id, struct err *err)
{
	const struct db_notification row = {
		.kind = "presence",
		.origin = daemon_id,
	};
	enum err_code code = db_notification_add(db, &row, clock_now_us(), err);

	if (code == ERR_OK)
		doorbell_ring();
	return code;
}

static void add_living(struct daemons_view *view, struct id daemon_id)
{
	size_t i;

	for (i = 0; i < view->n_living; i++)
		if (id_eq(view->living[i], daemon_id))
			return;
	view->living[view->n_living++] = daemon_id;
}

/* Whoever notices buries; a dead one that has several rows goes with the
 * first. */
static enum err_code look(struct db *db, struct pool *pool,
    const struct daemons_self *self, bool is_burying, struct daemons_view *view,
    struct err *err)
{
	int64_t bury_ms = self->dead_ms * DAEMONS_BURY;
	struct db_daemon_row *rows;
	struct id buried = ID_NONE;
	size_t n, i;
	enum err_code code = db_daemon_list(
	    db, pool, self->id, self->dead_ms, bury_ms, &rows, &n, err);

	if (code != ERR_OK)
		return code;
	*view = (struct daemons_view){
		.living = pool_alloc(pool, n * sizeof(*view->living)),
		.agents = pool_alloc(pool, n * sizeof(*view->agents)),
	};
	for (i = 0; i < n && code == ERR_OK; i++) {
		const struct db_daemon_row *r = &rows[i];

		if (r->is_to_bury && is_burying &&
		    !id_eq(r->daemon_id, buried)) {
			buried = r->daemon_id;
			code = db_daemon_bury(db, buried, bury_ms, err);
		}
		if (!r->is_living)
			continue;
		add_living(view, r->daemon_id);
		if (!id_is_none(r->user_id))
			view->agents[view->n++] =
			    (struct daemons_agent){ r->daemon_id, r->user_id,
				    r->workspace_id };
	}
	return code;
}

enum err_code daemons_look(struct db *db, struct pool *pool,
    const struct daemons_self *self, struct daemons_view *view_r,
    struct err *err)
{
	return look(db, pool, self, false, view_r, err);
}

enum err_code daemons_beat(struct db *db, struct pool *pool,
    const struct daemons_self *self, bool *is_new_r,
    struct daemons_view *view_r, struct err *err)
{
	bool is_known;
	enum err_code code = db_daemon_beat(db, self->id, &is_known, err);

	*is_new_r = !is_known;
	if (code == ERR_OK && !is_known) {
		code = db_daemon_add(
		    db, self->id, str_of(self->host), self->pid, err);
		if (code == ERR_OK)
			code = tell(db, self->id, err);
	}
	if (code == ERR_OK)
		code = look(db, pool, self, true, view_r, err);
	return code;
}

enum err_code daemons_leave(struct db *db, struct id daemon_id, struct err *err)
{
	enum err_code code = db_daemon_bury(db, daemon_id, 0, err);

	if (code == ERR_OK)
		code = tell(db, daemon_id, err);
	return code;
}

enum err_code daemons_set_presence(struct db *db, struct id daemon_id,
    const struct daemons_change *change, struct err *err)
{
	enum err_code code = ERR_OK;

	if (change->n_come > 0)
		code = db_daemon_presence_add(
		    db, daemon_id, change->come, change->n_come, err);
	if (code == ERR_OK && change->n_gone > 0)
		code = db_daemon_presence_del(
		    db, daemon_id, change->gone, change->n_gone, err);
	if (code == ERR_OK && change->is_told)
		code = tell(db, daemon_id, err);
	return code;
}

/* For a moment only: a reader that comes late leaves it out. */
static enum err_code tell_fleeting(struct db *db, struct id daemon_id,
    struct id conversation_id, const char *kind, struct buf *payload,
    struct err *err)
{
	const struct db_notification row = {
		.conversation_id = conversation_id,
		.kind = kind,
		.payload = buf_str(payload),
		.origin = daemon_id,
	};
	enum err_code code = db_notification_add(db, &row, clock_now_us(), err);

	buf_fini(payload);
	if (code == ERR_OK)
		doorbell_ring();
	return code;
}

enum err_code daemons_tell_typing(struct db *db, struct id daemon_id,
    const struct daemons_typing *typing, struct err *err)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	daemons_put_typing(&j, typing);
	return tell_fleeting(
	    db, daemon_id, typing->conversation_id, "typing", &b, err);
}

enum err_code daemons_tell_delta(struct db *db, struct id daemon_id,
    const struct daemons_delta *delta, struct err *err)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	daemons_put_delta(&j, delta);
	return tell_fleeting(
	    db, daemon_id, delta->conversation_id, "delta", &b, err);
}

enum err_code daemons_tell_turn(struct db *db, struct pool *pool,
    int64_t dead_ms, struct id conversation_id, bool *is_told_r,
    struct err *err)
{
	const struct db_notification row = {
		.conversation_id = conversation_id,
		.kind = "turn",
		.payload = STR("{}"),
	};
	enum err_code code =
	    db_daemon_is_living(db, pool, dead_ms, is_told_r, err);

	if (code != ERR_OK || !*is_told_r)
		return code;
	code = db_notification_add(db, &row, clock_now_us(), err);
	if (code == ERR_OK)
		doorbell_ring();
	return code;
}
