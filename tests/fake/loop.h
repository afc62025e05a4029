/* loop.h: requests through the route table without a web server */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_LOOP_H
#define FAKE_LOOP_H

#include "app.h"
#include "base/buf.h"
#include "base/seal.h"
#include "base/settings.h"
#include "csrf.h"

/* The cookies that find an account of the loop's own (no database). */
#define LOOP_AGENT     "agent-cookie"
#define LOOP_COLLEAGUE "colleague-cookie"
/* And API keys of their workspace: one for all, one that may only read. */
#define LOOP_KEY    "sk-key"
#define LOOP_READER "sk-reader"

struct loop {
	/* may be changed between requests */
	struct settings settings;
	struct app app;
	struct db *db;	     /* NULL: handlers that need one must not be met */
	const char *address; /* REMOTE_ADDR */
	size_t stall_after;  /* bytes of the body that come; 0: all */

	/* the last answer */
	int status;
	struct str head; /* header lines */
	struct str body;

	struct csrf_key key;
	struct seal_key seal;
	struct pool *pool;
	struct buf out;
};

/* Settings at their defaults but for base_url, which is
 * http://chat.example; www_dir may be NULL. */
void loop_init(struct loop *loop, const char *www_dir);
void loop_fini(struct loop *loop);

/*
 * One request; returns its status. headers are lines `Name: value` divided by
 * '\n', or NULL; body may be NULL. What the answer points to lives until the
 * next request.
 */
int loop_run(struct loop *loop, const char *method, const char *uri,
    const char *headers, const char *body);
/* The first header of that name; p NULL when there is none. */
struct str loop_header(const struct loop *loop, const char *name);
bool loop_body_has(const struct loop *loop, const char *text);
/* A token for pages of the holder of this session cookie. */
const char *loop_csrf(struct loop *loop, const char *cookie);

#endif
