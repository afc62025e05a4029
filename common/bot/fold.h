/* fold.h: texts as people compare them: without case, blanks as one */
/* SPDX-License-Identifier: MIT */
#ifndef FOLD_H
#define FOLD_H

#include "base/buf.h"
#include "base/pool.h"

/* Code points in lower case; runs of white space are one blank, none stands
 * at the ends; typographic apostrophes are plain ones. */
struct fold {
	const uint32_t *p;
	size_t n;
};

struct fold fold_make(struct pool *pool, struct str s);
bool fold_eq(struct fold a, struct fold b);
/* Whether word stands in text with no letter, digit or combining mark next to
 * it. An empty word stands nowhere. */
bool fold_has_word(struct fold text, struct fold word);
/* The same text in small or capital letters, all else as it is. */
struct str fold_lower(struct pool *pool, struct str s);
struct str fold_upper(struct pool *pool, struct str s);
/* A code point as UTF-8. */
void fold_put(struct buf *b, uint32_t c);
/* A letter, digit or combining mark of any script, or an underscore. */
bool fold_is_word(uint32_t c);

#endif
