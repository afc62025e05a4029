/* match.c: which transition a visitor's message takes */
/* SPDX-License-Identifier: MIT */
#include "bot/match.h"

#include "bot/fold.h"
#include "bot/template.h"

struct matching {
	struct pool *pool;
	const struct flow_state *state;
	const struct vars *vars;
	struct fold text;
};

/* Whether a message offers a button of this id whose title was written. */
static bool offers(
    const struct matching *m, const struct flow_messages *list, struct str id)
{
	const struct flow_section *section;
	struct str title;

	for (size_t i = 0; i < list->n; i++) {
		for (size_t k = 0; k < list->items[i].n_sections; k++) {
			section = &list->items[i].sections[k];
			for (size_t o = 0; o < section->n; o++) {
				if (!str_eq(section->options[o].id, id))
					continue;
				title = template_expand(m->pool,
				    section->options[o].title, m->vars,
				    TEMPLATE_TEXT, FLOW_TITLE_MAX);
				if (fold_eq(m->text, fold_make(m->pool, title)))
					return true;
			}
		}
	}
	return false;
}

static bool is_title(const struct matching *m, struct str trigger)
{
	if (offers(m, &m->state->messages, trigger))
		return true;
	for (size_t i = 0; i < m->state->n_actions; i++) {
		if (offers(m, &m->state->actions[i].messages, trigger))
			return true;
	}
	return false;
}

static const struct flow_transition *find_trigger(
    const struct flow_state *state, enum flow_trigger trigger)
{
	for (size_t i = 0; i < state->n_transitions; i++) {
		if (state->transitions[i].trigger == trigger)
			return &state->transitions[i];
	}
	return NULL;
}

static const struct flow_transition *find_clicked(
    const struct flow_state *state, struct str value)
{
	const struct flow_transition *t;

	for (size_t i = 0; i < state->n_transitions; i++) {
		t = &state->transitions[i];
		if (t->trigger <= FLOW_EXACT && str_eq(t->value, value))
			return t;
	}
	return NULL;
}

static bool is_whole(const struct matching *m, const struct flow_transition *t)
{
	if (t->trigger > FLOW_EXACT)
		return false;
	if (t->trigger != FLOW_BUTTON && fold_eq(m->text, t->words))
		return true;
	return t->trigger != FLOW_EXACT && is_title(m, t->value);
}

const struct flow_transition *match_words(struct pool *pool,
    const struct flow_state *state, const struct vars *vars,
    const struct match_input *in)
{
	struct matching m = { pool, state, vars, fold_make(pool, in->text) };
	const struct flow_transition *t = NULL, *all = state->transitions;
	size_t n = state->n_transitions;

	if (in->value.n > 0)
		t = find_clicked(state, str_trim(in->value));
	if (t != NULL || m.text.n == 0)
		return t;
	for (size_t i = 0; i < n; i++) {
		if (is_whole(&m, &all[i]))
			return &all[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (all[i].trigger == FLOW_WORDS &&
		    fold_has_word(m.text, all[i].words))
			return &all[i];
	}
	for (size_t i = 0; i < n; i++) {
		if (all[i].trigger == FLOW_REGEX &&
		    regex_match(all[i].regex, str_trim(in->text)))
			return &all[i];
	}
	return NULL;
}

size_t match_intent(
    struct pool *pool, const struct flow *flow, const struct match_input *in)
{
	if (flow->intents == NULL || in->text.n == 0)
		return INTENT_NONE;
	return intents_find(
	    flow->intents, pool, in->text, flow->intent_threshold, NULL);
}

const struct flow_transition *match_by_intent(
    const struct flow_state *state, size_t intent)
{
	for (size_t i = 0; i < state->n_transitions && intent != INTENT_NONE;
	     i++) {
		if (state->transitions[i].intent == intent)
			return &state->transitions[i];
	}
	return NULL;
}

const struct flow_transition *match_other(const struct flow_state *state)
{
	const struct flow_transition *t = find_trigger(state, FLOW_ALWAYS);

	return t != NULL ? t : find_trigger(state, FLOW_DEFAULT);
}

const struct flow_transition *match_find(struct pool *pool,
    const struct flow *flow, const struct flow_state *state,
    const struct vars *vars, const struct match_input *in)
{
	const struct flow_transition *t = match_words(pool, state, vars, in);

	if (t == NULL)
		t = match_by_intent(state, match_intent(pool, flow, in));
	return t != NULL ? t : match_other(state);
}
