/* whence.h: who sent the browser here */
/* SPDX-License-Identifier: MIT */
#ifndef WHENCE_H
#define WHENCE_H

#include "req.h"

/* Browsers reach us by https: base_url, or what the web server says. */
bool whence_is_https(const struct req *req);
/* base_url, or else the scheme and the Host of the request; empty when the
 * Host is none. */
struct str whence_own(const struct req *req);
/* Origin of this text (an Origin or Referer header) is base_url's or that of
 * the Host asked for. */
bool whence_is_own(const struct req *req, struct str text);

/*
 * A request that changes something by the power of a cookie must come from
 * our own pages, or from no page at all. ERR_FORBIDDEN otherwise.
 */
MUST_CHECK enum err_code whence_check_cookie(
    const struct req *req, struct err *err);
/*
 * A visitor's request: from our pages or from a page in the list (empty: any).
 * With must_tell a request that does not say where it comes from is refused,
 * unless the list is empty. ERR_FORBIDDEN otherwise.
 */
MUST_CHECK enum err_code whence_check_listed(
    const struct req *req, struct str list, bool must_tell, struct err *err);
/* The same of the page that our frame says it stands in (text: an Origin). */
MUST_CHECK enum err_code whence_check_page(
    const struct req *req, struct str list, struct str text, struct err *err);

#endif
