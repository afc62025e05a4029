/* chat_events.h: what has happened in a workspace, after a cursor */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_EVENTS_H
#define CHAT_EVENTS_H

#include "chat/model.h"
#include "db/db.h"

struct json_out;

#define CHAT_EVENTS_MAX 500 /* in one answer */

struct chat_event {
	uint64_t id;
	const char *name;   /* on the wire */
	struct str payload; /* JSON object */
};

struct chat_events {
	size_t n;
	struct chat_event *items; /* by id */
	uint64_t cursor;
	bool has_more; /* ask again at once, after the cursor */
};

struct chat_events_ask {
	struct id workspace_id;
	uint64_t after;
	size_t limit; /* 1..CHAT_EVENTS_MAX */
	int64_t grace_ms;
	uint64_t durable; /* all up to this id is known to be on the disk */
	struct id origin; /* of a daemon: chat_durable */
};

/*
 * The events of a workspace's queue behind a cursor, at most limit. The new
 * cursor is safe: no row with an id up to it can become visible any more, as
 * far as the grace goes. Events above it may be given already; they come again
 * next time, under the same id. ERR_GONE: rows behind after have been pruned.
 */
MUST_CHECK enum err_code chat_events_after(struct db *db, struct pool *pool,
    const struct chat_events_ask *ask, struct chat_events *events_r,
    struct err *err);
/* Only the present cursor. */
MUST_CHECK enum err_code chat_events_cursor(struct db *db, struct pool *pool,
    int64_t grace_ms, uint64_t *cursor_r, struct err *err);

/* What a row's kind means to clients; every one goes to the workspace's queue.
 */
struct chat_kind {
	const char *kind;
	const char *event;    /* on the wire */
	bool to_conversation; /* its members hear of it as well */
	bool has_time;	      /* the row's time names it: told.h */
};

/* NULL for what daemons tell only each other. */
const struct chat_kind *chat_kind_find(struct str kind);
/* Members of the open object of `conversation_updated`. */
void chat_put_updated(struct json_out *j, const struct chat_message *m);
/* [{id, event, payload}] */
void chat_put_events(
    struct json_out *j, const char *name, const struct chat_events *events);

#endif
