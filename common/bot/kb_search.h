/* kb_search.h: the passages of knowledge bases that answer a question */
/* SPDX-License-Identifier: MIT */
#ifndef KB_SEARCH_H
#define KB_SEARCH_H

#include "db/db.h"

#define KB_PASSAGES_MAX 10

struct kb_passage {
	struct id kb_id;
	struct id source_id;
	struct str title; /* of the source */
	struct str url;	  /* of a page; else empty */
	struct str heading;
	struct str text; /* the sentences that answer best */
	double score;	 /* up to 1; how much of the question it has */
};

struct kb_passages {
	size_t n;
	struct kb_passage *items; /* best first */
};

/*
 * At most max (up to KB_PASSAGES_MAX) passages that are good enough to answer
 * with; none for a question about something else. Of all bases attached to the
 * bot, or of the one that collection names or whose id it is; one that the
 * workspace has not has no passages. The same question gets the same answer
 * until the bases change.
 */
MUST_CHECK enum err_code kb_search(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str collection,
    struct str question, size_t max, struct kb_passages *out_r,
    struct err *err);

#endif
