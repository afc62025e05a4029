/* flow_action.c: reads the actions of a state */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/action.h"
#include "bot/flow_reader.h"

size_t flow_read_route(struct flow_reader *r, const struct json *object,
    const char *const names[2], const char *path, struct flow_action *out)
{
	const char *name = json_type(json_get(object, names[0])) != JSON_NULL
			       ? names[0]
			       : names[1];
	const struct json *v = json_get(object, name);
	struct flow_route *routes;

	if (json_type(v) == JSON_NULL)
		return FLOW_ROUTE_NONE;
	path = pool_printf(r->pool, "%s.%s", path, name);
	if (json_str(v).n == 0) {
		flow_error(r, path, "The name of a state is wanted here.");
		return FLOW_ROUTE_NONE;
	}
	routes = pool_alloc(r->pool, (out->n_routes + 1) * sizeof(*routes));
	if (out->n_routes > 0)
		memcpy(routes, out->routes, out->n_routes * sizeof(*routes));
	routes[out->n_routes] =
	    (struct flow_route){ .name = json_str(v), .path = path };
	out->routes = routes;
	return out->n_routes++;
}

const struct expr *flow_read_expr(
    struct flow_reader *r, const struct json *v, const char *path)
{
	const struct expr *expr = NULL;
	struct err err;

	if (json_type(v) != JSON_STRING)
		flow_error(r, path, "An expression in a text is wanted here.");
	else if (expr_parse(r->pool, json_str(v), &expr, &err) != ERR_OK)
		flow_error(r, path, "%s", err.text);
	return expr;
}

bool flow_check_variable(
    struct flow_reader *r, struct str name, const char *path)
{
	if (name.n > 0 && valid_utf8_count(name) <= FLOW_NAME_MAX &&
	    valid_text(name, false) && !str_eq(name, STR(FLOW_MARK)))
		return true;
	flow_error(r, path,
	    "A variable's name has 1 to %d characters and is not %s.",
	    FLOW_NAME_MAX, FLOW_MARK);
	return false;
}

struct str flow_read_variable(struct flow_reader *r, const struct json *object,
    const char *const names[3], const char *path)
{
	struct str name = STR_EMPTY;

	for (size_t i = 0; i < 3 && name.n == 0; i++) {
		name = str_trim(
		    flow_read_text(r, object, names[i], FLOW_NAME_MAX, path));
		if (str_starts(name, STR("variables.")))
			name = str_from(name, strlen("variables."));
		if (name.n > 0)
			(void)flow_check_variable(r, name,
			    pool_printf(r->pool, "%s.%s", path, names[i]));
	}
	return name;
}

void flow_read_outcome(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_outcome *outcome_r, struct flow_action *out)
{
	static const char *const save_to[3] = { "save_to", "variable",
		"collect" };
	static const char *const success[2] = { "success_transition",
		"true_transition" };
	static const char *const failure[2] = { "failure_transition",
		"false_transition" };

	outcome_r->save_to = flow_read_variable(r, v, save_to, path);
	outcome_r->on_success = flow_read_route(r, v, success, path, out);
	outcome_r->on_failure = flow_read_route(r, v, failure, path, out);
}

static void read_action(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_action *action)
{
	struct str type = json_str(json_get(v, "type"));
	const char *at = pool_printf(r->pool, "%s.type", path);

	action->type = action_find(type);
	flow_read_refs(r, v, path);
	if (action->type != NULL)
		action->type->parse(r, v, path, action);
	else if (type.n == 0)
		flow_error(r, at, "An action needs a type.");
	else
		flow_error(r, at, "There is no action “%.*s”.", STR_ARG(type));
}

void flow_read_actions(
    struct flow_reader *r, const struct json *v, struct flow_state *state)
{
	const char *path = pool_printf(r->pool, "%s.actions", state->path);
	const struct json *item = NULL;
	size_t n = json_count(v);

	if (json_type(v) == JSON_NULL)
		return;
	if (json_type(v) != JSON_ARRAY || n > FLOW_ACTIONS_MAX) {
		flow_error(r, path, "An array of at most %d is wanted here.",
		    FLOW_ACTIONS_MAX);
		return;
	}
	state->actions = pool_alloc(r->pool, (n + 1) * sizeof(*state->actions));
	while ((item = json_next(v, item)) != NULL) {
		read_action(r, item,
		    pool_printf(r->pool, "%s[%zu]", path, state->n_actions),
		    &state->actions[state->n_actions]);
		state->n_actions++;
	}
}
