/* turns.c: lets the bot answer */
/* SPDX-License-Identifier: MIT */
#include "turns.h"

#include "base/log.h"
#include "bot/bot.h"
#include "delivery.h"
#include "ev_out.h"
#include "jobs.h"
#include "metrics.h"
#include "timer.h"
#include "told.h"
#include "wsd.h"

#define SWEEP_MS      1000
#define SWEEP_WAIT_MS 2000 /* younger ones have somebody who runs them */
#define SWEEP_MAX     100

struct turn_job {
	struct job job;
	struct id conversation_id;
	bool is_swept; /* found by the sweeper */
	struct bot_turn turn;
};

struct sweep_job {
	struct job job;
	struct id *ids;
	size_t n;
};

static struct timer sweeper;
static size_t swept; /* turns of the last sweep that are not over */
static bool is_stopped;

static void run_turn(struct job *job, struct worker *worker)
{
	struct turn_job *t = LIST_OF(job, struct turn_job, job);

	const struct bot_env env = { .settings = wsd.settings,
		.seal_key = wsd.seal_key };

	job->result = bot_run_turn(worker->db, job->pool, &env,
	    t->conversation_id, id_new(), wsd.origin, &t->turn, &job->err);
}

/* Not before the turns of the last sweep are over: when the workers do not
 * keep up, the same ones would pile up. */
static void sweep_later(void)
{
	if (!is_stopped && swept == 0)
		timer_set(&sweeper, SWEEP_MS);
}

static void done_turn(struct job *job)
{
	struct turn_job *t = LIST_OF(job, struct turn_job, job);
	size_t i;

	if (t->is_swept && --swept == 0)
		sweep_later();
	metrics_add_of(
	    METRIC_TURNS, job->result == ERR_OK ? "ok" : "failed", 1);
	/* The row still says that it is due: the sweeper comes back to it. */
	if (job->result != ERR_OK) {
		log_warn("turn_failed conversation=%s error=%s why=\"%s\"",
		    id_text(t->conversation_id), err_slug(job->result),
		    job->err.text);
		return;
	}
	metrics_add(METRIC_MESSAGES, (int64_t)t->turn.messages.n);
	for (i = 0; i < t->turn.messages.n; i++) {
		const struct chat_message *m = &t->turn.messages.items[i];

		delivery_message(m);
		if (told_is_first(
			TOLD_BY_JOB, "message", t->conversation_id, m->seq))
			ev_out_updated(t->turn.workspace_id, m);
	}
	if (t->turn.is_handoff &&
	    told_is_first(TOLD_BY_JOB, "handoff", t->conversation_id, 0))
		ev_out_handoff(t->turn.workspace_id, t->conversation_id);
}

static void add(struct id conversation_id, bool is_swept)
{
	struct turn_job *t = jobs_new(sizeof(*t), run_turn, done_turn);

	t->conversation_id = conversation_id;
	t->is_swept = is_swept;
	if (is_swept)
		swept++;
	jobs_add(jobs_key(conversation_id), &t->job);
}

void turns_add(struct id conversation_id)
{
	add(conversation_id, false);
}

static void run_sweep(struct job *job, struct worker *worker)
{
	struct sweep_job *s = LIST_OF(job, struct sweep_job, job);

	job->result = bot_list_due(worker->db, job->pool, SWEEP_WAIT_MS,
	    SWEEP_MAX, &s->ids, &s->n, &job->err);
}

static void done_sweep(struct job *job)
{
	struct sweep_job *s = LIST_OF(job, struct sweep_job, job);
	size_t i;

	if (is_stopped)
		return;
	for (i = 0; job->result == ERR_OK && i < s->n; i++)
		add(s->ids[i], true);
	sweep_later();
}

static void on_timer(struct timer *t)
{
	struct sweep_job *s = jobs_new(sizeof(*s), run_sweep, done_sweep);

	(void)t;
	/* Not the feed's key: a sweep must not make the feed wait. */
	jobs_add(jobs_key(wsd.origin), &s->job);
}

void turns_start(void)
{
	is_stopped = false;
	swept = 0;
	timer_init(&sweeper, on_timer);
	timer_set(&sweeper, SWEEP_MS);
}

void turns_stop(void)
{
	is_stopped = true;
	timer_stop(&sweeper);
}
