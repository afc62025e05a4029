/* action_knowledge.h: what is asked of the knowledge bases, and what comes */
/* SPDX-License-Identifier: MIT */
#ifndef ACTION_KNOWLEDGE_H
#define ACTION_KNOWLEDGE_H

#include "bot/calls.h"

struct engine;

#define KNOWLEDGE_RESULTS_MAX 5

struct call_search {
	struct str query;
	struct str collection; /* name or id; empty: all that the bot has */
	size_t max;
};

struct call_passage {
	struct str title; /* of the source */
	struct str url;	  /* empty: it is no page */
	struct str heading;
	struct str text;
	double score;
};

/* Best first, only those that are good enough. */
struct call_passages {
	size_t n;
	struct call_passage *items;
};

/* When nothing in the state fits a message: says the best passage and where it
 * is from, if there is one. A search that fails is noted (engine_failed). */
bool knowledge_answer(struct engine *e, struct str question);

#endif
