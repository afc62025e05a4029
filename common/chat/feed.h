/* feed.h: reads the notifications without missing one */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_FEED_H
#define CHAT_FEED_H

#include "chat/model.h"
#include "db/db.h"

/*
 * Ids become visible out of order, so a reader that only asks for `id > last`
 * loses rows. The feed remembers the holes below `last` and asks for them
 * until they show up or the grace is over. In memory only; any number of
 * readers. docs/design.md has the measurements.
 */
struct feed;

struct feed_row {
	uint64_t id;
	struct id workspace_id;
	struct id conversation_id;
	struct str kind;
	struct str payload; /* JSON object, or empty */
	struct id origin;
	int64_t created_at;
	uint64_t seq;		     /* when kind is "message" */
	struct chat_message message; /* the same, unless is_bare */
	bool is_bare;		     /* the reader wrote it: feed_set_origin */
};

struct feed_rows {
	size_t n;
	struct feed_row *items;
};

/*
 * What was written before since (microseconds) is old: nobody who listens now
 * can have missed it. Take the program's start less the grace, so that what a
 * slow transaction or a host with another clock wrote is not taken for old.
 */
struct feed *feed_new(int64_t grace_ms, int64_t since);
void feed_free(struct feed **feed);

/* The reader writes too, as origin. It has its own messages: their rows come
 * bare, for half of the work, unless they were late. What is read is on the
 * disk of the database before it is given, by a sign of life of origin. */
void feed_set_origin(struct feed *feed, struct id origin);
/* The reader lacks the message of a bare row: it will be given once more, with
 * it. Not while feed_read runs. */
void feed_again(struct feed *feed, uint64_t id);

/*
 * Rows that have become visible since the last call, each once, at most 500,
 * in the order of their ids as far as they were visible. The first call that
 * works begins with the first row that is not old; older ones come only when
 * they become visible later.
 */
MUST_CHECK enum err_code feed_read(struct feed *feed, struct db *db,
    struct pool *pool, struct feed_rows *rows_r, struct err *err);
/* Milliseconds after which to call again, 0 when there is no hurry: 1 when the
 * last call was full, 5 or 50 while there are few or many holes. */
int64_t feed_retry_ms(const struct feed *feed);
/* While nobody reads. */
void feed_set_grace(struct feed *feed, int64_t grace_ms);

/* The holes that are open. */
struct feed_gaps {
	size_t n;
	int64_t age_ms; /* of the oldest */
};

void feed_gaps(const struct feed *feed, struct feed_gaps *gaps_r);
/*
 * The safe cursor: every row up to this id has been given, and none can become
 * visible any more; 0 before the first call that works. Not while feed_read
 * runs.
 */
uint64_t feed_cursor(const struct feed *feed);
#define FEED_PRUNE_ROWS 1000
/* Deletes up to FEED_PRUNE_ROWS rows older than before (microseconds), but
 * never the newest row. */
MUST_CHECK enum err_code feed_prune(
    struct db *db, int64_t before, uint64_t *deleted_r, struct err *err);

#endif
