/* expr.h: expressions of conditions and calculations */
/* SPDX-License-Identifier: MIT */
#ifndef EXPR_H
#define EXPR_H

#include "bot/value.h"
#include "bot/vars.h"

/*
 * From what binds least to what binds most:
 *
 *	or ||
 *	and &&
 *	not
 *	== != < <= > >= in, not in	(one at a time)
 *	+ -
 *	* / %
 *	- !				(in front)
 *	numbers, 'texts', "texts", true, false, null, [lists], (…),
 *	variables.order.items[0].id, order_id, {{order_id}}, name(…)
 *
 * Words of the language are known in any case. A variable that is not there
 * is null. Nothing is run but the functions of expr_call.c.
 */
#define EXPR_MAX       2000  /* bytes */
#define EXPR_DEPTH_MAX 32    /* parentheses, lists and calls in each other */
#define EXPR_STEPS_MAX 20000 /* operations and comparisons of one run */

/* Parsed; never changed. */
struct expr;

/* Lives in the pool. What is none is ERR_INVALID; the sentence tells the
 * character (from 1). */
MUST_CHECK enum err_code expr_parse(struct pool *pool, struct str text,
    const struct expr **expr_r, struct err *err);

/*
 * Its value; texts live as long as pool and vars. ERR_INVALID with a sentence
 * for what cannot be calculated: a division by nought, a sum with something
 * that is no number, too many steps, too long a text. vars may be NULL. steps_left, if not NULL, is what
 * all expressions of a turn may take together, and goes down.
 */
MUST_CHECK enum err_code expr_eval(struct pool *pool, const struct expr *expr,
    const struct vars *vars, unsigned *steps_left, struct value *value_r,
    struct err *err);

#endif
