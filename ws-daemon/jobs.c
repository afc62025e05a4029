/*
 * jobs.c: work that may wait, done by threads with a database of their own
 *
 * A thread shares nothing but its queue and the queue of what is finished. The
 * key picks the thread, so what belongs to one conversation runs in order
 * without a lock on the conversation.
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

struct thread {
	struct worker worker;
	pthread_t id;
	pthread_mutex_t lock; /* of queue and is_stopping */
	pthread_cond_t more;
	struct list queue;
	bool is_stopping;
};

static struct {
	const struct settings *settings;
	struct thread *threads; /* [0] is the feed's */
	size_t n;
	pthread_mutex_t lock; /* of done */
	struct list done;
	size_t pending; /* the loop's */
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
static size_t take_more(struct thread *t, struct job **group, size_t max)
{
	uint64_t passed[PASSED_MAX];
	size_t n_passed = 0, n = 1;
	struct list *node = t->queue.next, *next;

	for (; node != &t->queue && n < max; node = next) {
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
static size_t take(struct thread *t, struct job **group, size_t max)
{
	size_t n = 0;

	pthread_mutex_lock(&t->lock);
	while (list_empty(&t->queue) && !t->is_stopping)
		pthread_cond_wait(&t->more, &t->lock);
	if (!list_empty(&t->queue)) {
		group[0] = LIST_OF(t->queue.next, struct job, node);
		list_del(&group[0]->node);
		n = group[0]->run_many ? take_more(t, group, max) : 1;
	}
	pthread_mutex_unlock(&t->lock);
	return n;
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

	while ((n = take(t, group, max)) > 0) {
		run_group(group, n, &t->worker);
		finish(group, n);
	}
	free(group);
	db_close(&t->worker.db);
	return NULL;
}

static void start(struct thread *t)
{
	sigset_t all, old;

	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->more, NULL);
	list_init(&t->queue);
	/* Signals are the loop's business. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	if (pthread_create(&t->id, NULL, work, t) != 0) {
		log_error("jobs_thread_failed");
		abort();
	}
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* The first connection checks the schema; the others are made when they are
 * needed: clients wait, and a server that cannot be reached costs a timeout. */
static enum err_code open_all(size_t n, struct err *err)
{
	enum err_code code =
	    db_open(jobs.settings, true, &jobs.threads[0].worker.db, err);
	size_t i;

	if (code == ERR_UNAVAILABLE) {
		log_warn("database_down why=\"%s\"", err->text);
		err_clear(err);
		code = ERR_OK;
	}
	for (i = 1; i < n && code == ERR_OK; i++) {
		jobs.threads[i].worker.number = (int)i;
		jobs.threads[i].worker.db = db_new(jobs.settings);
	}
	return code;
}

enum err_code jobs_start(const struct settings *s, struct err *err)
{
	size_t i, n = (size_t)s->workers + 1;
	enum err_code code;

	jobs.settings = s;
	jobs.threads = mem_new(n * sizeof(*jobs.threads));
	pthread_mutex_init(&jobs.lock, NULL);
	list_init(&jobs.done);
	code = open_all(n, err);
	if (code != ERR_OK) {
		for (i = 0; i < n; i++)
			db_close(&jobs.threads[i].worker.db);
		free(jobs.threads);
		jobs.threads = NULL;
		return code;
	}
	for (i = 0; i < n; i++)
		start(&jobs.threads[i]);
	jobs.n = n;
	return ERR_OK;
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

static struct thread *thread_of(uint64_t key)
{
	if (key == JOBS_FEED)
		return &jobs.threads[0];
	/* Fibonacci hashing: neighbouring keys spread over the threads. */
	return &jobs.threads[1 + ((key * 0x9e3779b97f4a7c15u) >> 32) %
				     (jobs.n - 1)];
}

void jobs_add(uint64_t key, struct job *job)
{
	struct thread *t = thread_of(key);

	job->key = key;
	jobs.pending++;
	job->added_us = clock_mono_us();
	if (jobs.pending > JOBS_MAX) {
		drops_count(DROP_BUSY);
		job->result = err_set(&job->err, ERR_UNAVAILABLE,
		    "The server is busy; try again.");
		finish(&job, 1);
		return;
	}
	pthread_mutex_lock(&t->lock);
	list_add(&t->queue, &job->node);
	pthread_cond_signal(&t->more);
	pthread_mutex_unlock(&t->lock);
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
		jobs.pending--;
		measure(job);
		pool = job->pool;
		if (job->done)
			job->done(job);
		pool_free(&pool);
	}
}

size_t jobs_pending(void)
{
	return jobs.pending;
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

bool jobs_stop(int64_t wait_ms)
{
	struct timespec until;
	size_t i;

	for (i = 0; i < jobs.n; i++) {
		struct thread *t = &jobs.threads[i];

		pthread_mutex_lock(&t->lock);
		t->is_stopping = true;
		pthread_cond_signal(&t->more);
		pthread_mutex_unlock(&t->lock);
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	for (i = 0; i < jobs.n; i++)
		if (pthread_clockjoin_np(
			jobs.threads[i].id, NULL, CLOCK_MONOTONIC, &until))
			return false;
	for (i = 0; i < jobs.n; i++) {
		pthread_mutex_destroy(&jobs.threads[i].lock);
		pthread_cond_destroy(&jobs.threads[i].more);
	}
	drop_done();
	pthread_mutex_destroy(&jobs.lock);
	free(jobs.threads);
	jobs.threads = NULL;
	jobs.n = 0;
	jobs.pending = 0;
	return true;
}
