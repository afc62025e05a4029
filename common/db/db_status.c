/* db_status.c: what the database tells an operator at a glance */
/* SPDX-License-Identifier: MIT */
#include "db/db_status.h"

#include "db/db_modules.h"

enum {
	STATUS_SIZE,
	STATUS_FEED,
	STATUS_OLDEST,
	STATUS_DUE,
	STATUS_DAEMONS,
	STATUS__MAX
};

/* For the operator, who looks at the installation and not at a tenant. */
static const struct db_stmt stmts[STATUS__MAX] = {
	[STATUS_SIZE] = DB_STMT("status_size", "", "u?",
	    "SELECT CAST(SUM(data_length + index_length) AS UNSIGNED) "
	    "FROM information_schema.tables WHERE table_schema = DATABASE()"),
	[STATUS_FEED] = DB_STMT("status_feed", "u", "u",
	    "SELECT COUNT(*) FROM "
	    "(SELECT 1 FROM notifications LIMIT ?) AS kept"),
	[STATUS_OLDEST] = DB_STMT("status_oldest", "", "t?",
	    "SELECT MIN(created_at) FROM notifications"),
	[STATUS_DUE] = DB_STMT("status_due", "", "ui?",
	    "SELECT COUNT(*), "
	    "TIMESTAMPDIFF(MICROSECOND, MIN(due_at), UTC_TIMESTAMP(6)) "
	    "FROM bot_states WHERE due_at IS NOT NULL"),
	[STATUS_DAEMONS] = DB_STMT("status_daemons", "", "suti",
	    "SELECT host, pid, started_at, "
	    "TIMESTAMPDIFF(MICROSECOND, beat_at, UTC_TIMESTAMP(6)) "
	    "FROM daemons ORDER BY host, pid LIMIT 1000"),
};

const struct db_module db_status_module = { "status", stmts, STATUS__MAX };

static enum err_code ask(struct db *db, struct pool *pool, int stmt,
    struct db_rows *rows_r, struct err *err)
{
	return db_query(
	    db, &db_status_module, stmt, NULL, 0, pool, rows_r, err);
}

static enum err_code get_feed(
    struct db *db, struct pool *pool, struct db_status *s, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_status_module, STATUS_FEED,
	    DB_ARGS(DB_UINT(DB_STATUS_COUNT_MAX + 1)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	s->notifications = db_row_uint(&rows, 0, 0);
	code = ask(db, pool, STATUS_OLDEST, &rows, err);
	if (code == ERR_OK)
		s->notified_at = db_row_time(&rows, 0, 0);
	return code;
}

static enum err_code list_daemons(
    struct db *db, struct pool *pool, struct db_status *s, struct err *err)
{
	struct db_rows rows;
	enum err_code code = ask(db, pool, STATUS_DAEMONS, &rows, err);

	if (code != ERR_OK)
		return code;
	s->n_daemons = rows.n;
	s->daemons = pool_alloc(pool, (rows.n + 1) * sizeof(*s->daemons));
	for (size_t i = 0; i < rows.n; i++)
		s->daemons[i] = (struct db_status_daemon){
			.host = db_row_str(&rows, i, 0),
			.pid = db_row_uint(&rows, i, 1),
			.started_at = db_row_time(&rows, i, 2),
			.beat_age_us = db_row_int(&rows, i, 3),
		};
	return ERR_OK;
}

enum err_code db_status_get(struct db *db, struct pool *pool,
    struct db_status *status_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code;

	memset(status_r, 0, sizeof(*status_r));
	code = ask(db, pool, STATUS_SIZE, &rows, err);
	if (code == ERR_OK) {
		status_r->bytes = db_row_uint(&rows, 0, 0);
		code = ask(db, pool, STATUS_DUE, &rows, err);
	}
	if (code == ERR_OK) {
		status_r->due_turns = db_row_uint(&rows, 0, 0);
		status_r->due_age_us = db_row_int(&rows, 0, 1);
		code = get_feed(db, pool, status_r, err);
	}
	if (code == ERR_OK)
		code = list_daemons(db, pool, status_r, err);
	return code;
}
