/* req.h: one request, as it stands in the CGI environment */
/* SPDX-License-Identifier: MIT */
#ifndef REQ_H
#define REQ_H

#include "app.h"
#include "fields.h"

#define REQ_PARAMS_MAX 4

enum req_method {
	M_GET,
	M_HEAD,
	M_POST,
	M_PUT,
	M_PATCH,
	M_DELETE,
	M_OPTIONS,
	M__MAX /* any other */
};

/*
 * Gives up to n bytes of the body; 0 at its end, -1 when the client stalled
 * or the connection broke.
 */
typedef ssize_t req_read_fn(void *arg, char *p, size_t n);

/*
 * Gives the client what was written so far. False when it is not there any more;
 * the answer is no use to anybody then.
 */
typedef bool req_flush_fn(void *arg, struct str bytes);

struct db_talk;
struct json;

struct req {
	struct pool *pool; /* of this request */
	struct db *db;	   /* of this thread */
	const struct app *app;
	char *const *env; /* "NAME=value", ends with NULL */
	req_read_fn *read;
	void *read_arg;
	struct buf *out;     /* of the answer, as in serve_request */
	req_flush_fn *flush; /* as in struct serve */
	bool is_gone;	     /* flush has failed */
	struct id *later_r;  /* as in struct serve */

	struct id id; /* X-Request-Id */
	enum req_method method;
	struct str target;  /* path and query, as sent */
	struct str path;    /* as sent, percent-encoded */
	struct str address; /* of the client */
	struct fields query;
	size_t body_n;	    /* announced */
	struct str body;    /* once route.c has read it */
	struct fields form; /* a body of form fields */

	size_t params_n;
	struct {
		const char *name; /* in the route's path, up to '/' */
		struct str value; /* decoded */
	} params[REQ_PARAMS_MAX];

	struct str session; /* cookie's value, or empty */
	bool has_account;   /* account is who holds it */
	struct account account;
	struct api_key key; /* of a route for keys */
	bool is_token;	    /* of a route for talks: token.h */
	struct id talk_id;
	const struct db_talk *talk;
};

/*
 * Reads the environment. On ERR_BAD_REQUEST (target, query, length) req is
 * good enough to answer with.
 */
MUST_CHECK enum err_code req_init(struct req *req, struct err *err);
/* Reads the body; ERR_TIMEOUT or ERR_BAD_REQUEST when it does not come. */
MUST_CHECK enum err_code req_read_body(struct req *req, struct err *err);

/* "GET"; for what is in no list "?". */
const char *req_method_name(enum req_method method);
/* A CGI variable (HTTP_ORIGIN, HTTPS); empty when absent. */
struct str req_env(const struct req *req, const char *name);
/* Empty when absent, or when sent twice with different values. */
struct str req_cookie(const struct req *req, const char *name);
/* A part of the path that the route names. */
struct str req_param(const struct req *req, const char *name);
/* The same as an id; ERR_NOT_FOUND when it is none. */
MUST_CHECK enum err_code req_param_id(
    const struct req *req, const char *name, struct id *id_r, struct err *err);
/* Content-Type without its parameters is this one. */
bool req_has_type(const struct req *req, const char *type);
/* The body as a JSON object; an empty body gives one without members. */
MUST_CHECK enum err_code req_json(
    struct req *req, const struct json **json_r, struct err *err);

#endif
