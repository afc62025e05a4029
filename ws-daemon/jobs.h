/* jobs.h: work that may wait, done by threads with a database of their own */
/* SPDX-License-Identifier: MIT */
#ifndef JOBS_H
#define JOBS_H

#include "base/err.h"
#include "base/id.h"
#include "base/list.h"
#include "base/pool.h"

struct db;
struct settings;

/* Jobs at once, of the short ones and of each crew; one more is not run: its
 * done sees ERR_UNAVAILABLE. */
#define JOBS_MAX 10000
/* The key of the feed, which has a worker of its own. */
#define JOBS_FEED 0

/* Threads for what may wait long for servers of others: nothing that clients
 * wait for stands behind it. */
enum jobs_crew {
	JOBS_TURNS,	 /* the setting turn_workers */
	JOBS_BACKGROUND, /* the setting background_workers */
	JOBS_CREW__MAX
};

/* What a worker lends to the job that it runs. */
struct worker {
	int number;
	struct db *db;
};

struct job;
struct jobs_queue;

/* Work on several jobs at once, all of the same kind: fills the result of
 * each. */
typedef void jobs_run_fn(struct job **jobs, size_t n, struct worker *worker);

/*
 * One piece of work. Embedded in a struct that the submitter allocates from
 * job->pool; run happens on a worker, done on the loop, then the pool is
 * freed. Jobs with the same key run in the order of their submission, and
 * their done calls come in that order too.
 */
struct job {
	struct list node;
	struct pool *pool;
	uint64_t key; /* jobs_add's */
	void (*run)(struct job *job, struct worker *worker);
	/* Instead of run: up to group_max jobs that wait for the same worker
	 * and have the same run_many run together; nobody waits for a group to
	 * grow. */
	jobs_run_fn *run_many;
	void (*done)(struct job *job); /* may be NULL */
	enum err_code result;
	struct err err;
	const char *kind; /* for the metrics */
	struct jobs_queue *queue;
	int64_t added_us, began_us, ended_us;
};

/*
 * Starts the settings' numbers of workers and one for the feed, each with its
 * own connection. The feed's is opened here, the others when first used. A
 * database that cannot be reached is no failure; a schema that does not fit the
 * program is.
 */
MUST_CHECK enum err_code jobs_start(const struct settings *s, struct err *err);
/* A zeroed job of size bytes (>= sizeof(struct job)) in a pool of its own. What
 * run is called without its run_ names the kind of it; run is NULL for those
 * that get a run_many, and a kind with it. */
#define jobs_new(size, run, done) jobs_make(size, #run, run, done)
void *jobs_make(size_t size, const char *kind,
    void (*run)(struct job *, struct worker *), void (*done)(struct job *));
void jobs_add(uint64_t key, struct job *job);
/* To any thread of the crew that is free, in the order of submission; without
 * run_many. */
void jobs_add_long(enum jobs_crew crew, struct job *job);
/* The key of a conversation; never JOBS_FEED. */
uint64_t jobs_key(struct id id);
/* On the loop: runs done of what has finished (transport's on_wake). */
void jobs_collect(void);
/* Jobs submitted and not collected yet. */
size_t jobs_pending(void);

struct jobs_crew_state {
	size_t busy;   /* threads that run a job */
	size_t queued; /* jobs that wait for one */
};

void jobs_crew_state(enum jobs_crew crew, struct jobs_crew_state *state_r);

enum jobs_end {
	JOBS_ENDED,
	JOBS_LEFT_LONG, /* only what waits for servers of others */
	JOBS_LEFT
};

/*
 * Runs what is queued, but for the crews', which is dropped, and joins the
 * threads; done is not called any more. What takes longer than wait_ms is left
 * behind: then the process must end, or ask again.
 */
enum jobs_end jobs_stop(int64_t wait_ms);

#endif
