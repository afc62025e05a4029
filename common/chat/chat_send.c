/* chat_send.c: stores messages: once each, in one order, with their news */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/valid.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "db/db_bot_state.h"
#include "db/db_conversation.h"
#include "db/db_message.h"
#include "db/db_notification.h"
#include "db/db_session.h"

/*
 * One call on its way. The transaction may run again after a COMMIT whose
 * answer was lost; the message's id is made once per call, so the next run
 * finds what is stored already, whether the sender named its message or not.
 */
struct sending {
	struct pool *pool;
	const struct chat_actor *actor;
	const struct chat_send *in;
	struct chat_message message; /* without what storing adds */
	bool has_tried;
	struct chat_sent *sent;
};

/* ------------------------------------------------------------------ store */

/* Puts items behind what is there and brings the conversation up to date;
 * head is its locked row. */
static enum err_code store(struct db *db, struct id workspace_id,
    struct id conversation_id, struct db_conversation_head *head,
    struct chat_message *items, size_t n, struct err *err)
{
	/* Taken under the lock, so times do not run against seq. */
	int64_t now = clock_now_us();
	bool has_visitor = false;
	enum err_code code = ERR_OK;
	size_t i;

	for (i = 0; i < n && code == ERR_OK; i++) {
		struct chat_message *m = &items[i];

		if (id_is_none(m->id))
			m->id = id_new();
		m->conversation_id = conversation_id;
		m->session_id = head->open_session_id;
		m->seq = ++head->last_seq;
		m->created_at = now;
		if (m->sender_type == CHAT_END_USER) {
			has_visitor = true;
			head->last_visitor_seq = m->seq;
		}
		code = db_message_add(db, workspace_id, m, err);
	}
	/* While it waits the first message is known to be there. */
	if (code == ERR_OK && has_visitor && !head->is_waiting)
		code = db_session_set_first_message(
		    db, workspace_id, head->open_session_id, now, err);
	if (has_visitor && id_is_none(head->assigned_agent_id))
		head->is_waiting = true;
	if (code == ERR_OK)
		code = db_conversation_set(
		    db, workspace_id, conversation_id, head, now, err);
	return code;
}

enum err_code chat_notify_in(struct db *db, struct id workspace_id,
    const struct chat_message *items, size_t n, struct id origin,
    struct err *err)
{
	enum err_code code = ERR_OK;
	size_t i;

	assert(db_in_transaction(db));
	for (i = 0; i < n && code == ERR_OK; i++) {
		const struct db_notification row = {
			.workspace_id = workspace_id,
			.conversation_id = items[i].conversation_id,
			.kind = "message",
			.seq = items[i].seq,
			.origin = origin,
		};

		code = db_notification_add(db, &row, items[i].created_at, err);
	}
	return code;
}

enum err_code chat_store_in(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id session_id, struct chat_message *items,
    size_t n, struct err *err)
{
	struct pool *pool = pool_new();
	struct db_conversation_head head;
	enum err_code code;

	assert(db_in_transaction(db));
	code = db_conversation_lock(
	    db, pool, workspace_id, conversation_id, &head, err);
	pool_free(&pool);
	if (code != ERR_OK)
		return code;
	if (id_is_none(head.open_session_id) ||
	    (!id_is_none(session_id) &&
		!id_eq(session_id, head.open_session_id)))
		return err_set(
		    err, ERR_CONFLICT, "The session has been resolved.");
	return store(db, workspace_id, conversation_id, &head, items, n, err);
}

/* ------------------------------------------------------------------- send */

static enum err_code check(
    const struct chat_actor *actor, const struct chat_send *in, struct err *err)
{
	if (actor->kind == CHAT_BOT)
		return err_set(
		    err, ERR_FORBIDDEN, "A bot answers in its turns only.");
	if (in->client_id.n > CHAT_CLIENT_ID_MAX ||
	    !valid_text(in->client_id, false))
		return err_set(err, ERR_BAD_REQUEST,
		    "client_id must be text of at most %d bytes.",
		    CHAT_CLIENT_ID_MAX);
	return chat_media_check(
	    in->content_type, in->content, in->rich_media, err);
}

/* The message as far as it is known before it is stored. */
static enum err_code prepare(struct pool *pool, const struct chat_actor *actor,
    const struct chat_send *in, struct chat_message *m, struct err *err)
{
	char uuid[ID_UUID_SIZE];
	const struct json *media;
	enum err_code code;

	*m = (struct chat_message){
		.id = id_new(),
		.conversation_id = in->conversation_id,
		.sender_type = actor->kind,
		.sender_id = actor->external_id,
		.content_type = in->content_type,
		.content = in->content,
		.client_id = in->client_id,
	};
	if (actor->kind == CHAT_AGENT)
		m->sender_id =
		    str_copy(pool, str_of(id_uuid(actor->user_id, uuid)));
	if (in->rich_media.n == 0)
		return ERR_OK;
	/* Stored without blanks and doubles, as it goes out again. */
	code = json_parse(pool, in->rich_media, &media, err);
	if (code == ERR_OK)
		m->rich_media = json_text(pool, media);
	return code;
}

/* Whether the message is there from before; then sent is filled. */
static enum err_code find_stored(
    struct db *db, struct sending *s, bool *is_found_r, struct err *err)
{
	const struct chat_message *mine = &s->message;
	struct chat_message m = { .id = ID_NONE };
	enum err_code code = ERR_OK;

	*is_found_r = false;
	if (s->has_tried)
		code = db_message_find(
		    db, s->pool, s->sent->workspace_id, mine->id, &m, err);
	if (code == ERR_OK && id_is_none(m.id) && mine->client_id.n > 0)
		code = db_message_find_by_client(db, s->pool,
		    s->sent->workspace_id, mine->conversation_id,
		    mine->client_id, &m, err);
	if (code != ERR_OK || id_is_none(m.id))
		return code;
	/* Another's message must not be shown to who guessed its name. */
	if (m.sender_type != mine->sender_type ||
	    !str_eq(m.sender_id, mine->sender_id))
		return err_set(err, ERR_CONFLICT,
		    "That client_id is taken by another sender.");
	*is_found_r = true;
	s->sent->message = m;
	/* What an earlier run of this call has stored is new to the caller. */
	if (id_eq(m.id, mine->id))
		return ERR_OK;
	s->sent->is_duplicate = true;
	s->sent->is_new_session = false;
	s->sent->is_turn_due = false;
	return ERR_OK;
}

/* Only a visitor's message opens a session. */
static enum err_code open_session(struct db *db, struct sending *s,
    struct db_conversation_head *head, struct err *err)
{
	if (!id_is_none(head->open_session_id))
		return ERR_OK;
	if (s->message.sender_type != CHAT_END_USER)
		return err_set(
		    err, ERR_CONFLICT, "The conversation is resolved.");
	head->open_session_id = id_new();
	head->assigned_agent_id = ID_NONE;
	head->is_waiting = false;
	s->sent->is_new_session = true;
	return db_session_add(db, s->sent->workspace_id,
	    s->message.conversation_id, head->open_session_id, clock_now_us(),
	    err);
}

static enum err_code wake_bot(struct db *db, struct sending *s,
    const struct db_conversation_head *head, struct err *err)
{
	struct chat_sent *sent = s->sent;

	if (s->message.sender_type != CHAT_END_USER ||
	    !id_is_none(head->assigned_agent_id))
		return ERR_OK;
	if (sent->is_new_session)
		return db_bot_state_restart(db, sent->workspace_id,
		    s->message.conversation_id, head->open_session_id,
		    &sent->is_turn_due, err);
	return db_bot_state_set_due(db, sent->workspace_id,
	    s->message.conversation_id, &sent->is_turn_due, err);
}

static enum err_code send_in(struct db *db, void *arg, struct err *err)
{
	struct sending *s = arg;
	struct chat_sent *sent = s->sent;
	struct id id = s->message.conversation_id;
	struct db_conversation_head head;
	bool is_found = false;
	enum err_code code = ERR_OK;

	/* For an agent the lock's own statement binds the workspace. */
	sent->workspace_id = s->actor->workspace_id;
	if (s->actor->kind == CHAT_END_USER)
		code = access_conversation(
		    db, s->pool, s->actor, id, &sent->workspace_id, err);
	/* The lock before the look at what is stored: an earlier run whose
	 * COMMIT is still under way must be over. */
	if (code == ERR_OK)
		code = db_conversation_lock(
		    db, s->pool, sent->workspace_id, id, &head, err);
	if (code == ERR_OK)
		code = find_stored(db, s, &is_found, err);
	if (code != ERR_OK || is_found)
		return code;
	if (s->actor->kind == CHAT_END_USER)
		code = chat_rate_check(
		    db, s->pool, sent->workspace_id, id, &s->in->rate, err);
	if (code != ERR_OK)
		return code;
	s->has_tried = true;
	sent->is_new_session = false;
	sent->is_turn_due = false;
	sent->message = s->message;
	code = open_session(db, s, &head, err);
	if (code == ERR_OK)
		code = store(
		    db, sent->workspace_id, id, &head, &sent->message, 1, err);
	if (code == ERR_OK)
		code = wake_bot(db, s, &head, err);
	if (code == ERR_OK)
		code = chat_notify_in(db, sent->workspace_id, &sent->message, 1,
		    s->in->origin, err);
	return code;
}

enum err_code chat_send(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_send *in,
    struct chat_sent *sent_r, struct err *err)
{
	struct sending s = {
		.pool = pool,
		.actor = actor,
		.in = in,
		.sent = sent_r,
	};
	enum err_code code = check(actor, in, err);

	memset(sent_r, 0, sizeof(*sent_r));
	if (code == ERR_OK)
		code = prepare(pool, actor, in, &s.message, err);
	if (code == ERR_OK)
		code = db_transact(db, send_in, &s, err);
	if (code == ERR_OK && !sent_r->is_duplicate)
		doorbell_ring();
	return code;
}
