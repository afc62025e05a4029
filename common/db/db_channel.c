/* db_channel.c: statements on channels, and on what visitors' pages can do */
/* SPDX-License-Identifier: MIT */
#include "db/db_channel.h"

#include "db/db_modules.h"

enum { ADD, GET_LAST, GET_AFTER, PRUNE, SET_FUNCTIONS, GET_PAGE, STMT__MAX };

static const struct db_stmt stmts[STMT__MAX] = {
	[ADD] = DB_STMT("channel_add", "dbst", "",
	    "INSERT INTO channel_messages (workspace_id, channel, message, "
	    "created_at) VALUES (?, ?, ?, ?)"),
	[GET_LAST] = DB_STMT("channel_get_last", "db", "u",
	    "SELECT id FROM channel_messages WHERE workspace_id = ? "
	    "AND channel = ? ORDER BY id DESC LIMIT 1"),
	[GET_AFTER] = DB_STMT("channel_get_after", "dbu", "us",
	    "SELECT id, message FROM channel_messages WHERE workspace_id = ? "
	    "AND channel = ? AND id > ? ORDER BY id LIMIT 1"),
	[PRUNE] = DB_STMT("channel_prune", "t", "",
	    "DELETE FROM channel_messages WHERE created_at < ? LIMIT 100"),
	[SET_FUNCTIONS] = DB_STMT("channel_set_functions", "dddst", "",
	    "INSERT INTO page_functions (workspace_id, conversation_id, "
	    "session_id, functions, updated_at) VALUES (?, ?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE session_id = VALUES(session_id), "
	    "functions = VALUES(functions), updated_at = VALUES(updated_at)"),
	[GET_PAGE] = DB_STMT("channel_get_page", "ddd", "ss?s?",
	    "SELECT i.settings, b.settings, f.functions FROM conversations c "
	    "JOIN integrations i ON i.workspace_id = c.workspace_id "
	    "AND i.id = c.integration_id "
	    "LEFT JOIN blueprints b ON b.workspace_id = i.workspace_id "
	    "AND b.id = i.blueprint_id "
	    "LEFT JOIN page_functions f ON f.workspace_id = c.workspace_id "
	    "AND f.conversation_id = c.id AND f.session_id = ? "
	    "WHERE c.workspace_id = ? AND c.id = ?"),
};

const struct db_module db_channel_module = { "channel", stmts, STMT__MAX };

static enum err_code query(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(
	    db, &db_channel_module, stmt, args, n_args, pool, rows_r, err);
}

enum err_code db_channel_add(struct db *db, struct id workspace_id,
    struct str channel, struct str message, int64_t now, struct err *err)
{
	return db_exec(db, &db_channel_module, ADD,
	    DB_ARGS(DB_ID(workspace_id), DB_BLOB(channel), DB_TEXT(message),
		DB_TIME(now)),
	    NULL, err);
}

enum err_code db_channel_get_last(struct db *db, struct pool *pool,
    struct id workspace_id, struct str channel, uint64_t *id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, GET_LAST,
	    DB_ARGS(DB_ID(workspace_id), DB_BLOB(channel)), &rows, err);

	if (code == ERR_OK)
		*id_r = rows.n > 0 ? db_row_uint(&rows, 0, 0) : 0;
	return code;
}

enum err_code db_channel_get_after(struct db *db, struct pool *pool,
    struct id workspace_id, struct str channel, uint64_t after, uint64_t *id_r,
    struct str *message_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, GET_AFTER,
	    DB_ARGS(DB_ID(workspace_id), DB_BLOB(channel), DB_UINT(after)),
	    &rows, err);

	*id_r = 0;
	if (code != ERR_OK || rows.n == 0)
		return code;
	*id_r = db_row_uint(&rows, 0, 0);
	*message_r = db_row_str(&rows, 0, 1);
	return ERR_OK;
}

enum err_code db_channel_prune(struct db *db, int64_t before, struct err *err)
{
	return db_exec(
	    db, &db_channel_module, PRUNE, DB_ARGS(DB_TIME(before)), NULL, err);
}

enum err_code db_channel_set_functions(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id session_id, struct str functions,
    int64_t now, struct err *err)
{
	return db_exec(db, &db_channel_module, SET_FUNCTIONS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id),
		DB_ID(session_id), DB_TEXT(functions), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_channel_get_page(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    struct db_channel_page *page_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, GET_PAGE,
	    DB_ARGS(
		DB_ID(session_id), DB_ID(workspace_id), DB_ID(conversation_id)),
	    &rows, err);

	*page_r = (struct db_channel_page){ .settings = STR_EMPTY };
	if (code != ERR_OK || rows.n == 0)
		return code;
	page_r->settings = db_row_str(&rows, 0, 0);
	page_r->blueprint = db_row_str(&rows, 0, 1);
	page_r->functions = db_row_str(&rows, 0, 2);
	return ERR_OK;
}
