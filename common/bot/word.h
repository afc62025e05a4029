/* word.h: texts as words to be likened: English and Swahili, endings off */
/* SPDX-License-Identifier: MIT */
#ifndef WORD_H
#define WORD_H

#include "bot/fold.h"

#define WORD_LETTERS_MAX 32 /* of a word; the rest is not looked at */

struct word {
	uint64_t hash;	/* of its stem */
	uint64_t marks; /* one bit for each group of letters, for a quick no */
	uint32_t grams[WORD_LETTERS_MAX + 2]; /* groups of three, sorted */
	size_t n;			      /* how many */
	bool is_small;			      /* says little: "the", "ya" */
	bool is_not;			      /* "not", "si" */
};

/* At most max words of a text; *n_r of them. */
struct word *words_make(
    struct pool *pool, struct fold text, size_t max, size_t *n_r);
/* From 0 to 1: 1 for the same stem, 0 for what is less than half the same. */
double word_likeness(const struct word *a, const struct word *b);

#endif
