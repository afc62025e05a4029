/* db_login.c: statements on browser sessions and failed logins */
/* SPDX-License-Identifier: MIT */
#include "db/db_login.h"

#include "db/db_modules.h"

enum {
	ADD,
	GET,
	SET_SEEN,
	DEL,
	DEL_USER,
	PRUNE,
	FAIL_GET,
	FAIL_MAKE,
	FAIL_LOCK,
	FAIL_SET,
	FAIL_DEL,
	FAIL_PRUNE,
	STMT__MAX
};

/* A cookie and a failed try come before any workspace is known. */
static const struct db_stmt stmts[STMT__MAX] = {
	[ADD] = DB_STMT("login_add", "ddbtttb", "",
	    "INSERT INTO logins (workspace_id, user_id, token_hash, created_at,"
	    " seen_at, expires_at, address) VALUES (?, ?, ?, ?, ?, ?, ?)"),
	[GET] = DB_STMT("login_get", "b", "ddsssstt",
	    "SELECT u.workspace_id, u.id, w.name, u.email, u.display_name,"
	    " u.role, l.seen_at, l.expires_at FROM logins l"
	    " JOIN users u ON u.workspace_id = l.workspace_id"
	    " AND u.id = l.user_id"
	    " JOIN workspaces w ON w.id = l.workspace_id"
	    " WHERE l.token_hash = ? AND u.disabled_at IS NULL"),
	[SET_SEEN] = DB_STMT("login_set_seen", "tb", "",
	    "UPDATE logins SET seen_at = ? WHERE token_hash = ?"),
	[DEL] = DB_STMT(
	    "login_del", "b", "", "DELETE FROM logins WHERE token_hash = ?"),
	[DEL_USER] = DB_STMT("login_del_user", "dd", "",
	    "DELETE FROM logins WHERE workspace_id = ? AND user_id = ?"),
	[PRUNE] = DB_STMT("login_prune", "t", "",
	    "DELETE FROM logins WHERE expires_at < ? LIMIT 100"),
	[FAIL_GET] = DB_STMT("login_fail_get", "b", "utt?",
	    "SELECT CAST(fails AS UNSIGNED), first_at, blocked_until"
	    " FROM login_fails WHERE subject = ?"),
	[FAIL_MAKE] = DB_STMT("login_fail_make", "bt", "",
	    "INSERT INTO login_fails (subject, fails, first_at) VALUES (?, 0, ?)"
	    " ON DUPLICATE KEY UPDATE fails = fails"),
	[FAIL_LOCK] = DB_STMT("login_fail_lock", "b", "utt?",
	    "SELECT CAST(fails AS UNSIGNED), first_at, blocked_until"
	    " FROM login_fails WHERE subject = ? FOR UPDATE"),
	[FAIL_SET] = DB_STMT("login_fail_set", "utt?b", "",
	    "UPDATE login_fails SET fails = ?, first_at = ?, blocked_until = ?"
	    " WHERE subject = ?"),
	[FAIL_DEL] = DB_STMT("login_fail_del", "b", "",
	    "DELETE FROM login_fails WHERE subject = ?"),
	[FAIL_PRUNE] = DB_STMT("login_fail_prune", "tt", "",
	    "DELETE FROM login_fails WHERE first_at < ?"
	    " AND (blocked_until IS NULL OR blocked_until < ?) LIMIT 100"),
};

const struct db_module db_login_module = { "login", stmts, STMT__MAX };

enum err_code db_login_add(struct db *db, const struct db_login *login,
    struct str address, int64_t now, struct err *err)
{
	return db_exec(db, &db_login_module, ADD,
	    DB_ARGS(DB_ID(login->user.workspace_id), DB_ID(login->user.id),
		DB_BLOB(login->token_hash), DB_TIME(now),
		DB_TIME(login->seen_at), DB_TIME(login->expires_at),
		DB_BLOB(address)),
	    NULL, err);
}

enum err_code db_login_get(struct db *db, struct pool *pool,
    struct str token_hash, struct db_login *login_r, struct err *err)
{
	struct db_rows r;
	enum err_code code;

	code = db_query(db, &db_login_module, GET, DB_ARGS(DB_BLOB(token_hash)),
	    pool, &r, err);
	if (code)
		return code;
	if (!r.n)
		return err_set(err, ERR_NOT_FOUND, "There is no such login.");
	*login_r = (struct db_login){
		.token_hash = token_hash,
		.user = {
			.workspace_id = db_row_id(&r, 0, 0),
			.id = db_row_id(&r, 0, 1),
			.workspace_name = db_row_str(&r, 0, 2),
			.email = db_row_str(&r, 0, 3),
			.display_name = db_row_str(&r, 0, 4),
			.role = db_row_str(&r, 0, 5),
		},
		.seen_at = db_row_time(&r, 0, 6),
		.expires_at = db_row_time(&r, 0, 7),
	};
	return ERR_OK;
}

enum err_code db_login_set_seen(
    struct db *db, struct str token_hash, int64_t now, struct err *err)
{
	return db_exec(db, &db_login_module, SET_SEEN,
	    DB_ARGS(DB_TIME(now), DB_BLOB(token_hash)), NULL, err);
}

enum err_code db_login_del(
    struct db *db, struct str token_hash, struct err *err)
{
	return db_exec(
	    db, &db_login_module, DEL, DB_ARGS(DB_BLOB(token_hash)), NULL, err);
}

enum err_code db_login_del_user(
    struct db *db, struct id workspace_id, struct id user_id, struct err *err)
{
	return db_exec(db, &db_login_module, DEL_USER,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(user_id)), NULL, err);
}

enum err_code db_login_prune(struct db *db, int64_t now, struct err *err)
{
	return db_exec(
	    db, &db_login_module, PRUNE, DB_ARGS(DB_TIME(now)), NULL, err);
}

static enum err_code fail_read(struct db *db, int stmt, struct pool *pool,
    struct str subject, struct db_login_fail *fail_r, struct err *err)
{
	struct db_rows r;
	enum err_code code;

	*fail_r = (struct db_login_fail){ .subject = subject };
	code = db_query(db, &db_login_module, stmt, DB_ARGS(DB_BLOB(subject)),
	    pool, &r, err);
	if (code || !r.n)
		return code;
	fail_r->fails = db_row_uint(&r, 0, 0);
	fail_r->first_at = db_row_time(&r, 0, 1);
	fail_r->blocked_until = db_row_time(&r, 0, 2);
	return ERR_OK;
}

enum err_code db_login_fail_get(struct db *db, struct pool *pool,
    struct str subject, struct db_login_fail *fail_r, struct err *err)
{
	return fail_read(db, FAIL_GET, pool, subject, fail_r, err);
}

enum err_code db_login_fail_lock(struct db *db, struct pool *pool,
    struct str subject, int64_t now, struct db_login_fail *fail_r,
    struct err *err)
{
	enum err_code code;

	code = db_exec(db, &db_login_module, FAIL_MAKE,
	    DB_ARGS(DB_BLOB(subject), DB_TIME(now)), NULL, err);
	if (code)
		return code;
	return fail_read(db, FAIL_LOCK, pool, subject, fail_r, err);
}

enum err_code db_login_fail_set(
    struct db *db, const struct db_login_fail *fail, struct err *err)
{
	return db_exec(db, &db_login_module, FAIL_SET,
	    DB_ARGS(DB_UINT(fail->fails), DB_TIME(fail->first_at),
		fail->blocked_until ? DB_TIME(fail->blocked_until)
				    : DB_NULL('t'),
		DB_BLOB(fail->subject)),
	    NULL, err);
}

enum err_code db_login_fail_del(
    struct db *db, struct str subject, struct err *err)
{
	return db_exec(db, &db_login_module, FAIL_DEL,
	    DB_ARGS(DB_BLOB(subject)), NULL, err);
}

enum err_code db_login_fail_prune(
    struct db *db, int64_t before, struct err *err)
{
	return db_exec(db, &db_login_module, FAIL_PRUNE,
	    DB_ARGS(DB_TIME(before), DB_TIME(before)), NULL, err);
}
