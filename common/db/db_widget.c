/* db_widget.c: statements on the widgets of a workspace */
/* SPDX-License-Identifier: MIT */
#include "db/db_widget.h"

#include "db/db_modules.h"

enum {
	WIDGET_ADD,
	WIDGET_SET,
	WIDGET_SET_SETTINGS,
	WIDGET_GET,
	WIDGET_GET_ALIAS,
	WIDGET_LOCK,
	WIDGET_LIST_DOWN,
	WIDGET_LIST_UP,
	WIDGET_LIST_BLUEPRINT_DOWN,
	WIDGET_LIST_BLUEPRINT_UP,
	WIDGET_COUNT,
	WIDGET_LOCK_WORKSPACE,
	WIDGET_COPY_ICONS,
	WIDGET_SET_SECRETS,
	WIDGET_LIST_VISITS,
	WIDGET__MAX
};

#define SELECT                                                                 \
	"SELECT i.id, i.chatbot_id, i.blueprint_id, c.name, i.slot, i.name, "  \
	"i.alias, i.description, i.meta, i.allowed_origins, i.settings, "      \
	"b.settings, i.secrets, i.disabled_at, i.created_at, i.updated_at "    \
	"FROM integrations i "                                                 \
	"LEFT JOIN chatbots c ON c.workspace_id = i.workspace_id "             \
	"AND c.id = i.chatbot_id "                                             \
	"LEFT JOIN blueprints b ON b.workspace_id = i.workspace_id "           \
	"AND b.id = i.blueprint_id "                                           \
	"WHERE i.workspace_id = ? AND i.type = 'web_chat' "
#define OUT  "dd?d?s?b?ss?s?s?sss?b?t?tt"
#define META "AND (? IS NULL OR JSON_CONTAINS(i.meta, ?)) "

static const struct db_stmt stmts[WIDGET__MAX] = {
	[WIDGET_ADD] = DB_STMT("widget_add", "ddd?d?b?ss?s?s?b?ssb?t?tt", "",
	    "INSERT INTO integrations (workspace_id, id, chatbot_id, "
	    "blueprint_id, type, slot, name, alias, description, meta, "
	    "token_hash, allowed_origins, settings, secrets, disabled_at, "
	    "created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, 'web_chat', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
	    "?)"),
	[WIDGET_SET] = DB_STMT("widget_set", "d?d?b?ss?s?s?ssb?t?tdd", "",
	    "UPDATE integrations SET chatbot_id = ?, blueprint_id = ?, "
	    "slot = ?, name = ?, alias = ?, description = ?, meta = ?, "
	    "allowed_origins = ?, settings = ?, secrets = ?, disabled_at = ?, "
	    "updated_at = ? WHERE workspace_id = ? AND id = ? "
	    "AND type = 'web_chat'"),
	[WIDGET_SET_SETTINGS] = DB_STMT("widget_set_settings", "sdd", "",
	    "UPDATE integrations SET settings = ? WHERE workspace_id = ? "
	    "AND id = ? AND type = 'web_chat'"),
	[WIDGET_GET] = DB_STMT("widget_get", "dd", OUT, SELECT "AND i.id = ?"),
	[WIDGET_GET_ALIAS] =
	    DB_STMT("widget_get_alias", "ds", OUT, SELECT "AND i.alias = ?"),
	[WIDGET_LOCK] = DB_STMT("widget_lock", "dd", "d",
	    "SELECT id FROM integrations WHERE workspace_id = ? AND id = ? "
	    "AND type = 'web_chat' FOR UPDATE"),
	[WIDGET_LIST_DOWN] = DB_STMT("widget_list_down", "dds?s?u", OUT,
	    SELECT "AND i.id < ? " META "ORDER BY i.id DESC LIMIT ?"),
	[WIDGET_LIST_UP] = DB_STMT("widget_list_up", "dds?s?u", OUT,
	    SELECT "AND i.id > ? " META "ORDER BY i.id LIMIT ?"),
	[WIDGET_LIST_BLUEPRINT_DOWN] =
	    DB_STMT("widget_list_blueprint_down", "ddds?s?u", OUT,
		SELECT "AND i.blueprint_id = ? AND i.id < ? " META
		       "ORDER BY i.id DESC LIMIT ?"),
	[WIDGET_LIST_BLUEPRINT_UP] =
	    DB_STMT("widget_list_blueprint_up", "ddds?s?u", OUT,
		SELECT "AND i.blueprint_id = ? AND i.id > ? " META
		       "ORDER BY i.id LIMIT ?"),
	[WIDGET_COUNT] = DB_STMT("widget_count", "d", "u",
	    "SELECT COUNT(*) FROM integrations "
	    "WHERE workspace_id = ? AND type = 'web_chat'"),
	[WIDGET_LOCK_WORKSPACE] = DB_STMT("widget_lock_workspace", "d", "d",
	    "SELECT id FROM workspaces WHERE id = ? FOR UPDATE"),
	[WIDGET_COPY_ICONS] = DB_STMT("widget_copy_icons", "ddd", "",
	    "INSERT INTO widget_icons (integration_id, slot, workspace_id, "
	    "file_id) SELECT ?, slot, workspace_id, file_id FROM widget_icons "
	    "WHERE workspace_id = ? AND integration_id = ?"),
	[WIDGET_SET_SECRETS] = DB_STMT("widget_set_secrets", "b?btdd", "",
	    "UPDATE integrations SET token_hash = IFNULL(?, token_hash), "
	    "secrets = ?, updated_at = ? WHERE workspace_id = ? AND id = ? "
	    "AND type = 'web_chat'"),
	[WIDGET_LIST_VISITS] = DB_STMT("widget_list_visits", "d", "dt?",
	    "SELECT integration_id, MAX(created_at) FROM contacts "
	    "WHERE workspace_id = ? GROUP BY integration_id"),
};

const struct db_module db_widget_module = { "widget", stmts, WIDGET__MAX };

static struct db_arg id_or_null(struct id id)
{
	return id_is_none(id) ? DB_NULL('d') : DB_ID(id);
}

static struct db_arg text_or_null(struct str s)
{
	return s.n > 0 ? DB_TEXT(s) : DB_NULL('s');
}

static struct db_arg blob_or_null(struct str s)
{
	return s.n > 0 ? DB_BLOB(s) : DB_NULL('b');
}

static struct db_arg disabled_at(const struct widget *w)
{
	return w->is_active ? DB_NULL('t') : DB_TIME(w->updated_at);
}

enum err_code db_widget_add(
    struct db *db, const struct widget *w, struct err *err)
{
	return db_exec(db, &db_widget_module, WIDGET_ADD,
	    DB_ARGS(DB_ID(w->workspace_id), DB_ID(w->id),
		id_or_null(w->chatbot_id), id_or_null(w->blueprint_id),
		blob_or_null(w->slot), DB_TEXT(w->name), text_or_null(w->alias),
		text_or_null(w->description), text_or_null(w->meta),
		blob_or_null(w->token_hash), DB_TEXT(w->allowed_origins),
		DB_TEXT(w->settings), blob_or_null(w->secrets), disabled_at(w),
		DB_TIME(w->created_at), DB_TIME(w->updated_at)),
	    NULL, err);
}

enum err_code db_widget_set(
    struct db *db, const struct widget *w, struct err *err)
{
	return db_exec(db, &db_widget_module, WIDGET_SET,
	    DB_ARGS(id_or_null(w->chatbot_id), id_or_null(w->blueprint_id),
		blob_or_null(w->slot), DB_TEXT(w->name), text_or_null(w->alias),
		text_or_null(w->description), text_or_null(w->meta),
		DB_TEXT(w->allowed_origins), DB_TEXT(w->settings),
		blob_or_null(w->secrets), disabled_at(w),
		DB_TIME(w->updated_at), DB_ID(w->workspace_id), DB_ID(w->id)),
	    NULL, err);
}

enum err_code db_widget_set_settings(struct db *db, struct id workspace_id,
    struct id id, struct str settings, struct err *err)
{
	return db_exec(db, &db_widget_module, WIDGET_SET_SETTINGS,
	    DB_ARGS(DB_TEXT(settings), DB_ID(workspace_id), DB_ID(id)), NULL,
	    err);
}

static struct widget from_row(
    const struct db_rows *rows, size_t row, struct id workspace_id)
{
	return (struct widget){
		.workspace_id = workspace_id,
		.id = db_row_id(rows, row, 0),
		.chatbot_id = db_row_id(rows, row, 1),
		.blueprint_id = db_row_id(rows, row, 2),
		.chatbot_name = db_row_str(rows, row, 3),
		.slot = db_row_str(rows, row, 4),
		.name = db_row_str(rows, row, 5),
		.alias = db_row_str(rows, row, 6),
		.description = db_row_str(rows, row, 7),
		.meta = db_row_str(rows, row, 8),
		.allowed_origins = db_row_str(rows, row, 9),
		.settings = db_row_str(rows, row, 10),
		.blueprint_settings = db_row_str(rows, row, 11),
		.secrets = db_row_str(rows, row, 12),
		.is_active = db_row_null(rows, row, 13),
		.created_at = db_row_time(rows, row, 14),
		.updated_at = db_row_time(rows, row, 15),
	};
}

enum err_code db_widget_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct str alias, struct widget *w_r,
    struct err *err)
{
	bool by_alias = id_is_none(id);
	struct db_rows rows;
	enum err_code code = db_query(db, &db_widget_module,
	    by_alias ? WIDGET_GET_ALIAS : WIDGET_GET,
	    DB_ARGS(DB_ID(workspace_id), by_alias ? DB_TEXT(alias) : DB_ID(id)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "Widget not found.");
	*w_r = from_row(&rows, 0, workspace_id);
	return ERR_OK;
}

enum err_code db_widget_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_widget_module, WIDGET_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	if (code == ERR_OK && rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "Widget not found.");
	return code;
}

enum err_code db_widget_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id blueprint_id,
    const struct db_slice *slice, struct widgets *list_r, struct err *err)
{
	struct id behind = slice->behind;
	struct db_rows rows;
	enum err_code code;

	if (id_is_none(behind) && !slice->is_up)
		memset(&behind, 0xff, sizeof(behind));
	if (id_is_none(blueprint_id))
		code = db_query(db, &db_widget_module,
		    slice->is_up ? WIDGET_LIST_UP : WIDGET_LIST_DOWN,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(behind),
			text_or_null(slice->meta), text_or_null(slice->meta),
			DB_UINT(slice->take)),
		    pool, &rows, err);
	else
		code = db_query(db, &db_widget_module,
		    slice->is_up ? WIDGET_LIST_BLUEPRINT_UP
				 : WIDGET_LIST_BLUEPRINT_DOWN,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(blueprint_id),
			DB_ID(behind), text_or_null(slice->meta),
			text_or_null(slice->meta), DB_UINT(slice->take)),
		    pool, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items) + 1);
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i, workspace_id);
	return ERR_OK;
}

enum err_code db_widget_count(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_widget_module, WIDGET_COUNT,
	    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_widget_lock_workspace(
    struct db *db, struct pool *pool, struct id workspace_id, struct err *err)
{
	struct db_rows rows;

	return db_query(db, &db_widget_module, WIDGET_LOCK_WORKSPACE,
	    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);
}

enum err_code db_widget_set_secrets(
    struct db *db, const struct widget *w, struct err *err)
{
	return db_exec(db, &db_widget_module, WIDGET_SET_SECRETS,
	    DB_ARGS(blob_or_null(w->token_hash), DB_BLOB(w->secrets),
		DB_TIME(w->updated_at), DB_ID(w->workspace_id), DB_ID(w->id)),
	    NULL, err);
}

enum err_code db_widget_list_visits(struct db *db, struct pool *pool,
    struct id workspace_id, struct widget_visits *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_widget_module, WIDGET_LIST_VISITS,
	    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items) + 1);
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] =
		    (struct widget_visit){ db_row_id(&rows, i, 0),
			    db_row_time(&rows, i, 1) };
	return ERR_OK;
}

enum err_code db_widget_copy_icons(struct db *db, struct id workspace_id,
    struct id from, struct id to, struct err *err)
{
	return db_exec(db, &db_widget_module, WIDGET_COPY_ICONS,
	    DB_ARGS(DB_ID(to), DB_ID(workspace_id), DB_ID(from)), NULL, err);
}
