/* buf.h: growing output with a limit and a failure that sticks */
/* SPDX-License-Identifier: MIT */
#ifndef BUF_H
#define BUF_H

#include "base/str.h"

/*
 * Writers never need to be checked one by one: past max bytes the buffer
 * fails, ignores what follows, and the caller looks at buf_failed once.
 */
struct buf {
	char *p;     /* heap, NUL-terminated once something was written */
	size_t n;    /* bytes written */
	size_t cap;  /* bytes allocated */
	size_t max;  /* limit on n; 0 means none */
	bool failed; /* max was passed */
};

void buf_init(struct buf *b, size_t max);
/* Frees the memory; the buffer may be used again after buf_init. */
void buf_fini(struct buf *b);
/* Empties it, keeps the memory and the limit, forgets the failure. */
void buf_clear(struct buf *b);
bool buf_failed(const struct buf *b);
struct str buf_str(const struct buf *b);
/* Room for n more bytes ahead of time. */
void buf_reserve(struct buf *b, size_t n);

void buf_byte(struct buf *b, char c);
void buf_bytes(struct buf *b, const void *p, size_t n);
void buf_put(struct buf *b, struct str s);
void buf_puts(struct buf *b, const char *s);
void buf_u64(struct buf *b, uint64_t v);
void buf_i64(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);

/* Text made safe for its place; there is no raw variant for data. */
void buf_html(struct buf *b, struct str s);    /* element or attribute */
void buf_percent(struct buf *b, struct str s); /* a URL component */
/* Base64 with padding, and the URL alphabet without (RFC 4648 §4, §5). */
void buf_base64(struct buf *b, const void *p, size_t n);
void buf_base64url(struct buf *b, const void *p, size_t n);
/*
 * Decodes RFC 4648 base64, either alphabet, padding optional at the end; false
 * when s is not that. What was written before the fault stays.
 */
bool buf_unbase64(struct buf *b, struct str s);
/* Decodes %XX, and '+' as blank when plus is true; false on a broken escape. */
bool buf_unpercent(struct buf *b, struct str s, bool plus);

#endif
