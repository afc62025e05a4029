/* db_api_key.c: statements on the keys of the developer API */
/* SPDX-License-Identifier: MIT */
#include "db/db_api_key.h"

#include "db/db_modules.h"

enum { KEY_ADD, KEY_GET, KEY_LIST, KEY_REVOKE, KEY_SET_USED, KEY__MAX };

#define COLUMNS                                                                \
	"k.id, k.workspace_id, k.name, k.last4, k.scopes, k.created_by, "      \
	"k.created_at, k.last_used_at, k.expires_at, k.revoked_at"
#define OUT "ddsssd?tt?t?t?"

static const struct db_stmt stmts[KEY__MAX] = {
	[KEY_ADD] = DB_STMT("api_key_add", "ddsbssd?tt?", "",
	    "INSERT INTO api_keys (workspace_id, id, name, key_hash, last4, "
	    "scopes, created_by, created_at, expires_at) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
	[KEY_GET] = DB_STMT("api_key_get", "b", OUT "st",
	    "SELECT " COLUMNS ", w.name, w.created_at FROM api_keys k "
	    "JOIN workspaces w ON w.id = k.workspace_id "
	    "WHERE k.key_hash = ?"),
	[KEY_LIST] = DB_STMT("api_key_list", "d", OUT "s?",
	    "SELECT " COLUMNS ", u.display_name FROM api_keys k "
	    "LEFT JOIN users u ON u.id = k.created_by "
	    "AND u.workspace_id = k.workspace_id "
	    "WHERE k.workspace_id = ? ORDER BY k.id DESC"),
	[KEY_REVOKE] = DB_STMT("api_key_revoke", "tdd", "",
	    "UPDATE api_keys SET revoked_at = ? "
	    "WHERE workspace_id = ? AND id = ? AND revoked_at IS NULL"),
	[KEY_SET_USED] = DB_STMT("api_key_set_used", "tdd", "",
	    "UPDATE api_keys SET last_used_at = ? "
	    "WHERE workspace_id = ? AND id = ?"),
};

const struct db_module db_api_key_module = { "api_key", stmts, KEY__MAX };

enum err_code db_api_key_add(
    struct db *db, const struct api_key *key, struct str hash, struct err *err)
{
	return db_exec(db, &db_api_key_module, KEY_ADD,
	    DB_ARGS(DB_ID(key->workspace_id), DB_ID(key->id),
		DB_TEXT(key->name), DB_BLOB(hash), DB_TEXT(key->last4),
		DB_TEXT(key->can_write ? STR("read,write") : STR("read")),
		id_is_none(key->created_by) ? DB_NULL('d')
					    : DB_ID(key->created_by),
		DB_TIME(key->created_at),
		key->expires_at ? DB_TIME(key->expires_at) : DB_NULL('t')),
	    NULL, err);
}

static struct api_key from_row(const struct db_rows *rows, size_t row)
{
	return (struct api_key){
		.id = db_row_id(rows, row, 0),
		.workspace_id = db_row_id(rows, row, 1),
		.name = db_row_str(rows, row, 2),
		.last4 = db_row_str(rows, row, 3),
		.can_write =
		    str_eq(db_row_str(rows, row, 4), STR("read,write")),
		.created_by = db_row_id(rows, row, 5),
		.created_at = db_row_time(rows, row, 6),
		.last_used_at = db_row_time(rows, row, 7),
		.expires_at = db_row_time(rows, row, 8),
		.revoked_at = db_row_time(rows, row, 9),
	};
}

enum err_code db_api_key_get(struct db *db, struct pool *pool, struct str hash,
    struct api_key *key_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_api_key_module, KEY_GET,
	    DB_ARGS(DB_BLOB(hash)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no such key.");
	*key_r = from_row(&rows, 0);
	key_r->workspace_name = db_row_str(&rows, 0, 10);
	key_r->workspace_created_at = db_row_time(&rows, 0, 11);
	return ERR_OK;
}

enum err_code db_api_key_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct api_keys *list_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_api_key_module, KEY_LIST,
	    DB_ARGS(DB_ID(workspace_id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++) {
		list_r->items[i] = from_row(&rows, i);
		list_r->items[i].created_by_name = db_row_str(&rows, i, 10);
	}
	return ERR_OK;
}

enum err_code db_api_key_revoke(struct db *db, struct id workspace_id,
    struct id id, int64_t now, struct err *err)
{
	uint64_t changed = 0;
	enum err_code code = db_exec(db, &db_api_key_module, KEY_REVOKE,
	    DB_ARGS(DB_TIME(now), DB_ID(workspace_id), DB_ID(id)), &changed,
	    err);

	if (code == ERR_OK && changed == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no such key.");
	return code;
}

enum err_code db_api_key_set_used(struct db *db, struct id workspace_id,
    struct id id, int64_t now, struct err *err)
{
	return db_exec(db, &db_api_key_module, KEY_SET_USED,
	    DB_ARGS(DB_TIME(now), DB_ID(workspace_id), DB_ID(id)), NULL, err);
}
