/* db_integration.c: statements on integrations */
/* SPDX-License-Identifier: MIT */
#include "db/db_integration.h"

#include "base/clock.h"
#include "chat/site.h"
#include "db/db_modules.h"

enum {
	INTEGRATION_ADD,
	INTEGRATION_BY_TOKEN,
	INTEGRATION_GET_ORIGINS,
	INTEGRATION__MAX
};

static const struct db_stmt stmts[INTEGRATION__MAX] = {
	[INTEGRATION_ADD] = DB_STMT("integration_add", "ddd?ssbsstt", "",
	    "INSERT INTO integrations (workspace_id, id, chatbot_id, type, "
	    "name, token_hash, allowed_origins, settings, created_at, "
	    "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
	/* The token is the key: it alone says which workspace is meant. */
	[INTEGRATION_BY_TOKEN] =
	    DB_STMT("integration_by_token", "b", "ddd?sss?ss",
		"SELECT i.id, i.workspace_id, i.chatbot_id, i.type, i.name, "
		"c.name, i.allowed_origins, i.settings FROM integrations i "
		"LEFT JOIN chatbots c ON c.workspace_id = i.workspace_id "
		"AND c.id = i.chatbot_id "
		"WHERE i.token_hash = ? AND i.disabled_at IS NULL"),
	[INTEGRATION_GET_ORIGINS] = DB_STMT("integration_get_origins", "d", "s",
	    "SELECT i.allowed_origins FROM conversations c "
	    "JOIN integrations i ON i.workspace_id = c.workspace_id "
	    "AND i.id = c.integration_id WHERE c.id = ?"),
};

const struct db_module db_integration_module = { "integration", stmts,
	INTEGRATION__MAX };

enum err_code db_integration_add(struct db *db, const struct integration *in,
    struct str token_hash, struct err *err)
{
	int64_t now = clock_now_us();

	return db_exec(db, &db_integration_module, INTEGRATION_ADD,
	    DB_ARGS(DB_ID(in->workspace_id), DB_ID(in->id),
		id_is_none(in->chatbot_id) ? DB_NULL('d')
					   : DB_ID(in->chatbot_id),
		DB_TEXT(in->type), DB_TEXT(in->name), DB_BLOB(token_hash),
		DB_TEXT(in->allowed_origins), DB_TEXT(in->settings),
		DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_integration_get_by_token(struct db *db, struct pool *pool,
    struct str token_hash, struct integration *out_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_integration_module, INTEGRATION_BY_TOKEN,
		DB_ARGS(DB_BLOB(token_hash)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "No such integration.");
	*out_r = (struct integration){
		.id = db_row_id(&rows, 0, 0),
		.workspace_id = db_row_id(&rows, 0, 1),
		.chatbot_id = db_row_id(&rows, 0, 2),
		.type = db_row_str(&rows, 0, 3),
		.name = db_row_str(&rows, 0, 4),
		.chatbot_name = db_row_str(&rows, 0, 5),
		.allowed_origins = db_row_str(&rows, 0, 6),
		.settings = db_row_str(&rows, 0, 7),
	};
	return ERR_OK;
}

enum err_code db_integration_get_origins(struct db *db, struct pool *pool,
    struct id conversation_id, struct str *origins_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_integration_module, INTEGRATION_GET_ORIGINS,
		DB_ARGS(DB_ID(conversation_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(
		    err, ERR_NOT_FOUND, "There is no such conversation.");
	*origins_r = db_row_str(&rows, 0, 0);
	return ERR_OK;
}
