/* fake_jobs.c: jobs that a test runs step by step, on its own thread */
/* SPDX-License-Identifier: MIT */
#include "fake_jobs.h"

#include "deltas.h"
#include "transport.h"

#define GROUP_MAX 16

static struct list waiting = { &waiting, &waiting };
static struct list finished = { &finished, &finished };
static bool is_refusing;
static size_t pending, group_max = 1;

void *jobs_make(size_t size, const char *kind,
    void (*run)(struct job *, struct worker *), void (*done)(struct job *))
{
	struct pool *pool = pool_new();
	struct job *job = pool_alloc(pool, size);

	list_init(&job->node);
	job->pool = pool;
	job->kind = kind;
	job->run = run;
	job->done = done;
	return job;
}

void jobs_add(uint64_t key, struct job *job)
{
	job->key = key;
	pending++;
	if (is_refusing) {
		job->result = err_set(&job->err, ERR_UNAVAILABLE, "Too busy.");
		list_add(&finished, &job->node);
	} else {
		list_add(&waiting, &job->node);
	}
}

/* Nothing is long here. */
void jobs_add_long(enum jobs_crew crew, struct job *job)
{
	jobs_add(1 + crew, job);
}

uint64_t jobs_key(struct id id)
{
	return id.b[15];
}

/* The oldest job and, when groups are wished for, its like right behind it. */
static size_t take(struct job **group)
{
	size_t n = 0;

	do {
		group[n] = LIST_OF(waiting.next, struct job, node);
		list_del(&group[n++]->node);
	} while (n < group_max && !list_empty(&waiting) && group[0]->run_many &&
		 LIST_OF(waiting.next, struct job, node)->run_many ==
		     group[0]->run_many);
	return n;
}

bool fake_jobs_run(void)
{
	struct worker worker = { .number = 1 };
	struct job *group[GROUP_MAX];
	size_t n, i;

	if (list_empty(&waiting))
		return false;
	n = take(group);
	if (group[0]->run_many)
		group[0]->run_many(group, n, &worker);
	else
		group[0]->run(group[0], &worker);
	for (i = 0; i < n; i++)
		list_add(&finished, &group[i]->node);
	return true;
}

void fake_jobs_group(size_t max)
{
	assert(max <= GROUP_MAX);
	group_max = max;
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
	do {
		jobs_collect();
		deltas_collect();
	} while (fake_jobs_run());
}

/* The tests are the loop. */
void transport_wake(void)
{
}

void fake_jobs_refuse(bool yes)
{
	is_refusing = yes;
}

size_t jobs_pending(void)
{
	return pending;
}
