/* db_mcp.h: what MCP servers have told of their tools */
/* SPDX-License-Identifier: MIT */
#ifndef DB_MCP_H
#define DB_MCP_H

#include "db/db.h"

/* A list of tools that was kept. */
struct mcp_kept {
	struct id workspace_id;
	struct id chatbot_id;
	struct id integration_id;
	struct str tools; /* JSON */
	int64_t fetched_at;
};

/* Fetched after since, and after the integration's last change.
 * ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_mcp_get(struct db *db, struct pool *pool,
    struct mcp_kept *row, int64_t since, struct err *err);
/* In place of what was there; nothing, when the integration was changed or
 * deleted since updated_at. */
MUST_CHECK enum err_code db_mcp_set(struct db *db, const struct mcp_kept *row,
    int64_t updated_at, struct err *err);
/* What was fetched from the integration's server. */
MUST_CHECK enum err_code db_mcp_forget(struct db *db, struct id workspace_id,
    struct id integration_id, struct err *err);

#endif
