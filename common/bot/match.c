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

static const struct flow_transition *find_words(const struct matching *m)
{
	const struct flow_transition *t;
	struct fold *words;
	size_t n = m->state->n_transitions;

	words = pool_alloc(m->pool, (n + 1) * sizeof(*words));
	for (size_t i = 0; i < n; i++) {
		t = &m->state->transitions[i];
		if (t->trigger != FLOW_WORDS)
			continue;
		words[i] = fold_make(m->pool, t->value);
		if (fold_eq(m->text, words[i]) || is_title(m, t->value))
			return t;
	}
	for (size_t i = 0; i < n; i++) {
		if (fold_has_word(m->text, words[i]))
			return &m->state->transitions[i];
	}
	return NULL;
}

const struct flow_transition *match_find(struct pool *pool,
    const struct flow_state *state, const struct vars *vars,
    const struct match_input *in)
{
	struct matching m = { pool, state, vars, fold_make(pool, in->text) };
	const struct flow_transition *t;

	for (size_t i = 0; i < state->n_transitions && in->value.n > 0; i++) {
		t = &state->transitions[i];
		if (t->trigger == FLOW_WORDS &&
		    str_eq(t->value, str_trim(in->value)))
			return t;
	}
	t = m.text.n > 0 ? find_words(&m) : NULL;
	if (t == NULL)
		t = find_trigger(state, FLOW_ALWAYS);
	return t != NULL ? t : find_trigger(state, FLOW_DEFAULT);
}
