/* feed.c: reads the notifications without missing one */
/* SPDX-License-Identifier: MIT */
#include "chat/feed.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/db_daemon.h"
#include "db/db_notification.h"

/*
 * `last` is the greatest id seen. Ids below it that were not there when their
 * place was passed are `holes`: a transaction that has its id and is not
 * committed, one that was rolled back, or, on Galera, an id that no node will
 * ever use. Each is asked for until it shows up or is older than the grace,
 * which is longer than the server lets a writer sit between its notification
 * (the last statement) and its COMMIT.
 */
#define ROWS_MAX     500  /* per call; a row may hold 80 kB */
#define STARTUP_IDS  1000 /* looked at below the place where it begins */
#define FEW_IDS	     256  /* asked for one by one, each time */
#define MANY_WAIT_MS 50	  /* between scans when there are more */
#define FEW_WAIT_MS  5
#define SCAN_MAX     5000  /* ids per scan statement */
#define HOLES_MAX    65536 /* the oldest are given up beyond */
#define END_CHECK_MS 1000

struct hole {
	uint64_t first;
	uint64_t last;
	int64_t noticed_ms;
};

struct feed {
	int64_t grace_ms;
	int64_t since;
	struct id origin; /* none: it only reads */
	bool is_started;
	bool is_full; /* the last call gave all it may: there is more */
	uint64_t last;
	struct hole *holes; /* ascending by id */
	size_t n_holes;
	size_t cap_holes;
	uint64_t n_missing; /* ids in all holes */
	int64_t scanned_ms; /* last scan while there were many */
	int64_t end_checked_ms;
	int64_t behind_ms; /* since when the table ends below last; 0: no */
};

struct feed *feed_new(int64_t grace_ms, int64_t since)
{
	struct feed *feed = mem_new(sizeof(*feed));

	feed->grace_ms = grace_ms;
	feed->since = since;
	return feed;
}

void feed_free(struct feed **feed)
{
	if (*feed == NULL)
		return;
	free((*feed)->holes);
	free(*feed);
	*feed = NULL;
}

void feed_set_origin(struct feed *feed, struct id origin)
{
	feed->origin = origin;
}

int64_t feed_retry_ms(const struct feed *feed)
{
	if (feed->is_full)
		return 1;
	if (feed->n_missing == 0)
		return 0;
	return feed->n_missing <= FEW_IDS ? FEW_WAIT_MS : MANY_WAIT_MS;
}

void feed_gaps(const struct feed *feed, struct feed_gaps *gaps_r)
{
	gaps_r->n = feed->n_holes;
	/* Holes are noticed in the order of their ids. */
	gaps_r->age_ms = feed->n_holes == 0
			     ? 0
			     : clock_mono_ms() - feed->holes[0].noticed_ms;
}

void feed_set_grace(struct feed *feed, int64_t grace_ms)
{
	feed->grace_ms = grace_ms;
}

/* ------------------------------------------------------------------ holes */

static void drop_first_holes(struct feed *feed, size_t n)
{
	size_t i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++)
		feed->n_missing -=
		    feed->holes[i].last - feed->holes[i].first + 1;
	feed->n_holes -= n;
	memmove(
	    feed->holes, feed->holes + n, feed->n_holes * sizeof(*feed->holes));
}

static void insert_hole(struct feed *feed, size_t at, struct hole hole)
{
	if (feed->n_holes == feed->cap_holes) {
		feed->cap_holes = MAX_OF(feed->cap_holes * 2, 64);
		feed->holes = mem_resize(
		    feed->holes, feed->cap_holes * sizeof(*feed->holes));
	}
	memmove(feed->holes + at + 1, feed->holes + at,
	    (feed->n_holes - at) * sizeof(*feed->holes));
	feed->holes[at] = hole;
	feed->n_holes++;
	feed->n_missing += hole.last - hole.first + 1;
}

/* The ids from first to last are not there (yet); none when first > last. */
static void add_hole(
    struct feed *feed, uint64_t first, uint64_t last, int64_t now_ms)
{
	if (first > last)
		return;
	if (feed->n_holes == HOLES_MAX) {
		log_warn("feed_holes_dropped n=%d", HOLES_MAX / 8);
		drop_first_holes(feed, HOLES_MAX / 8);
	}
	insert_hole(feed, feed->n_holes, (struct hole){ first, last, now_ms });
}

/* Place of the hole that holds id, or n_holes. */
static size_t find_hole(const struct feed *feed, uint64_t id)
{
	size_t low = 0, high = feed->n_holes;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (feed->holes[middle].last < id)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < feed->n_holes && feed->holes[low].first <= id)
		return low;
	return feed->n_holes;
}

void feed_again(struct feed *feed, uint64_t id)
{
	size_t at = 0;

	if (id > feed->last || find_hole(feed, id) < feed->n_holes)
		return;
	while (at < feed->n_holes && feed->holes[at].last < id)
		at++;
	insert_hole(feed, at, (struct hole){ id, id, clock_mono_ms() });
}

/* id has shown up; false when it was not missing. */
static bool fill_hole(struct feed *feed, uint64_t id)
{
	size_t at = find_hole(feed, id);
	struct hole *hole, rest;

	if (at == feed->n_holes)
		return false;
	hole = &feed->holes[at];
	rest = (struct hole){ id + 1, hole->last, hole->noticed_ms };
	feed->n_missing -= hole->last - hole->first + 1;
	hole->last = id - 1;
	if (hole->last >= hole->first) {
		feed->n_missing += hole->last - hole->first + 1;
		at++;
	} else {
		feed->n_holes--;
		memmove(hole, hole + 1, (feed->n_holes - at) * sizeof(*hole));
	}
	if (rest.first <= rest.last)
		insert_hole(feed, at, rest);
	return true;
}

/* Holes are noticed in the order of their ids, but for those of feed_again,
 * behind which some may stay a little longer. */
static void give_up_old_holes(struct feed *feed, int64_t now_ms)
{
	size_t n = 0;

	while (n < feed->n_holes &&
	       feed->holes[n].noticed_ms + feed->grace_ms < now_ms)
		n++;
	drop_first_holes(feed, n);
}

/* ---------------------------------------------------------------- reading */

struct reading {
	struct feed *feed;
	struct db *db;
	struct pool *pool;
	struct feed_rows *rows; /* room for ROWS_MAX */
	int64_t now_ms;
};

/* Rows that were missing: each is given once, by leaving its hole. */
static void take_late(struct reading *r, const struct feed_rows *found)
{
	size_t i;

	for (i = 0; i < found->n; i++)
		if (fill_hole(r->feed, found->items[i].id))
			r->rows->items[r->rows->n++] = found->items[i];
}

static enum err_code fetch_ids(
    struct reading *r, const uint64_t *ids, size_t n, struct err *err)
{
	struct feed_rows found;
	enum err_code code = ERR_OK;
	size_t i;

	n = MIN_OF(n, ROWS_MAX - r->rows->n); /* the rest stays missing */
	for (i = 0; i < n && code == ERR_OK; i += DB_NOTIFICATION_SOME) {
		code = db_notification_list_some(r->db, r->pool, ids + i,
		    MIN_OF(n - i, DB_NOTIFICATION_SOME), &found, err);
		if (code == ERR_OK)
			take_late(r, &found);
	}
	return code;
}

/* All missing ids are named. */
static enum err_code ask_for_few(struct reading *r, struct err *err)
{
	const struct feed *feed = r->feed;
	uint64_t ids[FEW_IDS], id;
	size_t n = 0, i;

	for (i = 0; i < feed->n_holes; i++)
		for (id = feed->holes[i].first; id <= feed->holes[i].last; id++)
			ids[n++] = id;
	return fetch_ids(r, ids, n, err);
}

/* What is there in the whole stretch is compared with what is missing. */
static enum err_code ask_for_many(struct reading *r, struct err *err)
{
	struct feed *feed = r->feed;
	uint64_t first = feed->holes[0].first;
	uint64_t last = feed->holes[feed->n_holes - 1].last;
	uint64_t *ids;
	size_t n, kept, i;
	enum err_code code;

	do {
		code = db_notification_list_ids(
		    r->db, r->pool, first, last, SCAN_MAX, &ids, &n, err);
		if (code != ERR_OK || n == 0)
			return code;
		first = ids[n - 1] + 1;
		for (kept = 0, i = 0; i < n; i++)
			if (find_hole(feed, ids[i]) < feed->n_holes)
				ids[kept++] = ids[i];
		code = fetch_ids(r, ids, kept, err);
	} while (code == ERR_OK && n == SCAN_MAX && r->rows->n < ROWS_MAX);
	return code;
}

static enum err_code read_late(struct reading *r, struct err *err)
{
	struct feed *feed = r->feed;

	if (feed->n_missing == 0)
		return ERR_OK;
	if (feed->n_missing <= FEW_IDS)
		return ask_for_few(r, err);
	if (r->now_ms - feed->scanned_ms < MANY_WAIT_MS)
		return ERR_OK;
	feed->scanned_ms = r->now_ms;
	return ask_for_many(r, err);
}

static enum err_code read_new(struct reading *r, struct err *err)
{
	struct feed *feed = r->feed;
	size_t room = ROWS_MAX - r->rows->n, i;
	struct feed_rows found = { .n = 0 };
	enum err_code code = ERR_OK;

	if (room > 0)
		code = db_notification_list_after(r->db, r->pool, feed->origin,
		    feed->last, room, &found, err);
	if (code != ERR_OK)
		return code;
	for (i = 0; i < found.n; i++) {
		uint64_t id = found.items[i].id;

		/* After an empty table the first id may be any. */
		if (feed->last == 0 && id > STARTUP_IDS)
			feed->last = id - STARTUP_IDS;
		add_hole(feed, feed->last + 1, id - 1, r->now_ms);
		feed->last = id;
		r->rows->items[r->rows->n++] = found.items[i];
	}
	feed->is_full = r->rows->n == ROWS_MAX;
	return ERR_OK;
}

/* The last id that is passed over: before the first row that is not old, or
 * the end of the table. */
static enum err_code find_start(
    struct reading *r, uint64_t *last_r, struct err *err)
{
	uint64_t first;
	enum err_code code =
	    db_notification_get_last(r->db, r->pool, last_r, err);

	if (code == ERR_OK)
		code = db_notification_get_since(
		    r->db, r->pool, r->feed->since, &first, err);
	if (code == ERR_OK && first > 0)
		*last_r = MIN_OF(*last_r, first - 1);
	return code;
}

/* What is missing just below the start may still come. */
static enum err_code start(struct reading *r, struct err *err)
{
	struct feed *feed = r->feed;
	uint64_t last = 0, next, *ids;
	size_t n, i;
	enum err_code code = find_start(r, &last, err);

	next = last > STARTUP_IDS ? last - STARTUP_IDS + 1 : 1;
	if (code == ERR_OK)
		code = db_notification_list_ids(
		    r->db, r->pool, next, last, STARTUP_IDS, &ids, &n, err);
	if (code != ERR_OK)
		return code;
	for (i = 0; i < n; i++) {
		add_hole(feed, next, ids[i] - 1, r->now_ms);
		next = ids[i] + 1;
	}
	add_hole(feed, next, last, r->now_ms);
	feed->last = last;
	feed->is_started = true;
	return ERR_OK;
}

/*
 * A table that was emptied by hand begins again with small ids. A node that
 * lags behind looks the same for a while, so this waits out the grace; an
 * empty table says nothing, since its next id is not known.
 */
static enum err_code check_end(struct reading *r, struct err *err)
{
	struct feed *feed = r->feed;
	uint64_t end;
	enum err_code code;

	if (r->now_ms - feed->end_checked_ms < END_CHECK_MS)
		return ERR_OK;
	feed->end_checked_ms = r->now_ms;
	code = db_notification_get_last(r->db, r->pool, &end, err);
	if (code != ERR_OK)
		return code;
	if (end == 0 || end >= feed->last) {
		feed->behind_ms = 0;
	} else if (feed->behind_ms == 0) {
		feed->behind_ms = r->now_ms;
	} else if (r->now_ms - feed->behind_ms > feed->grace_ms) {
		log_warn("feed_reset last=%llu end=%llu",
		    (unsigned long long)feed->last, (unsigned long long)end);
		drop_first_holes(feed, feed->n_holes);
		feed->last = end;
		feed->behind_ms = 0;
	}
	return ERR_OK;
}

/* See chat_durable.c. */
static enum err_code make_durable(const struct reading *r, struct err *err)
{
	if (id_is_none(r->feed->origin) || r->rows->n == 0)
		return ERR_OK;
	return db_daemon_make_durable(r->db, r->feed->origin, err);
}

/* As if nothing had been read above last, nor late below it. */
static void undo(struct reading *r, uint64_t last)
{
	struct feed *feed = r->feed;
	size_t i;

	while (
	    feed->n_holes > 0 && feed->holes[feed->n_holes - 1].first > last) {
		const struct hole *h = &feed->holes[--feed->n_holes];

		feed->n_missing -= h->last - h->first + 1;
	}
	feed->last = last;
	feed->is_full = false;
	for (i = 0; i < r->rows->n; i++)
		feed_again(feed, r->rows->items[i].id);
	r->rows->n = 0;
}

enum err_code feed_read(struct feed *feed, struct db *db, struct pool *pool,
    struct feed_rows *rows_r, struct err *err)
{
	struct reading r = {
		.feed = feed,
		.db = db,
		.pool = pool,
		.rows = rows_r,
		.now_ms = clock_mono_ms(),
	};
	enum err_code code = ERR_OK, durable;
	uint64_t last;

	assert(!db_in_transaction(db));
	rows_r->n = 0;
	rows_r->items = pool_alloc(pool, ROWS_MAX * sizeof(*rows_r->items));
	if (!feed->is_started)
		code = start(&r, err);
	last = feed->last;
	if (code == ERR_OK)
		code = read_late(&r, err);
	if (code == ERR_OK)
		code = read_new(&r, err);
	if (code == ERR_OK && rows_r->n == 0)
		code = check_end(&r, err);
	if (code == ERR_OK)
		give_up_old_holes(feed, r.now_ms);
	durable = make_durable(&r, err);
	if (durable != ERR_OK) {
		undo(&r, last);
		return durable;
	}
	/* What was taken must not be lost: the failure will show again. */
	return rows_r->n > 0 ? ERR_OK : code;
}

uint64_t feed_cursor(const struct feed *feed)
{
	return feed->n_holes > 0 ? feed->holes[0].first - 1 : feed->last;
}

/*
 * What is left is everything from some id on, so that the ids tell whether a
 * cursor is too old. Times do not follow ids exactly: what stands below an old
 * row goes with it. The newest row stays: it tells how far the ids have come.
 */
enum err_code feed_prune(
    struct db *db, int64_t before, uint64_t *deleted_r, struct err *err)
{
	struct pool *pool = pool_new();
	struct db_notification_time *times;
	uint64_t upto = 0;
	size_t n = 0, i;
	enum err_code code = db_notification_list_first(
	    db, pool, FEED_PRUNE_ROWS + 1, &times, &n, err);

	*deleted_r = 0;
	for (i = 0; i + 1 < n; i++)
		if (times[i].created_at < before)
			upto = times[i].id;
	if (code == ERR_OK && upto > 0)
		code = db_notification_prune(db, upto, deleted_r, err);
	pool_free(&pool);
	return code;
}
