/*
 * chat_expire.c: sessions of the Chat API end for silence
 *
 * Each such conversation has a time at which to look at it, and no message
 * writes that: who looks too early sets it to what is right by then. So a
 * message costs nothing here, and one index finds what is over. Whether a
 * session is over is always told from when it changed last: chat_send asks under
 * the lock, and lists show what is over as closed though nobody has ended it.
 */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "chat/chat.h"
#include "db/db_chat_session.h"
#include "db/db_conversation.h"

struct expiring {
	struct pool *pool; /* of one run */
	struct id *ids;
	size_t n;
	int64_t idle_us;
	int64_t now;
	size_t n_seen;	/* that nobody else held */
	bool has_ended; /* one at least */
};

static bool is_bots(const struct db_conversation_head *head)
{
	return !id_is_none(head->open_session_id) &&
	       id_is_none(head->assigned_agent_id) && !head->is_handed_off;
}

bool chat_is_over(
    const struct db_conversation_talk *talk, int64_t idle_us, int64_t now)
{
	return is_bots(&talk->head) && talk->updated_at + idle_us <= now;
}

/* Ends it, or says when to look again. */
static enum err_code look(struct db *db, struct expiring *e,
    struct db_conversation_talk *talk, struct err *err)
{
	enum err_code code = ERR_OK;
	int64_t again = 0;

	if (chat_is_over(talk, e->idle_us, e->now)) {
		e->has_ended = true;
		code = db_chat_session_set_due(
		    db, talk->workspace_id, talk->id, 0, err);
		/* Silence is no news: it stays at its place in the lists. */
		return code != ERR_OK
			   ? code
			   : chat_end_in(db, e->pool, talk->workspace_id,
				 talk->id, &talk->head, talk->updated_at,
				 e->now, err);
	}
	if (is_bots(&talk->head))
		again = talk->updated_at + e->idle_us;
	return db_chat_session_set_due(
	    db, talk->workspace_id, talk->id, again, err);
}

static int compare_ids(const void *a, const void *b)
{
	return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

/* Those that somebody holds are left for the next time. */
static enum err_code expire_in(struct db *db, void *arg, struct err *err)
{
	struct expiring *e = arg;
	struct db_conversation_talk talks[CHAT_EXPIRE_MAX];
	size_t n = 0, i;
	enum err_code code;

	pool_reset(e->pool);
	e->has_ended = false;
	code = db_conversation_lock_talks(
	    db, e->pool, e->ids, e->n, talks, &n, err);
	e->n_seen = n;
	e->now = clock_now_us();
	for (i = 0; i < n && code == ERR_OK; i++)
		code = look(db, e, &talks[i], err);
	return code;
}

enum err_code chat_expire(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t idle_us, bool *did_r,
    struct err *err)
{
	struct id ids[CHAT_EXPIRE_MAX];
	struct expiring e = { .ids = ids, .idle_us = idle_us };
	enum err_code code;

	*did_r = false;
	code = db_chat_session_list_due(db, pool, workspace_id, chatbot_id,
	    clock_now_us(), CHAT_EXPIRE_MAX, ids, &e.n, err);
	if (code != ERR_OK || e.n == 0)
		return code;
	qsort(ids, e.n, sizeof(*ids), compare_ids);
	e.pool = pool_new();
	code = db_transact(db, expire_in, &e, err);
	pool_free(&e.pool);
	if (code != ERR_OK)
		return code;
	*did_r = e.n_seen > 0;
	if (e.has_ended)
		doorbell_ring();
	return ERR_OK;
}
