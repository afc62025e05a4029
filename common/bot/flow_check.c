/* flow_check.c: checks a flow as a whole: targets, ways in, ways out */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"
#include "bot/flow_reader.h"

/* Whether the bot goes on from here by itself; an action that leaves (a hand
 * over to people) ends the turn before that. */
static const struct flow_transition *moves_on(const struct flow_state *state)
{
	for (size_t i = 0; i < state->n_actions; i++) {
		if (state->actions[i].type != NULL &&
		    state->actions[i].type->is_leaving)
			return NULL;
	}
	return flow_find_always(state);
}

/* Whether an action never leaves the visitor in the state, or answers every
 * message there. */
static bool always_leaves(const struct flow_state *state)
{
	const struct flow_action *a;

	for (size_t i = 0; i < state->n_actions; i++) {
		a = &state->actions[i];
		if (a->type != NULL &&
		    (a->type->is_last || a->type->is_lasting || a->leads_on))
			return true;
	}
	return false;
}

/* A talk may end here: nothing is offered, asked or left open. */
static bool is_terminal(const struct flow_state *state)
{
	for (size_t i = 0; i < state->messages.n; i++) {
		if (state->messages.items[i].n_sections > 0)
			return false;
	}
	for (size_t i = 0; i < state->n_actions; i++) {
		const struct flow_action *a = &state->actions[i];

		if (a->type != NULL && a->type->is_leaving &&
		    (!a->type->is_passing || a->n_routes > 0))
			return false;
	}
	return state->n_transitions == 0;
}

static void check_routes(struct flow_reader *r, struct flow_action *action)
{
	const struct flow_state *target;

	for (size_t i = 0; i < action->n_routes; i++) {
		target = flow_find(r->flow, action->routes[i].name);
		if (target != NULL)
			action->routes[i].target =
			    (size_t)(target - r->flow->states);
		else
			flow_error(r, action->routes[i].path,
			    "There is no state “%.*s”.",
			    STR_ARG(action->routes[i].name));
	}
}

static const struct flow_option *option_at(
    const struct flow_message *m, size_t at)
{
	for (size_t i = 0; i < m->n_sections; i++) {
		if (at < m->sections[i].n)
			return &m->sections[i].options[at];
		at -= m->sections[i].n;
	}
	return NULL;
}

/* Two that say the same when they are clicked. */
static void check_options(struct flow_reader *r, const struct flow_state *state,
    const struct flow_messages *list)
{
	const struct flow_option *a, *b;

	for (size_t i = 0; i < list->n; i++) {
		for (size_t k = 0; (a = option_at(&list->items[i], k)); k++) {
			for (size_t o = 0; o < k; o++) {
				b = option_at(&list->items[i], o);
				if (str_eq(a->id, b->id))
					flow_warn(r, state->path,
					    "Two buttons or rows of one "
					    "message have the id “%.*s”.",
					    STR_ARG(a->id));
			}
		}
	}
}

static void check_actions(struct flow_reader *r, struct flow_state *state)
{
	const struct action *last = NULL;

	check_options(r, state, &state->messages);
	for (size_t i = 0; i < state->n_actions; i++) {
		check_routes(r, &state->actions[i]);
		check_options(r, state, &state->actions[i].messages);
		if (last != NULL) {
			flow_warn(r,
			    pool_printf(
				r->pool, "%s.actions[%zu]", state->path, i),
			    "Behind %s nothing is done.", last->name);
			break;
		}
		if (state->actions[i].type != NULL &&
		    state->actions[i].type->is_last)
			last = state->actions[i].type;
	}
}

static void check_targets(struct flow_reader *r, struct flow_state *state)
{
	const struct flow_state *target;
	struct flow_transition *t;

	for (size_t i = 0; i < state->n_transitions; i++) {
		t = &state->transitions[i];
		target = flow_find(r->flow, t->target_name);
		if (target != NULL)
			t->target = (size_t)(target - r->flow->states);
		else if (t->target_name.n > 0)
			flow_error(r, t->path, "There is no state “%.*s”.",
			    STR_ARG(t->target_name));
	}
}

/* A trigger that stands twice could never take its second way. */
static void check_doubles(struct flow_reader *r, const struct flow_state *state)
{
	const struct flow_transition *a, *b;

	for (size_t i = 0; i < state->n_transitions; i++) {
		a = &state->transitions[i];
		for (size_t k = 0; k < i; k++) {
			b = &state->transitions[k];
			if (a->trigger != b->trigger ||
			    !str_eq(a->value, b->value) || a->value.n == 0)
				continue;
			flow_error(r, a->path, "This trigger stands twice.");
			break;
		}
	}
}

static bool waits(const struct flow_state *state)
{
	for (size_t i = 0; i < state->n_actions; i++) {
		if (state->actions[i].type != NULL &&
		    state->actions[i].type->take != NULL)
			return true;
	}
	return false;
}

static void check_ways_out(
    struct flow_reader *r, const struct flow_state *state)
{
	const char *path = pool_printf(r->pool, "%s.transitions", state->path);
	size_t n_default = 0, n_always = 0;

	for (size_t i = 0; i < state->n_transitions; i++) {
		n_default += state->transitions[i].trigger == FLOW_DEFAULT;
		n_always += state->transitions[i].trigger == FLOW_ALWAYS;
	}
	if (n_default > 1 || n_always > 1)
		flow_error(
		    r, path, "“default” and “always” may stand once each.");
	if (n_always > 0 && state->n_transitions > n_always && !waits(state))
		flow_warn(r, path,
		    "“always” goes first: the other transitions are never "
		    "taken.");
	if (n_default == 0 && n_always == 0 && !is_terminal(state) &&
	    !always_leaves(state))
		flow_warn(r, path,
		    "No fallback transition defined - users may get stuck.");
	if (state->messages.n == 0 && state->n_actions == 0 && n_always == 0)
		flow_warn(
		    r, state->path, "Nothing is said or done in this state.");
}

/* Silence is no way to be handed over. */
static void check_handoff(struct flow_reader *r, const struct flow_state *state)
{
	for (size_t i = 0; i < state->n_actions; i++) {
		if (state->actions[i].type == &action_handoff &&
		    state->actions[i].messages.n == 0 && state->messages.n == 0)
			flow_warn(r, state->path,
			    "The visitor is not told that people go on.");
	}
}

/* States that lead to one another without a message would never end. */
static void check_circles(struct flow_reader *r)
{
	const struct flow_transition *t;
	const struct flow *flow = r->flow;
	size_t at;

	for (size_t i = 0; i < flow->n; i++) {
		at = i;
		for (size_t n = 0; n <= flow->n; n++) {
			t = moves_on(&flow->states[at]);
			if (t == NULL)
				break;
			at = t->target;
			if (at != i)
				continue;
			flow_error(r, flow->states[i].path,
			    "“always” leads back here without a message: "
			    "the bot would never stop.");
			break;
		}
	}
}

struct search {
	bool *seen;
	size_t *queue;
	size_t n;
};

static void reach(struct search *search, size_t state)
{
	if (!search->seen[state])
		search->queue[search->n++] = state;
	search->seen[state] = true;
}

static void check_reachable(struct flow_reader *r)
{
	const struct flow *flow = r->flow;
	struct search search = {
		.seen = pool_alloc(r->pool, flow->n * sizeof(bool)),
		.queue = pool_alloc(r->pool, flow->n * sizeof(size_t)),
	};
	const struct flow_state *state;
	size_t first = 0;

	reach(&search, flow->initial);
	if (flow->cancel_intent != INTENT_NONE)
		reach(&search, flow->cancel_state);
	while (first < search.n) {
		state = &flow->states[search.queue[first++]];
		for (size_t i = 0; i < state->n_transitions; i++)
			reach(&search, state->transitions[i].target);
		for (size_t i = 0; i < state->n_actions; i++) {
			for (size_t k = 0; k < state->actions[i].n_routes; k++)
				reach(&search,
				    state->actions[i].routes[k].target);
		}
	}
	for (size_t i = 0; i < flow->n; i++) {
		if (!search.seen[i])
			flow_warn(r, flow->states[i].path,
			    "No transition leads to this state.");
	}
}

void flow_check(struct flow_reader *r)
{
	struct flow *flow = r->flow;

	for (size_t i = 0; i < flow->n; i++) {
		check_targets(r, &flow->states[i]);
		check_actions(r, &flow->states[i]);
		check_doubles(r, &flow->states[i]);
		check_ways_out(r, &flow->states[i]);
		check_handoff(r, &flow->states[i]);
	}
	/* the graph means something only when its edges do */
	if (r->findings->n_errors > 0)
		return;
	check_circles(r);
	check_reachable(r);
}
