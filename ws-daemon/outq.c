/* outq.c: shared packets and the queue in which they wait */
/* SPDX-License-Identifier: MIT */
#include "outq.h"

#include "base/base.h"
#include "metrics.h"

struct packet *packet_new(size_t n, bool is_binary)
{
	struct packet *p = mem_new(sizeof(*p) + n + 1);

	assert(n < UINT32_MAX);
	p->refs = 1;
	p->is_binary = is_binary;
	p->n = (uint32_t)n;
	return p;
}

struct packet *packet_text(struct str s)
{
	struct packet *p = packet_new(s.n, false);

	if (s.n > 0)
		memcpy(p->data, s.p, s.n);
	return p;
}

struct packet *packet_ref(struct packet *p)
{
	p->refs++;
	return p;
}

void packet_unref(struct packet **p)
{
	struct packet *gone = *p;

	*p = NULL;
	if (gone && --gone->refs == 0)
		free(gone);
}

void outq_init(struct outq *q)
{
	memset(q, 0, sizeof(*q));
}

void outq_fini(struct outq *q)
{
	outq_clear(q);
	free(q->ring);
	outq_init(q);
}

static size_t cost(const struct packet *p)
{
	return p->n + OUTQ_PACKET_COST;
}

static void grow(struct outq *q)
{
	unsigned cap = q->cap ? q->cap * 2 : 8;
	struct packet **ring = mem_new(cap * sizeof(struct packet *));

	for (unsigned i = 0; i < q->count; i++)
		ring[i] = q->ring[(q->head + i) % q->cap];
	free(q->ring);
	q->ring = ring;
	q->cap = cap;
	q->head = 0;
}

bool outq_add(struct outq *q, struct packet *p, size_t bytes_max)
{
	if (q->count > 0 && q->bytes + cost(p) > bytes_max)
		return false;
	if (q->count == q->cap)
		grow(q);
	q->ring[(q->head + q->count) % q->cap] = packet_ref(p);
	q->count++;
	q->bytes += cost(p);
	metrics_add(METRIC_QUEUE_BYTES, (int64_t)cost(p));
	return true;
}

struct packet *outq_first(const struct outq *q)
{
	return q->count ? q->ring[q->head] : NULL;
}

void outq_shift(struct outq *q)
{
	assert(q->count > 0);
	q->bytes -= cost(q->ring[q->head]);
	metrics_add(METRIC_QUEUE_BYTES, -(int64_t)cost(q->ring[q->head]));
	packet_unref(&q->ring[q->head]);
	q->head = (q->head + 1) % q->cap;
	q->count--;
	/* A burst is over: thousands of idle connections keep no ring. */
	if (q->count == 0 && q->cap > 8)
		outq_fini(q);
}

void outq_clear(struct outq *q)
{
	while (q->count > 0)
		outq_shift(q);
}
