/* chatbot.c: the chatbots of a workspace, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#include "chat/chatbot.h"

#include "base/clock.h"
#include "base/rnd.h"
#include "db/db_chatbot_del.h"
#include "db/db_rollup.h"

#define SECRET_BYTES 24
#define BATCH	     50	  /* conversations in one transaction */
#define BATCH_USERS  1000 /* rows of people who are counted */

static struct str new_secret(struct pool *pool)
{
	return rnd_token(pool, "whsec_", SECRET_BYTES);
}

static enum err_code name_taken(enum err_code code, struct err *err)
{
	if (code != ERR_CONFLICT)
		return code;
	return err_set(
	    err, code, "Chatbot with this name already exists in workspace.");
}

enum err_code chatbot_add(struct db *db, struct pool *pool,
    const struct seal_key *key, struct chatbot *bot, struct err *err)
{
	struct str secret = new_secret(pool);
	enum err_code code;

	bot->id = id_new();
	bot->is_active = true;
	bot->webhook_url = STR_EMPTY;
	bot->created_at = clock_now_us();
	bot->updated_at = bot->created_at;
	bot->secret = seal_put(key, pool, secret);
	code = db_chatbot_add(db, bot, err);
	bot->secret = secret;
	return name_taken(code, err);
}

enum err_code chatbot_get(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id id,
    struct chatbot *bot_r, struct err *err)
{
	enum err_code code =
	    db_chatbot_get(db, pool, workspace_id, id, bot_r, err);

	if (code == ERR_OK && bot_r->secret.n == 0) {
		code = db_chatbot_set_secret(db, workspace_id, id,
		    seal_put(key, pool, new_secret(pool)), err);
		/* perhaps somebody else's */
		if (code == ERR_OK)
			code = db_chatbot_get(
			    db, pool, workspace_id, id, bot_r, err);
	}
	if (code != ERR_OK)
		return code;
	return seal_open(key, pool, bot_r->secret, &bot_r->secret, err);
}

struct setting {
	struct pool *pool;
	const struct seal_key *key;
	struct id workspace_id;
	struct id id;
	const struct chatbot_change *change;
	struct chatbot *bot;
};

static bool apply(const struct chatbot_change *change, struct chatbot *bot)
{
	if (change->name != NULL)
		bot->name = *change->name;
	if (change->description != NULL)
		bot->description = *change->description;
	if (change->category != NULL)
		bot->category = *change->category;
	if (change->webhook_url != NULL)
		bot->webhook_url = *change->webhook_url;
	if (change->is_active != NULL)
		bot->is_active = *change->is_active;
	return change->name != NULL || change->description != NULL ||
	       change->category != NULL || change->webhook_url != NULL ||
	       change->is_active != NULL;
}

static enum err_code set_in(struct db *db, void *arg, struct err *err)
{
	struct setting *s = arg;
	enum err_code code;

	code = db_chatbot_lock(db, s->pool, s->workspace_id, s->id, err);
	if (code == ERR_OK)
		code = chatbot_get(
		    db, s->pool, s->key, s->workspace_id, s->id, s->bot, err);
	if (code != ERR_OK || !apply(s->change, s->bot))
		return code;
	s->bot->updated_at = MAX_OF(clock_now_us(), s->bot->created_at + 1);
	return name_taken(db_chatbot_set(db, s->bot, err), err);
}

enum err_code chatbot_set(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id id,
    const struct chatbot_change *change, struct chatbot *bot_r, struct err *err)
{
	struct setting s = { pool, key, workspace_id, id, change, bot_r };

	return db_transact(db, set_in, &s, err);
}

/* --------------------------------------------------------------- the end */

struct deleting {
	struct pool *pool;
	struct id workspace_id;
	struct id id;
	bool is_done;
};

/* Nobody comes in any more, and the bot is silent. */
static enum err_code close_in(struct db *db, void *arg, struct err *err)
{
	struct deleting *d = arg;
	enum err_code code;

	code = db_chatbot_lock(db, d->pool, d->workspace_id, d->id, err);
	if (code == ERR_OK)
		code = db_chatbot_del_close(db, d->workspace_id, d->id, err);
	return code;
}

static enum err_code batch_in(struct db *db, void *arg, struct err *err)
{
	struct deleting *d = arg;
	struct id *ids;
	size_t n;
	enum err_code code;

	code = db_chatbot_del_list(
	    db, d->pool, d->workspace_id, d->id, BATCH, &ids, &n, err);
	d->is_done = n == 0;
	for (size_t i = 0; code == ERR_OK && i < n; i++)
		code = db_chatbot_del_talk(db, d->workspace_id, ids[i], err);
	return code;
}

/* Nothing is being counted meanwhile, and nothing is left to be counted. */
static enum err_code keep_counts(
    struct db *db, const struct deleting *d, struct err *err)
{
	int64_t upto;

	return db_rollup_get(db, d->pool, ROLLUP_KEEP, &upto, NULL, err);
}

static enum err_code users_in(struct db *db, void *arg, struct err *err)
{
	struct deleting *d = arg;
	uint64_t n = 0;
	enum err_code code = keep_counts(db, d, err);

	if (code == ERR_OK)
		code = db_chatbot_del_users(
		    db, d->workspace_id, d->id, BATCH_USERS, &n, err);
	d->is_done = n < BATCH_USERS;
	return code;
}

static enum err_code end_in(struct db *db, void *arg, struct err *err)
{
	struct deleting *d = arg;
	enum err_code code = keep_counts(db, d, err);

	if (code == ERR_OK)
		code = db_chatbot_del(db, d->workspace_id, d->id, err);
	return code;
}

enum err_code chatbot_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err)
{
	struct deleting d = { pool, workspace_id, id, false };
	enum err_code code = db_transact(db, close_in, &d, err);

	while (code == ERR_OK && !d.is_done)
		code = db_transact(db, batch_in, &d, err);
	d.is_done = false;
	while (code == ERR_OK && !d.is_done)
		code = db_transact(db, users_in, &d, err);
	if (code == ERR_OK)
		code = db_transact(db, end_in, &d, err);
	return code;
}
