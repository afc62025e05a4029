/* db_flow.h: the flows of a chatbot, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_FLOW_H
#define DB_FLOW_H

#include "db/db.h"

struct db_flow {
	struct id workspace_id;
	struct id chatbot_id;
	struct id id;
	struct str name;
	bool is_meta;	      /* a form of WhatsApp's, no conversation */
	struct str draft;     /* JSON object; not in lists */
	struct str published; /* what runs; only in full lists */
	int64_t published_at; /* 0: it is a draft */
	int64_t created_at;
	int64_t updated_at; /* created_at: never */
};

struct db_flows {
	size_t n;
	struct db_flow *items;
};

MUST_CHECK enum err_code db_flow_add(
    struct db *db, const struct db_flow *flow, struct err *err);
/* ERR_NOT_FOUND when the bot has no such flow. */
MUST_CHECK enum err_code db_flow_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_flow *flow_r, struct err *err);
/* All of the bot, the newest first. */
MUST_CHECK enum err_code db_flow_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct db_flows *list_r,
    struct err *err);
/* The same with all that is in them. */
MUST_CHECK enum err_code db_flow_list_full(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct db_flows *list_r,
    struct err *err);
/* name, draft and updated_at */
MUST_CHECK enum err_code db_flow_set(
    struct db *db, const struct db_flow *flow, struct err *err);
/* The draft is what counts from now on; published_at. */
MUST_CHECK enum err_code db_flow_publish(
    struct db *db, const struct db_flow *flow, struct err *err);
/* ERR_NOT_FOUND when the bot has no such flow. */
MUST_CHECK enum err_code db_flow_del(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id id, struct err *err);

#endif
