/* expr_call.c: the functions of expressions */
/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/valid.h"
#include "bot/expr_node.h"
#include "bot/fold.h"

struct value expr_contains(
    struct expr_run *run, const struct value *whole, const struct value *part)
{
	struct value_pos pos = { 0, NULL };
	struct value item;
	struct str text;

	if (whole->type == VALUE_LIST) {
		while (value_next(whole, &pos, &item)) {
			if (value_is_same(&item, part, &run->steps))
				return value_of_bool(true);
		}
		return value_of_bool(false);
	}
	text = value_text(run->pool, part);
	if (whole->type == VALUE_OBJECT)
		return value_of_bool(
		    json_get(whole->json, str_dup(run->pool, text)) != NULL);
	/* nothing is in everything, which nobody means */
	if (whole->type != VALUE_TEXT || text.n == 0)
		return value_of_bool(false);
	return value_of_bool(str_search(whole->text, text) < whole->text.n);
}

static struct value call_len(
    struct expr_run *run, const struct value *args, size_t n)
{
	struct value text = args[0];

	(void)n;
	if (text.type == VALUE_NUMBER || text.type == VALUE_BOOL)
		text = value_of_text(value_text(run->pool, &args[0]));
	return value_of_number((double)value_count(&text));
}

static struct value call_lower(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return value_of_text(
	    fold_lower(run->pool, value_text(run->pool, &args[0])));
}

static struct value call_upper(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return value_of_text(
	    fold_upper(run->pool, value_text(run->pool, &args[0])));
}

static struct value call_trim(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return value_of_text(str_trim(value_text(run->pool, &args[0])));
}

static struct value call_contains(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return expr_contains(run, &args[0], &args[1]);
}

static struct value call_starts_with(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return value_of_bool(str_starts(
	    value_text(run->pool, &args[0]), value_text(run->pool, &args[1])));
}

static struct value call_ends_with(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return value_of_bool(str_ends(
	    value_text(run->pool, &args[0]), value_text(run->pool, &args[1])));
}

static struct value call_number(
    struct expr_run *run, const struct value *args, size_t n)
{
	double d;

	(void)run;
	(void)n;
	if (args[0].type == VALUE_BOOL)
		return value_of_number(args[0].is_true);
	if (!value_number(&args[0], &d))
		return (struct value){ .type = VALUE_NULL };
	return value_of_number(d);
}

static struct value call_string(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)n;
	return value_of_text(value_text(run->pool, &args[0]));
}

static struct value call_exists(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)run;
	(void)n;
	return value_of_bool(args[0].type != VALUE_NULL);
}

/* Its pattern is compiled with the expression, which never calls this. */
static struct value call_matches(
    struct expr_run *run, const struct value *args, size_t n)
{
	(void)args;
	(void)n;
	return expr_fault(run, "matches() has no pattern.");
}

static bool number(struct expr_run *run, const struct value *v, double *d_r)
{
	if (value_number(v, d_r))
		return true;
	expr_fault(run, "Only numbers can be calculated with.");
	return false;
}

static struct value call_abs(
    struct expr_run *run, const struct value *args, size_t n)
{
	double d = 0;

	(void)n;
	(void)number(run, &args[0], &d);
	return expr_number(run, fabs(d));
}

static struct value call_floor(
    struct expr_run *run, const struct value *args, size_t n)
{
	double d = 0;

	(void)n;
	(void)number(run, &args[0], &d);
	return expr_number(run, floor(d));
}

static struct value call_ceil(
    struct expr_run *run, const struct value *args, size_t n)
{
	double d = 0;

	(void)n;
	(void)number(run, &args[0], &d);
	return expr_number(run, ceil(d));
}

/* Half away from nought, to that many decimals. */
static struct value call_round(
    struct expr_run *run, const struct value *args, size_t n)
{
	double d = 0, decimals = 0, scale;

	(void)number(run, &args[0], &d);
	if (n > 1)
		(void)number(run, &args[1], &decimals);
	if (!(decimals >= 0 && decimals <= 15))
		return expr_fault(run, "round() takes 0 to 15 decimals.");
	scale = pow(10, trunc(decimals));
	return expr_number(run, round(d * scale) / scale);
}

/* Of the values, or of the items of a list that stands alone. */
static struct value least(
    struct expr_run *run, const struct value *args, size_t n, double sign)
{
	struct value list = { .type = VALUE_LIST, .n = n, .items = args };
	struct value_pos pos = { 0, NULL };
	double best = INFINITY, d = 0;
	struct value item;

	if (n == 1 && args[0].type == VALUE_LIST)
		list = args[0];
	while (value_next(&list, &pos, &item)) {
		if (!number(run, &item, &d))
			return item;
		best = MIN_OF(best, sign * d);
	}
	return isfinite(best) ? expr_number(run, sign * best)
			      : (struct value){ .type = VALUE_NULL };
}

static struct value call_min(
    struct expr_run *run, const struct value *args, size_t n)
{
	return least(run, args, n, 1);
}

static struct value call_max(
    struct expr_run *run, const struct value *args, size_t n)
{
	return least(run, args, n, -1);
}

static const struct expr_function functions[] = {
	{ "abs", 1, 1, call_abs },
	{ "ceil", 1, 1, call_ceil },
	{ "contains", 2, 2, call_contains },
	{ "ends_with", 2, 2, call_ends_with },
	{ "exists", 1, 1, call_exists },
	{ "floor", 1, 1, call_floor },
	{ "len", 1, 1, call_len },
	{ "lower", 1, 1, call_lower },
	{ "matches", 2, 2, call_matches },
	{ "max", 1, 100, call_max },
	{ "min", 1, 100, call_min },
	{ "number", 1, 1, call_number },
	{ "round", 1, 2, call_round },
	{ "starts_with", 2, 2, call_starts_with },
	{ "string", 1, 1, call_string },
	{ "trim", 1, 1, call_trim },
	{ "upper", 1, 1, call_upper },
};

const struct expr_function *expr_find_function(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(functions); i++) {
		if (str_eq(name, str_of(functions[i].name)))
			return &functions[i];
	}
	return NULL;
}
