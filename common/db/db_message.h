/* db_message.h: statements on messages and read_cursors */
/* SPDX-License-Identifier: MIT */
#ifndef DB_MESSAGE_H
#define DB_MESSAGE_H

#include "chat/model.h"
#include "db/db.h"

/* A message's columns (of the alias m), their signature and how many they
 * are; db_notification.c reads them too, from an outer join. */
#define DB_MESSAGE_COLUMNS                                                     \
	"m.id, m.conversation_id, m.session_id, m.sender_type, "               \
	"m.sender_id, m.content_type, m.content, m.rich_media, m.read_by, "    \
	"m.client_id, m.seq, m.created_at"
#define DB_MESSAGE_OUT "d?d?d?s?s?s?s?s?s?s?u?t?"

/* From the columns that begin at column; id is none when they are NULL. */
void db_message_from_row(const struct db_rows *rows, size_t row, size_t column,
    struct chat_message *message_r);

struct db_message_row {
	struct id workspace_id;
	const struct chat_message *message;
};

/* All of them, inside db_transact. ERR_CONFLICT: a seq, id or client_id is
 * taken; what was stored before it is left to the rollback. */
MUST_CHECK enum err_code db_message_add(struct db *db, struct pool *pool,
    const struct db_message_row *rows, size_t n, struct err *err);
/* By its id in any conversation of the workspace, or by the sender's name for
 * it; message_r->id is none when there is none. */
MUST_CHECK enum err_code db_message_find(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct chat_message *message_r,
    struct err *err);
MUST_CHECK enum err_code db_message_find_by_client(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    struct str client_id, struct chat_message *message_r, struct err *err);
/* As db_message_find, locked until the end of the transaction. */
MUST_CHECK enum err_code db_message_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct chat_message *message_r,
    struct err *err);
/* seq > after_seq, oldest first. */
MUST_CHECK enum err_code db_message_list_after(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    size_t limit, struct chat_messages *list_r, struct err *err);
/* The same without what names the sender, the session and who has read: for
 * who shows only what was said. */
MUST_CHECK enum err_code db_message_list_said(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    size_t limit, struct chat_messages *list_r, struct err *err);
/* The same of what answers the messages of first <= seq <= last, and stands in
 * after_seq < seq <= upto_seq. */
MUST_CHECK enum err_code db_message_list_late(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t after_seq,
    uint64_t upto_seq, uint64_t first, uint64_t last,
    struct chat_messages *list_r, struct err *err);
/* The newest limit below the newest offset, oldest first. */
MUST_CHECK enum err_code db_message_list_last(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, size_t limit,
    size_t offset, struct chat_messages *list_r, struct err *err);
/* Users who wrote messages with after_seq < seq <= upto_seq, each once. */
MUST_CHECK enum err_code db_message_list_agents(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    uint64_t after_seq, uint64_t upto_seq, struct chat_agents *list_r,
    struct err *err);
/* Whether the end user has answered the form form_id, which is at seq. */
MUST_CHECK enum err_code db_message_is_answered(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    uint64_t seq, struct id form_id, bool *is_r, struct err *err);
/* When the end user's newest messages were stored, newest first. */
MUST_CHECK enum err_code db_message_list_visitor_times(struct db *db,
    struct pool *pool, struct id workspace_id, struct id conversation_id,
    size_t limit, int64_t **times_r, size_t *n_r, struct err *err);
/* read_by: JSON object. */
MUST_CHECK enum err_code db_message_set_read_by(struct db *db,
    struct id workspace_id, struct id id, struct str read_by, struct err *err);
/* An agent has read up to seq; never goes back. */
MUST_CHECK enum err_code db_message_set_cursor(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id user_id,
    uint64_t seq, int64_t now, struct err *err);

#endif
