/* db_workspace.c: statements on workspaces */
/* SPDX-License-Identifier: MIT */
#include "db/db_workspace.h"

#include "base/clock.h"
#include "db/db_modules.h"

enum { WORKSPACE_ADD, WORKSPACE_GET, WORKSPACE__MAX };

static const struct db_stmt stmts[WORKSPACE__MAX] = {
	[WORKSPACE_ADD] = DB_STMT("workspace_add", "dst", "",
	    "INSERT INTO workspaces (id, name, created_at) VALUES (?, ?, ?)"),
	[WORKSPACE_GET] = DB_STMT("workspace_get", "d", "s",
	    "SELECT name FROM workspaces WHERE id = ?"),
};

const struct db_module db_workspace_module = { "workspace", stmts,
	WORKSPACE__MAX };

enum err_code db_workspace_add(
    struct db *db, struct id id, struct str name, struct err *err)
{
	return db_exec(db, &db_workspace_module, WORKSPACE_ADD,
	    DB_ARGS(DB_ID(id), DB_TEXT(name), DB_TIME(clock_now_us())), NULL,
	    err);
}

enum err_code db_workspace_get(struct db *db, struct pool *pool, struct id id,
    struct str *name_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_workspace_module, WORKSPACE_GET,
	    DB_ARGS(DB_ID(id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(
		    err, ERR_NOT_FOUND, "No workspace %s.", id_text(id));
	*name_r = db_row_str(&rows, 0, 0);
	return ERR_OK;
}
