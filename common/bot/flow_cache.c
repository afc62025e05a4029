/* flow_cache.c: the flows that ran lately, parsed once for all threads */
/* SPDX-License-Identifier: MIT */
#include "bot/flow_cache.h"

#include <pthread.h>

/* All but the parsing happens under the lock. The latest stand at the end. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list kept = { &kept, &kept };
static size_t n_kept, bytes_kept;

static struct flow_cached *find(struct id id, uint64_t version)
{
	struct list *node;

	list_each (node, &kept) {
		struct flow_cached *c = LIST_OF(node, struct flow_cached, in);

		if (c->version == version && id_eq(c->id, id))
			return c;
	}
	return NULL;
}

static void free_flow(struct flow_cached *c)
{
	pool_free(&c->pool);
	free(c);
}

static void let_go(struct flow_cached *c)
{
	if (--c->holders == 0)
		free_flow(c);
}

static void drop(struct flow_cached *c)
{
	list_del(&c->in);
	n_kept--;
	bytes_kept -= c->size;
	let_go(c);
}

static struct flow_cached *oldest(void)
{
	return LIST_OF(kept.next, struct flow_cached, in);
}

static void keep(struct flow_cached *c)
{
	if (c->size > FLOW_CACHE_BYTES)
		return;
	while (
	    n_kept == FLOW_CACHE_MAX || bytes_kept + c->size > FLOW_CACHE_BYTES)
		drop(oldest());
	c->holders++;
	list_add(&kept, &c->in);
	n_kept++;
	bytes_kept += c->size;
}

/* Asked for again: behind the others. */
static struct flow_cached *hold(struct flow_cached *c)
{
	list_del(&c->in);
	list_add(&kept, &c->in);
	c->holders++;
	return c;
}

struct flow_cached *flow_cache_find(struct id id, uint64_t version)
{
	struct flow_cached *c;

	pthread_mutex_lock(&lock);
	c = find(id, version);
	if (c != NULL)
		hold(c);
	pthread_mutex_unlock(&lock);
	return c;
}

static struct flow_cached *parse(
    struct id id, uint64_t version, struct str json)
{
	struct flow_cached *c = mem_new(sizeof(*c));
	struct flow_findings findings;

	c->id = id;
	c->version = version;
	c->holders = 1;
	list_init(&c->in);
	c->pool = pool_new();
	c->flow = flow_parse(c->pool, str_copy(c->pool, json), &findings);
	c->size = sizeof(*c) + pool_size(c->pool);
	return c;
}

struct flow_cached *flow_cache_add(
    struct id id, uint64_t version, struct str json)
{
	struct flow_cached *c = parse(id, version, json), *other;

	if (c->flow == NULL) {
		free_flow(c);
		return NULL;
	}
	pthread_mutex_lock(&lock);
	other = find(id, version);
	if (other != NULL)
		hold(other);
	else
		keep(c);
	pthread_mutex_unlock(&lock);
	if (other == NULL)
		return c;
	free_flow(c);
	return other;
}

void flow_cache_release(struct flow_cached **flow)
{
	if (*flow == NULL)
		return;
	pthread_mutex_lock(&lock);
	let_go(*flow);
	pthread_mutex_unlock(&lock);
	*flow = NULL;
}

void flow_cache_count(size_t *flows_r, size_t *bytes_r)
{
	pthread_mutex_lock(&lock);
	*flows_r = n_kept;
	*bytes_r = bytes_kept;
	pthread_mutex_unlock(&lock);
}

void flow_cache_clear(void)
{
	pthread_mutex_lock(&lock);
	while (!list_empty(&kept))
		drop(oldest());
	pthread_mutex_unlock(&lock);
}
