/*
 * jobs.c: work that may wait, done by threads with a database of their own
 *
 * A thread shares nothing but its queue and the queue of what is finished. The
 * key picks the thread, so what belongs to one conversation runs in order
 * without a lock on the conversation. The threads of a crew share one queue:
 * one that waits a minute for a server keeps nothing waiting but itself.
 *
 * Jobs that can run together are taken out of the queue together: what has come
 * while the worker was busy becomes one transaction. Others that stand between
 * them stay where they are, and nothing of their keys passes them.
 */
/* SPDX-License-Identifier: MIT */
#include "jobs.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "db/db.h"
#include "drops.h"
#include "metrics.h"
#include "transport.h"

/* Keys that a group may pass over before it ends. */
#define PASSED_MAX 32

/* What stands in it is run by one thread, or by any of a crew. */
struct jobs_queue {
	pthread_mutex_t lock; /* of all that follows but pending */
	pthread_cond_t more;
	struct list waiting;
	size_t n_waiting;
	size_t busy; /* threads */
	bool is_stopping;
	bool is_dropping; /* at the end nothing more is run */
	size_t *pending;  /* the loop's: jobs that count with it */
};

struct thread {
	struct worker worker;
	pthread_t id;
	struct jobs_queue *queue;
};

static struct {
	const struct settings *settings;
	struct thread *threads; /* the feed's, the workers, the crews */
	size_t n;
	size_t joined;		       /* of them, at the end */
	struct jobs_queue *short_ones; /* [0] is the feed's */
	size_t n_short;
	struct jobs_queue crews[JOBS_CREW__MAX];
	pthread_mutex_t lock; /* of done */
	struct list done;
	size_t pending_short; /* the loop's, as those below */
	size_t pending_long[JOBS_CREW__MAX];
} jobs;

static bool has_key(const uint64_t *keys, size_t n, uint64_t key)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (keys[i] == key)
			return true;
	return false;
}

/* The rest of the group whose first job has been taken. */
static size_t take_more(struct jobs_queue *q, struct job **group, size_t max)
{
	uint64_t passed[PASSED_MAX];
	size_t n_passed = 0, n = 1;
	struct list *node = q->waiting.next, *next;

	for (; node != &q->waiting && n < max; node = next) {
		struct job *job = LIST_OF(node, struct job, node);

		next = node->next;
		if (job->run_many == group[0]->run_many &&
		    !has_key(passed, n_passed, job->key)) {
			list_del(node);
			group[n++] = job;
		} else if (n_passed < PASSED_MAX) {
			passed[n_passed++] = job->key;
		} else {
			break;
		}
	}
	return n;
}

/* Waits for work; 0 at the end. */
static size_t take(struct jobs_queue *q, struct job **group, size_t max)
{
	size_t n = 0;

	pthread_mutex_lock(&q->lock);
	while (list_empty(&q->waiting) && !q->is_stopping)
		pthread_cond_wait(&q->more, &q->lock);
	if (!list_empty(&q->waiting) && !(q->is_stopping && q->is_dropping)) {
		group[0] = LIST_OF(q->waiting.next, struct job, node);
		list_del(&group[0]->node);
		n = group[0]->run_many ? take_more(q, group, max) : 1;
		q->n_waiting -= n;
		q->busy++;
	}
	pthread_mutex_unlock(&q->lock);
	return n;
}

static void rest(struct jobs_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->busy--;
	pthread_mutex_unlock(&q->lock);
}

static void finish(struct job **group, size_t n)
{
	bool was_empty;
	size_t i;

	pthread_mutex_lock(&jobs.lock);
	was_empty = list_empty(&jobs.done);
	for (i = 0; i < n; i++)
		list_add(&jobs.done, &group[i]->node);
	pthread_mutex_unlock(&jobs.lock);
	if (was_empty)
		transport_wake();
}

static void run_group(struct job **group, size_t n, struct worker *worker)
{
	int64_t began_us = clock_mono_us(), ended_us;
	size_t i;

	if (group[0]->run_many)
		group[0]->run_many(group, n, worker);
	else
		group[0]->run(group[0], worker);
	ended_us = clock_mono_us();
	for (i = 0; i < n; i++) {
		group[i]->began_us = began_us;
		group[i]->ended_us = ended_us;
	}
}

static void *work(void *arg)
{
	struct thread *t = arg;
	size_t max = (size_t)jobs.settings->group_max, n;
	struct job **group = mem_new(max * sizeof(struct job *));

	while ((n = take(t->queue, group, max)) > 0) {
		run_group(group, n, &t->worker);
		/* First: who hears of the end may look whether we are free. */
		rest(t->queue);
		finish(group, n);
	}
	free(group);
	db_close(&t->worker.db);
	return NULL;
}

static void start(struct thread *t)
{
	sigset_t all, old;

	/* Signals are the loop's business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&t->id, NULL, work, t) != 0) {
		log_error("jobs_thread_failed");
		abort();
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void queue_init(struct jobs_queue *q, bool is_dropping, size_t *pending)
{
	*q = (struct jobs_queue){ .is_dropping = is_dropping,
		.pending = pending };
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->more, NULL);
	list_init(&q->waiting);
}

static void queue_fini(struct jobs_queue *q)
{
	while (!list_empty(&q->waiting)) {
		struct job *job = LIST_OF(q->waiting.next, struct job, node);
		struct pool *pool = job->pool;

		list_del(&job->node);
		pool_free(&pool);
	}
	pthread_mutex_destroy(&q->lock);
	pthread_cond_destroy(&q->more);
}

/* The first connection checks the schema; the others are made when they are
 * needed: clients wait, and a server that cannot be reached costs a timeout. */
static enum err_code open_all(struct err *err)
{
	enum err_code code =
	    db_open(jobs.settings, true, &jobs.threads[0].worker.db, err);
	size_t i;

	if (code == ERR_UNAVAILABLE) {
		log_warn("database_down why=\"%s\"", err->text);
		err_clear(err);
		code = ERR_OK;
	}
	for (i = 1; i < jobs.n && code == ERR_OK; i++) {
		jobs.threads[i].worker.number = (int)i;
		jobs.threads[i].worker.db = db_new(jobs.settings);
	}
	return code;
}

/* Which thread serves which queue. */
static void make_queues(const size_t n_crew[JOBS_CREW__MAX])
{
	struct thread *t = jobs.threads;
	size_t i, k;

	jobs.short_ones = mem_new(jobs.n_short * sizeof(*jobs.short_ones));
	for (i = 0; i < jobs.n_short; i++) {
		queue_init(&jobs.short_ones[i], false, &jobs.pending_short);
		t++->queue = &jobs.short_ones[i];
	}
	for (i = 0; i < JOBS_CREW__MAX; i++) {
		queue_init(&jobs.crews[i], true, &jobs.pending_long[i]);
		for (k = 0; k < n_crew[i]; k++)
			t++->queue = &jobs.crews[i];
	}
	assert(t == jobs.threads + jobs.n);
}

static void free_all(void)
{
	size_t i;

	for (i = 0; i < jobs.n_short; i++)
		queue_fini(&jobs.short_ones[i]);
	for (i = 0; i < JOBS_CREW__MAX; i++)
		queue_fini(&jobs.crews[i]);
	pthread_mutex_destroy(&jobs.lock);
	free(jobs.short_ones);
	free(jobs.threads);
	memset(&jobs, 0, sizeof(jobs));
}

enum err_code jobs_start(const struct settings *s, struct err *err)
{
	const size_t n_crew[JOBS_CREW__MAX] = {
		[JOBS_TURNS] = (size_t)s->turn_workers,
		[JOBS_BACKGROUND] = (size_t)s->background_workers,
	};
	enum err_code code;
	size_t i;

	jobs.settings = s;
	jobs.n = jobs.n_short = (size_t)s->workers + 1;
	for (i = 0; i < JOBS_CREW__MAX; i++)
		jobs.n += n_crew[i];
	jobs.threads = mem_new(jobs.n * sizeof(*jobs.threads));
	make_queues(n_crew);
	pthread_mutex_init(&jobs.lock, NULL);
	list_init(&jobs.done);
	code = open_all(err);
	for (i = 0; i < jobs.n && code == ERR_OK; i++)
		start(&jobs.threads[i]);
	if (code != ERR_OK) {
		for (i = 0; i < jobs.n; i++)
			db_close(&jobs.threads[i].worker.db);
		free_all();
	}
	return code;
}

void *jobs_make(size_t size, const char *kind,
    void (*run)(struct job *, struct worker *), void (*done)(struct job *))
{
	struct pool *pool = pool_new();
	struct job *job = pool_alloc(pool, size);

	assert(size >= sizeof(*job));
	list_init(&job->node);
	job->pool = pool;
	job->kind = strncmp(kind, "run_", 4) == 0 ? kind + 4 : kind;
	job->run = run;
	job->done = done;
	return job;
}

static struct jobs_queue *queue_of(uint64_t key)
{
	if (key == JOBS_FEED)
		return &jobs.short_ones[0];
	/* Fibonacci hashing: neighbouring keys spread over the threads. */
	return &jobs.short_ones[1 + ((key * 0x9e3779b97f4a7c15u) >> 32) %
					(jobs.n_short - 1)];
}

static void add(struct jobs_queue *q, struct job *job)
{
	job->queue = q;
	job->added_us = clock_mono_us();
	if (++*q->pending > JOBS_MAX) {
		drops_count(DROP_BUSY);
		job->result = err_set(&job->err, ERR_UNAVAILABLE,
		    "The server is busy; try again.");
		finish(&job, 1);
		return;
	}
	pthread_mutex_lock(&q->lock);
	list_add(&q->waiting, &job->node);
	q->n_waiting++;
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
}

void jobs_add(uint64_t key, struct job *job)
{
	job->key = key;
	add(queue_of(key), job);
}

void jobs_add_long(enum jobs_crew crew, struct job *job)
{
	assert(!job->run_many);
	add(&jobs.crews[crew], job);
}

void jobs_crew_state(enum jobs_crew crew, struct jobs_crew_state *state_r)
{
	struct jobs_queue *q = &jobs.crews[crew];

	pthread_mutex_lock(&q->lock);
	state_r->busy = q->busy;
	state_r->queued = q->n_waiting;
	pthread_mutex_unlock(&q->lock);
}

uint64_t jobs_key(struct id id)
{
	uint64_t key;

	memcpy(&key, id.b + sizeof(id.b) - sizeof(key), sizeof(key));
	return key == JOBS_FEED ? 1 : key;
}

/* A job that was not run has no times. */
static void measure(const struct job *job)
{
	if (job->ended_us == 0)
		return;
	metrics_observe_of(
	    METRIC_JOB_WAIT, job->kind, job->began_us - job->added_us);
	metrics_observe_of(
	    METRIC_JOB_RUN, job->kind, job->ended_us - job->began_us);
}

void jobs_collect(void)
{
	struct list ready;
	struct job *job;

	pthread_mutex_lock(&jobs.lock);
	list_init(&ready);
	if (!list_empty(&jobs.done)) {
		/* The whole chain moves to a head of our own. */
		ready = jobs.done;
		ready.next->prev = &ready;
		ready.prev->next = &ready;
		list_init(&jobs.done);
	}
	pthread_mutex_unlock(&jobs.lock);
	while (!list_empty(&ready)) {
		struct pool *pool;

		job = LIST_OF(ready.next, struct job, node);
		list_del(&job->node);
		--*job->queue->pending;
		measure(job);
		pool = job->pool;
		if (job->done)
			job->done(job);
		pool_free(&pool);
	}
}

size_t jobs_pending(void)
{
	size_t n = jobs.pending_short;

	for (size_t i = 0; i < JOBS_CREW__MAX; i++)
		n += jobs.pending_long[i];
	return n;
}

static void drop_done(void)
{
	while (!list_empty(&jobs.done)) {
		struct job *job = LIST_OF(jobs.done.next, struct job, node);
		struct pool *pool = job->pool;

		list_del(&job->node);
		pool_free(&pool);
	}
}

static void tell_end(struct jobs_queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->is_stopping = true;
	pthread_cond_broadcast(&q->more);
	pthread_mutex_unlock(&q->lock);
}

enum jobs_end jobs_stop(int64_t wait_ms)
{
	struct timespec until;
	size_t i;

	for (i = 0; i < jobs.n_short; i++)
		tell_end(&jobs.short_ones[i]);
	for (i = 0; i < JOBS_CREW__MAX; i++)
		tell_end(&jobs.crews[i]);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	for (; jobs.joined < jobs.n; jobs.joined++)
		if (pthread_clockjoin_np(jobs.threads[jobs.joined].id, NULL,
			CLOCK_MONOTONIC, &until))
			return jobs.joined < jobs.n_short ? JOBS_LEFT
							  : JOBS_LEFT_LONG;
	drop_done();
	free_all();
	return JOBS_ENDED;
}
