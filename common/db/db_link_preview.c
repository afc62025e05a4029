/* db_link_preview.c: statements on what pages say of themselves */
/* SPDX-License-Identifier: MIT */
#include "db/db_link_preview.h"

#include "db/db_modules.h"

enum { GET, SET, PRUNE, STMT__MAX };

static const struct db_stmt stmts[STMT__MAX] = {
	[GET] = DB_STMT("link_preview_get", "dbt", "s?",
	    "SELECT preview FROM link_previews "
	    "WHERE workspace_id = ? AND url_hash = ? AND expires_at > ?"),
	[SET] = DB_STMT("link_preview_set", "dbs?t", "",
	    "INSERT INTO link_previews (workspace_id, url_hash, preview, "
	    "expires_at) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	    "preview = VALUES(preview), expires_at = VALUES(expires_at)"),
	[PRUNE] = DB_STMT("link_preview_prune", "tu", "",
	    "DELETE FROM link_previews WHERE expires_at <= ? LIMIT ?"),
};

const struct db_module db_link_preview_module = { "link_preview", stmts,
	STMT__MAX };

enum err_code db_link_preview_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct str url_hash, int64_t now,
    struct str *preview_r, bool *is_known_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_link_preview_module, GET,
	    DB_ARGS(DB_ID(workspace_id), DB_BLOB(url_hash), DB_TIME(now)), pool,
	    &rows, err);

	*is_known_r = code == ERR_OK && rows.n > 0;
	*preview_r = *is_known_r ? db_row_str(&rows, 0, 0) : STR_EMPTY;
	return code;
}

enum err_code db_link_preview_set(struct db *db, struct id workspace_id,
    struct str url_hash, struct str preview, int64_t expires_at,
    struct err *err)
{
	return db_exec(db, &db_link_preview_module, SET,
	    DB_ARGS(DB_ID(workspace_id), DB_BLOB(url_hash),
		preview.n ? DB_TEXT(preview) : DB_NULL('s'),
		DB_TIME(expires_at)),
	    NULL, err);
}

enum err_code db_link_preview_prune(
    struct db *db, int64_t now, size_t max, uint64_t *n_r, struct err *err)
{
	return db_exec(db, &db_link_preview_module, PRUNE,
	    DB_ARGS(DB_TIME(now), DB_UINT(max)), n_r, err);
}
