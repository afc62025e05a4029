/* kb_fetch.h: pages of the web for knowledge bases */
/* SPDX-License-Identifier: MIT */
#ifndef KB_FETCH_H
#define KB_FETCH_H

#include "base/err.h"
#include "bot/kb_doc.h"

struct http_response;
struct settings;

#define KB_PAGE_MAX	 1048576 /* bytes of a page */
#define KB_REDIRECTS_MAX 3
#define KB_FETCH_MS	 20000 /* of each request */

/*
 * Gets a page through the guard and adds its text to doc: HTML, Markdown or
 * plain text in any usual character set. Redirects are followed as far as
 * above, each judged as if it had been given itself, and never from https to
 * http. tick as in net/http.h. ERR_TIMEOUT, ERR_BAD_GATEWAY, ERR_UNAVAILABLE
 * (the server says so: 408, 425, 429, 5xx): it may work later. All others are
 * for good; the sentences are for the author.
 */
MUST_CHECK enum err_code kb_fetch(const struct settings *s, struct str url,
    bool (*tick)(void *arg), void *arg, struct kb_doc *doc, struct err *err);

/* The page itself, whatever its status; *url_r becomes where it was found. */
MUST_CHECK enum err_code kb_fetch_page(const struct settings *s,
    struct pool *pool, struct str *url_r, bool (*tick)(void *arg), void *arg,
    struct http_response *page_r, struct err *err);

#endif
