/* db_user.c: statements on users */
/* SPDX-License-Identifier: MIT */
#include "db/db_user.h"

#include "db/db_modules.h"

enum { ADD, GET_BY_EMAIL, LIST, SET_PASSWORD, SET_HASH, STMT__MAX };

static const struct db_stmt stmts[STMT__MAX] = {
	[ADD] = DB_STMT("user_add", "ddsssst", "",
	    "INSERT INTO users (workspace_id, id, email, display_name, role,"
	    " password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"),
	/* The one question before a workspace is known: who logs in. */
	[GET_BY_EMAIL] = DB_STMT("user_get_by_email", "s", "ddssssst?",
	    "SELECT u.workspace_id, u.id, w.name, u.email, u.display_name,"
	    " u.role, u.password_hash, u.disabled_at FROM users u"
	    " JOIN workspaces w ON w.id = u.workspace_id WHERE u.email = ?"),
	[LIST] = DB_STMT("user_list", "d", "dsss",
	    "SELECT id, email, display_name, role FROM users"
	    " WHERE workspace_id = ? AND disabled_at IS NULL"
	    " ORDER BY display_name, id"),
	[SET_PASSWORD] = DB_STMT("user_set_password", "sdd", "",
	    "UPDATE users SET password_hash = ?"
	    " WHERE workspace_id = ? AND id = ?"),
	[SET_HASH] = DB_STMT("user_set_hash", "sdds", "",
	    "UPDATE users SET password_hash = ?"
	    " WHERE workspace_id = ? AND id = ? AND password_hash = ?"),
};

const struct db_module db_user_module = { "user", stmts, STMT__MAX };

enum err_code db_user_add(
    struct db *db, const struct db_user *user, int64_t now, struct err *err)
{
	return db_exec(db, &db_user_module, ADD,
	    DB_ARGS(DB_ID(user->workspace_id), DB_ID(user->id),
		DB_TEXT(user->email), DB_TEXT(user->display_name),
		DB_TEXT(user->role), DB_TEXT(user->password_hash),
		DB_TIME(now)),
	    NULL, err);
}

enum err_code db_user_get_by_email(struct db *db, struct pool *pool,
    struct str email, struct db_user *user_r, struct err *err)
{
	struct db_rows r;
	enum err_code code;

	code = db_query(db, &db_user_module, GET_BY_EMAIL,
	    DB_ARGS(DB_TEXT(email)), pool, &r, err);
	if (code)
		return code;
	if (!r.n)
		return err_set(err, ERR_NOT_FOUND, "There is no such user.");
	*user_r = (struct db_user){
		.workspace_id = db_row_id(&r, 0, 0),
		.id = db_row_id(&r, 0, 1),
		.workspace_name = db_row_str(&r, 0, 2),
		.email = db_row_str(&r, 0, 3),
		.display_name = db_row_str(&r, 0, 4),
		.role = db_row_str(&r, 0, 5),
		.password_hash = db_row_str(&r, 0, 6),
		.is_disabled = !db_row_null(&r, 0, 7),
	};
	return ERR_OK;
}

enum err_code db_user_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct db_users *list_r, struct err *err)
{
	struct db_rows r;
	enum err_code code;
	size_t i;

	code = db_query(db, &db_user_module, LIST, DB_ARGS(DB_ID(workspace_id)),
	    pool, &r, err);
	if (code)
		return code;
	list_r->n = r.n;
	list_r->items = pool_alloc(pool, r.n * sizeof(*list_r->items));
	for (i = 0; i < r.n; i++)
		list_r->items[i] = (struct db_user){
			.workspace_id = workspace_id,
			.id = db_row_id(&r, i, 0),
			.email = db_row_str(&r, i, 1),
			.display_name = db_row_str(&r, i, 2),
			.role = db_row_str(&r, i, 3),
		};
	return ERR_OK;
}

enum err_code db_user_set_password(struct db *db, struct id workspace_id,
    struct id id, struct str hash, struct err *err)
{
	uint64_t changed;
	enum err_code code;

	code = db_exec(db, &db_user_module, SET_PASSWORD,
	    DB_ARGS(DB_TEXT(hash), DB_ID(workspace_id), DB_ID(id)), &changed,
	    err);
	if (!code && !changed)
		return err_set(err, ERR_NOT_FOUND, "There is no such user.");
	return code;
}

enum err_code db_user_set_hash(
    struct db *db, const struct db_user *user, struct str hash, struct err *err)
{
	return db_exec(db, &db_user_module, SET_HASH,
	    DB_ARGS(DB_TEXT(hash), DB_ID(user->workspace_id), DB_ID(user->id),
		DB_TEXT(user->password_hash)),
	    NULL, err);
}
