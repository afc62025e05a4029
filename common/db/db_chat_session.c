/* db_chat_session.c: statements on sessions of the Chat API */
/* SPDX-License-Identifier: MIT */
#include "db/db_chat_session.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum {
	CHAT_SESSION_TARGET,
	CHAT_SESSION_FIND_INTEGRATION,
	CHAT_SESSION_ADD_INTEGRATION,
	CHAT_SESSION_LIST_DUE,
	CHAT_SESSION_LIST_ALL_DUE,
	CHAT_SESSION_SET_DUE,
	CHAT_SESSION__MAX
};

static const struct db_stmt stmts[CHAT_SESSION__MAX] = {
	[CHAT_SESSION_TARGET] =
	    DB_STMT("chat_session_target", "ddd", "iid?s?i?t?",
		"SELECT b.is_active, EXISTS (SELECT 1 FROM flows f "
		"WHERE f.workspace_id = b.workspace_id AND f.chatbot_id = b.id "
		"AND f.published_at IS NOT NULL AND f.type = 'conversation'), "
		"c.id, k.external_id, c.status, c.updated_at FROM chatbots b "
		"LEFT JOIN conversations c ON c.workspace_id = b.workspace_id "
		"AND c.chatbot_id = b.id AND c.channel = 'api' AND c.id = ? "
		"LEFT JOIN contacts k ON k.workspace_id = c.workspace_id "
		"AND k.id = c.contact_id "
		"WHERE b.workspace_id = ? AND b.id = ?"),
	[CHAT_SESSION_FIND_INTEGRATION] =
	    DB_STMT("chat_session_find_integration", "dd", "d",
		"SELECT id FROM integrations WHERE workspace_id = ? "
		"AND chatbot_id = ? AND slot = 'api_chat'"),
	[CHAT_SESSION_ADD_INTEGRATION] =
	    DB_STMT("chat_session_add_integration", "dddtt", "",
		"INSERT INTO integrations (workspace_id, id, chatbot_id, type, "
		"slot, name, allowed_origins, settings, created_at, "
		"updated_at) VALUES (?, ?, ?, 'api_chat', 'api_chat', "
		"'Chat API', '', '{}', ?, ?)"),
	[CHAT_SESSION_LIST_DUE] = DB_STMT("chat_session_list_due", "ddtu", "d",
	    "SELECT id FROM conversations FORCE INDEX (conversations_expires) "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND expires_at <= ? "
	    "ORDER BY expires_at LIMIT ?"),
	[CHAT_SESSION_LIST_ALL_DUE] =
	    DB_STMT("chat_session_list_all_due", "tu", "d",
		"SELECT id FROM conversations "
		"FORCE INDEX (conversations_expires) WHERE expires_at <= ? "
		"ORDER BY expires_at LIMIT ?"),
	[CHAT_SESSION_SET_DUE] = DB_STMT("chat_session_set_due", "t?dd", "",
	    "UPDATE conversations SET expires_at = ? "
	    "WHERE workspace_id = ? AND id = ?"),
};

const struct db_module db_chat_session_module = { "chat_session", stmts,
	CHAT_SESSION__MAX };

#define ACTIVE 1 /* of conversations.status: the bot has it */
#define CLOSED 4

static enum err_code query(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(
	    db, &db_chat_session_module, stmt, args, n_args, pool, rows_r, err);
}

enum err_code db_chat_session_get_target(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id session_id,
    struct db_chat_target *target_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CHAT_SESSION_TARGET,
	    DB_ARGS(DB_ID(session_id), DB_ID(workspace_id), DB_ID(chatbot_id)),
	    &rows, err);
	int64_t status;

	*target_r = (struct db_chat_target){ .has_bot = false };
	if (code != ERR_OK || rows.n == 0)
		return code;
	status = db_row_int(&rows, 0, 4);
	*target_r = (struct db_chat_target){
		.has_bot = true,
		.is_active = db_row_int(&rows, 0, 0) != 0,
		.has_flow = db_row_int(&rows, 0, 1) != 0,
		.has_session = !db_row_null(&rows, 0, 2),
		.external_id = db_row_str(&rows, 0, 3),
		.is_with_people = status > ACTIVE && status < CLOSED,
		.is_closed = status == CLOSED,
		.updated_at = db_row_time(&rows, 0, 5),
	};
	return ERR_OK;
}

static enum err_code find_integration(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id *id_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, CHAT_SESSION_FIND_INTEGRATION,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id)), &rows, err);

	if (code == ERR_OK)
		*id_r = rows.n > 0 ? db_row_id(&rows, 0, 0) : ID_NONE;
	return code;
}

enum err_code db_chat_session_get_integration(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id *id_r,
    struct err *err)
{
	int64_t now = clock_now_us();
	struct id id = id_new();
	enum err_code code =
	    find_integration(db, pool, workspace_id, chatbot_id, id_r, err);

	if (code != ERR_OK || !id_is_none(*id_r))
		return code;
	*id_r = id;
	code =
	    db_exec(db, &db_chat_session_module, CHAT_SESSION_ADD_INTEGRATION,
		DB_ARGS(DB_ID(workspace_id), DB_ID(id), DB_ID(chatbot_id),
		    DB_TIME(now), DB_TIME(now)),
		NULL, err);
	/* Somebody else was faster: theirs is the bot's. */
	if (code == ERR_CONFLICT)
		code = find_integration(
		    db, pool, workspace_id, chatbot_id, id_r, err);
	return code;
}

enum err_code db_chat_session_list_due(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t now, size_t max,
    struct id *ids_r, size_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code;
	size_t i;

	*n_r = 0;
	if (id_is_none(chatbot_id))
		code = query(db, pool, CHAT_SESSION_LIST_ALL_DUE,
		    DB_ARGS(DB_TIME(now), DB_UINT(max)), &rows, err);
	else
		code = query(db, pool, CHAT_SESSION_LIST_DUE,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id),
			DB_TIME(now), DB_UINT(max)),
		    &rows, err);
	if (code != ERR_OK)
		return code;
	*n_r = rows.n;
	for (i = 0; i < rows.n; i++)
		ids_r[i] = db_row_id(&rows, i, 0);
	return ERR_OK;
}

enum err_code db_chat_session_set_due(struct db *db, struct id workspace_id,
    struct id conversation_id, int64_t at, struct err *err)
{
	return db_exec(db, &db_chat_session_module, CHAT_SESSION_SET_DUE,
	    DB_ARGS(at != 0 ? DB_TIME(at) : DB_NULL('t'), DB_ID(workspace_id),
		DB_ID(conversation_id)),
	    NULL, err);
}
