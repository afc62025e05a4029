/* kb_charset.h: pages in other character sets than UTF-8 */
/* SPDX-License-Identifier: MIT */
#ifndef KB_CHARSET_H
#define KB_CHARSET_H

#include "base/pool.h"
#include "base/str.h"

/*
 * A page's bytes as UTF-8 in the pool. Its character set is, in this order:
 * told by a byte order mark, by the answer's Content-Type, by a <meta> near
 * its beginning (when is_html); UTF-8 when it is that, else windows-1252, as
 * browsers guess. What is none of its characters becomes U+FFFD.
 */
struct str kb_charset_read(
    struct pool *pool, struct str bytes, struct str content_type, bool is_html);

/* The value of a parameter of a Content-Type; empty when there is none. */
struct str kb_charset_param(struct str content_type, const char *name);

#endif
