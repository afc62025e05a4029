/* db_mcp.c: statements on what MCP servers have told of their tools */
/* SPDX-License-Identifier: MIT */
#include "db/db_mcp.h"

#include "db/db_modules.h"

enum { GET, SET, FORGET, STMT__MAX };

static const struct db_stmt stmts[STMT__MAX] = {
	[GET] = DB_STMT("mcp_get", "dddt", "st",
	    "SELECT t.tools, t.fetched_at FROM mcp_tools t "
	    "JOIN integrations i ON i.workspace_id = t.workspace_id "
	    "AND i.id = t.integration_id "
	    "WHERE t.workspace_id = ? AND t.chatbot_id = ? "
	    "AND t.integration_id = ? AND t.fetched_at > ? "
	    "AND t.fetched_at > i.updated_at"),
	/* The lock makes it wait for a change that is not committed yet. */
	[SET] = DB_STMT("mcp_set", "stdddt", "",
	    "INSERT INTO mcp_tools (integration_id, workspace_id, chatbot_id, "
	    "tools, fetched_at) SELECT id, workspace_id, chatbot_id, ?, ? "
	    "FROM integrations WHERE workspace_id = ? AND chatbot_id = ? "
	    "AND id = ? AND updated_at = ? FOR UPDATE "
	    "ON DUPLICATE KEY UPDATE tools = VALUES(tools), "
	    "fetched_at = VALUES(fetched_at)"),
	[FORGET] = DB_STMT("mcp_forget", "dd", "",
	    "DELETE FROM mcp_tools "
	    "WHERE workspace_id = ? AND integration_id = ?"),
};

const struct db_module db_mcp_module = { "mcp", stmts, STMT__MAX };

enum err_code db_mcp_get(struct db *db, struct pool *pool, struct mcp_kept *row,
    int64_t since, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_mcp_module, GET,
	    DB_ARGS(DB_ID(row->workspace_id), DB_ID(row->chatbot_id),
		DB_ID(row->integration_id), DB_TIME(since)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(
		    err, ERR_NOT_FOUND, "There is no list of these tools.");
	row->tools = db_row_str(&rows, 0, 0);
	row->fetched_at = db_row_time(&rows, 0, 1);
	return ERR_OK;
}

enum err_code db_mcp_set(struct db *db, const struct mcp_kept *row,
    int64_t updated_at, struct err *err)
{
	return db_exec(db, &db_mcp_module, SET,
	    DB_ARGS(DB_TEXT(row->tools), DB_TIME(row->fetched_at),
		DB_ID(row->workspace_id), DB_ID(row->chatbot_id),
		DB_ID(row->integration_id), DB_TIME(updated_at)),
	    NULL, err);
}

enum err_code db_mcp_forget(struct db *db, struct id workspace_id,
    struct id integration_id, struct err *err)
{
	return db_exec(db, &db_mcp_module, FORGET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(integration_id)), NULL, err);
}
