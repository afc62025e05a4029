/* http_get.h: one HTTP request, and a look into what /metrics answers */
/* SPDX-License-Identifier: MIT */
#ifndef HTTP_GET_H
#define HTTP_GET_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

struct http_server {
	const char *host; /* NULL: this machine */
	const char *port;
	bool by_tls; /* see tls.h for what that is not */
};

/*
 * GET path; gives up after a few
 * seconds without an answer. ERR_UNAVAILABLE when nobody answers, or not in
 * HTTP. The body, at most 1 MB, is in the pool.
 */
MUST_CHECK enum err_code http_get(struct pool *pool,
    const struct http_server *to, const char *path, int *status_r,
    struct str *body_r, struct err *err);

/* The value of a series of the text format of Prometheus, spelt as there:
 * `name` or `name{label="value"}`. 0 when it is not there. */
double http_metric(struct str page, const char *series);

#endif
