/*
 * chores.c: does what nobody waits for
 *
 * Each kind is looked at by itself: one that did something is asked again,
 * behind the others that wait for a thread, and alongside itself when the table
 * allows that, also while one is slow; one that found nothing rests, and one
 * that failed rests longer each time.
 */
/* SPDX-License-Identifier: MIT */
#include "chores.h"

#include "base/clock.h"
#include "base/log.h"
#include "jobs.h"
#include "metrics.h"
#include "timer.h"
#include "wsd.h"

#define LOOK_MS		1000
#define RING_MS		200 /* between two looks, however often it rings */
#define UPKEEP_MS	60000
#define UPKEEP_PAUSE_MS 200 /* others use these tables meanwhile */
#define RETRY_MIN_MS	1000
#define RETRY_MAX_MS	60000

struct chore {
	const struct background_job *job;
	struct timer timer; /* the next look, while more may run */
	size_t running;
	bool is_rung; /* since the last look began */
	int64_t looked_ms;
	int64_t retry_ms; /* 0: the last one did not fail */
};

struct chore_job {
	struct job job;
	struct chore *chore;
	bool did;
};

static struct chore *chores;
static size_t n_chores;
static bool is_stopped;

static void run_chore(struct job *job, struct worker *worker)
{
	struct chore_job *c = LIST_OF(job, struct chore_job, job);
	const struct bot_env env = { .settings = wsd.settings,
		.seal_key = wsd.seal_key };

	job->result = c->chore->job->run_one(
	    worker->db, job->pool, &env, &c->did, &job->err);
}

static void done_chore(struct job *job);

static bool may_look(const struct chore *c)
{
	return c->running < c->job->at_once;
}

static void look(struct chore *c)
{
	struct chore_job *j = jobs_new(sizeof(*j), run_chore, done_chore);

	timer_stop(&c->timer);
	c->running++;
	c->is_rung = false;
	c->looked_ms = clock_mono_ms();
	j->chore = c;
	j->job.kind = c->job->name;
	jobs_add_long(JOBS_BACKGROUND, &j->job);
	/* Who knows how long this one takes. */
	if (may_look(c))
		timer_set(&c->timer, LOOK_MS);
}

static void fail(struct chore *c, const struct job *job)
{
	metrics_add_of2(METRIC_BACKGROUND, c->job->name, "failed", 1);
	c->retry_ms = c->retry_ms == 0 ? RETRY_MIN_MS
				       : MIN_OF(2 * c->retry_ms, RETRY_MAX_MS);
	log_warn("background_failed job=%s error=%s retry_ms=%lld why=\"%s\"",
	    c->job->name, err_slug(job->result), (long long)c->retry_ms,
	    job->err.text);
}

/* It did something: there may be more. */
static void go_on(struct chore *c)
{
	metrics_add_of2(METRIC_BACKGROUND, c->job->name, "done", 1);
	c->retry_ms = 0;
	if (c->job->is_upkeep) {
		timer_set(&c->timer, UPKEEP_PAUSE_MS);
		return;
	}
	look(c);
	if (may_look(c))
		look(c);
}

static void rest(struct chore *c)
{
	int64_t wait_ms = c->job->is_upkeep ? UPKEEP_MS : LOOK_MS;

	if (c->retry_ms > 0)
		wait_ms = MAX_OF(wait_ms, c->retry_ms);
	else if (c->is_rung)
		wait_ms = RING_MS;
	timer_set(&c->timer, wait_ms);
}

static void done_chore(struct job *job)
{
	struct chore_job *j = LIST_OF(job, struct chore_job, job);
	struct chore *c = j->chore;

	c->running--;
	if (job->result != ERR_OK)
		fail(c, job);
	else if (!j->did)
		c->retry_ms = 0;
	if (is_stopped)
		return;
	if (job->result == ERR_OK && j->did)
		go_on(c);
	else
		rest(c);
}

static void on_timer(struct timer *t)
{
	look(LIST_OF(t, struct chore, timer));
}

void chores_ring(void)
{
	int64_t now_ms = clock_mono_ms();

	for (size_t i = 0; i < n_chores && !is_stopped; i++) {
		struct chore *c = &chores[i];

		if (c->job->is_upkeep || c->is_rung || c->retry_ms > 0)
			continue;
		c->is_rung = true;
		if (!may_look(c))
			continue;
		if (now_ms - c->looked_ms >= RING_MS)
			look(c);
		else
			timer_set(&c->timer, c->looked_ms + RING_MS - now_ms);
	}
}

void chores_start(const struct background_job *jobs, size_t n)
{
	is_stopped = false;
	chores = mem_new(n * sizeof(*chores));
	n_chores = n;
	for (size_t i = 0; i < n; i++) {
		chores[i].job = &jobs[i];
		timer_init(&chores[i].timer, on_timer);
		/* A rate of what was never told before begins too late. */
		metrics_add_of2(METRIC_BACKGROUND, jobs[i].name, "done", 0);
		metrics_add_of2(METRIC_BACKGROUND, jobs[i].name, "failed", 0);
		timer_set(
		    &chores[i].timer, jobs[i].is_upkeep ? UPKEEP_MS : LOOK_MS);
	}
}

void chores_stop(void)
{
	is_stopped = true;
	for (size_t i = 0; i < n_chores; i++)
		timer_stop(&chores[i].timer);
}

void chores_fini(void)
{
	free(chores);
	chores = NULL;
	n_chores = 0;
}
