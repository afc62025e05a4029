/* bot_flows.h: the flows of a chatbot, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#ifndef BOT_FLOWS_H
#define BOT_FLOWS_H

#include "bot/flow.h"
#include "db/db_flow.h"

struct settings;

/* All are ERR_NOT_FOUND, in the words of the API, when the workspace has no
 * such bot or the bot no such flow. */

/* name, type and draft of flow count ("" is a blank one); fills the rest. The
 * draft need not be sound. */
MUST_CHECK enum err_code bot_flow_add(
    struct db *db, struct pool *pool, struct db_flow *flow, struct err *err);
MUST_CHECK enum err_code bot_flow_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_flow *flow_r, struct err *err);
MUST_CHECK enum err_code bot_flow_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct db_flows *list_r,
    struct err *err);
/* Another name or draft (NULL: stays); what runs stays as it is. */
MUST_CHECK enum err_code bot_flow_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    const struct str *name, const struct str *draft, struct db_flow *flow_r,
    struct err *err);
/* What is wrong with a draft, also with the integrations that it names. */
MUST_CHECK enum err_code bot_flow_check(struct db *db, struct pool *pool,
    const struct db_flow *flow, struct flow_findings *findings_r,
    struct err *err);
/* Behind it: warnings about what the workspace lacks for it, or the guard of
 * requests to others refuses, as things are now. */
MUST_CHECK enum err_code bot_flow_look(struct db *db, struct pool *pool,
    const struct settings *settings, const struct db_flow *flow,
    struct flow_findings *findings, struct err *err);
/* The draft runs from now on, and no other conversation flow of the bot does.
 * ERR_BAD_REQUEST with the first error of a draft that has any. */
MUST_CHECK enum err_code bot_flow_publish(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_flow *flow_r, struct err *err);
MUST_CHECK enum err_code bot_flow_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct err *err);

#endif
