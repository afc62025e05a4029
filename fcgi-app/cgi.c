/* cgi.c: one request of a web server that starts a process for each */
/* SPDX-License-Identifier: MIT */
#include "cgi.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "bot_turn.h"
#include "serve.h"

#define STALL_MS    10000 /* a client may be silent so long */
#define BODY_MAX_MS 30000 /* and take so long for a whole body */

extern char **environ;

bool cgi_is_called(void)
{
	const char *gateway = getenv("GATEWAY_INTERFACE");

	return gateway && *gateway;
}

struct body {
	int64_t until_ms; /* when it must be there, by clock_mono_ms */
	uint64_t left;	  /* bytes that were not read so far */
};

static ssize_t read_body(void *arg, char *p, size_t n)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	struct body *body = arg;
	ssize_t got;

	if (clock_mono_ms() > body->until_ms || poll(&in, 1, STALL_MS) <= 0)
		return -1;
	got = read(STDIN_FILENO, p, n);
	if (got > 0)
		body->left -= MIN_OF((uint64_t)got, body->left);
	return got;
}

/* What a route refused to read: mod_cgid talks over one socket, and an end
 * with bytes unread would reset it and lose the answer. */
static void drain_body(struct body *body)
{
	char bytes[8192];

	while (body->left && read_body(body, bytes, sizeof(bytes)) > 0)
		continue;
}

static bool write_all(const char *p, size_t n)
{
	ssize_t done;

	while (n) {
		done = write(STDOUT_FILENO, p, n);
		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static bool flush_out(void *arg, struct str bytes)
{
	(void)arg;
	return write_all(bytes.p, bytes.n);
}

/*
 * The web server waits until all that hold its pipes have ended, and may kill
 * the process that it has started: another one, with nothing in common but the
 * log, goes on. The connection to the database was closed before.
 */
static void detach(const struct app *app, struct id conversation_id)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct pool *pool;
	struct db *db;

	if (null < 0 || fork() != 0)
		return;
	setsid();
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	pool = pool_new();
	db = db_new(app->settings);
	bot_turn_later(app, db, pool, conversation_id);
	db_close(&db);
	pool_free(&pool);
	_exit(EXIT_SUCCESS);
}

int cgi_serve(const struct app *app)
{
	struct body body = { .until_ms = clock_mono_ms() + BODY_MAX_MS };
	const char *length = getenv("CONTENT_LENGTH");
	struct id later = ID_NONE;
	struct serve in = {
		.app = app,
		.pool = pool_new(),
		.env = environ,
		.read = read_body,
		.read_arg = &body,
		.flush = flush_out,
		.later_r = &later,
	};
	struct err err = { 0 };
	struct buf out;
	bool ok;

	/* The client has left: what it has asked for is done all the same. */
	signal(SIGPIPE, SIG_IGN);
	/* One that is no number is refused by req_init. */
	if (!length || !str_u64(str_of(length), 0, SIZE_MAX / 2, &body.left))
		body.left = 0;
	/* Statements are prepared as they are used: a process that lives for
	 * one request would throw most of them away. */
	if (db_open(app->settings, false, &in.db, &err))
		log_warn("database error=%s", err.text);
	buf_init(&out, 0);
	serve_request(&in, &out);
	ok = write_all(out.p, out.n);
	drain_body(&body);
	buf_fini(&out);
	db_close(&in.db);
	pool_free(&in.pool);
	if (!id_is_none(later))
		detach(app, later);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
