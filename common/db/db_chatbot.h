/* db_chatbot.h: bots and the flows that drive them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CHATBOT_H
#define DB_CHATBOT_H

#include "db/db.h"

struct chatbot {
	struct id workspace_id;
	struct id id;
	struct str name;
	struct str description; /* may be empty, as the next two */
	struct str category;
	struct str webhook_url;
	struct str secret; /* sealed; empty: none so far */
	bool is_active;
	int64_t created_at;
	int64_t updated_at; /* created_at: never */
};

struct chatbots {
	size_t n;
	struct chatbot *items;
	uint64_t total; /* in the workspace */
};

/* Active, without a webhook; ERR_CONFLICT when the name is taken. */
MUST_CHECK enum err_code db_chatbot_add(
    struct db *db, const struct chatbot *bot, struct err *err);
MUST_CHECK enum err_code db_chatbot_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct chatbot *bot_r,
    struct err *err);
/* The newest first, those made before the one that is named. */
MUST_CHECK enum err_code db_chatbot_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id before, size_t limit,
    struct chatbots *list_r, struct err *err);
/* All but secret and created_at; ERR_CONFLICT when the name is taken. */
MUST_CHECK enum err_code db_chatbot_set(
    struct db *db, const struct chatbot *bot, struct err *err);
/* Only when it has none. */
MUST_CHECK enum err_code db_chatbot_set_secret(struct db *db,
    struct id workspace_id, struct id id, struct str secret, struct err *err);
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
/* No conversation flow of the bot is published but, perhaps, this one. */
MUST_CHECK enum err_code db_chatbot_retire(struct db *db,
    struct id workspace_id, struct id chatbot_id, struct id flow_id,
    struct err *err);
/* The draft becomes what runs, and no other conversation flow of the bot does;
 * counts the flow's version. The caller holds the lock on the bot. */
MUST_CHECK enum err_code db_chatbot_publish(struct db *db,
    struct id workspace_id, struct id chatbot_id, struct id flow_id,
    struct err *err);

struct chatbot_flow {
	struct id id; /* none: nothing is published */
	uint64_t version;
	struct str name;
	struct str published; /* flow JSON */
};

/* The flow that the bot runs; none for a bot that is not active. */
MUST_CHECK enum err_code db_chatbot_running(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct chatbot_flow *flow_r,
    struct err *err);

#endif
