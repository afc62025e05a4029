/* str.h: slices: a pointer and a length, never owned */
/* SPDX-License-Identifier: MIT */
#ifndef STR_H
#define STR_H

#include "base/base.h"

struct pool;

/* Bytes that somebody else owns. p may be NULL when n is 0. */
struct str {
	const char *p;
	size_t n;
};

/* A slice of a literal: STR("GET"). */
#define STR(lit) ((struct str){ "" lit, sizeof(lit) - 1 })
/* The same as the initialiser of something static. */
#define STR_INIT(lit)                                                          \
	{                                                                      \
		"" lit, sizeof(lit) - 1                                        \
	}
#define STR_EMPTY ((struct str){ NULL, 0 })
/* For printf's "%.*s". */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* The slice of a C string; NULL gives the empty slice. */
struct str str_of(const char *s);
struct str str_make(const char *p, size_t n);

bool str_eq(struct str a, struct str b);
bool str_ieq(struct str a, struct str b); /* ASCII case folded */
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Index of the first byte c, or s.n when there is none. */
size_t str_index(struct str s, char c);
/* Index of the first occurrence of needle, or s.n when there is none. */
size_t str_search(struct str s, struct str needle);
/* From byte i to the end; empty when i is beyond it. */
struct str str_from(struct str s, size_t i);
/* At most n bytes. */
struct str str_head(struct str s, size_t n);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/*
 * Takes what stands before the first c off the front of *rest, the c too.
 * False when *rest is used up. An empty *rest gives one empty part only when
 * its pointer is not NULL.
 */
bool str_split(struct str *rest, char c, struct str *part_r);

/* A NUL-terminated copy in the pool. */
char *str_dup(struct pool *pool, struct str s);
/* A copy in the pool, as a slice (NUL-terminated behind its end). */
struct str str_copy(struct pool *pool, struct str s);
/* A copy in ASCII lower case. */
struct str str_lower(struct pool *pool, struct str s);

/*
 * Decimal numbers, digits only (i64: one leading '-'), in [min, max]: what
 * OpenBSD's strtonum does. False and *v_r untouched when it is not one.
 */
bool str_u64(struct str s, uint64_t min, uint64_t max, uint64_t *v_r);
bool str_i64(struct str s, int64_t min, int64_t max, int64_t *v_r);

/* Bytes as lower-case hex in the pool; and back (even count, hex only). */
struct str str_hex(struct pool *pool, const void *bytes, size_t n);
bool str_unhex(struct str s, void *out, size_t out_n);

#endif
