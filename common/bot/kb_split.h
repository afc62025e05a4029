/* kb_split.h: documents as passages, and passages as sentences */
/* SPDX-License-Identifier: MIT */
#ifndef KB_SPLIT_H
#define KB_SPLIT_H

#include "base/err.h"
#include "base/id.h"
#include "bot/kb_doc.h"
#include "db/db_kb_chunk.h"

/* Code points of a passage: it may end from here on, and must here. */
#define KB_CHUNK_MIN   800
#define KB_CHUNK_MAX   1200
#define KB_CHUNKS_MAX  3000 /* of a source */
#define KB_HEADING_MAX 300  /* code points */

/*
 * Passages of one section each, with the headings above it ("Delivery › Costs";
 * not the title's words once more); long sections are divided between
 * paragraphs, long paragraphs between sentences. words is filled for searching.
 * ERR_INVALID for a document without text; ERR_TOO_LARGE beyond KB_CHUNKS_MAX.
 */
MUST_CHECK enum err_code kb_split(struct pool *pool, const struct kb_doc *doc,
    struct str title, struct id workspace_id, struct kb_chunks *out_r,
    struct err *err);

/* Takes the first sentence, or line, off the front of *rest; false when there
 * is no more. */
bool kb_split_sentence(struct str *rest, struct str *sentence_r);

#endif
