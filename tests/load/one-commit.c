/* one-commit.c: how long one bare commit takes: an INSERT of one row,
 * prepared, each a transaction of its own */
/* SPDX-License-Identifier: MIT */
#include <mysql.h>
#include <time.h>

#include "base/str.h"

#define SECOND 1000000000LL

static const char usage[] =
    "usage: one-commit SOCKET DATABASE [RATE [SECONDS]]\n"
    "Inserts rows into a table of its own, RATE per second (200; 0: one after\n"
    "the other) for SECONDS (5), and prints a JSON object, in microseconds.\n";

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "one-commit: %s\n", what);
	exit(1);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * SECOND + t.tv_nsec;
}

static MYSQL *connect_to(const char *socket, const char *database)
{
	MYSQL *db = mysql_init(NULL);

	if (!mysql_real_connect(db, NULL, "root", NULL, database, 0, socket, 0))
		fail(mysql_error(db));
	if (mysql_query(db,
		"CREATE TABLE IF NOT EXISTS one_commit (id BIGINT UNSIGNED "
		"AUTO_INCREMENT PRIMARY KEY, content VARCHAR(64) NOT NULL) "
		"ENGINE=InnoDB"))
		fail(mysql_error(db));
	return db;
}

static MYSQL_STMT *prepare(MYSQL *db)
{
	static const char text[] =
	    "INSERT INTO one_commit (content) VALUES (?)";
	static char content[64];
	static unsigned long n = sizeof(content);
	MYSQL_STMT *stmt = mysql_stmt_init(db);
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_STRING,
		.buffer = content,
		.buffer_length = sizeof(content),
		.length = &n };

	memset(content, 'x', sizeof(content));
	if (mysql_stmt_prepare(stmt, text, sizeof(text) - 1) ||
	    mysql_stmt_bind_param(stmt, &bind))
		fail(mysql_stmt_error(stmt));
	return stmt;
}

static void wait_until(int64_t at)
{
	struct timespec t = { .tv_sec = at / SECOND, .tv_nsec = at % SECOND };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static double at(const int64_t *times, size_t n, double q)
{
	return (double)times[(size_t)((double)(n - 1) * q)] / 1e3;
}

int main(int argc, char **argv)
{
	uint64_t rate = 200, seconds = 5;
	int64_t *times = NULL, began, due;
	size_t n = 0, cap = 0;
	MYSQL_STMT *stmt;
	MYSQL *db;

	if (argc < 3 || argc > 5 ||
	    (argc > 3 && !str_u64(str_of(argv[3]), 0, 1000000, &rate)) ||
	    (argc > 4 && !str_u64(str_of(argv[4]), 1, 3600, &seconds))) {
		fputs(usage, stderr);
		return 2;
	}
	db = connect_to(argv[1], argv[2]);
	stmt = prepare(db);
	began = due = now_ns();
	while (now_ns() < began + (int64_t)seconds * SECOND) {
		int64_t from;

		if (n == cap) {
			cap = cap ? cap * 2 : 1024;
			times = mem_resize(times, cap * sizeof(*times));
		}
		wait_until(due);
		from = now_ns();
		if (mysql_stmt_execute(stmt))
			fail(mysql_stmt_error(stmt));
		times[n++] = now_ns() - from;
		due += rate ? SECOND / (int64_t)rate : 0;
	}
	qsort(times, n, sizeof(*times), compare);
	printf("{\"commits\":%zu,\"p50\":%.1f,\"p99\":%.1f,\"max\":%.1f}\n", n,
	    at(times, n, 0.5), at(times, n, 0.99), at(times, n, 1));
	free(times);
	mysql_stmt_close(stmt);
	mysql_close(db);
	return 0;
}
