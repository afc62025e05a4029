/* db_session.c: statements on conversation_sessions */
/* SPDX-License-Identifier: MIT */
#include "db/db_session.h"

#include "db/db_modules.h"

enum {
	SESSION_ADD,
	SESSION_GET,
	SESSION_LIST_LAST,
	SESSION_SET_FIRST_MESSAGE,
	SESSION_SET_AGENT,
	SESSION_SET_TAGS,
	SESSION_RESOLVE,
	SESSION_GET_AGENT,
	SESSION__MAX
};

#define COLUMNS                                                                \
	"id, status, assigned_agent_id, tags, handoff_at, "                    \
	"first_message_at, assigned_at, resolved_at, resolved_by"
#define OUT "dsd?st?t?t?t?d?"

static const struct db_stmt stmts[SESSION__MAX] = {
	[SESSION_ADD] = DB_STMT("session_add", "dddt", "",
	    "INSERT INTO conversation_sessions (workspace_id, "
	    "conversation_id, id, status, tags, created_at) "
	    "VALUES (?, ?, ?, 'open', '[]', ?)"),
	[SESSION_GET] = DB_STMT("session_get", "ddd", OUT,
	    "SELECT " COLUMNS " FROM conversation_sessions "
	    "WHERE workspace_id = ? AND conversation_id = ? AND id = ?"),
	[SESSION_LIST_LAST] = DB_STMT("session_list_last", "ddu", OUT,
	    "SELECT " COLUMNS " FROM conversation_sessions "
	    "WHERE workspace_id = ? AND conversation_id = ? "
	    "ORDER BY id DESC LIMIT ?"),
	[SESSION_SET_FIRST_MESSAGE] = DB_STMT("session_set_first_message",
	    "tdd", "",
	    "UPDATE conversation_sessions SET first_message_at = ? "
	    "WHERE workspace_id = ? AND id = ? AND first_message_at IS NULL"),
	[SESSION_SET_AGENT] = DB_STMT("session_set_agent", "dtdd", "",
	    "UPDATE conversation_sessions SET assigned_agent_id = ?, "
	    "assigned_at = ? WHERE workspace_id = ? AND id = ?"),
	[SESSION_SET_TAGS] = DB_STMT("session_set_tags", "sdd", "",
	    "UPDATE conversation_sessions SET tags = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[SESSION_RESOLVE] = DB_STMT("session_resolve", "td?dd", "",
	    "UPDATE conversation_sessions SET status = 'resolved', "
	    "resolved_at = ?, resolved_by = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[SESSION_GET_AGENT] = DB_STMT("session_get_agent", "dd", "s",
	    "SELECT display_name FROM users "
	    "WHERE workspace_id = ? AND id = ? AND disabled_at IS NULL"),
};

const struct db_module db_session_module = { "session", stmts, SESSION__MAX };

enum err_code db_session_add(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id id, int64_t now, struct err *err)
{
	return db_exec(db, &db_session_module, SESSION_ADD,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id), DB_ID(id),
		DB_TIME(now)),
	    NULL, err);
}

static struct chat_session from_row(const struct db_rows *rows, size_t row)
{
	return (struct chat_session){
		.id = db_row_id(rows, row, 0),
		.is_resolved =
		    str_eq(db_row_str(rows, row, 1), STR("resolved")),
		.assigned_agent_id = db_row_id(rows, row, 2),
		.tags = db_row_str(rows, row, 3),
		.handoff_at = db_row_time(rows, row, 4),
		.first_message_at = db_row_time(rows, row, 5),
		.assigned_at = db_row_time(rows, row, 6),
		.resolved_at = db_row_time(rows, row, 7),
		.resolved_by = db_row_id(rows, row, 8),
	};
}

enum err_code db_session_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id id,
    struct chat_session *session_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_session_module, SESSION_GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id), DB_ID(id)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no such session.");
	*session_r = from_row(&rows, 0);
	return ERR_OK;
}

enum err_code db_session_list_last(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, size_t limit,
    struct chat_sessions *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_session_module, SESSION_LIST_LAST,
	    DB_ARGS(
		DB_ID(workspace_id), DB_ID(conversation_id), DB_UINT(limit)),
	    pool, &rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, rows.n - 1 - i);
	return ERR_OK;
}

enum err_code db_session_set_first_message(struct db *db,
    struct id workspace_id, struct id id, int64_t now, struct err *err)
{
	return db_exec(db, &db_session_module, SESSION_SET_FIRST_MESSAGE,
	    DB_ARGS(DB_TIME(now), DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_session_set_agent(struct db *db, struct id workspace_id,
    struct id id, struct id agent_id, int64_t now, struct err *err)
{
	return db_exec(db, &db_session_module, SESSION_SET_AGENT,
	    DB_ARGS(
		DB_ID(agent_id), DB_TIME(now), DB_ID(workspace_id), DB_ID(id)),
	    NULL, err);
}

enum err_code db_session_set_tags(struct db *db, struct id workspace_id,
    struct id id, struct str tags, struct err *err)
{
	return db_exec(db, &db_session_module, SESSION_SET_TAGS,
	    DB_ARGS(DB_TEXT(tags), DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_session_resolve(struct db *db, struct id workspace_id,
    struct id id, struct id agent_id, int64_t now, struct err *err)
{
	return db_exec(db, &db_session_module, SESSION_RESOLVE,
	    DB_ARGS(DB_TIME(now),
		id_is_none(agent_id) ? DB_NULL('d') : DB_ID(agent_id),
		DB_ID(workspace_id), DB_ID(id)),
	    NULL, err);
}

enum err_code db_session_get_agent(struct db *db, struct pool *pool,
    struct id workspace_id, struct id agent_id, struct str *name_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_session_module, SESSION_GET_AGENT,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(agent_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no such agent.");
	*name_r = db_row_str(&rows, 0, 0);
	return ERR_OK;
}
