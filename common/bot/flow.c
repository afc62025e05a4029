/* flow.c: reads a flow's JSON: the container, its states, the initial one */
/* SPDX-License-Identifier: MIT */
#include "bot/flow.h"

#include <stdarg.h>

#include "base/valid.h"
#include "bot/flow_reader.h"

static void PRINTF(4, 0) add_finding(struct flow_reader *r, bool is_warning,
    const char *path, const char *fmt, va_list args)
{
	struct flow_findings *f = r->findings;
	struct flow_finding *items;
	char text[512];

	if (f->n == r->findings_cap) {
		r->findings_cap = r->findings_cap > 0 ? r->findings_cap * 2 : 8;
		items = pool_alloc(r->pool, r->findings_cap * sizeof(*items));
		if (f->n > 0)
			memcpy(items, f->items, f->n * sizeof(*items));
		f->items = items;
	}
	vsnprintf(text, sizeof(text), fmt, args);
	f->items[f->n++] = (struct flow_finding){
		.is_warning = is_warning,
		.path = str_of(path),
		.text = str_copy(r->pool, str_of(text)),
	};
	if (!is_warning)
		f->n_errors++;
}

void flow_error(struct flow_reader *r, const char *path, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_finding(r, false, path, fmt, args);
	va_end(args);
}

void flow_warn(struct flow_reader *r, const char *path, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_finding(r, true, path, fmt, args);
	va_end(args);
}

/* A state may itself be called "states": then that member has a state's own
 * members, which no map of states has. */
static bool is_wrapper(const struct json *states)
{
	static const char *const own[] = { "message", "messages", "buttons",
		"actions", "transitions" };
	const struct json *item = NULL;
	bool is_map = true;

	if (json_type(states) == JSON_ARRAY)
		return true;
	if (json_type(states) != JSON_OBJECT)
		return false;
	while ((item = json_next(states, item)) != NULL)
		is_map = is_map && json_type(item) == JSON_OBJECT;
	for (size_t i = 0; i < COUNT_OF(own) && !is_map; i++) {
		if (json_get(states, own[i]) != NULL)
			return false;
	}
	return true;
}

/* Beside the states, a bare map holds the flow's settings. */
static bool is_setting(const struct json *v)
{
	struct str name = json_name(v);

	return str_eq(name, STR("initial_state")) ||
	       (str_eq(name, STR("intent_threshold")) &&
		   json_type(v) == JSON_NUMBER) ||
	       (str_eq(name, STR("intents")) && flow_is_intents(v));
}

static void add_state(struct flow_reader *r, const struct json *v,
    struct str name, const char *path)
{
	struct flow_state *state = &r->flow->states[r->flow->n];

	if (json_type(v) != JSON_OBJECT) {
		flow_error(r, path, "A state is an object.");
		return;
	}
	if (name.n == 0 || valid_utf8_count(name) > FLOW_NAME_MAX ||
	    !valid_text(name, false)) {
		flow_error(r, path, "A state's name has 1 to %d characters.",
		    FLOW_NAME_MAX);
		return;
	}
	/* its answers are kept under its name */
	if (!flow_check_variable(r, name, path))
		return;
	if (flow_find(r->flow, name) != NULL) {
		flow_error(r, path, "There are two states of this name.");
		return;
	}
	state->name = name;
	state->path = path;
	flow_read_state(r, v, state);
	r->flow->n++;
}

static void read_states(
    struct flow_reader *r, const struct json *states, bool is_bare)
{
	bool is_array = json_type(states) == JSON_ARRAY;
	const struct json *item = NULL;
	struct str name;
	const char *path;
	size_t i = 0;

	while ((item = json_next(states, item)) != NULL) {
		name = is_array ? json_str(json_get(item, "name"))
				: json_name(item);
		if (is_bare && is_setting(item))
			continue;
		path = name.n > 0
			   ? pool_printf(r->pool, "states.%.*s", STR_ARG(name))
			   : pool_printf(r->pool, "states[%zu].name", i);
		add_state(r, item, name, path);
		i++;
	}
}

static void find_initial(struct flow_reader *r, const struct json *root)
{
	const struct json *v = json_get(root, "initial_state");
	const struct flow_state *named = flow_find(r->flow, json_str(v));
	size_t marked = r->flow->n;

	for (size_t i = 0; i < r->flow->n; i++) {
		if (!r->flow->states[i].is_initial)
			continue;
		if (marked < r->flow->n)
			flow_error(r, r->flow->states[i].path,
			    "Only one state is the initial one; “%.*s” is "
			    "marked too.",
			    STR_ARG(r->flow->states[marked].name));
		else
			marked = i;
	}
	if (marked < r->flow->n)
		r->flow->initial = marked;
	else if (named != NULL)
		r->flow->initial = (size_t)(named - r->flow->states);
	else if (v != NULL && json_type(v) != JSON_NULL)
		flow_error(r, "initial_state", "There is no state “%.*s”.",
		    STR_ARG(json_str(v)));
}

/* The intent and the state of this name abandon a flow together. */
static void find_cancel(struct flow *flow)
{
	const struct flow_state *state = flow_find(flow, STR("cancel"));

	flow->cancel_intent = INTENT_NONE;
	if (state == NULL)
		return;
	flow->cancel_state = (size_t)(state - flow->states);
	flow->cancel_intent = flow_intent(flow, STR("cancel"));
}

static void read_root(struct flow_reader *r, const struct json *root)
{
	const struct json *states = json_get(root, "states");
	bool is_bare = !is_wrapper(states);
	size_t n;

	if (json_type(root) != JSON_OBJECT) {
		flow_error(r, "", "A flow is a JSON object.");
		return;
	}
	if (is_bare)
		states = root;
	n = json_count(states);
	if (n > FLOW_STATES_MAX) {
		flow_error(r, "states", "A flow has at most %d states.",
		    FLOW_STATES_MAX);
		return;
	}
	/* a state of the name "intents" is none of them */
	if (!is_bare || flow_is_intents(json_get(root, "intents")) ||
	    json_get(root, "intents") == NULL)
		flow_read_intents(r, root);
	r->flow->states =
	    pool_alloc(r->pool, (n + 1) * sizeof(*r->flow->states));
	read_states(r, states, is_bare);
	if (r->flow->n == 0) {
		if (r->findings->n_errors == 0)
			flow_error(r, "states", "The flow has no states.");
		return;
	}
	find_initial(r, root);
	find_cancel(r->flow);
	flow_check(r);
}

const struct flow *flow_parse(
    struct pool *pool, struct str json, struct flow_findings *findings_r)
{
	struct flow_reader r = { .pool = pool, .findings = findings_r };
	const struct json *root;
	struct err err = { .code = ERR_OK };

	*findings_r = (struct flow_findings){ .n = 0 };
	r.flow = pool_alloc(pool, sizeof(*r.flow));
	r.flow->intent_threshold = INTENT_THRESHOLD_DEF;
	r.flow->cancel_intent = INTENT_NONE;
	if (json.n > FLOW_JSON_MAX)
		flow_error(
		    &r, "", "A flow is at most %d bytes.", FLOW_JSON_MAX);
	else if (json_parse(pool, json, &root, &err) != ERR_OK)
		flow_error(&r, "", "%s", err.text);
	else
		read_root(&r, root);
	return findings_r->n_errors > 0 ? NULL : r.flow;
}

const struct flow_state *flow_find(const struct flow *flow, struct str name)
{
	for (size_t i = 0; i < flow->n; i++) {
		if (str_eq(flow->states[i].name, name))
			return &flow->states[i];
	}
	return NULL;
}

const struct flow_transition *flow_find_always(const struct flow_state *state)
{
	for (size_t i = 0; i < state->n_transitions; i++) {
		if (state->transitions[i].trigger == FLOW_ALWAYS)
			return &state->transitions[i];
	}
	return NULL;
}
