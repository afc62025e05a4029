/* valid.h: rules for text that people and programs send */
/* SPDX-License-Identifier: MIT */
#ifndef VALID_H
#define VALID_H

#include "base/buf.h"

/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool valid_utf8(struct str s);
/*
 * The length of the first character of s (s.n > 0): 1-4 bytes and *ok_r true,
 * or the length of the broken start of one and *ok_r false.
 */
size_t valid_utf8_char(struct str s, bool *ok_r);
/* Code points; s must be valid UTF-8. */
size_t valid_utf8_count(struct str s);
/* At most n code points of valid UTF-8, never cutting one. */
struct str valid_utf8_head(struct str s, size_t n);
/* As much of valid UTF-8 as fits into that many bytes, whole characters. */
struct str valid_utf8_cut(struct str s, size_t bytes);
/* An address as browsers accept it (HTML's valid e-mail address), <= 254. */
bool valid_email(struct str s);
/* Valid UTF-8, no control characters (C0 but TAB, LF, CR when lines is true;
 * DEL; C1). */
bool valid_text(struct str s, bool lines);

/*
 * An origin as the browser sends it or an allow-list row: scheme://host[:port],
 * lower case, default port dropped, path and trailing slash dropped. The host
 * may begin with "*." in a list row. False when it is nothing of that kind, so
 * that no `;`, blank, quote or line end ever reaches a header.
 */
bool valid_origin(struct pool *pool, struct str s, struct str *origin_r);
/*
 * Whether a normalised origin is in a list of rows divided by white space or
 * commas. An empty list and "*" allow all. "null" and an empty origin match
 * no row.
 */
bool valid_origin_listed(struct str list, struct str origin);

#endif
