/* db_rollup.h: statements that count what bots did, by days, in steps */
/* SPDX-License-Identifier: MIT */
#ifndef DB_ROLLUP_H
#define DB_ROLLUP_H

#include "db/db.h"

/* Rows of one kind that a step counts. */
#define ROLLUP_STEP_ROWS 4000

/*
 * Up to when all is counted; nothing from then on is. 0: nothing so far. But for
 * ROLLUP_LOOK it stays so until the end of the transaction.
 */
enum db_rollup_how {
	ROLLUP_LOOK, /* does not wait for anybody */
	ROLLUP_KEEP, /* nobody may move it */
	ROLLUP_MOVE, /* the caller alone may move it; now_r: the database's */
};

MUST_CHECK enum err_code db_rollup_get(struct db *db, struct pool *pool,
    enum db_rollup_how how, int64_t *upto_r, int64_t *now_r, struct err *err);

/* [from, upto) in microseconds; whole milliseconds, as ids have them. */
struct db_rollup_span {
	int64_t from, upto;
};

/* Shortens the span to what a step may count; *is_more_r: it did. */
MUST_CHECK enum err_code db_rollup_shorten(struct db *db, struct pool *pool,
    struct db_rollup_span *span, bool *is_more_r, struct err *err);
/* Counts the span for every tenant; *is_any_r: there was something in it. */
MUST_CHECK enum err_code db_rollup_count(struct db *db,
    const struct db_rollup_span *span, bool *is_any_r, struct err *err);
MUST_CHECK enum err_code db_rollup_set(
    struct db *db, int64_t upto, struct err *err);

#endif
