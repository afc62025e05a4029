/* outq.h: encoded packets, shared by all who receive them, and the bounded
 * queue in which they wait for one connection */
/* SPDX-License-Identifier: MIT */
#ifndef OUTQ_H
#define OUTQ_H

#include "base/str.h"

/* Bytes in front of a packet's data where the transport writes the WebSocket
 * frame header, so that a broadcast copies nothing. */
#define PACKET_PRE 32

/*
 * One Engine.IO packet as it goes into a WebSocket frame: for text the type
 * digit and the data, for binary the bytes alone.
 */
struct packet {
	unsigned refs;
	bool is_binary;
	uint32_t n;
	uint8_t pre[PACKET_PRE];
	uint8_t data[];
};

/* n bytes for the caller to fill; one reference, the caller's. */
struct packet *packet_new(size_t n, bool is_binary);
/* A text packet with a copy of s. */
struct packet *packet_text(struct str s);
struct packet *packet_ref(struct packet *p);
/* Sets *p NULL, accepts NULL; frees with the last reference. */
void packet_unref(struct packet **p);

/* What a waiting packet is counted with beside its bytes: many small ones
 * must not grow the queue without limit either. */
#define OUTQ_PACKET_COST 64

struct outq {
	struct packet **ring; /* NULL while empty and never used */
	unsigned head, count, cap;
	size_t bytes; /* the cost of what waits */
};

void outq_init(struct outq *q);
void outq_fini(struct outq *q);
/*
 * Appends p with a reference of its own. False, and nothing changed, when
 * more than bytes_max would wait; a single packet is always taken.
 */
MUST_CHECK bool outq_add(struct outq *q, struct packet *p, size_t bytes_max);
/* The oldest, NULL when none waits. */
struct packet *outq_first(const struct outq *q);
/* Removes and releases the oldest. */
void outq_shift(struct outq *q);
void outq_clear(struct outq *q);

#endif
