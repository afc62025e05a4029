/* unfurl.h: what a page says of itself, for a card below a link to it */
/* SPDX-License-Identifier: MIT */
#ifndef UNFURL_H
#define UNFURL_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

struct settings;

#define UNFURL_MS	 8000 /* of the whole */
#define UNFURL_TITLE_MAX 200  /* characters */
#define UNFURL_TEXT_MAX	 300

/*
 * Gets the page through the guard (as kb_fetch) and reads og:, twitter:, title
 * and description. *json_r: {"url","title","description"?,"image"?,
 * "site_name"?} in the pool, image by https only; empty when the page says
 * nothing of the kind. ERR_BAD_REQUEST when the guard refuses the address;
 * other codes when the page cannot be had.
 */
MUST_CHECK enum err_code unfurl(const struct settings *s, struct pool *pool,
    struct str url, struct str *json_r, struct err *err);
/* The same of a page that is there; url: where it was found. */
struct str unfurl_read(struct pool *pool, struct str url, struct str html);

#endif
