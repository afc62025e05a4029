/* engine.c: one step of a flow: a message in, messages and a state out */
/* SPDX-License-Identifier: MIT */
#include "bot/engine.h"

#include <inttypes.h>

#include "base/buf.h"
#include "bot/action.h"
#include "bot/action_api_call.h"
#include "bot/action_knowledge.h"
#include "bot/template.h"
#include "chat/model.h"

#define URL_MAX	  2048
#define WAIT_NONE INT64_MAX

/* What is kept between the steps beside the state: FLOW_MARK. */
struct mark {
	int64_t at;    /* seconds since 1970 of the last message; 0: unknown */
	int64_t wait;  /* index of the action that waits, or WAIT_NONE */
	int64_t tries; /* messages that it did not take */
	bool is_ended;
};

struct engine {
	struct pool *pool;
	const struct engine_input *in;
	const struct flow *flow;
	struct vars vars;
	struct mark mark;
	const struct flow_state *state;
	size_t action;		       /* that runs */
	const struct flow_state *next; /* that an action has chosen */
	unsigned steps;		       /* left for expressions */
	bool is_stopped;	       /* the turn ends here */
	bool is_passing;	       /* engine_pass */
	size_t n_asked;		       /* of engine_is_first */
	const struct flow_action *asked[ENGINE_HOPS_MAX * FLOW_ACTIONS_MAX];
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
		.form_json = m->form != NULL
				 ? template_json(e->pool, m->form, &e->vars)
				 : STR_EMPTY,
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

void engine_say_as(struct engine *e, struct str text, struct id id)
{
	struct flow_message m = { .kind = FLOW_TEXT, .id = id, .text = text };

	if (e->out->messages.n < ENGINE_MESSAGES_MAX)
		e->out->messages.items[e->out->messages.n++] = m;
}

void engine_say_text(struct engine *e, struct str text)
{
	engine_say_as(e, text, ID_NONE);
}

bool engine_is_first(struct engine *e, const struct flow_action *action)
{
	for (size_t i = 0; i < e->n_asked; i++) {
		if (e->asked[i] == action)
			return false;
	}
	if (e->n_asked < COUNT_OF(e->asked))
		e->asked[e->n_asked++] = action;
	return true;
}

const struct str *engine_said(struct engine *e, size_t *n_r)
{
	const struct flow_messages *said = &e->out->messages;
	struct str *texts = pool_alloc(e->pool, (said->n + 1) * sizeof(*texts));

	*n_r = 0;
	for (size_t i = 0; i < said->n; i++) {
		if (said->items[i].text.n > 0)
			texts[(*n_r)++] = said->items[i].text;
	}
	return texts;
}

struct pool *engine_pool(struct engine *e)
{
	return e->pool;
}

const struct vars *engine_vars(const struct engine *e)
{
	return &e->vars;
}

const struct bot_calls *engine_calls(const struct engine *e)
{
	static const struct bot_calls none = { .arg = NULL };

	return e->in->calls != NULL ? e->in->calls : &none;
}

const struct match_input *engine_message(const struct engine *e)
{
	return e->in->has_message ? &e->in->message : NULL;
}

struct str engine_state(const struct engine *e)
{
	return e->state->name;
}

void engine_failed(struct engine *e, const char *action, const struct err *err)
{
	e->out->failed = str_of(pool_printf(e->pool, "%s in %.*s: %s", action,
	    STR_ARG(e->state->name), err->text));
}

void engine_go(struct engine *e, const struct flow_route *route)
{
	e->next = &e->flow->states[route->target];
}

bool engine_go_other(struct engine *e)
{
	const struct flow_transition *t = match_other(e->state);

	if (t != NULL)
		e->next = &e->flow->states[t->target];
	return t != NULL;
}

void engine_pass(struct engine *e)
{
	e->is_passing = true;
}

enum err_code engine_later(
    struct engine *e, const struct call_request *call, struct err *err)
{
	struct engine_output *out = e->out;
	struct call_request *copy;

	if (out->n_later == ENGINE_LATER_MAX)
		return err_set(err, ERR_TOO_LARGE,
		    "More than %d requests in one answer.", ENGINE_LATER_MAX);
	if (out->later == NULL)
		out->later =
		    pool_alloc(e->pool, ENGINE_LATER_MAX * sizeof(*out->later));
	copy = pool_alloc(e->pool, sizeof(*copy));
	*copy = *call;
	out->later[out->n_later++] = copy;
	return ERR_OK;
}

void engine_hand_off(struct engine *e)
{
	e->out->is_handoff = true;
	e->is_stopped = true;
}

void engine_end(struct engine *e)
{
	e->mark.is_ended = true;
	e->is_stopped = true;
}

void engine_stay(struct engine *e)
{
	e->mark.wait = (int64_t)e->action;
}

void engine_wait(struct engine *e)
{
	engine_stay(e);
	e->is_stopped = true;
}

unsigned engine_count_try(struct engine *e)
{
	return (unsigned)++e->mark.tries;
}

void engine_set(struct engine *e, struct str name, struct str text)
{
	vars_set(&e->vars, name, text);
}

void engine_set_json(
    struct engine *e, struct str name, const struct json *value)
{
	vars_set_json(&e->vars, name, template_json(e->pool, value, &e->vars));
}

void engine_set_value(struct engine *e, struct str name, struct str json)
{
	vars_set_json(&e->vars, name, json);
}

void engine_set_expr(struct engine *e, struct str name, const struct expr *expr)
{
	struct value v;

	if (expr_eval(e->pool, expr, &e->vars, &e->steps, &v, NULL) != ERR_OK)
		v = (struct value){ .type = VALUE_NULL };
	vars_set_json(&e->vars, name, value_json(e->pool, &v));
}

bool engine_is_true(struct engine *e, const struct expr *expr)
{
	struct value v;

	return expr_eval(e->pool, expr, &e->vars, &e->steps, &v, NULL) ==
		   ERR_OK &&
	       value_is_true(&v);
}

void engine_keep(struct engine *e, const struct match_input *in)
{
	if (in->text.n == 0)
		return;
	vars_set(&e->vars, e->state->name, in->text);
	if (e->state->save_to.n > 0)
		vars_set(&e->vars, e->state->save_to, in->text);
}

void engine_keep_value(struct engine *e, struct str name, struct str json)
{
	if (name.n > 0)
		vars_set_json(&e->vars, name, json);
	if (e->state->save_to.n > 0)
		vars_set_json(&e->vars, e->state->save_to, json);
	if (name.n == 0 && e->state->save_to.n == 0)
		vars_set_json(&e->vars, e->state->name, json);
}

/* From the action of that index on, until one chooses a state or stops. */
static void run_actions(struct engine *e, size_t from)
{
	for (e->action = from; e->action < e->state->n_actions; e->action++) {
		if (e->is_stopped || e->next != NULL)
			return;
		e->state->actions[e->action].type->run(
		    e, &e->state->actions[e->action]);
	}
}

static bool is_leaving(const struct flow_state *state)
{
	const struct flow_action *a;

	for (size_t i = 0; i < state->n_actions; i++) {
		a = &state->actions[i];
		if (a->type->is_leaving &&
		    (!a->type->is_passing || a->n_routes > 0 ||
			match_other(state) != NULL))
			return true;
	}
	return false;
}

/* Enters a state and those that it leads to without a message. A state that an
 * action may leave says its messages before, else after its actions. */
static void enter(struct engine *e, const struct flow_state *state)
{
	const struct flow_transition *on;

	while (state != NULL && e->out->hops < ENGINE_HOPS_MAX) {
		e->out->hops++;
		e->out->state = state->name;
		e->state = state;
		e->next = NULL;
		e->is_passing = false;
		e->mark.wait = WAIT_NONE;
		e->mark.tries = 0;
		if (is_leaving(state)) {
			engine_say(e, &state->messages);
			run_actions(e, 0);
		} else {
			run_actions(e, 0);
			engine_say(e, &state->messages);
		}
		if (e->is_stopped)
			return;
		if (e->next == NULL && e->is_passing)
			(void)engine_go_other(e);
		on = flow_find_always(state);
		state = e->next != NULL ? e->next
			: on != NULL	? &e->flow->states[on->target]
					: NULL;
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

/* The action that waits for this message, or NULL: the flow may have been
 * published anew since. */
static const struct flow_action *find_waiting(const struct engine *e)
{
	const struct flow_action *action;

	if (e->mark.wait < 0 || e->mark.wait >= (int64_t)e->state->n_actions)
		return NULL;
	action = &e->state->actions[e->mark.wait];
	return action->type->take != NULL || action->type->is_lasting ? action
								      : NULL;
}

/* The state's actions behind the one that has taken the message; then the way
 * that they or the message choose. */
static void go_on(struct engine *e, const struct flow_transition *t)
{
	size_t from = (size_t)e->mark.wait + 1;

	e->mark.wait = WAIT_NONE;
	e->mark.tries = 0;
	if (e->next == NULL)
		run_actions(e, from);
	if (e->is_stopped)
		return;
	if (e->next == NULL && t != NULL)
		e->next = &e->flow->states[t->target];
	if (e->next != NULL || engine_go_other(e))
		enter(e, e->next);
}

/* The lasting action that waits, and the state's actions behind it. */
static void run_again(struct engine *e)
{
	run_actions(e, (size_t)e->mark.wait);
	if (!e->is_stopped && e->next != NULL)
		enter(e, e->next);
}

/* Whether the knowledge bases are asked when nothing else fits: not about a
 * click, nor where the state wants the message for itself. */
static bool is_question(
    const struct engine *e, const struct match_input *message)
{
	return message->value.n == 0 && e->state->save_to.n == 0;
}

static void answer(struct engine *e, const struct match_input *message)
{
	const struct flow_action *waiting = find_waiting(e);
	const struct flow_transition *t =
	    match_words(e->pool, e->state, &e->vars, message);
	size_t intent =
	    t == NULL ? match_intent(e->pool, e->flow, message) : INTENT_NONE;

	if (intent != INTENT_NONE && intent == e->flow->cancel_intent) {
		enter(e, &e->flow->states[e->flow->cancel_state]);
		e->mark.is_ended = !e->out->is_handoff;
		return;
	}
	if (t == NULL)
		t = match_by_intent(e->state, intent);
	if (waiting != NULL && waiting->type->is_lasting) {
		engine_keep(e, message);
		if (t == NULL) {
			run_again(e);
			return;
		}
	} else if (waiting != NULL) {
		if (waiting->type->take(e, waiting, message)) {
			go_on(e, t);
			return;
		}
		if (t == NULL) {
			waiting->type->refuse(e, waiting);
			if (e->next != NULL)
				enter(e, e->next);
			return;
		}
	} else {
		engine_keep(e, message);
	}
	if (t == NULL && waiting == NULL && is_question(e, message) &&
	    knowledge_answer(e, message->text))
		return;
	if (t == NULL)
		t = match_other(e->state);
	if (t != NULL)
		enter(e, &e->flow->states[t->target]);
	else
		engine_say(e, &e->state->messages);
}

static void read_mark(struct engine *e)
{
	const struct json *v = vars_take(&e->vars, STR(FLOW_MARK));

	e->mark = (struct mark){ .wait = WAIT_NONE };
	(void)json_i64(json_get(v, "at"), 0, INT64_MAX, &e->mark.at);
	(void)json_i64(json_get(v, "wait"), 0, FLOW_ACTIONS_MAX, &e->mark.wait);
	(void)json_i64(json_get(v, "tries"), 0, INT32_MAX, &e->mark.tries);
	e->mark.is_ended = json_bool(json_get(v, "end"), false);
}

static void put_mark(struct engine *e)
{
	const struct mark *m = &e->mark;
	struct buf b;

	if (m->at == 0 && m->wait == WAIT_NONE && !m->is_ended)
		return;
	buf_init(&b, 0);
	buf_printf(&b, "{\"at\":%" PRId64, m->at);
	if (m->wait != WAIT_NONE)
		buf_printf(&b, ",\"wait\":%" PRId64 ",\"tries\":%" PRId64,
		    m->wait, m->tries);
	buf_puts(&b, m->is_ended ? ",\"end\":true}" : "}");
	vars_set_json(&e->vars, STR(FLOW_MARK), buf_str(&b));
	buf_fini(&b);
}

static bool is_over(const struct engine *e, const struct engine_input *in)
{
	return e->mark.is_ended ||
	       (in->now_s > 0 && in->idle_s > 0 && e->mark.at > 0 &&
		   in->now_s - e->mark.at > in->idle_s);
}

/* Nothing is left of what was said before but who the visitor is. */
static void begin_anew(struct engine *e)
{
	const struct json *name = vars_find(&e->vars, STR("contact_name"));
	struct str json = json_text(e->pool, name);

	e->state = NULL;
	e->mark = (struct mark){ .wait = WAIT_NONE };
	vars_parse(e->pool, STR("{}"), &e->vars);
	if (name != NULL)
		vars_set_json(&e->vars, STR("contact_name"), json);
}

/* What a form asked for is known under the names of its fields. */
static void set_values(struct engine *e, struct str values)
{
	const struct json *object = NULL, *v = NULL;

	if (values.n == 0 ||
	    json_parse(e->pool, values, &object, NULL) != ERR_OK)
		return;
	while ((v = json_next(object, v)) != NULL)
		vars_set_json(&e->vars, json_name(v), json_text(e->pool, v));
}

void engine_step(struct pool *pool, const struct engine_input *in,
    struct engine_output *out_r)
{
	struct engine e = { .pool = pool,
		.in = in,
		.flow = in->flow,
		.steps = ENGINE_STEPS_MAX,
		.out = out_r };

	*out_r = (struct engine_output){ .state = in->state };
	out_r->messages.items = pool_alloc(
	    pool, ENGINE_MESSAGES_MAX * sizeof(*out_r->messages.items));
	vars_parse(pool, in->variables, &e.vars);
	read_mark(&e);
	e.state = flow_find(in->flow, in->state);
	if (in->has_message && is_over(&e, in))
		begin_anew(&e);
	if (in->has_message || e.state == NULL)
		e.mark.at = in->now_s;
	set_values(&e, in->values);
	if (e.state == NULL)
		greet(&e, in);
	else if (in->has_message)
		answer(&e, &in->message);
	out_r->is_ended = e.mark.is_ended;
	put_mark(&e);
	out_r->variables = vars_text(pool, &e.vars);
}
