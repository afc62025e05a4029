/* kb_rank.h: which passages answer a question, and how well */
/* SPDX-License-Identifier: MIT */
#ifndef KB_RANK_H
#define KB_RANK_H

#include "bot/kb_search.h"
#include "bot/kb_words.h"
#include "db/db_kb_chunk.h"

#define KB_QUESTION_WORDS 24  /* different ones that are looked at */
#define KB_GOOD		  0.5 /* a passage below answers something else */
#define KB_WINDOW_MAX	  600 /* code points of a passage's text */

/*
 * The best of the chunks, at most max, that are good enough, best first; of
 * total in all. What a question's word weighs depends on how many chunks have
 * it (one that none has weighs too: the question is about more than they
 * know). score is what share of that weight a passage has, a part of it for its
 * headings and for words that stand together. Among the good ones the order is
 * by score and BM25, then by source and part: the same each time.
 */
void kb_rank(struct pool *pool, const struct kb_words *question,
    const struct kb_chunks *chunks, uint64_t total, size_t max,
    struct kb_passages *out_r);

#endif
