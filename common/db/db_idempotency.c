/* db_idempotency.c: statements on answers to requests that may come again */
/* SPDX-License-Identifier: MIT */
#include "db/db_idempotency.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum { ADD, SET, GET, PRUNE, STMT__MAX };

static const struct db_stmt stmts[STMT__MAX] = {
	[ADD] = DB_STMT("idempotency_add", "dbbt", "",
	    "INSERT INTO idempotency_keys (workspace_id, name, request_hash, "
	    "status, body, created_at) VALUES (?, ?, ?, 0, '', ?)"),
	[SET] = DB_STMT("idempotency_set", "ubdb", "",
	    "UPDATE idempotency_keys SET status = ?, body = ? "
	    "WHERE workspace_id = ? AND name = ?"),
	[GET] = DB_STMT("idempotency_get", "db", "bub",
	    "SELECT request_hash, CAST(status AS UNSIGNED), body "
	    "FROM idempotency_keys WHERE workspace_id = ? AND name = ?"),
	[PRUNE] = DB_STMT("idempotency_prune", "t", "",
	    "DELETE FROM idempotency_keys WHERE created_at < ? LIMIT 100"),
};

const struct db_module db_idempotency_module = { "idempotency", stmts,
	STMT__MAX };

enum err_code db_idempotency_add(
    struct db *db, const struct idempotency *row, struct err *err)
{
	return db_exec(db, &db_idempotency_module, ADD,
	    DB_ARGS(DB_ID(row->workspace_id), DB_BLOB(row->name),
		DB_BLOB(row->request_hash), DB_TIME(clock_now_us())),
	    NULL, err);
}

enum err_code db_idempotency_set(
    struct db *db, const struct idempotency *row, struct err *err)
{
	return db_exec(db, &db_idempotency_module, SET,
	    DB_ARGS(DB_UINT(row->status), DB_BLOB(row->body),
		DB_ID(row->workspace_id), DB_BLOB(row->name)),
	    NULL, err);
}

enum err_code db_idempotency_get(
    struct db *db, struct pool *pool, struct idempotency *row, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_idempotency_module, GET,
	    DB_ARGS(DB_ID(row->workspace_id), DB_BLOB(row->name)), pool, &rows,
	    err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(err, ERR_NOT_FOUND, "There is no such answer.");
	row->request_hash = db_row_str(&rows, 0, 0);
	row->status = (unsigned)db_row_uint(&rows, 0, 1);
	row->body = db_row_str(&rows, 0, 2);
	return ERR_OK;
}

enum err_code db_idempotency_prune(
    struct db *db, int64_t before, struct err *err)
{
	return db_exec(db, &db_idempotency_module, PRUNE,
	    DB_ARGS(DB_TIME(before)), NULL, err);
}
