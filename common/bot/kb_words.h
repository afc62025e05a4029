/* kb_words.h: texts as the words that knowledge bases are searched by */
/* SPDX-License-Identifier: MIT */
#ifndef KB_WORDS_H
#define KB_WORDS_H

#include "base/buf.h"
#include "base/id.h"
#include "base/pool.h"

#define KB_STEM_MAX  32 /* letters; longer words are cut */
#define KB_PART_MIN  4	/* letters of a part of a compound */
#define KB_WHOLE_MIN 9	/* letters of a word that is looked into for parts */

/* A word without case, diacritics and the usual endings. */
struct kb_word {
	struct str stem; /* letters and digits, UTF-8 */
	size_t n;	 /* code points of it */
	bool is_small;	 /* in any text: "the", "und", "kwa" */
};

struct kb_words {
	size_t n;
	struct kb_word *items;
};

/*
 * At most max words of a text, in order. One light stemmer for German, English
 * and Swahili alike, since nobody says which a question is in: umlauts, however
 * they are spelt, and other accents fall; endings of nouns and verbs, ge- of
 * participles; Swahili's subject and tense, class prefixes and -ni; at last a
 * vowel at the end. What it makes is no word, but the same for all forms of
 * one: Lieferung and geliefert, deliveries and deliver, mnalipa and malipo.
 */
struct kb_words kb_words_make(struct pool *pool, struct str text, size_t max);

/* How much of a word another one says, from 0 to 1: 1 for the same stem, less
 * when one is the beginning or the end of the other, as in compounds. */
double kb_word_fits(const struct kb_word *asked, const struct kb_word *said);

/*
 * What the FULLTEXT index gets of a text: each word with the workspace's mark
 * in front, so that a search reads no other tenant's lists, no word is too
 * short and none is on the database's list of stop words; and the ends of long
 * words, since an index knows beginnings only.
 */
void kb_words_put_index(
    struct buf *b, struct id workspace_id, const struct kb_words *words);
/* The boolean expression that finds any of the words that are not small, their
 * longer forms, and what long ones are made of; empty when there is none. */
void kb_words_put_query(
    struct buf *b, struct id workspace_id, const struct kb_words *words);

#endif
