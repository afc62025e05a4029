/* db_outbox.c: statements on requests that wait to be sent */
/* SPDX-License-Identifier: MIT */
#include "db/db_outbox.h"

#include "db/db_modules.h"

enum { ADD, NEXT, TAKE, DEL, PUT_OFF, STMT__MAX };

static const struct db_stmt stmts[STMT__MAX] = {
	[ADD] = DB_STMT("outbox_add", "dddsbtt", "",
	    "INSERT INTO outbox (id, workspace_id, conversation_id, kind, "
	    "body, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)"),
	/* Who takes one sets its due_at to the end of the lease. */
	[NEXT] = DB_STMT("outbox_next", "ttu", "ddd?sbu",
	    "SELECT o.id, o.workspace_id, o.conversation_id, o.kind, o.body, "
	    "CAST(o.tries AS UNSIGNED) FROM outbox o WHERE o.due_at <= ? "
	    "AND (SELECT COUNT(*) FROM outbox b WHERE b.workspace_id = "
	    "o.workspace_id AND b.job_until > ?) < ? "
	    "ORDER BY o.due_at LIMIT 1 FOR UPDATE SKIP LOCKED"),
	[TAKE] = DB_STMT("outbox_take", "dttdd", "",
	    "UPDATE outbox SET tries = tries + 1, job_owner = ?, "
	    "job_until = ?, due_at = ? WHERE workspace_id = ? AND id = ?"),
	[DEL] = DB_STMT("outbox_del", "ddd", "",
	    "DELETE FROM outbox WHERE workspace_id = ? AND id = ? "
	    "AND job_owner = ?"),
	[PUT_OFF] = DB_STMT("outbox_put_off", "tddd", "",
	    "UPDATE outbox SET job_owner = NULL, job_until = NULL, "
	    "due_at = ? WHERE workspace_id = ? AND id = ? AND job_owner = ?"),
};

const struct db_module db_outbox_module = { "outbox", stmts, STMT__MAX };

enum err_code db_outbox_add(
    struct db *db, const struct db_outbox *row, int64_t now, struct err *err)
{
	return db_exec(db, &db_outbox_module, ADD,
	    DB_ARGS(DB_ID(row->id), DB_ID(row->workspace_id),
		DB_ID(row->conversation_id), DB_TEXT(row->kind),
		DB_BLOB(row->body), DB_TIME(now), DB_TIME(now)),
	    NULL, err);
}

/* Of a workspace of which fewer than this many are on their way. */
static enum err_code next(struct db *db, struct pool *pool, int64_t now,
    unsigned busy_max, struct db_rows *rows_r, struct err *err)
{
	return db_query(db, &db_outbox_module, NEXT,
	    DB_ARGS(DB_TIME(now), DB_TIME(now), DB_UINT(busy_max)), pool,
	    rows_r, err);
}

enum err_code db_outbox_take(struct db *db, struct pool *pool, struct id owner,
    int64_t now, int64_t until, struct db_outbox *row_r, bool *found_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = next(db, pool, now, 1, &rows, err);

	if (code == ERR_OK && rows.n == 0)
		code = next(db, pool, now, DB_OUTBOX_SHARE, &rows, err);
	*found_r = code == ERR_OK && rows.n > 0;
	if (!*found_r)
		return code;
	*row_r = (struct db_outbox){
		.id = db_row_id(&rows, 0, 0),
		.workspace_id = db_row_id(&rows, 0, 1),
		.conversation_id = db_row_id(&rows, 0, 2),
		.kind = db_row_str(&rows, 0, 3),
		.body = db_row_str(&rows, 0, 4),
		.tries = (unsigned)db_row_uint(&rows, 0, 5) + 1,
	};
	return db_exec(db, &db_outbox_module, TAKE,
	    DB_ARGS(DB_ID(owner), DB_TIME(until), DB_TIME(until),
		DB_ID(row_r->workspace_id), DB_ID(row_r->id)),
	    NULL, err);
}

enum err_code db_outbox_del(struct db *db, const struct db_outbox *row,
    struct id owner, struct err *err)
{
	return db_exec(db, &db_outbox_module, DEL,
	    DB_ARGS(DB_ID(row->workspace_id), DB_ID(row->id), DB_ID(owner)),
	    NULL, err);
}

enum err_code db_outbox_put_off(struct db *db, const struct db_outbox *row,
    struct id owner, int64_t due_at, struct err *err)
{
	return db_exec(db, &db_outbox_module, PUT_OFF,
	    DB_ARGS(DB_TIME(due_at), DB_ID(row->workspace_id), DB_ID(row->id),
		DB_ID(owner)),
	    NULL, err);
}
