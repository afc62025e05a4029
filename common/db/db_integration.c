/* db_integration.c: statements on integrations */
/* SPDX-License-Identifier: MIT */
#include "db/db_integration.h"

#include "base/clock.h"
#include "chat/site.h"
#include "db/db_modules.h"

enum {
	INTEGRATION_ADD,
	INTEGRATION_GET,
	INTEGRATION_GET_SLOT,
	INTEGRATION_LIST,
	INTEGRATION_LIST_TYPE,
	INTEGRATION_COUNT,
	INTEGRATION_SET,
	INTEGRATION_SET_SECRETS,
	INTEGRATION_IS_USED,
	INTEGRATION_DEL,
	INTEGRATION_BURY,
	INTEGRATION_FORGET_ICONS,
	INTEGRATION_BY_TOKEN,
	INTEGRATION_BY_WIDGET,
	INTEGRATION_GET_ORIGINS,
	INTEGRATION_BY_TALK,
	INTEGRATION__MAX
};

#define COLUMNS                                                                \
	"id, type, slot, name, allowed_origins, settings, secrets, "           \
	"disabled_at, created_at, updated_at"
#define OUT "dsb?sssb?t?tt"
/* What developers do not manage: made by itself, or gone. */
#define THEIRS "type NOT IN ('api_chat', 'gone')"

/* What struct integration has. */
#define SITE                                                                   \
	"i.id, i.workspace_id, i.chatbot_id, i.type, i.name, c.name, "         \
	"i.allowed_origins, i.settings, b.settings "
#define SITE_JOINS                                                             \
	"LEFT JOIN chatbots c ON c.workspace_id = i.workspace_id "             \
	"AND c.id = i.chatbot_id "                                             \
	"LEFT JOIN blueprints b ON b.workspace_id = i.workspace_id "           \
	"AND b.id = i.blueprint_id "
#define SITE_OUT "ddd?sss?sss?"

static const struct db_stmt stmts[INTEGRATION__MAX] = {
	[INTEGRATION_ADD] = DB_STMT("integration_add", "ddd?sb?sb?ssb?t?tt", "",
	    "INSERT INTO integrations (workspace_id, id, chatbot_id, type, "
	    "slot, name, token_hash, allowed_origins, settings, secrets, "
	    "disabled_at, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
	[INTEGRATION_GET] = DB_STMT("integration_get", "ddd", OUT,
	    "SELECT " COLUMNS " FROM integrations "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id = ? "
	    "AND " THEIRS),
	[INTEGRATION_GET_SLOT] = DB_STMT("integration_get_slot", "ddb", OUT,
	    "SELECT " COLUMNS " FROM integrations "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND slot = ?"),
	[INTEGRATION_LIST] = DB_STMT("integration_list", "dd", OUT,
	    "SELECT " COLUMNS " FROM integrations "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND " THEIRS
	    " ORDER BY id DESC"),
	[INTEGRATION_LIST_TYPE] = DB_STMT("integration_list_type", "dds", OUT,
	    "SELECT " COLUMNS " FROM integrations "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND type = ? "
	    "ORDER BY id DESC"),
	[INTEGRATION_COUNT] = DB_STMT("integration_count", "dds", "u",
	    "SELECT COUNT(*) FROM integrations "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND type = ?"),
	[INTEGRATION_SET] = DB_STMT("integration_set", "b?sssb?t?tddd", "",
	    "UPDATE integrations SET slot = ?, name = ?, allowed_origins = ?, "
	    "settings = ?, secrets = ?, disabled_at = ?, updated_at = ? "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND id = ?"),
	[INTEGRATION_SET_SECRETS] =
	    DB_STMT("integration_set_secrets", "bdd", "",
		"UPDATE integrations SET secrets = ? WHERE workspace_id = ? "
		"AND id = ? AND secrets IS NULL"),
	[INTEGRATION_IS_USED] = DB_STMT("integration_is_used", "dd", "d",
	    "SELECT c.id FROM integrations i "
	    "JOIN contacts c ON c.integration_id = i.id "
	    "WHERE i.workspace_id = ? AND i.id = ? LIMIT 1"),
	[INTEGRATION_DEL] = DB_STMT("integration_del", "dd", "",
	    "DELETE FROM integrations WHERE workspace_id = ? AND id = ?"),
	[INTEGRATION_BURY] = DB_STMT("integration_bury", "ttdd", "",
	    "UPDATE integrations SET type = 'gone', slot = NULL, "
	    "alias = NULL, blueprint_id = NULL, token_hash = NULL, secrets = NULL, disabled_at = ?, "
	    "updated_at = ? WHERE workspace_id = ? AND id = ?"),
	[INTEGRATION_FORGET_ICONS] =
	    DB_STMT("integration_forget_icons", "dd", "",
		"DELETE FROM widget_icons "
		"WHERE workspace_id = ? AND integration_id = ?"),
	/* The token is the key: it alone says which workspace is meant. */
	[INTEGRATION_BY_TOKEN] = DB_STMT("integration_by_token", "b", SITE_OUT,
	    "SELECT " SITE "FROM integrations i " SITE_JOINS
	    "WHERE i.token_hash = ? "
	    "AND i.disabled_at IS NULL"),
	/* Its address says which workspace is meant. */
	[INTEGRATION_BY_WIDGET] =
	    DB_STMT("integration_by_widget", "d", SITE_OUT,
		"SELECT " SITE "FROM integrations i " SITE_JOINS
		"WHERE i.id = ? AND i.type = 'web_chat' "
		"AND i.disabled_at IS NULL"),
	[INTEGRATION_GET_ORIGINS] = DB_STMT("integration_get_origins", "d", "s",
	    "SELECT i.allowed_origins FROM conversations c "
	    "JOIN integrations i ON i.workspace_id = c.workspace_id "
	    "AND i.id = c.integration_id WHERE c.id = ?"),
	[INTEGRATION_BY_TALK] = DB_STMT("integration_by_talk", "dd", SITE_OUT,
	    "SELECT " SITE "FROM conversations v "
	    "JOIN integrations i ON i.workspace_id = v.workspace_id "
	    "AND i.id = v.integration_id " SITE_JOINS
	    "WHERE v.workspace_id = ? AND v.id = ?"),
};

const struct db_module db_integration_module = { "integration", stmts,
	INTEGRATION__MAX };

static struct db_arg blob_or_null(struct str s)
{
	return s.n > 0 ? DB_BLOB(s) : DB_NULL('b');
}

/* When it was switched off, unless it was not. */
static struct db_arg disabled_at(const struct db_integration *row)
{
	return row->is_active ? DB_NULL('t') : DB_TIME(row->updated_at);
}

enum err_code db_integration_add(
    struct db *db, const struct db_integration *row, struct err *err)
{
	return db_exec(db, &db_integration_module, INTEGRATION_ADD,
	    DB_ARGS(DB_ID(row->workspace_id), DB_ID(row->id),
		id_is_none(row->chatbot_id) ? DB_NULL('d')
					    : DB_ID(row->chatbot_id),
		DB_TEXT(row->type), blob_or_null(row->slot), DB_TEXT(row->name),
		blob_or_null(row->token_hash), DB_TEXT(row->allowed_origins),
		DB_TEXT(row->settings), blob_or_null(row->secrets),
		disabled_at(row), DB_TIME(row->created_at),
		DB_TIME(row->updated_at)),
	    NULL, err);
}

static struct db_integration from_row(const struct db_rows *rows, size_t row,
    struct id workspace_id, struct id chatbot_id)
{
	return (struct db_integration){
		.workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.id = db_row_id(rows, row, 0),
		.type = db_row_str(rows, row, 1),
		.slot = db_row_str(rows, row, 2),
		.name = db_row_str(rows, row, 3),
		.allowed_origins = db_row_str(rows, row, 4),
		.settings = db_row_str(rows, row, 5),
		.secrets = db_row_str(rows, row, 6),
		.is_active = db_row_null(rows, row, 7),
		.created_at = db_row_time(rows, row, 8),
		.updated_at = db_row_time(rows, row, 9),
	};
}

/* The only row of an answer. */
static enum err_code first(const struct db_rows *rows, struct id workspace_id,
    struct id chatbot_id, struct db_integration *row_r, struct err *err)
{
	if (rows->n == 0)
		return err_set(err, ERR_NOT_FOUND, "Integration not found.");
	*row_r = from_row(rows, 0, workspace_id, chatbot_id);
	return ERR_OK;
}

enum err_code db_integration_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_integration *row_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_integration_module, INTEGRATION_GET,
		DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_ID(id)),
		pool, &rows, err);

	if (code != ERR_OK)
		return code;
	return first(&rows, workspace_id, chatbot_id, row_r, err);
}

enum err_code db_integration_get_slot(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str slot,
    struct db_integration *row_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_integration_module, INTEGRATION_GET_SLOT,
		DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_BLOB(slot)),
		pool, &rows, err);

	if (code != ERR_OK)
		return code;
	return first(&rows, workspace_id, chatbot_id, row_r, err);
}

enum err_code db_integration_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str type,
    struct db_integrations *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code;

	if (type.n == 0)
		code = db_query(db, &db_integration_module, INTEGRATION_LIST,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id)), pool,
		    &rows, err);
	else
		code =
		    db_query(db, &db_integration_module, INTEGRATION_LIST_TYPE,
			DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id),
			    DB_TEXT(type)),
			pool, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i, workspace_id, chatbot_id);
	return ERR_OK;
}

enum err_code db_integration_count(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str type,
    uint64_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_integration_module, INTEGRATION_COUNT,
		DB_ARGS(DB_ID(workspace_id), DB_ID(chatbot_id), DB_TEXT(type)),
		pool, &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_integration_set(
    struct db *db, const struct db_integration *row, struct err *err)
{
	return db_exec(db, &db_integration_module, INTEGRATION_SET,
	    DB_ARGS(blob_or_null(row->slot), DB_TEXT(row->name),
		DB_TEXT(row->allowed_origins), DB_TEXT(row->settings),
		blob_or_null(row->secrets), disabled_at(row),
		DB_TIME(row->updated_at), DB_ID(row->workspace_id),
		DB_ID(row->chatbot_id), DB_ID(row->id)),
	    NULL, err);
}

enum err_code db_integration_set_secrets(struct db *db, struct id workspace_id,
    struct id id, struct str secrets, struct err *err)
{
	return db_exec(db, &db_integration_module, INTEGRATION_SET_SECRETS,
	    DB_ARGS(DB_BLOB(secrets), DB_ID(workspace_id), DB_ID(id)), NULL,
	    err);
}

enum err_code db_integration_is_used(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, bool *is_used_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_integration_module, INTEGRATION_IS_USED,
		DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	if (code == ERR_OK)
		*is_used_r = rows.n > 0;
	return code;
}

enum err_code db_integration_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	return db_exec(db, &db_integration_module, INTEGRATION_DEL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_integration_bury(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	int64_t now = clock_now_us();

	return db_exec(db, &db_integration_module, INTEGRATION_BURY,
	    DB_ARGS(DB_TIME(now), DB_TIME(now), DB_ID(workspace_id), DB_ID(id)),
	    NULL, err);
}

enum err_code db_integration_forget_icons(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	return db_exec(db, &db_integration_module, INTEGRATION_FORGET_ICONS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

static enum err_code get_site(struct db *db, size_t stmt,
    const struct db_arg *args, size_t n_args, struct pool *pool,
    struct integration *out_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_integration_module, stmt, args, n_args, pool, &rows, err);

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
		.blueprint_settings = db_row_str(&rows, 0, 8),
	};
	return ERR_OK;
}

enum err_code db_integration_get_by_token(struct db *db, struct pool *pool,
    struct str token_hash, struct integration *out_r, struct err *err)
{
	const struct db_arg token = DB_BLOB(token_hash);

	return get_site(db, INTEGRATION_BY_TOKEN, &token, 1, pool, out_r, err);
}

enum err_code db_integration_get_widget(struct db *db, struct pool *pool,
    struct id id, struct integration *out_r, struct err *err)
{
	const struct db_arg widget = DB_ID(id);

	return get_site(
	    db, INTEGRATION_BY_WIDGET, &widget, 1, pool, out_r, err);
}

enum err_code db_integration_get_talk(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    struct integration *out_r, struct err *err)
{
	return get_site(db, INTEGRATION_BY_TALK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id)), pool, out_r,
	    err);
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
