/* serve.h: from a CGI environment to the bytes of the answer */
/* SPDX-License-Identifier: MIT */
#ifndef SERVE_H
#define SERVE_H

#include "base/buf.h"
#include "req.h"

/* What the way in (fcgi.c, cgi.c, tests) has of a request. */
struct serve {
	const struct app *app;
	struct pool *pool; /* reset by the caller afterwards */
	struct db *db;
	char *const *env;
	req_read_fn *read;
	void *read_arg; /* of read and flush */
	/* For answers that go out in pieces; NULL: all of it goes to out. */
	req_flush_fn *flush;
	/* Set to the conversation whose turn must be run once the answer has
	 * gone out (bot_turn_later); NULL: the caller never does. */
	struct id *later_r;
};

/* Writes status line, headers and body to out; less what flush has taken. */
void serve_request(const struct serve *in, struct buf *out);

#endif
