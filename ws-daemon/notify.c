/*
 * notify.c: hears of what other programs have changed
 *
 * One reading at a time: when the bell rings meanwhile, another follows. Rows
 * that this daemon wrote itself are told of by the job that wrote them, or from
 * here when that job never learnt that they were committed: told.h. Messages
 * that it wrote come bare, and once more when the job has not told of them. The
 * others go to the delivery in any case, which knows what it has delivered.
 */
/* SPDX-License-Identifier: MIT */
#include "notify.h"

#include "base/clock.h"
#include "base/json_in.h"
#include "base/log.h"
#include "base/settings.h"
#include "chat/chat_events.h"
#include "chat/daemons.h"
#include "chat/feed.h"
#include "delivery.h"
#include "deltas.h"
#include "ev_out.h"
#include "jobs.h"
#include "life.h"
#include "metrics.h"
#include "peer.h"
#include "timer.h"
#include "told.h"
#include "turns.h"
#include "typing.h"
#include "wsd.h"

#define LAG_MS	     15000 /* the gauge is the worst of this to twice this */
#define DELTA_OLD_US 3000000
#define CURSOR_MS    1000 /* between two words to the queues */

struct read_job {
	struct job job;
	struct feed_rows rows;
};

static struct {
	struct feed *feed; /* the reading job's while is_reading */
	struct timer poll;
	struct timer teller;  /* of the cursor */
	uint64_t cursor;      /* the feed's after the last reading */
	uint64_t cursor_told; /* the queues know */
	int64_t cursor_told_ms;
	bool is_reading;
	bool is_rung;
	bool is_down; /* said so already */
	bool is_stopped;
	int64_t lag_us; /* the worst since lag_began_ms */
	int64_t lag_before_us;
	int64_t lag_began_ms;
	int64_t read_ms; /* when a reading last went well */
} notify;

static bool is_own(const struct feed_row *row)
{
	return id_eq(row->origin, wsd.origin);
}

static bool is_untold(
    const struct feed_row *row, const char *kind, uint64_t number)
{
	return !is_own(row) ||
	       told_is_first(TOLD_BY_FEED, kind, row->conversation_id, number);
}

static void on_message(const struct feed_row *row)
{
	if (row->is_bare) {
		if (is_untold(row, "message", row->seq))
			feed_again(notify.feed, row->id);
		return;
	}
	delivery_message(&row->message);
	if (!is_own(row))
		typing_clear(row->conversation_id, row->message.sender_type, 0);
	if (is_untold(row, "message", row->message.seq))
		ev_out_updated(row->workspace_id, &row->message);
}

/* For the sockets of this daemon, not for their clients. */
static void on_login_end(const struct feed_row *row, struct pool *pool)
{
	const struct json *payload;
	struct id user_id;

	if (json_parse(pool, row->payload, &payload, NULL) == ERR_OK &&
	    id_parse(json_str(json_get(payload, "user_id")), &user_id))
		peer_check_user(user_id);
}

static void on_presence(const struct feed_row *row, struct pool *pool)
{
	(void)pool;
	if (!is_own(row))
		life_look();
}

/* Who typed a while ago may have stopped long since. */
static void on_typing(const struct feed_row *row, struct pool *pool)
{
	int64_t timeout_us = wsd.settings->typing_timeout_ms * 1000;
	struct daemons_typing t;

	if (is_own(row) || clock_now_us() - row->created_at > timeout_us ||
	    !daemons_parse_typing(pool, row->payload, &t))
		return;
	if (t.is_clear)
		typing_clear_elsewhere(t.conversation_id, t.side, row->origin);
	else
		typing_start_elsewhere(
		    t.conversation_id, t.side, row->origin, t.name);
}

/* The message itself may be there by now. */
static void on_delta(const struct feed_row *row, struct pool *pool)
{
	(void)pool;
	if (!is_own(row) && clock_now_us() - row->created_at <= DELTA_OLD_US)
		deltas_elsewhere(row->conversation_id, row->payload);
}

/* Who comes too late finds that it is not due any more. */
static void on_turn(const struct feed_row *row, struct pool *pool)
{
	(void)pool;
	turns_add(row->conversation_id);
}

/* What is between daemons alone. */
static const struct {
	const char *kind;
	void (*on_row)(const struct feed_row *row, struct pool *pool);
} inner_kinds[] = {
	{ "delta", on_delta },
	{ "login", on_login_end },
	{ "presence", on_presence },
	{ "turn", on_turn },
	{ "typing", on_typing },
};

static void tell(const struct feed_row *row, const struct chat_kind *kind)
{
	const struct ev_out_payload out = {
		.event = kind->event,
		.payload = row->payload,
		.workspace_id = row->workspace_id,
		.conversation_id = row->conversation_id,
		.to_queue = true,
		.to_conversation = kind->to_conversation,
	};

	ev_out_payload(&out);
}

static void on_row(const struct feed_row *row, struct pool *pool)
{
	const struct chat_kind *kind = chat_kind_find(row->kind);
	size_t i;

	if (str_eq(row->kind, STR("message"))) {
		on_message(row);
		return;
	}
	for (i = 0; i < COUNT_OF(inner_kinds); i++)
		if (str_eq(row->kind, str_of(inner_kinds[i].kind)))
			inner_kinds[i].on_row(row, pool);
	if (kind && is_untold(row, kind->kind,
			kind->has_time ? (uint64_t)row->created_at : 0))
		tell(row, kind);
}

static void run_feed(struct job *job, struct worker *worker)
{
	struct read_job *r = LIST_OF(job, struct read_job, job);

	job->result =
	    feed_read(notify.feed, worker->db, job->pool, &r->rows, &job->err);
}

static void start_read(void);

/* Said once, not with every look. */
static void note_state(const struct job *job)
{
	bool is_down = job->result != ERR_OK;

	if (is_down && !notify.is_down)
		log_warn("feed_failed why=\"%s\"", job->err.text);
	else if (!is_down && notify.is_down)
		log_info("feed_works_again");
	notify.is_down = is_down;
}

/* A scrape between two readings must see it: the worst of the last seconds. */
static int64_t lag_us(int64_t newest)
{
	int64_t now_ms = clock_mono_ms();

	if (now_ms - notify.lag_began_ms >= LAG_MS) {
		notify.lag_before_us = notify.lag_us;
		notify.lag_us = 0;
		notify.lag_began_ms = now_ms;
	}
	if (newest > 0)
		notify.lag_us = MAX_OF(notify.lag_us, clock_now_us() - newest);
	return MAX_OF(notify.lag_us, notify.lag_before_us);
}

/* What the reading found; the feed is ours again. */
static void measure(const struct feed_rows *rows)
{
	int64_t newest = 0;
	struct feed_gaps gaps;

	for (size_t i = 0; i < rows->n; i++)
		newest = MAX_OF(newest, rows->items[i].created_at);
	notify.read_ms = clock_mono_ms();
	feed_gaps(notify.feed, &gaps);
	metrics_add(METRIC_FEED_ROWS, (int64_t)rows->n);
	metrics_set(METRIC_FEED_LAG, lag_us(newest));
	metrics_set(METRIC_FEED_GAPS, (int64_t)gaps.n);
	metrics_set(METRIC_FEED_GAP_AGE, gaps.age_ms);
}

int64_t notify_read_age_ms(void)
{
	return clock_mono_ms() - notify.read_ms;
}

/* Behind the events that it covers: they were sent before. */
static void tell_cursor(void)
{
	int64_t now_ms = clock_mono_ms();
	int64_t wait_ms = notify.cursor_told_ms + CURSOR_MS - now_ms;

	if (notify.cursor == notify.cursor_told || notify.is_stopped)
		return;
	if (wait_ms > 0) {
		timer_set(&notify.teller, wait_ms);
		return;
	}
	notify.cursor_told = notify.cursor;
	notify.cursor_told_ms = now_ms;
	ev_out_cursor(notify.cursor);
}

static void on_teller(struct timer *t)
{
	(void)t;
	tell_cursor();
}

static void done_read(struct job *job)
{
	struct read_job *r = LIST_OF(job, struct read_job, job);
	int64_t wait = wsd.settings->feed_poll_ms, retry;
	size_t i;

	notify.is_reading = false;
	note_state(job);
	if (job->result != ERR_OK) {
		r->rows.n = 0;
		notify.is_rung = false; /* no hurry: it is down */
	}
	if (job->result == ERR_OK)
		measure(&r->rows);
	for (i = 0; i < r->rows.n; i++)
		on_row(&r->rows.items[i], job->pool);
	notify.cursor = feed_cursor(notify.feed);
	if (!timer_is_set(&notify.teller))
		tell_cursor();
	if (notify.is_stopped)
		return;
	retry = job->result == ERR_OK ? feed_retry_ms(notify.feed) : 0;
	if (retry > 0)
		wait = MIN_OF(wait, retry);
	if (notify.is_rung)
		start_read();
	else
		timer_set(&notify.poll, wait);
}

static void start_read(void)
{
	struct read_job *r;

	timer_stop(&notify.poll);
	notify.is_rung = false;
	notify.is_reading = true;
	feed_set_grace(notify.feed, wsd.settings->feed_grace_ms);
	r = jobs_new(sizeof(*r), run_feed, done_read);
	jobs_add(JOBS_FEED, &r->job);
}

uint64_t notify_cursor(void)
{
	return notify.cursor;
}

void notify_ring(void)
{
	if (notify.is_stopped)
		return;
	if (notify.is_reading)
		notify.is_rung = true;
	else
		start_read();
}

static void on_poll(struct timer *t)
{
	(void)t;
	notify_ring();
}

void notify_start(void)
{
	memset(&notify, 0, sizeof(notify));
	notify.read_ms = clock_mono_ms();
	/* Clients come only after this, but perhaps before the first reading
	 * works. */
	notify.feed = feed_new(wsd.settings->feed_grace_ms,
	    clock_now_us() - wsd.settings->feed_grace_ms * 1000);
	feed_set_origin(notify.feed, wsd.origin);
	timer_init(&notify.poll, on_poll);
	timer_init(&notify.teller, on_teller);
	start_read();
}

void notify_stop(void)
{
	notify.is_stopped = true;
	timer_stop(&notify.poll);
	timer_stop(&notify.teller);
}

void notify_fini(void)
{
	feed_free(&notify.feed);
}
