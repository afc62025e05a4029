/* flow_cache.h: the flows that ran lately, parsed once for all threads */
/* SPDX-License-Identifier: MIT */
#ifndef FLOW_CACHE_H
#define FLOW_CACHE_H

#include "base/id.h"
#include "base/list.h"
#include "bot/flow.h"

#define FLOW_CACHE_MAX	 128	 /* flows that are kept */
#define FLOW_CACHE_BYTES 4194304 /* that they may take together */

/* A publication of a flow that somebody holds: a flow is never changed, so any
 * number of threads may run it. */
struct flow_cached {
	const struct flow *flow;

	/* of flow_cache.c */
	struct list in;
	struct id id;
	uint64_t version;
	struct pool *pool;
	size_t size;
	unsigned holders; /* the cache is one */
};

/* NULL: it is not here, its text must be read. */
struct flow_cached *flow_cache_find(struct id id, uint64_t version);
/*
 * Parses the text and keeps the flow, unless another thread was faster, or it
 * is too large to be kept: then it lives as long as it is held. The ones that
 * were not asked for the longest make room. NULL: the text is no sound flow.
 */
struct flow_cached *flow_cache_add(
    struct id id, uint64_t version, struct str json);
/* Each that was found or added; sets *flow NULL, accepts NULL. */
void flow_cache_release(struct flow_cached **flow);

/* What is kept now. */
void flow_cache_count(size_t *flows_r, size_t *bytes_r);
/* Lets go of all. */
void flow_cache_clear(void);

#endif
