/* db.h: one connection to MySQL or MariaDB and its prepared statements */
/* SPDX-License-Identifier: MIT */
#ifndef DB_H
#define DB_H

#include "base/err.h"
#include "base/id.h"
#include "base/pool.h"
#include "base/str.h"

struct db;
struct settings;

/*
 * A statement: its name for the log, what is bound and what comes back, one
 * letter each: d id (BINARY(16)), s text, b bytes, i int64, u uint64, t time
 * (DATETIME(6) as microseconds since 1970 UTC). A '?' behind a letter: may be
 * NULL (d: ID_NONE, s and b: slice with p NULL, t: 0, i and u: see db_null).
 */
struct db_stmt {
	const char *name;
	const char *in;
	const char *out;
	const char *sql;
};

#define DB_STMT(name, in, out, sql)                                            \
	{                                                                      \
		name, in, out, sql                                             \
	}

/*
 * Statements that take several rows stand in their table five times, one behind
 * the other: for 1, 2, 4, 16 and 64 rows. These repeat the text of one row, with
 * commas, and its letters, without.
 */
#define DB_ROWS_2(row) row ", " row
#define DB_ROWS_4(row) row ", " row ", " row ", " row
#define DB_ROWS_16(row)                                                        \
	DB_ROWS_4(row)                                                         \
	", " DB_ROWS_4(row) ", " DB_ROWS_4(row) ", " DB_ROWS_4(row)
#define DB_ROWS_64(row)                                                        \
	DB_ROWS_16(row)                                                        \
	", " DB_ROWS_16(row) ", " DB_ROWS_16(row) ", " DB_ROWS_16(row)
#define DB_LETTERS_2(letters) letters letters
#define DB_LETTERS_4(letters) letters letters letters letters
#define DB_LETTERS_16(letters)                                                 \
	DB_LETTERS_4(letters)                                                  \
	DB_LETTERS_4(letters) DB_LETTERS_4(letters) DB_LETTERS_4(letters)
#define DB_LETTERS_64(letters)                                                 \
	DB_LETTERS_16(letters)                                                 \
	DB_LETTERS_16(letters) DB_LETTERS_16(letters) DB_LETTERS_16(letters)
#define DB_ROWS_SIZES 5
#define DB_ROWS_MAX   64
extern const size_t db_rows_sizes[DB_ROWS_SIZES];

/*
 * The statements of one db_<noun>.c. Each such file defines one, named
 * db_<noun>_module, and stands in the list of db_modules.c; a statement is
 * named by its module and its place in the table.
 */
struct db_module {
	const char *name;
	const struct db_stmt *stmts;
	size_t n;
};

/* One bound value. */
struct db_arg {
	char type;
	bool is_null;
	union {
		int64_t i;
		uint64_t u;
		struct id d;
		struct str s;
	};
};

#define DB_ID(v)   ((struct db_arg){ .type = 'd', .d = (v) })
#define DB_TEXT(v) ((struct db_arg){ .type = 's', .s = (v) })
#define DB_BLOB(v) ((struct db_arg){ .type = 'b', .s = (v) })
#define DB_INT(v)  ((struct db_arg){ .type = 'i', .i = (v) })
#define DB_UINT(v) ((struct db_arg){ .type = 'u', .u = (v) })
#define DB_TIME(v) ((struct db_arg){ .type = 't', .i = (v) })
#define DB_NULL(t) ((struct db_arg){ .type = (t), .is_null = true })
/* The args and n_args parameters of the calls below. */
#define DB_ARGS(...)                                                           \
	(const struct db_arg[]){ __VA_ARGS__ },                                \
	    sizeof((const struct db_arg[]){ __VA_ARGS__ }) /                   \
		sizeof(struct db_arg)

/* All rows of an answer, in the pool that was given. */
struct db_rows {
	size_t n;
	size_t columns;
	struct db_arg *cells; /* row after row; type as in the signature */
};

struct id db_row_id(const struct db_rows *r, size_t row, size_t column);
struct str db_row_str(const struct db_rows *r, size_t row, size_t column);
int64_t db_row_int(const struct db_rows *r, size_t row, size_t column);
uint64_t db_row_uint(const struct db_rows *r, size_t row, size_t column);
int64_t db_row_time(const struct db_rows *r, size_t row, size_t column);
bool db_row_null(const struct db_rows *r, size_t row, size_t column);

/* For who only has a look: connections made later wait no longer than this for
 * the server, neither for the connection nor for an answer. */
void db_limit_waiting(unsigned seconds);
/*
 * Connects: UTF-8, UTC, READ COMMITTED, autocommit. With check_all every
 * statement of every module is prepared and its columns and parameters are
 * compared with its signature (ERR_INTERNAL names the first that differs);
 * without (plain CGI) each is prepared when first used. A server that cannot
 * be reached is ERR_UNAVAILABLE; no connection is made then, but *db_r works
 * later, since each call reconnects.
 */
MUST_CHECK enum err_code db_open(const struct settings *s, bool check_all,
    struct db **db_r, struct err *err);
/* The same without check_all and without connecting before the first use. */
struct db *db_new(const struct settings *s);
/* Sets *db NULL, accepts NULL. */
void db_close(struct db **db);
/* A round trip; reconnects when needed. */
MUST_CHECK enum err_code db_ping(struct db *db, struct err *err);

/*
 * Runs statement i of module m. Outside db_transact a lost connection is
 * opened again and the statement tried once more. rows_r may be NULL when the
 * statement gives none; pool holds what comes back.
 */
MUST_CHECK enum err_code db_query(struct db *db, const struct db_module *m,
    int i, const struct db_arg *args, size_t n_args, struct pool *pool,
    struct db_rows *rows_r, struct err *err);
/* For statements without rows; changed_r (may be NULL) gets the rows that the
 * statement matched (CLIENT_FOUND_ROWS). A duplicate key is ERR_CONFLICT. Tried
 * again as db_query is: outside db_transact it may run twice. */
MUST_CHECK enum err_code db_exec(struct db *db, const struct db_module *m,
    int i, const struct db_arg *args, size_t n_args, uint64_t *changed_r,
    struct err *err);

/*
 * For those that take several rows: first is the one for 1 row, args holds
 * n_rows times the args of a row. Runs as many of the statements as it takes,
 * in order; inside db_transact, so that all rows are stored or none.
 */
MUST_CHECK enum err_code db_exec_rows(struct db *db, const struct db_module *m,
    int first, const struct db_arg *args, size_t n_args, size_t n_rows,
    struct err *err);

/*
 * Runs fn inside a transaction and commits. When the server says deadlock or
 * lock timeout (1213, 1205), or the connection is lost, even during COMMIT,
 * all is rolled back and fn runs again with growing pauses, for about 10 s;
 * then ERR_UNAVAILABLE. So fn may run more than once, the last time perhaps
 * after its effects were committed: it must find out by a key of its own
 * (client_id, state) and must reset what it gives back. What must wait for a
 * server that restarts belongs inside, reads too. An error from fn rolls back
 * and is returned. Inside another transaction fn is a part of that one.
 */
typedef enum err_code db_transact_fn(struct db *db, void *arg, struct err *err);
MUST_CHECK enum err_code db_transact(
    struct db *db, db_transact_fn *fn, void *arg, struct err *err);
bool db_in_transaction(const struct db *db);
/* Grows with each connection that is made: whether one was lost meanwhile. */
uint64_t db_opened(const struct db *db);

/* What all connections of this process have met so far. */
struct db_stats {
	uint64_t errors;   /* of statements, and connections that failed */
	uint64_t connects; /* that were made */
};

void db_stats(struct db_stats *stats_r);

/* Text of several statements divided by `;` at line ends (schema and
 * migrations only; not prepared). On a connection of its own, without the usual
 * limit on the time of an answer. */
MUST_CHECK enum err_code db_run_script(
    struct db *db, struct str sql, struct err *err);

#endif
