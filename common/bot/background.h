/* background.h: work that nobody waits for, and the table of it */
/* SPDX-License-Identifier: MIT */
#ifndef BACKGROUND_H
#define BACKGROUND_H

#include "bot/bot.h"

/*
 * Does one piece, if there is one to do now: takes it in a short transaction
 * under a lease, so that any number of programs may try at once, works with no
 * transaction held, and ends it in another. *did_r: there was one, ask again.
 * The pool is emptied between two calls.
 */
typedef enum err_code background_fn(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err);

struct background_job {
	const char *name;
	background_fn *run_one;
	/* Of it at once in one program, each in a thread of its own. */
	size_t at_once;
	/* It keeps tables in order: no bell tells of it, and it can wait. */
	bool is_upkeep;
};

extern const struct background_job background_jobs[];
extern const size_t background_jobs_n;

/* Pieces of one job in one call of background_run. */
#define BACKGROUND_MAX 10000

/*
 * Does all there is to do of one job, for hosts without a daemon: *done_r
 * counts the pieces, those before a failure too.
 */
MUST_CHECK enum err_code background_run(const struct background_job *job,
    struct db *db, const struct bot_env *env, size_t *done_r, struct err *err);

#endif
