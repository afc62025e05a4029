/* bot_integrations.h: integrations and the flows that name them */
/* SPDX-License-Identifier: MIT */
#ifndef BOT_INTEGRATIONS_H
#define BOT_INTEGRATIONS_H

#include "bot/flow.h"
#include "chat/integrations.h"

/* The integrations of a bot that actions may name. */
MUST_CHECK enum err_code bot_integration_names(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct flow_names *names_r,
    struct err *err);

/* As integration_del, by id; ERR_CONFLICT while an LLM_AGENT of one of the
 * bot's flows, as a draft or as it runs, names the MCP server. */
MUST_CHECK enum err_code bot_integration_del(struct db *db, struct pool *pool,
    const struct integration_which *which, struct err *err);

#endif
