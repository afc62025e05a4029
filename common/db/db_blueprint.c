/* db_blueprint.c: statements on what several widgets have in common */
/* SPDX-License-Identifier: MIT */
#include "db/db_blueprint.h"

#include "db/db_modules.h"

enum {
	BLUEPRINT_ADD,
	BLUEPRINT_SET,
	BLUEPRINT_GET,
	BLUEPRINT_GET_ALIAS,
	BLUEPRINT_LOCK,
	BLUEPRINT_LIST_DOWN,
	BLUEPRINT_LIST_UP,
	BLUEPRINT_COUNT,
	BLUEPRINT_DETACH,
	BLUEPRINT_DEL,
	BLUEPRINT__MAX
};

#define SELECT                                                                 \
	"SELECT id, name, alias, description, meta, settings, created_at, "    \
	"updated_at FROM blueprints WHERE workspace_id = ? "
#define OUT  "dss?s?s?stt"
#define META "AND (? IS NULL OR JSON_CONTAINS(meta, ?)) "

static const struct db_stmt stmts[BLUEPRINT__MAX] = {
	[BLUEPRINT_ADD] = DB_STMT("blueprint_add", "ddss?s?s?stt", "",
	    "INSERT INTO blueprints (workspace_id, id, name, alias, "
	    "description, meta, settings, created_at, updated_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
	[BLUEPRINT_SET] = DB_STMT("blueprint_set", "ss?s?s?stdd", "",
	    "UPDATE blueprints SET name = ?, alias = ?, description = ?, "
	    "meta = ?, settings = ?, updated_at = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[BLUEPRINT_GET] =
	    DB_STMT("blueprint_get", "dd", OUT, SELECT "AND id = ?"),
	[BLUEPRINT_GET_ALIAS] =
	    DB_STMT("blueprint_get_alias", "ds", OUT, SELECT "AND alias = ?"),
	[BLUEPRINT_LOCK] = DB_STMT("blueprint_lock", "dd", "d",
	    "SELECT id FROM blueprints WHERE workspace_id = ? AND id = ? "
	    "FOR UPDATE"),
	[BLUEPRINT_LIST_DOWN] = DB_STMT("blueprint_list_down", "dds?s?u", OUT,
	    SELECT "AND id < ? " META "ORDER BY id DESC LIMIT ?"),
	[BLUEPRINT_LIST_UP] = DB_STMT("blueprint_list_up", "dds?s?u", OUT,
	    SELECT "AND id > ? " META "ORDER BY id LIMIT ?"),
	[BLUEPRINT_COUNT] = DB_STMT("blueprint_count", "d", "u",
	    "SELECT COUNT(*) FROM blueprints WHERE workspace_id = ?"),
	[BLUEPRINT_DETACH] = DB_STMT("blueprint_detach", "dd", "",
	    "UPDATE integrations SET blueprint_id = NULL "
	    "WHERE workspace_id = ? AND blueprint_id = ?"),
	[BLUEPRINT_DEL] = DB_STMT("blueprint_del", "dd", "",
	    "DELETE FROM blueprints WHERE workspace_id = ? AND id = ?"),
};

const struct db_module db_blueprint_module = { "blueprint", stmts,
	BLUEPRINT__MAX };

static struct db_arg text_or_null(struct str s)
{
	return s.n > 0 ? DB_TEXT(s) : DB_NULL('s');
}

enum err_code db_blueprint_add(
    struct db *db, const struct blueprint *b, struct err *err)
{
	return db_exec(db, &db_blueprint_module, BLUEPRINT_ADD,
	    DB_ARGS(DB_ID(b->workspace_id), DB_ID(b->id), DB_TEXT(b->name),
		text_or_null(b->alias), text_or_null(b->description),
		text_or_null(b->meta), DB_TEXT(b->settings),
		DB_TIME(b->created_at), DB_TIME(b->updated_at)),
	    NULL, err);
}

enum err_code db_blueprint_set(
    struct db *db, const struct blueprint *b, struct err *err)
{
	return db_exec(db, &db_blueprint_module, BLUEPRINT_SET,
	    DB_ARGS(DB_TEXT(b->name), text_or_null(b->alias),
		text_or_null(b->description), text_or_null(b->meta),
		DB_TEXT(b->settings), DB_TIME(b->updated_at),
		DB_ID(b->workspace_id), DB_ID(b->id)),
	    NULL, err);
}

static struct blueprint from_row(
    const struct db_rows *rows, size_t row, struct id workspace_id)
{
	return (struct blueprint){
		.workspace_id = workspace_id,
		.id = db_row_id(rows, row, 0),
		.name = db_row_str(rows, row, 1),
		.alias = db_row_str(rows, row, 2),
		.description = db_row_str(rows, row, 3),
		.meta = db_row_str(rows, row, 4),
		.settings = db_row_str(rows, row, 5),
		.created_at = db_row_time(rows, row, 6),
		.updated_at = db_row_time(rows, row, 7),
	};
}

static enum err_code not_found(struct err *err)
{
	return err_set(err, ERR_NOT_FOUND, "Blueprint not found.");
}

enum err_code db_blueprint_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct str alias,
    struct blueprint *b_r, struct err *err)
{
	bool by_alias = id_is_none(id);
	struct db_rows rows;
	enum err_code code = db_query(db, &db_blueprint_module,
	    by_alias ? BLUEPRINT_GET_ALIAS : BLUEPRINT_GET,
	    DB_ARGS(DB_ID(workspace_id), by_alias ? DB_TEXT(alias) : DB_ID(id)),
	    pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return not_found(err);
	*b_r = from_row(&rows, 0, workspace_id);
	return ERR_OK;
}

enum err_code db_blueprint_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_blueprint_module, BLUEPRINT_LOCK,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	return code == ERR_OK && rows.n == 0 ? not_found(err) : code;
}

enum err_code db_blueprint_list(struct db *db, struct pool *pool,
    struct id workspace_id, const struct db_slice *slice,
    struct blueprints *list_r, struct err *err)
{
	struct id behind = slice->behind;
	struct db_rows rows;
	enum err_code code;

	if (id_is_none(behind) && !slice->is_up)
		memset(&behind, 0xff, sizeof(behind));
	code = db_query(db, &db_blueprint_module,
	    slice->is_up ? BLUEPRINT_LIST_UP : BLUEPRINT_LIST_DOWN,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(behind),
		text_or_null(slice->meta), text_or_null(slice->meta),
		DB_UINT(slice->take)),
	    pool, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items) + 1);
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i, workspace_id);
	return ERR_OK;
}

enum err_code db_blueprint_count(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_blueprint_module, BLUEPRINT_COUNT,
	    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);

	if (code == ERR_OK)
		*n_r = db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_blueprint_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	enum err_code code = db_exec(db, &db_blueprint_module, BLUEPRINT_DETACH,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);

	if (code != ERR_OK)
		return code;
	return db_exec(db, &db_blueprint_module, BLUEPRINT_DEL,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}
