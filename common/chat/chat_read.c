/* chat_read.c: one conversation, the inbox's lists, the history */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "base/valid.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "db/db_conversation.h"
#include "db/db_message.h"
#include "db/db_session.h"

#define LIST_MAX    200
#define QUERY_MAX   100 /* code points of what is searched for */
#define CURSOR_SIZE 24	/* updated_at, big endian, and the id */

enum err_code chat_get(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct chat_conversation *conversation_r, struct err *err)
{
	struct id workspace_id = actor->workspace_id;
	enum err_code code = ERR_OK;

	/* For an agent the statement itself binds the workspace. */
	if (actor->kind == CHAT_END_USER)
		code = access_conversation(
		    db, pool, actor, conversation_id, &workspace_id, err);
	if (code != ERR_OK)
		return code;
	return db_conversation_get(db, pool, workspace_id, actor->user_id,
	    conversation_id, conversation_r, err);
}

/* ------------------------------------------------------------------ lists */

static struct str put_cursor(
    struct pool *pool, const struct chat_conversation *last)
{
	uint8_t bytes[CURSOR_SIZE];
	struct str text;
	struct buf b;
	size_t i;

	for (i = 0; i < 8; i++)
		bytes[i] =
		    (uint8_t)((uint64_t)last->updated_at >> (56 - 8 * i));
	memcpy(bytes + 8, last->id.b, 16);
	buf_init(&b, 0);
	buf_base64url(&b, bytes, sizeof(bytes));
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* A time that no DATETIME can be would be refused by the server. */
#define TIME_END (INT64_C(253402300800) * 1000000) /* the year 10000 */

static bool parse_cursor(struct str s, struct db_conversation_query *q)
{
	uint64_t at = 0;
	struct buf b;
	bool is_fine;
	size_t i;

	buf_init(&b, CURSOR_SIZE);
	is_fine = buf_unbase64(&b, s) && !buf_failed(&b) && b.n == CURSOR_SIZE;
	if (is_fine) {
		for (i = 0; i < 8; i++)
			at = at << 8 | (uint8_t)b.p[i];
		q->before_id = id_from_bytes(str_make(b.p + 8, 16));
		is_fine = at > 0 && at < TIME_END;
		q->before_at = is_fine ? (int64_t)at : 0;
	}
	buf_fini(&b);
	return is_fine && !id_is_none(q->before_id);
}

/* The tag as it stands in the stored array, quotes included. */
static struct str quote_tag(struct pool *pool, struct str tag)
{
	struct str text;
	struct buf b;

	if (tag.n == 0)
		return STR_EMPTY;
	buf_init(&b, 0);
	json_out_quote(&b, tag);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static enum err_code check_list(const struct chat_list *in,
    struct db_conversation_query *q, struct err *err)
{
	static const bool yes = true, no = false;

	if (in->limit < 1 || in->limit > LIST_MAX)
		return err_set(
		    err, ERR_BAD_REQUEST, "limit must be 1 to %d.", LIST_MAX);
	if (!valid_text(in->q, false) || valid_utf8_count(in->q) > QUERY_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "q must be text of at most %d characters.", QUERY_MAX);
	if (!valid_text(in->tag, false) ||
	    valid_utf8_count(in->tag) > CHAT_TAG_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "tag must be text of at most %d characters.", CHAT_TAG_MAX);
	if (str_eq(in->status, STR("open")))
		q->is_open = &yes;
	else if (str_eq(in->status, STR("resolved")))
		q->is_open = &no;
	else if (in->status.n > 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "status must be open or resolved.");
	if (in->cursor.n > 0 && !parse_cursor(in->cursor, q))
		return err_set(
		    err, ERR_BAD_REQUEST, "cursor is not one of ours.");
	return ERR_OK;
}

enum err_code chat_list(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_list *in,
    struct chat_conversations *list_r, struct str *cursor_r, struct err *err)
{
	struct db_conversation_query q = {
		.filter = in->filter == CHAT_MINE  ? DB_CONVERSATION_MINE
			  : in->filter == CHAT_ALL ? DB_CONVERSATION_ALL
						   : DB_CONVERSATION_WAITING,
		.workspace_id = actor->workspace_id,
		.user_id = actor->user_id,
		.integration_id = in->integration_id,
		.q = in->q,
		.tag = quote_tag(pool, in->tag),
		.limit = in->limit + 1, /* one more tells if there is more */
	};
	enum err_code code = access_agent(actor, err);

	if (code == ERR_OK)
		code = check_list(in, &q, err);
	if (code == ERR_OK)
		code = db_conversation_list(db, pool, &q, list_r, err);
	if (code != ERR_OK)
		return code;
	*cursor_r = STR_EMPTY;
	if (list_r->n > in->limit) {
		list_r->n = in->limit;
		*cursor_r = put_cursor(pool, &list_r->items[in->limit - 1]);
	}
	return ERR_OK;
}

/* ---------------------------------------------------------------- history */

static enum err_code check_history(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, size_t limit,
    struct id *workspace_id_r, struct err *err)
{
	if (limit < 1 || limit > CHAT_HISTORY_MAX)
		return err_set(err, ERR_BAD_REQUEST, "limit must be 1 to %d.",
		    CHAT_HISTORY_MAX);
	return access_conversation(
	    db, pool, actor, conversation_id, workspace_id_r, err);
}

enum err_code chat_history_after(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    uint64_t after_seq, size_t limit, struct chat_messages *list_r,
    struct err *err)
{
	struct id workspace_id;
	enum err_code code = check_history(
	    db, pool, actor, conversation_id, limit, &workspace_id, err);

	if (code != ERR_OK)
		return code;
	return db_message_list_after(db, pool, workspace_id, conversation_id,
	    after_seq, limit, list_r, err);
}

enum err_code chat_history_last(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id, size_t limit,
    size_t offset, struct chat_messages *list_r, struct err *err)
{
	struct id workspace_id;
	enum err_code code = check_history(
	    db, pool, actor, conversation_id, limit, &workspace_id, err);

	if (code != ERR_OK)
		return code;
	return db_message_list_last(db, pool, workspace_id, conversation_id,
	    limit, offset, list_r, err);
}

enum err_code chat_history_agents(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    uint64_t after_seq, uint64_t upto_seq, struct chat_agents *list_r,
    struct err *err)
{
	struct id workspace_id;
	enum err_code code = access_conversation(
	    db, pool, actor, conversation_id, &workspace_id, err);

	if (code != ERR_OK)
		return code;
	return db_message_list_agents(db, pool, workspace_id, conversation_id,
	    after_seq, upto_seq, list_r, err);
}

enum err_code chat_sessions(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct chat_sessions *list_r, struct err *err)
{
	struct id workspace_id;
	enum err_code code = access_agent(actor, err);

	if (code == ERR_OK)
		code = access_conversation(
		    db, pool, actor, conversation_id, &workspace_id, err);
	if (code != ERR_OK)
		return code;
	return db_session_list_last(db, pool, workspace_id, conversation_id,
	    CHAT_SESSIONS_MAX, list_r, err);
}
