/* db_chat_session.h: statements on sessions of the Chat API */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CHAT_SESSION_H
#define DB_CHAT_SESSION_H

#include "db/db.h"

/* What a request for a session must know before it changes anything. */
struct db_chat_target {
	bool has_bot; /* the workspace has the chatbot */
	bool is_active;
	bool has_flow;		/* a published one */
	bool has_session;	/* the bot has a conversation of that id here */
	struct str external_id; /* of the session's contact */
	bool is_with_people;	/* an agent has it or is asked for */
	bool is_closed;
	int64_t updated_at; /* the last message or change */
};

/* session_id none: of the chatbot alone. */
MUST_CHECK enum err_code db_chat_session_get_target(struct db *db,
    struct pool *pool, struct id workspace_id, struct id chatbot_id,
    struct id session_id, struct db_chat_target *target_r, struct err *err);
/* The integration that stands for the Chat API of a bot, made when there is
 * none yet; its type is also its slot, so there is one. */
MUST_CHECK enum err_code db_chat_session_get_integration(struct db *db,
    struct pool *pool, struct id workspace_id, struct id chatbot_id,
    struct id *id_r, struct err *err);

/* Conversations to look at by now, at most max; of one chatbot, or of every
 * tenant when it is none. */
MUST_CHECK enum err_code db_chat_session_list_due(struct db *db,
    struct pool *pool, struct id workspace_id, struct id chatbot_id,
    int64_t now, size_t max, struct id *ids_r, size_t *n_r, struct err *err);
/* When to look again; 0: never. */
MUST_CHECK enum err_code db_chat_session_set_due(struct db *db,
    struct id workspace_id, struct id conversation_id, int64_t at,
    struct err *err);

#endif
