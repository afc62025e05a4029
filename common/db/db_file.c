/* db_file.c: statements on files and their bytes */
/* SPDX-License-Identifier: MIT */
#include "db/db_file.h"

#include "db/db_modules.h"

enum {
	ADD,
	SET,
	ADD_CHUNK,
	DEL_CHUNKS,
	GET_CHUNK,
	GET,
	FIND,
	LIST_UP,
	LIST_DOWN,
	USED,
	USED_THERE,
	LOCK,
	KEEP,
	LIST_EXPIRED,
	DEL,
	DEL_EXPIRED,
	DEL_ICONS,
	LIST_ICONS,
	SET_ICON,
	DEL_ICON,
	STMT__MAX
};

#define COLUMNS                                                                \
	"id, workspace_id, conversation_id, name, type, size, sha256, "        \
	"secret, is_public, width, height, upload_hash, created_at, "          \
	"expires_at"
#define OUT "ddd?ssub?diu?u?b?tt?"

static const struct db_stmt stmts[STMT__MAX] = {
	[ADD] = DB_STMT("file_add", "ddd?ssub?diu?u?b?tt?", "",
	    "INSERT INTO files (id, workspace_id, conversation_id, name, type, "
	    "size, sha256, secret, is_public, width, height, upload_hash, "
	    "created_at, expires_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
	[SET] = DB_STMT("file_set", "ssubu?u?dd", "",
	    "UPDATE files SET name = ?, type = ?, size = ?, sha256 = ?, "
	    "width = ?, height = ?, upload_hash = NULL "
	    "WHERE workspace_id = ? AND id = ?"),
	[ADD_CHUNK] = DB_STMT("file_add_chunk", "dudb", "",
	    "INSERT INTO file_chunks (file_id, n, workspace_id, bytes) "
	    "VALUES (?, ?, ?, ?)"),
	[DEL_CHUNKS] = DB_STMT("file_del_chunks", "dd", "",
	    "DELETE FROM file_chunks WHERE workspace_id = ? AND file_id = ?"),
	[GET_CHUNK] = DB_STMT("file_get_chunk", "ddu", "b",
	    "SELECT bytes FROM file_chunks "
	    "WHERE workspace_id = ? AND file_id = ? AND n = ?"),
	[GET] = DB_STMT("file_get", "dd", OUT,
	    "SELECT " COLUMNS " FROM files "
	    "WHERE workspace_id = ? AND id = ?"),
	/* Its address has its secret, which the caller compares. */
	[FIND] = DB_STMT("file_find", "d", OUT,
	    "SELECT " COLUMNS " FROM files WHERE id = ?"),
	[LIST_UP] = DB_STMT("file_list_up", "ddu", OUT,
	    "SELECT " COLUMNS " FROM files WHERE workspace_id = ? "
	    "AND conversation_id IS NULL AND id > ? ORDER BY id LIMIT ?"),
	[LIST_DOWN] = DB_STMT("file_list_down", "ddu", OUT,
	    "SELECT " COLUMNS " FROM files WHERE workspace_id = ? "
	    "AND conversation_id IS NULL AND id < ? ORDER BY id DESC LIMIT ?"),
	[USED] = DB_STMT("file_used", "d", "u",
	    "SELECT CAST(COALESCE(SUM(size), 0) AS UNSIGNED) FROM files "
	    "WHERE workspace_id = ?"),
	[USED_THERE] = DB_STMT("file_used_there", "dd", "u",
	    "SELECT CAST(COALESCE(SUM(size), 0) AS UNSIGNED) FROM files "
	    "WHERE workspace_id = ? AND conversation_id = ?"),
	[LOCK] = DB_STMT("file_lock", "d", "d",
	    "SELECT id FROM workspaces WHERE id = ? FOR UPDATE"),
	[KEEP] = DB_STMT("file_keep", "dd", "",
	    "UPDATE files SET expires_at = NULL "
	    "WHERE workspace_id = ? AND id = ?"),
	[LIST_EXPIRED] = DB_STMT("file_list_expired", "tu", "dd",
	    "SELECT workspace_id, id FROM files WHERE expires_at <= ? "
	    "ORDER BY expires_at LIMIT ?"),
	[DEL] = DB_STMT("file_del", "dd", "",
	    "DELETE FROM files WHERE workspace_id = ? AND id = ?"),
	[DEL_EXPIRED] = DB_STMT("file_del_expired", "ddt", "",
	    "DELETE FROM files WHERE workspace_id = ? AND id = ? "
	    "AND expires_at <= ?"),
	[DEL_ICONS] = DB_STMT("file_del_icons", "dd", "",
	    "DELETE FROM widget_icons WHERE workspace_id = ? AND file_id = ?"),
	[LIST_ICONS] = DB_STMT("file_list_icons", "dd", "sdds",
	    "SELECT w.slot, f.id, f.secret, f.name FROM widget_icons w "
	    "JOIN files f ON f.workspace_id = w.workspace_id "
	    "AND f.id = w.file_id AND f.sha256 IS NOT NULL "
	    "WHERE w.workspace_id = ? AND w.integration_id = ? "
	    "ORDER BY w.slot"),
	[SET_ICON] = DB_STMT("file_set_icon", "dsdd", "",
	    "INSERT INTO widget_icons (integration_id, slot, workspace_id, "
	    "file_id) VALUES (?, ?, ?, ?) "
	    "ON DUPLICATE KEY UPDATE file_id = VALUES(file_id)"),
	[DEL_ICON] = DB_STMT("file_del_icon", "ddsd", "",
	    "DELETE FROM widget_icons WHERE workspace_id = ? "
	    "AND integration_id = ? AND slot = ? AND file_id = ?"),
};

const struct db_module db_file_module = { "file", stmts, STMT__MAX };

static struct db_arg id_or_null(struct id id)
{
	return id_is_none(id) ? DB_NULL('d') : DB_ID(id);
}

static struct db_arg blob_or_null(struct str s)
{
	return s.n ? DB_BLOB(s) : DB_NULL('b');
}

static struct db_arg uint_or_null(uint32_t v)
{
	return v ? DB_UINT(v) : DB_NULL('u');
}

enum err_code db_file_add(struct db *db, const struct file *f, struct err *err)
{
	return db_exec(db, &db_file_module, ADD,
	    DB_ARGS(DB_ID(f->id), DB_ID(f->workspace_id),
		id_or_null(f->conversation_id), DB_TEXT(f->name),
		DB_TEXT(f->type), DB_UINT(f->size), blob_or_null(f->sha256),
		DB_ID(f->secret), DB_INT(f->is_public), uint_or_null(f->width),
		uint_or_null(f->height), blob_or_null(f->upload_hash),
		DB_TIME(f->created_at),
		f->expires_at ? DB_TIME(f->expires_at) : DB_NULL('t')),
	    NULL, err);
}

enum err_code db_file_set(struct db *db, const struct file *f, struct err *err)
{
	return db_exec(db, &db_file_module, SET,
	    DB_ARGS(DB_TEXT(f->name), DB_TEXT(f->type), DB_UINT(f->size),
		DB_BLOB(f->sha256), uint_or_null(f->width),
		uint_or_null(f->height), DB_ID(f->workspace_id), DB_ID(f->id)),
	    NULL, err);
}

enum err_code db_file_add_chunk(struct db *db, const struct file *f, uint64_t n,
    struct str bytes, struct err *err)
{
	return db_exec(db, &db_file_module, ADD_CHUNK,
	    DB_ARGS(DB_ID(f->id), DB_UINT(n), DB_ID(f->workspace_id),
		DB_BLOB(bytes)),
	    NULL, err);
}

enum err_code db_file_del_chunks(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	return db_exec(db, &db_file_module, DEL_CHUNKS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_file_get_chunk(struct db *db, struct pool *pool,
    const struct file *f, uint64_t n, struct str *bytes_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_file_module, GET_CHUNK,
	    DB_ARGS(DB_ID(f->workspace_id), DB_ID(f->id), DB_UINT(n)), pool,
	    &rows, err);

	if (code == ERR_OK)
		*bytes_r = rows.n ? db_row_str(&rows, 0, 0) : STR_EMPTY;
	return code;
}

static uint32_t pixels(const struct db_rows *rows, size_t row, size_t column)
{
	return db_row_null(rows, row, column)
		   ? 0
		   : (uint32_t)db_row_uint(rows, row, column);
}

static struct file from_row(const struct db_rows *rows, size_t row)
{
	return (struct file){
		.id = db_row_id(rows, row, 0),
		.workspace_id = db_row_id(rows, row, 1),
		.conversation_id = db_row_id(rows, row, 2),
		.name = db_row_str(rows, row, 3),
		.type = db_row_str(rows, row, 4),
		.size = db_row_uint(rows, row, 5),
		.sha256 = db_row_str(rows, row, 6),
		.secret = db_row_id(rows, row, 7),
		.is_public = db_row_int(rows, row, 8) != 0,
		.width = pixels(rows, row, 9),
		.height = pixels(rows, row, 10),
		.upload_hash = db_row_str(rows, row, 11),
		.created_at = db_row_time(rows, row, 12),
		.expires_at = db_row_time(rows, row, 13),
	};
}

static enum err_code first(
    const struct db_rows *rows, struct file *file_r, struct err *err)
{
	if (!rows->n)
		return err_set(err, ERR_NOT_FOUND, "There is no such file.");
	*file_r = from_row(rows, 0);
	return ERR_OK;
}

enum err_code db_file_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct file *file_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_file_module, GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	return code ? code : first(&rows, file_r, err);
}

enum err_code db_file_find(struct db *db, struct pool *pool, struct id id,
    struct file *file_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_file_module, FIND, DB_ARGS(DB_ID(id)), pool, &rows, err);

	return code ? code : first(&rows, file_r, err);
}

enum err_code db_file_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id after, bool is_newest_first, size_t max,
    struct files *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code;

	if (is_newest_first && id_is_none(after))
		memset(after.b, 0xff, sizeof(after.b));
	if (is_newest_first)
		code = db_query(db, &db_file_module, LIST_DOWN,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(after), DB_UINT(max)),
		    pool, &rows, err);
	else
		code = db_query(db, &db_file_module, LIST_UP,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(after), DB_UINT(max)),
		    pool, &rows, err);
	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = from_row(&rows, i);
	return ERR_OK;
}

enum err_code db_file_used(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, bool is_locked,
    uint64_t *workspace_r, uint64_t *conversation_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ERR_OK;

	*conversation_r = 0;
	if (is_locked)
		code = db_query(db, &db_file_module, LOCK,
		    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);
	if (code == ERR_OK)
		code = db_query(db, &db_file_module, USED,
		    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);
	if (code != ERR_OK)
		return code;
	*workspace_r = db_row_uint(&rows, 0, 0);
	if (id_is_none(conversation_id))
		return ERR_OK;
	code = db_query(db, &db_file_module, USED_THERE,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(conversation_id)), pool, &rows,
	    err);
	if (code == ERR_OK)
		*conversation_r = db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_file_keep(
    struct db *db, struct id workspace_id, struct id id, struct err *err)
{
	return db_exec(db, &db_file_module, KEEP,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_file_list_expired(struct db *db, struct pool *pool,
    int64_t now, size_t max, struct files *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_file_module, LIST_EXPIRED,
	    DB_ARGS(DB_TIME(now), DB_UINT(max)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++) {
		list_r->items[i].workspace_id = db_row_id(&rows, i, 0);
		list_r->items[i].id = db_row_id(&rows, i, 1);
	}
	return ERR_OK;
}

enum err_code db_file_del(struct db *db, struct id workspace_id, struct id id,
    int64_t expired_at, bool *is_gone_r, struct err *err)
{
	uint64_t n = 0;
	enum err_code code;

	if (expired_at)
		code = db_exec(db, &db_file_module, DEL_EXPIRED,
		    DB_ARGS(
			DB_ID(workspace_id), DB_ID(id), DB_TIME(expired_at)),
		    &n, err);
	else
		code = db_exec(db, &db_file_module, DEL,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), &n, err);
	*is_gone_r = code == ERR_OK && n > 0;
	if (!*is_gone_r)
		return code;
	code = db_file_del_chunks(db, workspace_id, id, err);
	if (code == ERR_OK)
		code = db_exec(db, &db_file_module, DEL_ICONS,
		    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), NULL, err);
	return code;
}

enum err_code db_file_list_icons(struct db *db, struct pool *pool,
    struct id workspace_id, struct id integration_id, struct db_icons *list_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_file_module, LIST_ICONS,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(integration_id)), pool, &rows,
	    err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		list_r->items[i] = (struct db_icon){
			.slot = db_row_str(&rows, i, 0),
			.file = { .id = db_row_id(&rows, i, 1),
			    .secret = db_row_id(&rows, i, 2),
			    .name = db_row_str(&rows, i, 3) },
		};
	return ERR_OK;
}

enum err_code db_file_set_icon(struct db *db, struct id workspace_id,
    struct id integration_id, struct str slot, struct id file_id,
    struct err *err)
{
	return db_exec(db, &db_file_module, SET_ICON,
	    DB_ARGS(DB_ID(integration_id), DB_TEXT(slot), DB_ID(workspace_id),
		DB_ID(file_id)),
	    NULL, err);
}

enum err_code db_file_del_icon(struct db *db, struct id workspace_id,
    struct id integration_id, struct str slot, struct id file_id,
    struct err *err)
{
	uint64_t n = 0;
	enum err_code code = db_exec(db, &db_file_module, DEL_ICON,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(integration_id), DB_TEXT(slot),
		DB_ID(file_id)),
	    &n, err);

	if (code == ERR_OK && !n)
		code = err_set(err, ERR_NOT_FOUND,
		    "The widget does not have this file there.");
	return code;
}
