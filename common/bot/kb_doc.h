/* kb_doc.h: a text as headings and paragraphs, whatever it was written in */
/* SPDX-License-Identifier: MIT */
#ifndef KB_DOC_H
#define KB_DOC_H

#include "base/buf.h"
#include "base/pool.h"

#define KB_BLOCKS_MAX 20000

struct kb_block {
	unsigned level;	 /* of a heading, 1 to 6; 0: text */
	struct str text; /* one line, no blanks at its ends, never empty */
};

struct kb_doc {
	struct pool *pool;
	struct str title; /* that it tells of itself; may be empty */
	size_t n;
	size_t cap;
	struct kb_block *items;
	bool is_cut; /* had more than KB_BLOCKS_MAX */
};

void kb_doc_init(struct kb_doc *doc, struct pool *pool);
/* A copy of text: white space and control characters are one blank each, what
 * is no UTF-8 falls. Nothing is added when nothing is left. */
void kb_doc_add(struct kb_doc *doc, unsigned level, struct str text);
/* The same treatment for a title. */
struct str kb_doc_line(struct pool *pool, struct str text);
/* As Markdown. */
struct str kb_doc_text(const struct kb_doc *doc);

#endif
