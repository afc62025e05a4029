/* sse.h: events out of a stream of text/event-stream, as it comes in */
/* SPDX-License-Identifier: MIT */
#ifndef NET_SSE_H
#define NET_SSE_H

#include "base/pool.h"
#include "base/str.h"

/* The texts live until on_event returns. */
struct sse_event {
	struct str type; /* "message" unless it says otherwise */
	struct str data;
	struct str id;	  /* the last one that the stream has named */
	int64_t retry_ms; /* the last one; -1: none */
};

struct sse_buffers;

struct sse {
	/* false: no more is wanted */
	bool (*on_event)(void *arg, const struct sse_event *event);
	void *arg;
	size_t max;
	struct sse_buffers *b;
};

/*
 * The rules of the WHATWG (HTML, "Server-sent events"). max: bytes of one
 * line, and of the data of one event. What is kept is freed by sse_fini, or
 * with the pool.
 */
void sse_init(struct sse *s, struct pool *pool, size_t max,
    bool (*on_event)(void *arg, const struct sse_event *event), void *arg);
/* More bytes, cut anywhere. False: something was longer than max, or on_event
 * has ended it; then nothing more is taken. */
bool sse_push(struct sse *s, struct str bytes);
/* Where to read on later: the id as of the last empty line, with or without an
 * event (empty: none), and how long to wait (-1: not said). Until sse_fini. */
void sse_place(const struct sse *s, struct str *id_r, int64_t *retry_ms_r);
/* The end; an event without its empty line is not one. */
void sse_fini(struct sse *s);

#endif
