/* intent.h: which of a flow's intents a text is nearest to */
/* SPDX-License-Identifier: MIT */
#ifndef INTENT_H
#define INTENT_H

#include "base/pool.h"
#include "base/str.h"

#define INTENT_NONE	     SIZE_MAX
#define INTENTS_MAX	     200
#define INTENT_EXAMPLES_MAX  1000 /* of all intents */
#define INTENT_EXAMPLE_MAX   200  /* code points */
#define INTENT_THRESHOLD_DEF 0.6

/*
 * How a text is likened to an example, from 0 to 1: both are cut into words
 * without case and endings (English plurals and verb forms; Swahili verbs
 * without their subject and tense). Each word finds the likest one of the
 * other side: the same, or one that shares most of its groups of three letters
 * (typing errors). Rare words weigh more than those of several intents; small
 * words (the, ya) weigh little. The score is the weighted harmonic mean of how
 * much of the example is in the text and how much of the text is in the
 * example. A "not" that only one of them has takes much of it away. An intent
 * scores as the best of its examples.
 */
struct intents;

/* What a flow says of one intent. */
struct intent {
	struct str name;
	size_t n;
	struct str *examples;
};

/* Prepares the examples, once for each flow; names live as long as list. */
const struct intents *intents_new(
    struct pool *pool, const struct intent *list, size_t n);
/*
 * The index of the intent with the highest score of at least threshold, the
 * first of several; INTENT_NONE when there is none. score_r may be NULL; it
 * gets the highest score even if that is too low.
 */
size_t intents_find(const struct intents *intents, struct pool *pool,
    struct str text, double threshold, double *score_r);
/* The intent of that name or INTENT_NONE. */
size_t intents_by_name(const struct intents *intents, struct str name);

#endif
