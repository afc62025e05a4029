/* bare.c: the least that a FastCGI or CGI program can do for a request: what
 * this machine allows, to compare with */
/* SPDX-License-Identifier: MIT */
#include <fcgiapp.h>
#include <mysql.h>
#include <pthread.h>
#include <unistd.h>

#include "base/buf.h"

#define THREADS	 8
#define ROWS_MAX 200

static const char usage[] =
    "usage: bare FASTCGI_SOCKET DB_SOCKET DATABASE\n"
    "Answers, on 8 threads with a connection each: /hello; /select, one row by\n"
    "a prepared SELECT; /insert, one row and its commit; /rows?UUID, the first\n"
    "100 messages of a conversation as JSON. As a CGI program: /select, with\n"
    "the database in BARE_DB_SOCKET and BARE_DB.\n";

enum { SELECT_ONE, INSERT_ONE, SELECT_ROWS, STMT__MAX };

static const char *const texts[STMT__MAX] = {
	[SELECT_ONE] = "SELECT id, name, created_at FROM bare WHERE id = ?",
	[INSERT_ONE] = "INSERT INTO bare_log (content) VALUES (?)",
	[SELECT_ROWS] = "SELECT seq, id, sender_type, content_type, content, "
			"rich_media, created_at FROM messages "
			"WHERE conversation_id = UNHEX(?) AND seq > 0 "
			"ORDER BY seq LIMIT 100",
};

static const char *const tables[] = {
	"CREATE TABLE IF NOT EXISTS bare (id BIGINT UNSIGNED PRIMARY KEY, "
	"name VARCHAR(100) NOT NULL, created_at DATETIME(6) NOT NULL) "
	"ENGINE=InnoDB",
	"INSERT IGNORE INTO bare VALUES (1, 'a name', UTC_TIMESTAMP(6))",
	"CREATE TABLE IF NOT EXISTS bare_log (id BIGINT UNSIGNED "
	"AUTO_INCREMENT PRIMARY KEY, content VARCHAR(64) NOT NULL) "
	"ENGINE=InnoDB",
};

struct worker {
	int listener;
	const char *db_socket, *database;
	MYSQL *db;
	MYSQL_STMT *stmts[STMT__MAX];
	pthread_t thread;
};

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "bare: %s\n", what);
	exit(1);
}

static void open_db(struct worker *w)
{
	w->db = mysql_init(NULL);
	if (!mysql_real_connect(
		w->db, NULL, "root", NULL, w->database, 0, w->db_socket, 0))
		fail(mysql_error(w->db));
}

static void prepare(struct worker *w, int i)
{
	w->stmts[i] = mysql_stmt_init(w->db);
	if (mysql_stmt_prepare(w->stmts[i], texts[i], strlen(texts[i])))
		fail(mysql_stmt_error(w->stmts[i]));
}

static void run(MYSQL_STMT *stmt, const char *text)
{
	unsigned long n = strlen(text);
	MYSQL_BIND bind = { .buffer_type = MYSQL_TYPE_STRING,
		.buffer = (void *)(uintptr_t)text,
		.buffer_length = n,
		.length = &n };

	if (mysql_stmt_bind_param(stmt, &bind) || mysql_stmt_execute(stmt))
		fail(mysql_stmt_error(stmt));
}

static void select_one(struct worker *w, struct buf *out)
{
	MYSQL_STMT *stmt = w->stmts[SELECT_ONE];
	char name[128], at[64];
	unsigned long n_name = 0, n_at = 0;
	uint64_t id = 0;
	MYSQL_BIND row[] = {
		{ .buffer_type = MYSQL_TYPE_LONGLONG, .buffer = &id },
		{ .buffer_type = MYSQL_TYPE_STRING,
		    .buffer = name,
		    .buffer_length = sizeof(name),
		    .length = &n_name },
		{ .buffer_type = MYSQL_TYPE_STRING,
		    .buffer = at,
		    .buffer_length = sizeof(at),
		    .length = &n_at },
	};

	run(stmt, "1");
	if (mysql_stmt_bind_result(stmt, row) || mysql_stmt_fetch(stmt))
		fail("no row");
	mysql_stmt_free_result(stmt);
	buf_printf(out, "{\"id\":%llu,\"name\":\"%.*s\",\"at\":\"%.*s\"}",
	    (unsigned long long)id, (int)n_name, name, (int)n_at, at);
}

static void select_rows(struct worker *w, const char *id, struct buf *out)
{
	static __thread char cells[7][65536];
	MYSQL_STMT *stmt = w->stmts[SELECT_ROWS];
	unsigned long n[7] = { 0 };
	char nulls[7] = { 0 };
	MYSQL_BIND row[7];

	memset(row, 0, sizeof(row));
	for (size_t i = 0; i < 7; i++) {
		row[i].buffer_type = MYSQL_TYPE_STRING;
		row[i].buffer = cells[i];
		row[i].buffer_length = sizeof(cells[i]);
		row[i].length = &n[i];
		row[i].is_null = &nulls[i];
	}
	run(stmt, id);
	if (mysql_stmt_bind_result(stmt, row))
		fail(mysql_stmt_error(stmt));
	buf_puts(out, "[");
	while (mysql_stmt_fetch(stmt) == 0) {
		buf_puts(out, out->n > 1 ? ",[" : "[");
		for (size_t i = 0; i < 7; i++) {
			buf_puts(out, i > 0 ? ",\"" : "\"");
			/* ids are bytes: nothing of them is quoted here */
			if (i != 1 && !nulls[i])
				buf_bytes(out, cells[i], n[i]);
			buf_puts(out, "\"");
		}
		buf_puts(out, "]");
	}
	buf_puts(out, "]");
	mysql_stmt_free_result(stmt);
}

static void answer(struct worker *w, const char *uri, struct buf *out)
{
	const char *query = strchr(uri, '?');

	buf_puts(out, "Content-Type: application/json\r\n\r\n");
	if (strstr(uri, "/select"))
		select_one(w, out);
	else if (strstr(uri, "/rows"))
		select_rows(w, query ? query + 1 : "", out);
	else if (strstr(uri, "/insert")) {
		run(w->stmts[INSERT_ONE], "0123456789abcdef0123456789abcdef");
		buf_puts(out, "{\"ok\":true}");
	} else
		buf_puts(out, "{\"hello\":true}");
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct buf out;
	FCGX_Request r;

	open_db(w);
	for (int i = 0; i < STMT__MAX; i++)
		prepare(w, i);
	FCGX_InitRequest(&r, w->listener, 0);
	while (FCGX_Accept_r(&r) == 0) {
		const char *uri = FCGX_GetParam("REQUEST_URI", r.envp);

		buf_init(&out, 0);
		answer(w, uri ? uri : "", &out);
		FCGX_PutStr(out.p, (int)out.n, r.out);
		buf_fini(&out);
		FCGX_Finish_r(&r);
	}
	return NULL;
}

/* The same for one request: connection, statement, answer. */
static int cgi(void)
{
	struct worker w = { .db_socket = getenv("BARE_DB_SOCKET"),
		.database = getenv("BARE_DB") };
	struct buf out;

	open_db(&w);
	prepare(&w, SELECT_ONE);
	buf_init(&out, 0);
	answer(&w, "/select", &out);
	if (write(STDOUT_FILENO, out.p, out.n) != (ssize_t)out.n)
		return 1;
	buf_fini(&out);
	mysql_close(w.db);
	return 0;
}

static void make_tables(struct worker w)
{
	open_db(&w);
	for (size_t i = 0; i < COUNT_OF(tables); i++) {
		if (mysql_query(w.db, tables[i]))
			fail(mysql_error(w.db));
	}
	mysql_close(w.db);
}

int main(int argc, char **argv)
{
	static struct worker workers[THREADS];
	int listener;

	if (getenv("GATEWAY_INTERFACE"))
		return cgi();
	if (argc != 4) {
		fputs(usage, stderr);
		return 2;
	}
	FCGX_Init();
	listener = FCGX_OpenSocket(argv[1], 1024);
	for (size_t i = 0; i < THREADS; i++)
		workers[i] = (struct worker){ .listener = listener,
			.db_socket = argv[2],
			.database = argv[3] };
	make_tables(workers[0]);
	puts("ready");
	fflush(stdout);
	for (size_t i = 0; i < THREADS; i++)
		pthread_create(&workers[i].thread, NULL, work, &workers[i]);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	return 0;
}
