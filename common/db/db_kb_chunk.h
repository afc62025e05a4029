/* db_kb_chunk.h: the passages of sources, and the search among them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_KB_CHUNK_H
#define DB_KB_CHUNK_H

#include "db/db.h"

struct kb_chunk {
	struct id kb_id;
	struct id source_id;
	uint64_t part;	    /* place in the source */
	struct str heading; /* headings that it stands under */
	struct str body;
	struct str words; /* what is searched */
	/* when found: of its source */
	struct str title;
	struct str url;
};

struct kb_chunks {
	size_t n;
	struct kb_chunk *items;
};

/* Inside a transaction: in place of those that the source had. */
MUST_CHECK enum err_code db_kb_chunk_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct id source_id,
    const struct kb_chunks *chunks, struct err *err);

/*
 * At most max chunks with any of the words of a boolean FULLTEXT expression,
 * those that the database likes best first: of the bases that the bot has, or
 * of kb_id alone unless that is none. By source and part among equals.
 */
MUST_CHECK enum err_code db_kb_chunk_search(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    struct str words, size_t max, struct kb_chunks *chunks_r, struct err *err);
/* How many chunks those bases have; 0 also when the bot has none. */
MUST_CHECK enum err_code db_kb_chunk_count(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    uint64_t *n_r, struct err *err);

#endif
