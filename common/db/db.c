/* db.c: one connection to MySQL or MariaDB: set-up, loss, transactions */
/* SPDX-License-Identifier: MIT */
#include "db/db_private.h"

#include <limits.h>
#include <errmsg.h>
#include <mysqld_error.h>
#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/settings.h"

#define CONNECT_TIMEOUT_S 5
#define ANSWER_TIMEOUT_S  30
#define SCRIPT_TIMEOUT_S  86400 /* a migration may rebuild a large table */
#define TRANSACT_MAX_MS	  10000
#define PAUSE_MIN_MS	  5
#define PAUSE_MAX_MS	  500

/* Not in every mysqld_error.h. */
#define ROLLBACK_DURING_COMMIT 3101 /* MySQL's group replication */
#define UNKNOWN_VARIABLE       1193
#define CONNECTION_KILLED      1927
#define IDLE_DISCONNECT	       4031

static _Atomic uint64_t errors, connects;
static unsigned limit_s = UINT_MAX;

enum fault { FAULT_LOST, FAULT_AGAIN, FAULT_DUPLICATE, FAULT_OTHER };

static enum fault fault_of(unsigned number)
{
	switch (number) {
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_COMMANDS_OUT_OF_SYNC:
	case CONNECTION_KILLED:
	case IDLE_DISCONNECT:
	case ER_UNKNOWN_STMT_HANDLER:
	case ER_SERVER_SHUTDOWN:
	case ER_NORMAL_SHUTDOWN:
	case ER_NEW_ABORTING_CONNECTION:
	case ER_NET_READ_ERROR:
	case ER_NET_READ_INTERRUPTED:
	case ER_NET_ERROR_ON_WRITE:
	case ER_NET_WRITE_INTERRUPTED:
	case ER_UNKNOWN_COM_ERROR:	   /* Galera: this node is not ready */
	case ER_OPTION_PREVENTS_STATEMENT: /* read only after a fail-over */
		return FAULT_LOST;
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case ROLLBACK_DURING_COMMIT:
	case ER_CHECKREAD: /* snapshot isolation of newer servers */
		return FAULT_AGAIN;
	case ER_DUP_ENTRY:
		return FAULT_DUPLICATE;
	default:
		return FAULT_OTHER;
	}
}

enum err_code db_fail(struct db *db, const char *what, unsigned number,
    const char *text, struct err *err)
{
	log_debug(
	    "db_error statement=%s number=%u text=\"%s\"", what, number, text);
	if (fault_of(number) != FAULT_DUPLICATE)
		atomic_fetch_add(&errors, 1);
	switch (fault_of(number)) {
	case FAULT_LOST:
		db->is_lost = true;
		db->must_retry = true;
		break;
	case FAULT_AGAIN:
		db->must_retry = true;
		break;
	case FAULT_DUPLICATE:
		return err_set(err, ERR_CONFLICT, "It is there already.");
	case FAULT_OTHER:
		log_error("db_error statement=%s number=%u", what, number);
		return err_set(
		    err, ERR_INTERNAL, "The database could not do that.");
	}
	err_set(err, ERR_UNAVAILABLE, "The database is not available.");
	if (err != NULL)
		err->retry_after_s = 1;
	return ERR_UNAVAILABLE;
}

static enum err_code run_text(struct db *db, const char *sql, struct err *err)
{
	if (mysql_real_query(db->mysql, sql, strlen(sql)) == 0)
		return ERR_OK;
	return db_fail(
	    db, sql, mysql_errno(db->mysql), mysql_error(db->mysql), err);
}

static void disconnect(struct db *db)
{
	if (db->mysql != NULL)
		mysql_close(db->mysql);
	db->mysql = NULL;
	db->is_lost = false;
	/* Behind mysql_close, so that nothing is sent for each of them. */
	db_stmt_drop_all(db);
}

static enum err_code set_up_session(struct db *db, struct err *err)
{
	/* The server ends who sits in a transaction, so that no lock and no
	 * gap in the notifications stays for long. MySQL has no such thing. */
	static const char idle[] = "SET SESSION idle_transaction_timeout = 30, "
				   "SESSION idle_write_transaction_timeout = 5";
	enum err_code code;

	code = run_text(db,
	    "SET SESSION time_zone = '+00:00', SESSION autocommit = 1, "
	    "SESSION innodb_lock_wait_timeout = 4, SESSION sql_mode = "
	    "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
	    "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
	    err);
	if (code == ERR_OK)
		code = run_text(db,
		    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
		    err);
	if (code != ERR_OK)
		return code;
	if (mysql_real_query(db->mysql, idle, sizeof(idle) - 1) != 0 &&
	    mysql_errno(db->mysql) != UNKNOWN_VARIABLE)
		return db_fail(db, "idle", mysql_errno(db->mysql),
		    mysql_error(db->mysql), err);
	return ERR_OK;
}

static enum err_code connect_fail(struct db *db, struct err *err)
{
	unsigned number = mysql_errno(db->mysql);

	atomic_fetch_add(&errors, 1);
	if (!db->is_down)
		log_warn("db_down number=%u text=\"%s\"", number,
		    mysql_error(db->mysql));
	db->is_down = true;
	db->must_retry = true;
	disconnect(db);
	err_set(err, ERR_UNAVAILABLE,
	    "The database cannot be reached (error %u).", number);
	if (err != NULL)
		err->retry_after_s = 1;
	return ERR_UNAVAILABLE;
}

void db_limit_waiting(unsigned seconds)
{
	limit_s = seconds;
}

static enum err_code connect_with(
    struct db *db, unsigned answer_timeout_s, struct err *err)
{
	const struct settings *s = db->settings;
	bool by_socket = s->db_host == NULL || s->db_host[0] == '\0';
	unsigned connect_timeout_s = MIN_OF(CONNECT_TIMEOUT_S, limit_s);
	MYSQL *mysql;

	disconnect(db);
	mysql = mysql_init(NULL);
	if (mysql == NULL)
		abort(); /* no memory */
	db->mysql = mysql;
	mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connect_timeout_s);
	mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &answer_timeout_s);
	mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &answer_timeout_s);
	if (mysql_real_connect(mysql, by_socket ? NULL : s->db_host, s->db_user,
		s->db_password, s->db_name, (unsigned)s->db_port,
		by_socket ? s->db_socket : NULL, CLIENT_FOUND_ROWS) == NULL)
		return connect_fail(db, err);
	if (set_up_session(db, err) != ERR_OK)
		return connect_fail(db, err);
	atomic_fetch_add(&connects, 1);
	db->opened++;
	if (db->is_down)
		log_info("db_up");
	db->is_down = false;
	return ERR_OK;
}

enum err_code db_connect(struct db *db, struct err *err)
{
	enum err_code code;

	if (db->mysql != NULL && !db->is_lost)
		return ERR_OK;
	code = connect_with(db, MIN_OF(ANSWER_TIMEOUT_S, limit_s), err);
	if (code != ERR_OK || !db->check_all || db->is_checked)
		return code;
	code = db_stmt_check_all(db, err);
	if (code != ERR_OK)
		disconnect(db);
	else
		db->is_checked = true;
	return code;
}

static void library_init(void)
{
	if (mysql_library_init(0, NULL, NULL) != 0)
		abort();
}

struct db *db_new(const struct settings *s)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct db *db;

	/* mysql_init would do it, but not safely from several threads. */
	pthread_once(&once, library_init);
	db = mem_new(sizeof(*db));
	db->settings = s;
	return db;
}

enum err_code db_open(
    const struct settings *s, bool check_all, struct db **db_r, struct err *err)
{
	struct db *db = db_new(s);
	enum err_code code;

	db->check_all = check_all;
	code = db_connect(db, err);
	if (code != ERR_OK && code != ERR_UNAVAILABLE)
		db_close(&db);
	*db_r = db;
	return code;
}

void db_close(struct db **db)
{
	if (*db == NULL)
		return;
	disconnect(*db);
	free((*db)->slots);
	free((*db)->binds);
	free((*db)->times);
	free(*db);
	*db = NULL;
}

enum err_code db_ping(struct db *db, struct err *err)
{
	assert(!db->in_transaction);
	if (db->mysql != NULL && !db->is_lost && mysql_ping(db->mysql) != 0)
		db->is_lost = true;
	return db_connect(db, err);
}

void db_stats(struct db_stats *stats_r)
{
	stats_r->errors = atomic_load(&errors);
	stats_r->connects = atomic_load(&connects);
}

bool db_in_transaction(const struct db *db)
{
	return db->in_transaction;
}

uint64_t db_opened(const struct db *db)
{
	return db->opened;
}

static void pause_about(unsigned ms)
{
	uint16_t r;
	struct timespec ts;

	/* Half fixed, half chance: who collided does not collide again. */
	rnd_bytes(&r, sizeof(r));
	ms = ms / 2 + r % (ms / 2 + 1);
	ts = (struct timespec){ ms / 1000, (long)(ms % 1000) * 1000000 };
	nanosleep(&ts, NULL);
}

static enum err_code transact_once(
    struct db *db, db_transact_fn *fn, void *arg, struct err *err)
{
	enum err_code code = db_connect(db, err);

	if (code == ERR_OK)
		code = run_text(db, "START TRANSACTION", err);
	if (code != ERR_OK)
		return code;
	db->in_transaction = true;
	code = fn(db, arg, err);
	if (code == ERR_OK && !db->must_retry)
		code = run_text(db, "COMMIT", err);
	else if (!db->is_lost)
		mysql_rollback(db->mysql);
	db->in_transaction = false;
	/* A connection whose rollback or commit failed is in an unknown state:
	 * the next use opens a new one, and the server rolls back. */
	if (!db->is_lost && mysql_errno(db->mysql) != 0)
		db->is_lost = true;
	return code;
}

enum err_code db_transact(
    struct db *db, db_transact_fn *fn, void *arg, struct err *err)
{
	int64_t end_ms = clock_mono_ms() + TRANSACT_MAX_MS;
	unsigned pause_ms = PAUSE_MIN_MS;
	enum err_code code;

	if (db->in_transaction)
		return fn(db, arg, err);
	for (;;) {
		db->must_retry = false;
		code = transact_once(db, fn, arg, err);
		if (!db->must_retry)
			return code;
		if (clock_mono_ms() + pause_ms > end_ms)
			break;
		pause_about(pause_ms);
		pause_ms = MIN_OF(pause_ms * 2, PAUSE_MAX_MS);
	}
	err_set(err, ERR_UNAVAILABLE, "The database is not available.");
	if (err != NULL)
		err->retry_after_s = 1;
	return ERR_UNAVAILABLE;
}

static enum err_code run_script_statement(
    struct db *db, struct str sql, struct err *err)
{
	unsigned number;

	if (mysql_real_query(db->mysql, sql.p, sql.n) == 0) {
		mysql_free_result(mysql_store_result(db->mysql));
		return ERR_OK;
	}
	number = mysql_errno(db->mysql);
	log_error(
	    "db_script number=%u text=\"%s\"", number, mysql_error(db->mysql));
	if (fault_of(number) == FAULT_LOST)
		return db_fail(db, "script", number, "", err);
	return err_set(err, ERR_INTERNAL, "Database error %u in \"%.*s\": %s",
	    number, (int)MIN_OF(sql.n, 60), sql.p, mysql_error(db->mysql));
}

enum err_code db_run_script(struct db *db, struct str sql, struct err *err)
{
	enum err_code code;
	struct str line;
	struct buf text;

	assert(!db->in_transaction);
	code = connect_with(db, SCRIPT_TIMEOUT_S, err);
	buf_init(&text, 0);
	while (code == ERR_OK && str_split(&sql, '\n', &line)) {
		struct str bare = str_trim(line);

		if (bare.n == 0 || str_starts(bare, STR("--")))
			continue;
		buf_put(&text, line);
		buf_byte(&text, '\n');
		if (!str_ends(bare, STR(";")))
			continue;
		code = run_script_statement(db, buf_str(&text), err);
		buf_clear(&text);
	}
	if (code == ERR_OK && text.n > 0)
		code = run_script_statement(db, buf_str(&text), err);
	buf_fini(&text);
	disconnect(db); /* the next call has the usual time limits again */
	return code;
}
