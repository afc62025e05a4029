/* http_url.h: a URL that was read and judged once, for the request itself */
/* SPDX-License-Identifier: MIT */
#ifndef NET_HTTP_URL_H
#define NET_HTTP_URL_H

#include "base/err.h"
#include "base/pool.h"
#include "net/guard.h"

struct Curl_URL;

struct http_url {
	/* The library's own reading: what is checked is what is used. */
	struct Curl_URL *parsed;
	struct guard guard;
};

/* ERR_BAD_REQUEST as http_check_url; is_trusted passes over the guard's rules.
 * After ERR_OK the caller closes it. */
MUST_CHECK enum err_code http_url_open(const struct settings *s,
    struct pool *pool, struct str text, bool is_trusted, struct http_url *url_r,
    struct err *err);
void http_url_close(struct http_url *url);

/* Where a Location leads from base, which is a URL; without its fragment. What
 * it gives was not judged. */
MUST_CHECK enum err_code http_url_join(struct pool *pool, struct str base,
    struct str location, struct str *url_r, struct err *err);

#endif
