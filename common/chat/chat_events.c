/*
 * chat_events.c: what has happened in a workspace, after a cursor
 *
 * Stateless, where feed.c remembers: any program may answer any client. Which
 * ids can still become visible is told by their neighbours: an id that is
 * missing was taken before the next one that is there, so once that one is
 * older than the grace the missing one is given up, as the feed does it.
 */
/* SPDX-License-Identifier: MIT */
#include "chat/chat_events.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "chat/chat.h"
#include "chat/feed.h"
#include "db/db_notification.h"

/* A row's time is when its change began, which may have been tried again for
 * this long before the row was written (db_transact). */
#define SLACK_MS  10000
#define SCAN_MAX  5000	 /* ids per statement */
#define BYTES_MAX 500000 /* of payloads in one answer, about */
#define SCANS	  20	 /* statements per call while nothing is found */

/* ----------------------------------------------------------------- cursor */

struct scan {
	struct db *db;
	struct pool *pool;
	int64_t open_since; /* a row from then on may have open gaps below */
	uint64_t last;	    /* the greatest id that was seen */
	uint64_t safe;
	uint64_t settled; /* all up to here is on the disk for long */
	int64_t newest_at;
	size_t bytes; /* of the payloads that were found */
	uint64_t durable;
	bool has_gap;
	bool has_fresh;
	bool is_end; /* there was nothing above last */
};

static struct scan scan_new(
    struct db *db, struct pool *pool, uint64_t after, int64_t grace_ms)
{
	return (struct scan){
		.db = db,
		.pool = pool,
		.open_since = clock_now_us() - (grace_ms + SLACK_MS) * 1000,
		.last = after,
		.safe = after,
		.settled = after,
	};
}

/* Looks at the next ids; safe stays below the first gap that is open. */
static enum err_code scan_on(struct scan *s, struct err *err)
{
	struct db_notification_time *times;
	size_t n = 0, i;
	enum err_code code = db_notification_list_times(
	    s->db, s->pool, s->last, SCAN_MAX, &times, &n, err);

	for (i = 0; code == ERR_OK && i < n; i++) {
		if (times[i].id > s->last + 1 &&
		    times[i].created_at >= s->open_since)
			s->has_gap = true;
		s->last = times[i].id;
		if (!s->has_gap)
			s->safe = s->last;
		if (s->last > s->durable) {
			s->newest_at =
			    MAX_OF(s->newest_at, times[i].created_at);
			s->has_fresh |= chat_is_fresh(times[i].created_at);
		}
		if (!s->has_fresh)
			s->settled = s->last;
	}
	s->is_end = n < SCAN_MAX;
	return code;
}

enum err_code chat_events_cursor(struct db *db, struct pool *pool,
    int64_t grace_ms, uint64_t *cursor_r, struct err *err)
{
	struct scan s = scan_new(db, pool, 0, grace_ms);
	uint64_t recent = 0;
	enum err_code code =
	    db_notification_get_since(db, pool, s.open_since, &recent, err);

	/* All below the first recent row is closed, but for the gap just below
	 * it. */
	if (code == ERR_OK && recent == 0)
		return db_notification_get_last(db, pool, cursor_r, err);
	if (code == ERR_OK)
		code =
		    db_notification_get_before(db, pool, recent, &s.last, err);
	s.safe = s.last;
	while (code == ERR_OK && !s.is_end && !s.has_gap)
		code = scan_on(&s, err);
	*cursor_r = s.safe;
	if (code == ERR_OK)
		code = chat_durable(db, ID_NONE, s.newest_at, err);
	return code;
}

/* ----------------------------------------------------------------- events */

static struct str updated(struct pool *pool, const struct chat_message *m)
{
	struct json_out j;
	struct buf b;
	struct str text;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	chat_put_updated(&j, m);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* The bytes that it adds. */
static size_t take(
    struct pool *pool, const struct feed_row *row, struct chat_events *events)
{
	bool is_message = str_eq(row->kind, STR("message"));
	const struct chat_kind *kind = chat_kind_find(row->kind);
	struct chat_event e = {
		.id = row->id,
		.name = kind ? kind->event : NULL,
		.payload = row->payload,
	};

	if (kind == NULL || (is_message && id_is_none(row->message.id)))
		return 0;
	if (is_message)
		e.payload = updated(pool, &row->message);
	events->items[events->n++] = e;
	return e.payload.n;
}

/* Those with after < id <= upto; the cursor is set back to the last one when
 * there are more than fit. */
static enum err_code list_events(struct scan *s, struct id workspace_id,
    uint64_t after, size_t limit, struct chat_events *events, struct err *err)
{
	size_t room = limit - events->n, i;
	struct feed_rows rows = { .n = 0 };
	enum err_code code = db_notification_list_events(
	    s->db, s->pool, workspace_id, after, s->last, room + 1, &rows, err);

	if (code != ERR_OK)
		return code;
	for (i = 0; i < rows.n && i < room && s->bytes < BYTES_MAX; i++)
		s->bytes += take(s->pool, &rows.items[i], events);
	if (rows.n > i) {
		s->last = rows.items[i - 1].id;
		s->safe = MIN_OF(s->safe, s->last);
		s->is_end = false;
		events->has_more = true;
	}
	return ERR_OK;
}

/*
 * What is told is on the disk before. The rows of others only move the cursor,
 * which need not come: it waits below those that are fresh, so that asking and
 * finding nothing writes nothing.
 */
static enum err_code settle(struct scan *s, struct id origin,
    const struct chat_events *events, struct err *err)
{
	if (events->n > 0)
		return chat_durable(s->db, origin, s->newest_at, err);
	s->safe = MIN_OF(s->safe, s->settled);
	return ERR_OK;
}

/* Every row behind after must be there still. */
static enum err_code check_kept(
    struct db *db, struct pool *pool, uint64_t after, struct err *err)
{
	uint64_t first = 0, last = 0;
	enum err_code code = db_notification_get_last(db, pool, &last, err);

	if (code == ERR_OK)
		code = db_notification_get_first(db, pool, &first, err);
	if (code != ERR_OK)
		return code;
	if (after + 1 < first)
		return err_set(err, ERR_GONE,
		    "Events after this cursor are not kept any more.");
	/* The cursor is of a table that was emptied. */
	if (after > last)
		return err_set(err, ERR_GONE,
		    "There is no such cursor: load the lists again.");
	return ERR_OK;
}

enum err_code chat_events_after(struct db *db, struct pool *pool,
    const struct chat_events_ask *ask, struct chat_events *events_r,
    struct err *err)
{
	struct scan s = scan_new(db, pool, ask->after, ask->grace_ms);
	size_t limit = ask->limit;
	enum err_code code = ERR_OK;
	int i;

	assert(limit > 0 && limit <= CHAT_EVENTS_MAX);
	s.durable = ask->durable;
	*events_r = (struct chat_events){
		.items = pool_alloc(pool, limit * sizeof(*events_r->items)),
	};
	/* The ids first, then the rows up to the last of them: what the cursor
	 * passes over was visible before the rows were read. */
	for (i = 0;
	     i < SCANS && code == ERR_OK && !s.is_end && events_r->n < limit &&
	     s.bytes < BYTES_MAX && !events_r->has_more;
	     i++) {
		uint64_t from = s.last;

		code = scan_on(&s, err);
		if (code == ERR_OK && s.last > from)
			code = list_events(
			    &s, ask->workspace_id, from, limit, events_r, err);
	}
	if (code == ERR_OK)
		code = settle(&s, ask->origin, events_r, err);
	events_r->cursor = s.safe;
	/* Below an open gap there is nothing new to ask for just now. */
	events_r->has_more = !s.is_end && s.safe > ask->after;
	/* At the end, lest somebody prunes meanwhile. */
	return code == ERR_OK ? check_kept(db, pool, ask->after, err) : code;
}
