/* action_condition.c: {"type":"CONDITION"}: another state if something is so */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"

struct branch {
	const struct expr *expr;
	size_t route;
};

struct condition {
	size_t n;
	struct branch *branches; /* the first that is true */
	size_t otherwise;
};

static const char *const when_true[2] = { "true_transition",
	"success_transition" };
static const char *const when_false[2] = { "false_transition",
	"failure_transition" };
static const char *const of_branch[2] = { "transition", "target" };

static void read_branches(struct flow_reader *r, const struct json *v,
    const char *path, struct condition *c, struct flow_action *out)
{
	const struct json *item = NULL;
	const char *at;

	if (json_type(v) != JSON_ARRAY || json_count(v) == 0 ||
	    json_count(v) > FLOW_BRANCHES_MAX) {
		flow_error(r, path, "An array of 1 to %d is wanted here.",
		    FLOW_BRANCHES_MAX);
		return;
	}
	for (size_t i = 0; (item = json_next(v, item)) != NULL; i++) {
		at = pool_printf(r->pool, "%s[%zu]", path, i);
		c->branches[c->n].expr =
		    flow_read_expr(r, json_get(item, "expression"),
			pool_printf(r->pool, "%s.expression", at));
		c->branches[c->n].route =
		    flow_read_route(r, item, of_branch, at, out);
		if (c->branches[c->n++].route == FLOW_ROUTE_NONE)
			flow_error(r, at, "A branch needs a transition.");
	}
}

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	const struct json *branches = json_get(v, "branches");
	struct condition *c = pool_alloc(r->pool, sizeof(*c));

	c->branches =
	    pool_alloc(r->pool, (FLOW_BRANCHES_MAX + 1) * sizeof(*c->branches));
	out->data = c;
	if (json_type(branches) == JSON_NULL || json_get(v, "expression")) {
		c->branches[0].expr =
		    flow_read_expr(r, json_get(v, "expression"),
			pool_printf(r->pool, "%s.expression", path));
		c->branches[0].route =
		    flow_read_route(r, v, when_true, path, out);
		c->n = 1;
	}
	if (json_type(branches) != JSON_NULL)
		read_branches(r, branches,
		    pool_printf(r->pool, "%s.branches", path), c, out);
	c->otherwise = flow_read_route(r, v, when_false, path, out);
	out->leads_on = out->n_routes == c->n + 1;
	if (out->n_routes == 0)
		flow_error(r, path,
		    "CONDITION needs a true_transition, a false_transition or "
		    "branches.");
}

/* A branch that is true but has no transition keeps the visitor here. */
static void run(struct engine *e, const struct flow_action *action)
{
	const struct condition *c = action->data;

	for (size_t i = 0; i < c->n; i++) {
		if (!engine_is_true(e, c->branches[i].expr))
			continue;
		if (c->branches[i].route != FLOW_ROUTE_NONE)
			engine_go(e, &action->routes[c->branches[i].route]);
		return;
	}
	if (c->otherwise != FLOW_ROUTE_NONE)
		engine_go(e, &action->routes[c->otherwise]);
}

const struct action action_condition = {
	.name = "CONDITION",
	.is_leaving = true,
	.parse = parse,
	.run = run,
};
