/* db_schema.c: statements on schema_version and on the server itself */
/* SPDX-License-Identifier: MIT */
#include "db/db_schema.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum { SCHEMA_EXISTS, SCHEMA_VERSION, SCHEMA_ADD, SCHEMA_SERVER, SCHEMA__MAX };

static const struct db_stmt stmts[SCHEMA__MAX] = {
	[SCHEMA_EXISTS] = DB_STMT("schema_exists", "", "i",
	    "SELECT COUNT(*) FROM information_schema.tables "
	    "WHERE table_schema = DATABASE() "
	    "AND table_name = 'schema_version'"),
	[SCHEMA_VERSION] = DB_STMT("schema_version", "", "u",
	    "SELECT COALESCE(MAX(version), 0) FROM schema_version"),
	[SCHEMA_ADD] = DB_STMT("schema_add", "ust", "",
	    "INSERT INTO schema_version (version, name, applied_at) "
	    "VALUES (?, ?, ?)"),
	[SCHEMA_SERVER] = DB_STMT("schema_server", "", "ss",
	    "SELECT VERSION(), @@character_set_database"),
};

const struct db_module db_schema_module = { "schema", stmts, SCHEMA__MAX };

enum err_code db_schema_get_version(
    struct db *db, uint64_t *version_r, struct err *err)
{
	struct pool *pool = pool_new();
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_schema_module, SCHEMA_EXISTS, NULL, 0, pool, &rows, err);

	*version_r = 0;
	if (code == ERR_OK && db_row_int(&rows, 0, 0) > 0) {
		code = db_query(db, &db_schema_module, SCHEMA_VERSION, NULL, 0,
		    pool, &rows, err);
		if (code == ERR_OK)
			*version_r = db_row_uint(&rows, 0, 0);
	}
	pool_free(&pool);
	return code;
}

enum err_code db_schema_add_version(
    struct db *db, uint64_t version, struct str name, struct err *err)
{
	return db_exec(db, &db_schema_module, SCHEMA_ADD,
	    DB_ARGS(DB_UINT(version), DB_TEXT(name), DB_TIME(clock_now_us())),
	    NULL, err);
}

enum err_code db_schema_get_server(struct db *db, struct pool *pool,
    struct str *version_r, struct str *charset_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_schema_module, SCHEMA_SERVER, NULL, 0, pool, &rows, err);

	if (code != ERR_OK)
		return code;
	*version_r = db_row_str(&rows, 0, 0);
	*charset_r = db_row_str(&rows, 0, 1);
	return ERR_OK;
}
