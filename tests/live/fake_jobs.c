/* fake_jobs.c: jobs that a test runs step by step, on its own thread */
/* SPDX-License-Identifier: MIT */
#include "fake_jobs.h"

static struct list waiting = { &waiting, &waiting };
static struct list finished = { &finished, &finished };
static bool is_refusing;
static size_t pending;

void *jobs_new(size_t size, void (*run)(struct job *, struct worker *),
    void (*done)(struct job *))
{
	struct pool *pool = pool_new();
	struct job *job = pool_alloc(pool, size);

	list_init(&job->node);
	job->pool = pool;
	job->run = run;
	job->done = done;
	return job;
}

void jobs_add(uint64_t key, struct job *job)
{
	(void)key;
	pending++;
	if (is_refusing) {
		job->result = err_set(&job->err, ERR_UNAVAILABLE, "Too busy.");
		list_add(&finished, &job->node);
	} else {
		list_add(&waiting, &job->node);
	}
}

uint64_t jobs_key(struct id id)
{
	return id.b[15];
}

bool fake_jobs_run(void)
{
	struct worker worker = { .number = 1 };
	struct job *job;

	if (list_empty(&waiting))
		return false;
	job = LIST_OF(waiting.next, struct job, node);
	list_del(&job->node);
	job->run(job, &worker);
	list_add(&finished, &job->node);
	return true;
}

void jobs_collect(void)
{
	while (!list_empty(&finished)) {
		struct job *job = LIST_OF(finished.next, struct job, node);
		struct pool *pool = job->pool;

		list_del(&job->node);
		pending--;
		if (job->done)
			job->done(job);
		pool_free(&pool);
	}
}

void fake_jobs_settle(void)
{
	do
		jobs_collect();
	while (fake_jobs_run());
}

void fake_jobs_refuse(bool yes)
{
	is_refusing = yes;
}

size_t jobs_pending(void)
{
	return pending;
}
