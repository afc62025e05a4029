/* test_db.c: statements, transactions and lost connections */
/* SPDX-License-Identifier: MIT */
#include <CUnit/CUnit.h>
#include <pthread.h>
#include <unistd.h>

#include "harness.h"

enum {
	T_ADD,
	T_GET,
	T_ALL,
	T_BUMP,
	T_LOCK,
	T_SLEEP,
	T_KILL_ME,
	T_SESSION,
	T_WRONG_COLUMNS,
	T_WRONG_PARAMS,
	T_WRONG_TYPE,
	T_LIST,
	T_SIGNAL,
	T__MAX
};

static const struct db_stmt stmts[T__MAX] = {
	[T_ADD] = DB_STMT("t_add", "ids?b?u?t?", "",
	    "INSERT INTO t (n, d, s, b, u, t) VALUES (?, ?, ?, ?, ?, ?)"),
	[T_GET] = DB_STMT("t_get", "i", "ids?b?u?t?",
	    "SELECT n, d, s, b, u, t FROM t WHERE n = ?"),
	[T_ALL] = DB_STMT("t_all", "", "i", "SELECT COUNT(*) FROM t"),
	[T_BUMP] =
	    DB_STMT("t_bump", "i", "", "UPDATE t SET u = u + 1 WHERE n = ?"),
	[T_LOCK] = DB_STMT(
	    "t_lock", "i", "u?", "SELECT u FROM t WHERE n = ? FOR UPDATE"),
	[T_SLEEP] = DB_STMT("t_sleep", "i", "i", "SELECT SLEEP(?)"),
	[T_KILL_ME] = DB_STMT("t_kill_me", "", "", "KILL CONNECTION_ID()"),
	[T_SESSION] = DB_STMT("t_session", "", "sss",
	    "SELECT @@SESSION.time_zone, @@SESSION.sql_mode, "
	    "@@SESSION.character_set_client"),
	[T_WRONG_COLUMNS] =
	    DB_STMT("t_wrong_columns", "", "ii", "SELECT n FROM t"),
	[T_WRONG_PARAMS] =
	    DB_STMT("t_wrong_params", "ii", "i", "SELECT n FROM t WHERE n = ?"),
	[T_WRONG_TYPE] = DB_STMT("t_wrong_type", "", "t", "SELECT n FROM t"),
	[T_SIGNAL] = DB_STMT("t_signal", "", "", "CALL refuse()"),
	[T_LIST] = DB_STMT("t_list", "", "i", "SELECT n FROM t ORDER BY n"),
};

static const struct db_module t_module = { "t", stmts, T__MAX };

static struct db *db;
static struct pool *pool;
static struct err err;

static int set_up_suite(void)
{
	struct db *own = harness_db();

	harness_sql(own,
	    "CREATE TABLE t (n BIGINT NOT NULL PRIMARY KEY,\n"
	    "d BINARY(16) NOT NULL, s TEXT, b BLOB, u BIGINT UNSIGNED,\n"
	    "t DATETIME(6)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;");
	db_close(&own);
	return 0;
}

static int tear_down_suite(void)
{
	struct db *own = harness_db();

	harness_sql(own, "DROP TABLE t;");
	db_close(&own);
	return 0;
}

static void set_up(void)
{
	db = harness_db();
	pool = pool_new();
	harness_sql(db, "DELETE FROM t;");
}

static void tear_down(void)
{
	db_close(&db);
	pool_free(&pool);
}

static enum err_code add(struct db *to, int64_t n)
{
	return db_exec(to, &t_module, T_ADD,
	    DB_ARGS(DB_INT(n), DB_ID(id_new()), DB_NULL('s'), DB_NULL('b'),
		DB_UINT(0), DB_NULL('t')),
	    NULL, &err);
}

static int64_t count(void)
{
	struct db_rows rows;

	if (db_query(db, &t_module, T_ALL, NULL, 0, pool, &rows, &err) !=
	    ERR_OK)
		return -1;
	return db_row_int(&rows, 0, 0);
}

static uint64_t value(int64_t n)
{
	struct db_rows rows;

	if (db_query(db, &t_module, T_GET, DB_ARGS(DB_INT(n)), pool, &rows,
		&err) != ERR_OK ||
	    rows.n != 1)
		return UINT64_MAX;
	return db_row_uint(&rows, 0, 4);
}

static void every_statement_fits_the_schema(void)
{
	struct db *own;

	CU_ASSERT_EQUAL(db_open(harness_settings(), true, &own, &err), ERR_OK);
	if (own == NULL)
		printf("\n      %s\n", err.text);
	db_close(&own);
}

static void a_renamed_column_is_named_at_the_start(void)
{
	struct db *own;

	harness_sql(db, "ALTER TABLE read_cursors CHANGE last_seq lastseq "
			"BIGINT UNSIGNED NOT NULL;");
	CU_ASSERT_EQUAL(
	    db_open(harness_settings(), true, &own, &err), ERR_INTERNAL);
	CU_ASSERT_PTR_NULL(own);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "conversation_get"));
	harness_sql(db, "ALTER TABLE read_cursors CHANGE lastseq last_seq "
			"BIGINT UNSIGNED NOT NULL;");
}

static void a_signature_that_does_not_fit_is_refused(void)
{
	static const int wrong[] = { T_WRONG_COLUMNS, T_WRONG_PARAMS,
		T_WRONG_TYPE };
	struct db_rows rows;

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		CU_ASSERT_EQUAL(db_query(db, &t_module, wrong[i], NULL, 0, pool,
				    &rows, &err),
		    ERR_INTERNAL);
		CU_ASSERT_PTR_NOT_NULL(strstr(err.text, stmts[wrong[i]].name));
	}
}

static void values_come_back_as_they_went(void)
{
	static const char bytes[] = { 0, 1, (char)0xff, '\'', 0 };
	struct id id = id_new();
	struct str text = STR("caf\xc3\xa9 \xf0\x9f\x98\x80 'x' \\ %");
	struct str blob = str_make(bytes, sizeof(bytes));
	struct db_rows rows;

	CU_ASSERT_EQUAL_FATAL(
	    db_exec(db, &t_module, T_ADD,
		DB_ARGS(DB_INT(INT64_MIN), DB_ID(id), DB_TEXT(text),
		    DB_BLOB(blob), DB_UINT(UINT64_MAX),
		    DB_TIME(INT64_C(1767225599123456))),
		NULL, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL_FATAL(
	    db_query(db, &t_module, T_GET, DB_ARGS(DB_INT(INT64_MIN)), pool,
		&rows, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	CU_ASSERT_EQUAL(db_row_int(&rows, 0, 0), INT64_MIN);
	CU_ASSERT_TRUE(id_eq(db_row_id(&rows, 0, 1), id));
	CU_ASSERT_TRUE(str_eq(db_row_str(&rows, 0, 2), text));
	CU_ASSERT_TRUE(str_eq(db_row_str(&rows, 0, 3), blob));
	CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 4), UINT64_MAX);
	CU_ASSERT_EQUAL(db_row_time(&rows, 0, 5), INT64_C(1767225599123456));
}

static void null_and_empty_differ(void)
{
	struct db_rows rows;

	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	CU_ASSERT_EQUAL(
	    db_exec(db, &t_module, T_ADD,
		DB_ARGS(DB_INT(2), DB_ID(id_new()), DB_TEXT(STR_EMPTY),
		    DB_BLOB(STR_EMPTY), DB_NULL('u'), DB_NULL('t')),
		NULL, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL_FATAL(db_query(db, &t_module, T_GET, DB_ARGS(DB_INT(1)),
				  pool, &rows, &err),
	    ERR_OK);
	CU_ASSERT_TRUE(db_row_null(&rows, 0, 2));
	CU_ASSERT_PTR_NULL(db_row_str(&rows, 0, 2).p);
	CU_ASSERT_EQUAL_FATAL(db_query(db, &t_module, T_GET, DB_ARGS(DB_INT(2)),
				  pool, &rows, &err),
	    ERR_OK);
	CU_ASSERT_FALSE(db_row_null(&rows, 0, 2));
	CU_ASSERT_PTR_NOT_NULL(db_row_str(&rows, 0, 2).p);
	CU_ASSERT_EQUAL(db_row_str(&rows, 0, 2).n, 0);
	CU_ASSERT_TRUE(db_row_null(&rows, 0, 4));
	CU_ASSERT_EQUAL(db_row_time(&rows, 0, 5), 0);
}

static void many_rows_come_in_order(void)
{
	struct db_rows rows;
	size_t i;

	for (i = 0; i < 300; i++)
		CU_ASSERT_EQUAL_FATAL(add(db, (int64_t)i), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(
	    db_query(db, &t_module, T_LIST, NULL, 0, pool, &rows, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL_FATAL(rows.n, 300);
	for (i = 0; i < rows.n; i++)
		CU_ASSERT_EQUAL(db_row_int(&rows, i, 0), (int64_t)i);
}

static void the_session_is_set_up(void)
{
	struct db_rows rows;

	CU_ASSERT_EQUAL_FATAL(
	    db_query(db, &t_module, T_SESSION, NULL, 0, pool, &rows, &err),
	    ERR_OK);
	CU_ASSERT_TRUE(str_eq(db_row_str(&rows, 0, 0), STR("+00:00")));
	CU_ASSERT_TRUE(
	    str_search(db_row_str(&rows, 0, 1), STR("STRICT_ALL_TABLES")) <
	    db_row_str(&rows, 0, 1).n);
	CU_ASSERT_TRUE(str_eq(db_row_str(&rows, 0, 2), STR("utf8mb4")));
}

static void a_duplicate_key_is_a_conflict(void)
{
	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	CU_ASSERT_EQUAL(add(db, 1), ERR_CONFLICT);
	CU_ASSERT_EQUAL(count(), 1);
}

static void a_refused_statement_is_not_named_to_callers(void)
{
	struct str wide = str_make(pool_alloc(pool, 70000), 70000);

	CU_ASSERT_EQUAL(db_exec(db, &t_module, T_ADD,
			    DB_ARGS(DB_INT(1), DB_ID(id_new()), DB_NULL('s'),
				DB_BLOB(wide), DB_UINT(0), DB_NULL('t')),
			    NULL, &err),
	    ERR_INTERNAL);
	CU_ASSERT_STRING_EQUAL(err.text, "The database could not do that.");
	CU_ASSERT_EQUAL(count(), 0);
}

static void matched_rows_count_as_changed(void)
{
	uint64_t changed = 7;

	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	CU_ASSERT_EQUAL(
	    db_exec(db, &t_module, T_BUMP, DB_ARGS(DB_INT(9)), &changed, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(changed, 0);
	CU_ASSERT_EQUAL(
	    db_exec(db, &t_module, T_BUMP, DB_ARGS(DB_INT(1)), &changed, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(changed, 1);
}

/* ----------------------------------------------------------- transactions */

static enum err_code add_then_refuse(struct db *to, void *arg, struct err *e)
{
	(void)arg;
	CU_ASSERT_TRUE(db_in_transaction(to));
	CU_ASSERT_EQUAL(add(to, 1), ERR_OK);
	return err_set(e, ERR_FORBIDDEN, "no");
}

static void an_error_rolls_back(void)
{
	CU_ASSERT_EQUAL(
	    db_transact(db, add_then_refuse, NULL, &err), ERR_FORBIDDEN);
	CU_ASSERT_FALSE(db_in_transaction(db));
	CU_ASSERT_EQUAL(count(), 0);
}

static enum err_code add_then_add(struct db *own, void *arg, struct err *e)
{
	enum err_code code;

	(void)arg;
	code = add(own, 2);
	if (code == ERR_OK)
		code = db_transact(own, add_then_refuse, NULL, e);
	return code;
}

static void one_inside_another_is_a_part_of_it(void)
{
	CU_ASSERT_EQUAL(
	    db_transact(db, add_then_add, NULL, &err), ERR_FORBIDDEN);
	CU_ASSERT_FALSE(db_in_transaction(db));
	CU_ASSERT_EQUAL(count(), 0);
}

/* One of two threads that take two rows in opposite orders. */
struct crossing {
	int64_t first, second;
	pthread_barrier_t *barrier;
	int runs;
	enum err_code code;
};

static enum err_code cross(struct db *own, void *arg, struct err *e)
{
	struct crossing *c = arg;
	enum err_code code =
	    db_exec(own, &t_module, T_BUMP, DB_ARGS(DB_INT(c->first)), NULL, e);

	if (code == ERR_OK && c->runs++ == 0)
		pthread_barrier_wait(c->barrier);
	if (code == ERR_OK)
		code = db_exec(own, &t_module, T_BUMP,
		    DB_ARGS(DB_INT(c->second)), NULL, e);
	return code;
}

static void *run_crossing(void *arg)
{
	struct crossing *c = arg;
	struct db *own = harness_db();
	struct err e;

	c->code = db_transact(own, cross, c, &e);
	db_close(&own);
	return NULL;
}

static void a_deadlock_is_tried_again(void)
{
	pthread_barrier_t barrier;
	struct crossing a = { .first = 1, .second = 2, .barrier = &barrier };
	struct crossing b = { .first = 2, .second = 1, .barrier = &barrier };
	pthread_t thread;

	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	CU_ASSERT_EQUAL(add(db, 2), ERR_OK);
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, run_crossing, &a);
	run_crossing(&b);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&barrier);
	CU_ASSERT_EQUAL(a.code, ERR_OK);
	CU_ASSERT_EQUAL(b.code, ERR_OK);
	CU_ASSERT_TRUE(a.runs + b.runs > 2);
	CU_ASSERT_EQUAL(value(1), 2);
	CU_ASSERT_EQUAL(value(2), 2);
}

/* Holds row 1 until told, longer than the lock wait limit of the other. */
struct holding {
	pthread_barrier_t *barrier;
	int *bumps; /* runs of the one who waits */
};

static enum err_code hold(struct db *own, void *arg, struct err *e)
{
	struct holding *h = arg;
	enum err_code code =
	    db_exec(own, &t_module, T_BUMP, DB_ARGS(DB_INT(1)), NULL, e);

	pthread_barrier_wait(h->barrier);
	while (
	    code == ERR_OK && __atomic_load_n(h->bumps, __ATOMIC_SEQ_CST) < 2)
		usleep(10000);
	return code;
}

static void *run_holding(void *arg)
{
	struct db *own = harness_db();
	struct err e;

	CU_ASSERT_EQUAL(db_transact(own, hold, arg, &e), ERR_OK);
	db_close(&own);
	return NULL;
}

static enum err_code bump(struct db *own, void *arg, struct err *e)
{
	int *runs = arg;

	__atomic_add_fetch(runs, 1, __ATOMIC_SEQ_CST);
	return db_exec(own, &t_module, T_BUMP, DB_ARGS(DB_INT(1)), NULL, e);
}

static void a_lock_timeout_is_tried_again(void)
{
	pthread_barrier_t barrier;
	int runs = 0;
	struct holding h = { &barrier, &runs };
	pthread_t thread;

	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&thread, NULL, run_holding, &h);
	pthread_barrier_wait(&barrier);
	CU_ASSERT_EQUAL(db_transact(db, bump, &runs, &err), ERR_OK);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&barrier);
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_EQUAL(value(1), 2);
}

/* Refused once as only a group of MySQL servers does it. */
static enum err_code add_refused(struct db *own, void *arg, struct err *e)
{
	int *runs = arg;
	enum err_code code = add(own, 1);

	if (code == ERR_OK && (*runs)++ == 0)
		code = db_exec(own, &t_module, T_SIGNAL, NULL, 0, NULL, e);
	return code;
}

static void a_commit_that_the_group_refused_is_tried_again(void)
{
	int runs = 0;

	harness_sql(db, "CREATE PROCEDURE refuse() SIGNAL SQLSTATE 'HY000' "
			"SET MYSQL_ERRNO = 3101;");
	CU_ASSERT_EQUAL(db_transact(db, add_refused, &runs, &err), ERR_OK);
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_EQUAL(count(), 1);
	harness_sql(db, "DROP PROCEDURE refuse;");
}

/* ------------------------------------------------------- lost connections */

static void a_killed_connection_is_opened_again(void)
{
	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	(void)!db_exec(db, &t_module, T_KILL_ME, NULL, 0, NULL, &err);
	CU_ASSERT_EQUAL(count(), 1);
	CU_ASSERT_EQUAL(db_ping(db, &err), ERR_OK);
}

/* Loses its connection in the first run, after the first of two rows. */
static enum err_code add_two(struct db *own, void *arg, struct err *e)
{
	int *runs = arg;
	enum err_code code = add(own, 1);

	if ((*runs)++ == 0)
		(void)!db_exec(own, &t_module, T_KILL_ME, NULL, 0, NULL, e);
	if (code == ERR_OK)
		code = add(own, 2);
	return code;
}

static void a_transaction_that_loses_its_connection_runs_again(void)
{
	int runs = 0;

	CU_ASSERT_EQUAL(db_transact(db, add_two, &runs, &err), ERR_OK);
	CU_ASSERT_EQUAL(runs, 2);
	CU_ASSERT_EQUAL(count(), 2);
}

static void a_restarted_server_is_found_again(void)
{
	CU_ASSERT_EQUAL(add(db, 1), ERR_OK);
	CU_ASSERT_EQUAL(count(), 1);
	harness_kill();
	harness_restart();
	CU_ASSERT_EQUAL(count(), 1);
	harness_kill();
	harness_restart();
	CU_ASSERT_EQUAL(add(db, 2), ERR_OK);
	CU_ASSERT_EQUAL(count(), 2);
}

static void no_server_is_unavailable_and_passes(void)
{
	struct db *own;

	harness_kill();
	CU_ASSERT_EQUAL(
	    db_open(harness_settings(), true, &own, &err), ERR_UNAVAILABLE);
	CU_ASSERT_PTR_NOT_NULL_FATAL(own);
	CU_ASSERT_EQUAL(db_ping(own, &err), ERR_UNAVAILABLE);
	CU_ASSERT_EQUAL(add(own, 3), ERR_UNAVAILABLE);
	harness_restart();
	CU_ASSERT_EQUAL(add(own, 3), ERR_OK);
	CU_ASSERT_EQUAL(db_ping(own, &err), ERR_OK);
	db_close(&own);
}

static void *try_transact(void *arg)
{
	struct db *own = arg;
	static int runs = 1; /* never kills its connection */
	struct err e;

	CU_ASSERT_EQUAL(db_transact(own, add_two, &runs, &e), ERR_OK);
	return NULL;
}

static void a_transaction_waits_for_the_server(void)
{
	pthread_t thread;

	harness_kill();
	pthread_create(&thread, NULL, try_transact, db);
	usleep(700000);
	harness_restart();
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(count(), 2);
}

static void a_script_says_which_statement_failed(void)
{
	CU_ASSERT_EQUAL(
	    db_run_script(db,
		STR("-- a comment; with a mark;\nINSERT INTO t (n, d)\n"
		    "VALUES (5, REPEAT('x', 16));\nSELECT n FROM t;\n"
		    "INSERT INTO nowhere VALUES (1);"),
		&err),
	    ERR_INTERNAL);
	CU_ASSERT_PTR_NOT_NULL(strstr(err.text, "INSERT INTO nowhere"));
	CU_ASSERT_EQUAL(count(), 1);
}

static CU_TestInfo tests[] = {
	{ "every statement fits the schema", every_statement_fits_the_schema },
	{ "a renamed column is named at the start",
	    a_renamed_column_is_named_at_the_start },
	{ "a signature that does not fit is refused",
	    a_signature_that_does_not_fit_is_refused },
	{ "values come back as they went", values_come_back_as_they_went },
	{ "null and empty differ", null_and_empty_differ },
	{ "many rows come in order", many_rows_come_in_order },
	{ "the session is set up", the_session_is_set_up },
	{ "a refused statement is not named to callers",
	    a_refused_statement_is_not_named_to_callers },
	{ "a duplicate key is a conflict", a_duplicate_key_is_a_conflict },
	{ "matched rows count as changed", matched_rows_count_as_changed },
	{ "an error rolls back", an_error_rolls_back },
	{ "one inside another is a part of it",
	    one_inside_another_is_a_part_of_it },
	{ "a deadlock is tried again", a_deadlock_is_tried_again },
	{ "a lock timeout is tried again", a_lock_timeout_is_tried_again },
	{ "a COMMIT that the group refused is tried again",
	    a_commit_that_the_group_refused_is_tried_again },
	{ "a killed connection is opened again",
	    a_killed_connection_is_opened_again },
	{ "a transaction that loses its connection runs again",
	    a_transaction_that_loses_its_connection_runs_again },
	{ "a restarted server is found again",
	    a_restarted_server_is_found_again },
	{ "no server is unavailable, and passes",
	    no_server_is_unavailable_and_passes },
	{ "a transaction waits for the server",
	    a_transaction_waits_for_the_server },
	{ "a script says which statement failed",
	    a_script_says_which_statement_failed },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_db = { "db", set_up_suite, tear_down_suite, set_up,
	tear_down, tests };
