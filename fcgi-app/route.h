/* route.h: what must hold before a handler runs, as one row each */
/* SPDX-License-Identifier: MIT */
#ifndef ROUTE_H
#define ROUTE_H

#include "req.h"
#include "resp.h"

/* The least caller. */
enum route_who {
	WHO_ANYONE,   /* no cookie is looked at */
	WHO_AGENT,    /* with a login; else 401 */
	WHO_ADMIN,    /* the same of an administrator; else 403 */
	WHO_PAGE,     /* with a login, for a page: else 303 to the login */
	WHO_KEY,      /* with an API key; else 401, 403 without its scope */
	WHO_TALK,     /* the same, or with a session token: token.h */
	WHO_TALK_KEY, /* a conversation too, but no session token: else 403 */
	WHO__MAX
};

enum {
	ROUTE_CSRF = 1, /* needs X-CSRFToken (or the form's csrf_token) */
	ROUTE_JSON = 2, /* a body must be application/json */
	ROUTE_FORM = 4, /* may be a form instead, from the login page */
	ROUTE_ONCE = 8, /* knows Idempotency-Key: see once.h */
	ROUTE_FILE = 16 /* the body may be as large as a file, by the settings,
			   and what stands around it */
};

#define ROUTE_AROUND_FILE 16384 /* bytes */

/* Writes the answer; an error is spelt by route.c. */
typedef enum err_code route_fn(
    struct req *req, struct resp *resp, struct err *err);

struct route {
	enum req_method method;
	/* ":name" takes one part, a "*" at the end all that follows; a slash
	 * at the end does not matter */
	const char *path;
	enum route_who who;
	unsigned flags;
	enum resp_face face; /* how failures look, and which headers */
	size_t body_max;     /* bytes */
	unsigned cost;	     /* units of budget.h */
	route_fn *run;
};

extern const struct route routes[];
extern const size_t routes_n;

/*
 * Finds the row, refuses what it does not allow, in this order: 404, 405 (and
 * OPTIONS), cross-site 403, 401, 303 or 403, 413, 415, 429, 408, CSRF 400; runs the
 * handler; logs once; completes the answer's headers.
 */
void route_run(struct req *req, struct resp *resp);
/* The table, for people (fcgi-app -r). */
void route_print(FILE *to);
/* Whether path (as sent) is one of pattern; fills params when req is given. */
bool route_match(const char *pattern, struct str path, struct req *req);

#endif
