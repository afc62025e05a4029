/* db_chatbot.h: bots and the flows that drive them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CHATBOT_H
#define DB_CHATBOT_H

#include "db/db.h"

MUST_CHECK enum err_code db_chatbot_add(struct db *db, struct id workspace_id,
    struct id id, struct str name, struct str description, struct err *err);
/* Locks the row until the transaction ends, so that changes of its flows come
 * one after the other; ERR_NOT_FOUND when the workspace has no such bot. */
MUST_CHECK enum err_code db_chatbot_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);

/* *flow_id_r is none when the bot has no flow of that name. */
MUST_CHECK enum err_code db_chatbot_find_flow(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str name,
    struct id *flow_id_r, struct err *err);
MUST_CHECK enum err_code db_chatbot_add_flow(struct db *db,
    struct id workspace_id, struct id chatbot_id, struct id flow_id,
    struct str name, struct str draft, struct err *err);
MUST_CHECK enum err_code db_chatbot_set_draft(struct db *db,
    struct id workspace_id, struct id flow_id, struct str draft,
    struct err *err);
/* The draft becomes what runs, and no other conversation flow of the bot does;
 * counts the flow's version. The caller holds the lock on the bot. */
MUST_CHECK enum err_code db_chatbot_publish(struct db *db,
    struct id workspace_id, struct id chatbot_id, struct id flow_id,
    struct err *err);

struct chatbot_flow {
	struct id id; /* none: nothing is published */
	uint64_t version;
	struct str published; /* flow JSON */
};

/* The flow that the bot runs; none for a bot that is not active. */
MUST_CHECK enum err_code db_chatbot_running(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct chatbot_flow *flow_r,
    struct err *err);

#endif
