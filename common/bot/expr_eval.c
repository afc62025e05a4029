/* expr_eval.c: runs expressions */
/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "bot/expr_node.h"

#define EXACT_MAX   9007199254740992.0 /* 2^53 */
#define MATCH_STEPS 1000	       /* that one matches() counts for */

static struct value eval(struct expr_run *run, const struct expr *e);

static const struct value nothing = { .type = VALUE_NULL };

struct value expr_fault(struct expr_run *run, const char *sentence)
{
	if (run->code == ERR_OK)
		run->code = err_set(run->err, ERR_INVALID, "%s", sentence);
	return nothing;
}

struct value expr_number(struct expr_run *run, double d)
{
	char text[32];

	if (!isfinite(d))
		return expr_fault(run, "The number is too large.");
	if (d != trunc(d) || fabs(d) > EXACT_MAX) {
		snprintf(text, sizeof(text), "%.15g", d);
		d = strtod(text, NULL);
		if (!isfinite(d))
			return expr_fault(run, "The number is too large.");
	}
	/* there is no -0 to be seen */
	return value_of_number(d == 0 ? 0 : d);
}

static struct value join(
    struct expr_run *run, const struct value *a, const struct value *b)
{
	struct str x = value_text(run->pool, a), y = value_text(run->pool, b);

	if (x.n + y.n > VALUE_TEXT_MAX)
		return expr_fault(run, "The text is too long.");
	return value_of_text(
	    str_of(pool_printf(run->pool, "%.*s%.*s", STR_ARG(x), STR_ARG(y))));
}

static struct value calculate(struct expr_run *run, enum expr_op op,
    const struct value *a, const struct value *b)
{
	double x, y;

	if (op == EXPR_ADD &&
	    ((a->type == VALUE_TEXT && b->type == VALUE_TEXT) ||
		((a->type == VALUE_TEXT || b->type == VALUE_TEXT) &&
		    !(value_number(a, &x) && value_number(b, &y)))))
		return join(run, a, b);
	if (!value_number(a, &x) || !value_number(b, &y))
		return expr_fault(run, "Only numbers can be calculated with.");
	if ((op == EXPR_DIV || op == EXPR_MOD) && y == 0)
		return expr_fault(run, "Nothing can be divided by 0.");
	switch (op) {
	case EXPR_ADD:
		return expr_number(run, x + y);
	case EXPR_SUB:
		return expr_number(run, x - y);
	case EXPR_MUL:
		return expr_number(run, x * y);
	case EXPR_DIV:
		return expr_number(run, x / y);
	default:
		return expr_number(run, fmod(x, y));
	}
}

static struct value compare(struct expr_run *run, enum expr_op op,
    const struct value *a, const struct value *b)
{
	int order;

	if (op == EXPR_EQ || op == EXPR_NE)
		return value_of_bool(
		    value_is_same(a, b, &run->steps) == (op == EXPR_EQ));
	if (!value_order(a, b, &order))
		return value_of_bool(false);
	return value_of_bool(op == EXPR_LT   ? order < 0
			     : op == EXPR_LE ? order <= 0
			     : op == EXPR_GT ? order > 0
					     : order >= 0);
}

static struct value eval_list(struct expr_run *run, const struct expr *e)
{
	struct value *items =
	    pool_alloc(run->pool, (e->n + 1) * sizeof(*items));

	for (size_t i = 0; i < e->n; i++)
		items[i] = eval(run, e->args[i]);
	return (struct value){ .type = VALUE_LIST, .n = e->n, .items = items };
}

static struct value eval_call(struct expr_run *run, const struct expr *e)
{
	struct value list = eval_list(run, e), text;

	if (run->code != ERR_OK)
		return nothing;
	if (e->regex == NULL)
		return e->function->call(run, list.items, list.n);
	if (run->steps <= MATCH_STEPS)
		return expr_fault(run, "The expression takes too many steps.");
	run->steps -= MATCH_STEPS;
	text = value_of_text(value_text(run->pool, &list.items[0]));
	return value_of_bool(regex_match(e->regex, text.text));
}

/* Of two: the second one only where the first leaves it open. */
static struct value eval_two(struct expr_run *run, const struct expr *e)
{
	struct value a = eval(run, e->args[0]), b, found;

	if (run->code != ERR_OK)
		return nothing;
	if (e->op == EXPR_OR || e->op == EXPR_AND) {
		if (value_is_true(&a) == (e->op == EXPR_OR))
			return value_of_bool(e->op == EXPR_OR);
		b = eval(run, e->args[1]);
		return value_of_bool(value_is_true(&b));
	}
	b = eval(run, e->args[1]);
	if (run->code != ERR_OK)
		return nothing;
	if (e->op >= EXPR_ADD)
		return calculate(run, e->op, &a, &b);
	if (e->op != EXPR_IN && e->op != EXPR_NOT_IN)
		return compare(run, e->op, &a, &b);
	found = expr_contains(run, &b, &a);
	return value_of_bool(found.is_true == (e->op == EXPR_IN));
}

static struct value eval(struct expr_run *run, const struct expr *e)
{
	struct value a;
	double d;

	if (run->code != ERR_OK)
		return nothing;
	if (run->steps == 0)
		return expr_fault(run, "The expression takes too many steps.");
	run->steps--;
	switch (e->op) {
	case EXPR_VALUE:
		return e->value;
	case EXPR_PATH:
		return run->vars != NULL
			   ? value_of_json(vars_find(run->vars, e->path))
			   : nothing;
	case EXPR_LIST:
		return eval_list(run, e);
	case EXPR_CALL:
		return eval_call(run, e);
	case EXPR_NOT:
		a = eval(run, e->args[0]);
		return value_of_bool(!value_is_true(&a));
	case EXPR_NEG:
		a = eval(run, e->args[0]);
		if (!value_number(&a, &d))
			return expr_fault(
			    run, "Only numbers can be calculated with.");
		return expr_number(run, -d);
	default:
		return eval_two(run, e);
	}
}

enum err_code expr_eval(struct pool *pool, const struct expr *expr,
    const struct vars *vars, unsigned *steps_left, struct value *value_r,
    struct err *err)
{
	unsigned most = EXPR_STEPS_MAX;
	struct expr_run run = { .pool = pool, .vars = vars, .err = err };
	struct value v;

	if (steps_left != NULL)
		most = MIN_OF(*steps_left, most);
	run.steps = most;
	v = eval(&run, expr);
	if (steps_left != NULL)
		*steps_left -= most - run.steps;
	/* comparisons stop at the limit too, with an answer that is none */
	if (run.code == ERR_OK && run.steps == 0)
		expr_fault(&run, "The expression takes too many steps.");
	if (run.code == ERR_OK)
		*value_r = v;
	return run.code;
}
