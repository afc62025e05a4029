/* chat_store.c: messages take their places: the bot's, and what all share */
/* SPDX-License-Identifier: MIT */
#include "chat/chat_store.h"

#include "base/clock.h"
#include "chat/chat.h"
#include "db/db_conversation.h"
#include "db/db_message.h"
#include "db/db_notification.h"
#include "db/db_session.h"

void chat_store_place(struct db_conversation_head *head,
    struct id conversation_id, struct chat_message *m, int64_t now)
{
	if (id_is_none(m->id))
		m->id = id_new();
	m->conversation_id = conversation_id;
	m->session_id = head->open_session_id;
	m->seq = ++head->last_seq;
	m->created_at = now;
	if (m->sender_type != CHAT_END_USER)
		return;
	head->last_visitor_seq = m->seq;
	if (id_is_none(head->assigned_agent_id))
		head->is_waiting = true;
}

struct db_notification chat_store_handoff(struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id origin)
{
	char uuid[ID_UUID_SIZE];

	return (struct db_notification){
		.workspace_id = workspace_id,
		.conversation_id = conversation_id,
		.kind = "handoff",
		.payload =
		    str_of(pool_printf(pool, "{\"conversation_id\":\"%s\"}",
			id_uuid(conversation_id, uuid))),
		.origin = origin,
	};
}

enum err_code chat_notify_in(struct db *db, struct id workspace_id,
    const struct chat_message *items, size_t n, struct id origin,
    struct err *err)
{
	struct pool *pool;
	struct db_notification *rows;
	enum err_code code;
	size_t i;

	assert(db_in_transaction(db));
	if (n == 0)
		return ERR_OK;
	pool = pool_new();
	rows = pool_alloc(pool, n * sizeof(*rows));
	for (i = 0; i < n; i++)
		rows[i] = (struct db_notification){
			.workspace_id = workspace_id,
			.conversation_id = items[i].conversation_id,
			.kind = "message",
			.seq = items[i].seq,
			.origin = origin,
		};
	code = db_notification_add_many(
	    db, pool, rows, n, items[n - 1].created_at, err);
	pool_free(&pool);
	return code;
}

enum err_code chat_store_locked_in(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    struct db_conversation_head *head, struct chat_message *items, size_t n,
    struct err *err)
{
	struct db_message_row *rows = pool_alloc(pool, n * sizeof(*rows));
	/* Taken under the lock, so times do not run against seq. */
	int64_t now = clock_now_us();
	bool has_visitor = false;
	enum err_code code;
	size_t i;

	for (i = 0; i < n; i++) {
		has_visitor |= items[i].sender_type == CHAT_END_USER;
		chat_store_place(head, conversation_id, &items[i], now);
		rows[i] = (struct db_message_row){ workspace_id, &items[i] };
	}
	code = db_message_add(db, pool, rows, n, err);
	if (code == ERR_OK && has_visitor)
		code = db_session_set_first_message(
		    db, workspace_id, head->open_session_id, now, err);
	if (code == ERR_OK)
		code = db_conversation_set(
		    db, workspace_id, conversation_id, head, now, err);
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
	if (code == ERR_OK &&
	    (id_is_none(head.open_session_id) ||
		(!id_is_none(session_id) &&
		    !id_eq(session_id, head.open_session_id))))
		code = err_set(
		    err, ERR_CONFLICT, "The session has been resolved.");
	if (code == ERR_OK)
		code = chat_store_locked_in(db, pool, workspace_id,
		    conversation_id, &head, items, n, err);
	pool_free(&pool);
	return code;
}
