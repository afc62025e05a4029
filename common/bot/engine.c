/* engine.c: one step of a flow: a message in, messages and a state out */
/* SPDX-License-Identifier: MIT */
#include "bot/engine.h"

#include "bot/action.h"
#include "bot/template.h"
#include "chat/model.h"

#define URL_MAX 2048

struct engine {
	struct pool *pool;
	const struct flow *flow;
	struct vars vars;
	struct engine_output *out;
};

static struct str expand(struct engine *e, struct str text, size_t max)
{
	return template_expand(e->pool, text, &e->vars, TEMPLATE_TEXT, max);
}

static struct flow_section *expand_sections(
    struct engine *e, const struct flow_message *m)
{
	struct flow_section *out =
	    pool_alloc(e->pool, (m->n_sections + 1) * sizeof(*out));

	for (size_t i = 0; i < m->n_sections; i++) {
		const struct flow_section *from = &m->sections[i];

		out[i].title = expand(e, from->title, FLOW_TITLE_MAX);
		out[i].n = from->n;
		out[i].options = pool_alloc(
		    e->pool, (from->n + 1) * sizeof(*out[i].options));
		for (size_t k = 0; k < from->n; k++)
			out[i].options[k] = (struct flow_option){
				.id = from->options[k].id,
				.title = expand(
				    e, from->options[k].title, FLOW_TITLE_MAX),
				.description =
				    expand(e, from->options[k].description,
					FLOW_TITLE_MAX),
			};
	}
	return out;
}

static struct flow_message expand_message(
    struct engine *e, const struct flow_message *m)
{
	return (struct flow_message){
		.kind = m->kind,
		.text = expand(e, m->text, CHAT_CONTENT_MAX),
		.media_url = template_expand(
		    e->pool, m->media_url, &e->vars, TEMPLATE_URL, URL_MAX),
		.media_filename = expand(e, m->media_filename, FLOW_TITLE_MAX),
		.button_text = expand(e, m->button_text, FLOW_TITLE_MAX),
		.n_sections = m->n_sections,
		.sections = expand_sections(e, m),
	};
}

void engine_say(struct engine *e, const struct flow_messages *messages)
{
	struct flow_messages *out = &e->out->messages;

	for (size_t i = 0; i < messages->n; i++) {
		if (out->n == ENGINE_MESSAGES_MAX)
			return;
		out->items[out->n++] = expand_message(e, &messages->items[i]);
	}
}

void engine_hand_off(struct engine *e)
{
	e->out->is_handoff = true;
}

static void run_actions(struct engine *e, const struct flow_state *state)
{
	for (size_t i = 0; i < state->n_actions && !e->out->is_handoff; i++)
		state->actions[i].type->run(e, &state->actions[i]);
}

static bool is_leaving(const struct flow_state *state)
{
	for (size_t i = 0; i < state->n_actions; i++) {
		if (state->actions[i].type->is_leaving)
			return true;
	}
	return false;
}

/* Enters a state and those that it leads to without a message. A state that
 * is left by an action says its messages before, else after its actions. */
static void enter(struct engine *e, const struct flow_state *state)
{
	const struct flow_transition *on;

	for (unsigned hops = 1;; hops++) {
		e->out->state = state->name;
		if (is_leaving(state)) {
			engine_say(e, &state->messages);
			run_actions(e, state);
		} else {
			run_actions(e, state);
			engine_say(e, &state->messages);
		}
		on = flow_find_always(state);
		if (e->out->is_handoff || on == NULL || hops == ENGINE_HOPS_MAX)
			return;
		state = &e->flow->states[on->target];
	}
}

static void greet(struct engine *e, const struct engine_input *in)
{
	const struct flow_state *state = &e->flow->states[e->flow->initial];
	const struct flow_transition *t = NULL;

	if (in->has_message)
		t = match_words(e->pool, state, &e->vars, &in->message);
	if (in->has_message && t == NULL)
		t = match_by_intent(
		    state, match_intent(e->pool, e->flow, &in->message));
	if (t != NULL)
		state = &e->flow->states[t->target];
	enter(e, state);
}

static void answer(struct engine *e, const struct flow_state *state,
    const struct match_input *message)
{
	const struct flow_transition *t;

	if (message->text.n > 0) {
		vars_set(&e->vars, state->name, message->text);
		if (state->save_to.n > 0)
			vars_set(&e->vars, state->save_to, message->text);
	}
	t = match_find(e->pool, e->flow, state, &e->vars, message);
	if (t != NULL)
		enter(e, &e->flow->states[t->target]);
	else
		engine_say(e, &state->messages);
}

void engine_step(struct pool *pool, const struct engine_input *in,
    struct engine_output *out_r)
{
	const struct flow_state *state = flow_find(in->flow, in->state);
	struct engine e = { .pool = pool, .flow = in->flow, .out = out_r };

	*out_r = (struct engine_output){ .state = in->state };
	out_r->messages.items = pool_alloc(
	    pool, ENGINE_MESSAGES_MAX * sizeof(*out_r->messages.items));
	vars_parse(pool, in->variables, &e.vars);
	if (state == NULL)
		greet(&e, in);
	else if (in->has_message)
		answer(&e, state, &in->message);
	out_r->variables = vars_text(pool, &e.vars);
}
