/* db_notification.c: statements on notifications; feed.c explains them */
/* SPDX-License-Identifier: MIT */
#include "db/db_notification.h"

#include "db/db_message.h"
#include "db/db_modules.h"

enum {
	NOTIFICATION_ADD,
	NOTIFICATION_ADD_2,
	NOTIFICATION_ADD_4,
	NOTIFICATION_ADD_16,
	NOTIFICATION_ADD_64,
	NOTIFICATION_GET_LAST,
	NOTIFICATION_GET_SINCE,
	NOTIFICATION_LIST_AFTER,
	NOTIFICATION_LIST_SOME,
	NOTIFICATION_LIST_IDS,
	NOTIFICATION_GET_FIRST,
	NOTIFICATION_GET_BEFORE,
	NOTIFICATION_LIST_TIMES,
	NOTIFICATION_LIST_EVENTS,
	NOTIFICATION_LIST_FIRST,
	NOTIFICATION_PRUNE,
	NOTIFICATION__MAX
};

/* A message comes with its row, so that a daemon needs no second question; but
 * not to the daemon that wrote it, which has it. */
#define SELECT                                                                 \
	"SELECT n.id, n.workspace_id, n.conversation_id, n.kind, "             \
	"n.payload, n.origin, n.created_at, n.seq, " DB_MESSAGE_COLUMNS        \
	" FROM notifications n LEFT JOIN messages m "                          \
	"ON m.conversation_id = n.conversation_id AND m.seq = n.seq "
#define SELECT_OTHERS  SELECT "AND (n.origin IS NULL OR n.origin <> ?) "
#define MESSAGE_COLUMN 8
#define OUT	       "udd?ss?d?tu?" DB_MESSAGE_OUT

#define ADD	   "conversation_id, kind, seq, payload, origin, created_at) VALUES "
#define ADD_ROW	   "(?, ?, ?, ?, ?, ?, ?)"
#define ADD_IN	   "dd?su?s?d?t"
#define ADD_PARAMS 7

#define EIGHT "?, ?, ?, ?, ?, ?, ?, ?"

/* The feed is the daemon's, which serves every tenant: no workspace_id. */
static const struct db_stmt stmts[NOTIFICATION__MAX] = {
	[NOTIFICATION_ADD] = DB_STMT("notification_add", ADD_IN, "",
	    "INSERT INTO notifications (workspace_id, " ADD ADD_ROW),
	[NOTIFICATION_ADD_2] = DB_STMT("notification_add_2",
	    DB_LETTERS_2(ADD_IN), "",
	    "INSERT INTO notifications (workspace_id, " ADD DB_ROWS_2(ADD_ROW)),
	[NOTIFICATION_ADD_4] = DB_STMT("notification_add_4",
	    DB_LETTERS_4(ADD_IN), "",
	    "INSERT INTO notifications (workspace_id, " ADD DB_ROWS_4(ADD_ROW)),
	[NOTIFICATION_ADD_16] =
	    DB_STMT("notification_add_16", DB_LETTERS_16(ADD_IN), "",
		"INSERT INTO notifications (workspace_id, " ADD DB_ROWS_16(
		    ADD_ROW)),
	[NOTIFICATION_ADD_64] =
	    DB_STMT("notification_add_64", DB_LETTERS_64(ADD_IN), "",
		"INSERT INTO notifications (workspace_id, " ADD DB_ROWS_64(
		    ADD_ROW)),
	[NOTIFICATION_GET_LAST] = DB_STMT("notification_get_last", "", "u?",
	    "SELECT MAX(id) FROM notifications"),
	[NOTIFICATION_GET_SINCE] = DB_STMT("notification_get_since", "t", "u?",
	    "SELECT MIN(id) FROM notifications WHERE created_at >= ?"),
	[NOTIFICATION_LIST_AFTER] = DB_STMT("notification_list_after", "duu",
	    OUT, SELECT_OTHERS "WHERE n.id > ? ORDER BY n.id LIMIT ?"),
	[NOTIFICATION_LIST_SOME] = DB_STMT("notification_list_some",
	    "uuuuuuuuuuuuuuuuuuuuuuuuuuuuuuuu", OUT,
	    SELECT "WHERE n.id IN (" EIGHT ", " EIGHT ", " EIGHT ", " EIGHT
		   ") ORDER BY n.id"),
	[NOTIFICATION_LIST_IDS] = DB_STMT("notification_list_ids", "uuu", "u",
	    "SELECT id FROM notifications WHERE id BETWEEN ? AND ? "
	    "ORDER BY id LIMIT ?"),
	[NOTIFICATION_GET_FIRST] = DB_STMT("notification_get_first", "", "u?",
	    "SELECT MIN(id) FROM notifications"),
	[NOTIFICATION_GET_BEFORE] = DB_STMT("notification_get_before", "u",
	    "u?", "SELECT MAX(id) FROM notifications WHERE id < ?"),
	[NOTIFICATION_LIST_TIMES] =
	    DB_STMT("notification_list_times", "uu", "ut",
		"SELECT id, created_at FROM notifications WHERE id > ? "
		"ORDER BY id LIMIT ?"),
	[NOTIFICATION_LIST_EVENTS] =
	    DB_STMT("notification_list_events", "duuu", OUT,
		SELECT "WHERE n.workspace_id = ? AND n.id > ? AND n.id <= ? "
		       "ORDER BY n.id LIMIT ?"),
	[NOTIFICATION_LIST_FIRST] =
	    DB_STMT("notification_list_first", "u", "ut",
		"SELECT id, created_at FROM notifications ORDER BY id LIMIT ?"),
	[NOTIFICATION_PRUNE] = DB_STMT("notification_prune", "u", "",
	    "DELETE FROM notifications WHERE id <= ?"),
};

const struct db_module db_notification_module = { "notification", stmts,
	NOTIFICATION__MAX };

static void put_row(
    struct db_arg *to, const struct db_notification *n, int64_t now)
{
	const struct db_arg args[ADD_PARAMS] = {
		DB_ID(n->workspace_id),
		id_is_none(n->conversation_id) ? DB_NULL('d')
					       : DB_ID(n->conversation_id),
		DB_TEXT(str_of(n->kind)),
		n->seq == 0 ? DB_NULL('u') : DB_UINT(n->seq),
		n->payload.n == 0 ? DB_NULL('s') : DB_TEXT(n->payload),
		id_is_none(n->origin) ? DB_NULL('d') : DB_ID(n->origin),
		DB_TIME(now),
	};

	memcpy(to, args, sizeof(args));
}

enum err_code db_notification_add(struct db *db,
    const struct db_notification *n, int64_t now, struct err *err)
{
	struct db_arg args[ADD_PARAMS];

	put_row(args, n, now);
	return db_exec(db, &db_notification_module, NOTIFICATION_ADD, args,
	    ADD_PARAMS, NULL, err);
}

enum err_code db_notification_add_many(struct db *db, struct pool *pool,
    const struct db_notification *rows, size_t n, int64_t now, struct err *err)
{
	struct db_arg *args = pool_alloc(pool, n * ADD_PARAMS * sizeof(*args));
	size_t i;

	for (i = 0; i < n; i++)
		put_row(args + i * ADD_PARAMS, &rows[i], now);
	return db_exec_rows(db, &db_notification_module, NOTIFICATION_ADD, args,
	    n * ADD_PARAMS, n, err);
}

enum err_code db_notification_get_last(
    struct db *db, struct pool *pool, uint64_t *id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_notification_module,
	    NOTIFICATION_GET_LAST, NULL, 0, pool, &rows, err);

	if (code == ERR_OK)
		*id_r = db_row_uint(&rows, 0, 0); /* 0 when NULL */
	return code;
}

enum err_code db_notification_get_since(struct db *db, struct pool *pool,
    int64_t since, uint64_t *id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_notification_module,
	    NOTIFICATION_GET_SINCE, DB_ARGS(DB_TIME(since)), pool, &rows, err);

	if (code == ERR_OK)
		*id_r = db_row_uint(&rows, 0, 0); /* 0 when NULL */
	return code;
}

static void from_row(
    const struct db_rows *rows, size_t row, struct feed_row *row_r)
{
	row_r->id = db_row_uint(rows, row, 0);
	row_r->workspace_id = db_row_id(rows, row, 1);
	row_r->conversation_id = db_row_id(rows, row, 2);
	row_r->kind = db_row_str(rows, row, 3);
	row_r->payload = db_row_str(rows, row, 4);
	row_r->origin = db_row_id(rows, row, 5);
	row_r->created_at = db_row_time(rows, row, 6);
	row_r->seq = db_row_uint(rows, row, 7); /* 0 when NULL */
	if (!db_row_null(rows, row, MESSAGE_COLUMN))
		db_message_from_row(rows, row, MESSAGE_COLUMN, &row_r->message);
}

static enum err_code list(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct feed_rows *rows_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_notification_module, stmt, args, n_args, pool, &rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	rows_r->n = rows.n;
	rows_r->items = pool_alloc(pool, rows.n * sizeof(*rows_r->items));
	for (i = 0; i < rows.n; i++)
		from_row(&rows, i, &rows_r->items[i]);
	return ERR_OK;
}

enum err_code db_notification_list_after(struct db *db, struct pool *pool,
    struct id origin, uint64_t after, size_t limit, struct feed_rows *rows_r,
    struct err *err)
{
	enum err_code code = list(db, pool, NOTIFICATION_LIST_AFTER,
	    DB_ARGS(DB_ID(origin), DB_UINT(after), DB_UINT(limit)), rows_r,
	    err);
	size_t i;

	for (i = 0; code == ERR_OK && i < rows_r->n; i++)
		rows_r->items[i].is_bare =
		    !id_is_none(origin) &&
		    id_eq(rows_r->items[i].origin, origin);
	return code;
}

enum err_code db_notification_list_some(struct db *db, struct pool *pool,
    const uint64_t *ids, size_t n, struct feed_rows *rows_r, struct err *err)
{
	struct db_arg args[DB_NOTIFICATION_SOME];
	size_t i;

	assert(n <= DB_NOTIFICATION_SOME);
	for (i = 0; i < COUNT_OF(args); i++)
		args[i] = DB_UINT(i < n ? ids[i] : 0); /* no row has id 0 */
	return list(db, pool, NOTIFICATION_LIST_SOME, args, COUNT_OF(args),
	    rows_r, err);
}

enum err_code db_notification_list_ids(struct db *db, struct pool *pool,
    uint64_t first, uint64_t last, size_t limit, uint64_t **ids_r, size_t *n_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_notification_module, NOTIFICATION_LIST_IDS,
		DB_ARGS(DB_UINT(first), DB_UINT(last), DB_UINT(limit)), pool,
		&rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	*n_r = rows.n;
	*ids_r = pool_alloc(pool, rows.n * sizeof(**ids_r));
	for (i = 0; i < rows.n; i++)
		(*ids_r)[i] = db_row_uint(&rows, i, 0);
	return ERR_OK;
}

enum err_code db_notification_get_first(
    struct db *db, struct pool *pool, uint64_t *id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_notification_module,
	    NOTIFICATION_GET_FIRST, NULL, 0, pool, &rows, err);

	if (code == ERR_OK)
		*id_r = db_row_uint(&rows, 0, 0); /* 0 when NULL */
	return code;
}

enum err_code db_notification_get_before(struct db *db, struct pool *pool,
    uint64_t id, uint64_t *id_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_notification_module,
	    NOTIFICATION_GET_BEFORE, DB_ARGS(DB_UINT(id)), pool, &rows, err);

	if (code == ERR_OK)
		*id_r = db_row_uint(&rows, 0, 0); /* 0 when NULL */
	return code;
}

static enum err_code list_times(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args,
    struct db_notification_time **times_r, size_t *n_r, struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(
	    db, &db_notification_module, stmt, args, n_args, pool, &rows, err);
	size_t i;

	if (code != ERR_OK)
		return code;
	*n_r = rows.n;
	*times_r = pool_alloc(pool, rows.n * sizeof(**times_r));
	for (i = 0; i < rows.n; i++) {
		(*times_r)[i].id = db_row_uint(&rows, i, 0);
		(*times_r)[i].created_at = db_row_time(&rows, i, 1);
	}
	return ERR_OK;
}

enum err_code db_notification_list_times(struct db *db, struct pool *pool,
    uint64_t after, size_t limit, struct db_notification_time **times_r,
    size_t *n_r, struct err *err)
{
	return list_times(db, pool, NOTIFICATION_LIST_TIMES,
	    DB_ARGS(DB_UINT(after), DB_UINT(limit)), times_r, n_r, err);
}

enum err_code db_notification_list_events(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t after, uint64_t upto, size_t limit,
    struct feed_rows *rows_r, struct err *err)
{
	return list(db, pool, NOTIFICATION_LIST_EVENTS,
	    DB_ARGS(DB_ID(workspace_id), DB_UINT(after), DB_UINT(upto),
		DB_UINT(limit)),
	    rows_r, err);
}

enum err_code db_notification_list_first(struct db *db, struct pool *pool,
    size_t limit, struct db_notification_time **times_r, size_t *n_r,
    struct err *err)
{
	return list_times(db, pool, NOTIFICATION_LIST_FIRST,
	    DB_ARGS(DB_UINT(limit)), times_r, n_r, err);
}

enum err_code db_notification_prune(
    struct db *db, uint64_t upto, uint64_t *deleted_r, struct err *err)
{
	return db_exec(db, &db_notification_module, NOTIFICATION_PRUNE,
	    DB_ARGS(DB_UINT(upto)), deleted_r, err);
}
