/* turn_flow.c: lets the flow answer all that was asked in one turn */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/valid.h"
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/render.h"
#include "bot/turn.h"
#include "bot/vars.h"
#include "chat/chat_form.h"

static void add_messages(struct turn *t, const struct flow_messages *said)
{
	struct chat_message *items, *m;
	size_t n = t->messages.n + said->n;
	char sender[ID_UUID_SIZE];

	items = pool_alloc(t->pool, (n + 1) * sizeof(*items));
	if (t->messages.n > 0)
		memcpy(
		    items, t->messages.items, t->messages.n * sizeof(*items));
	t->messages.items = items;
	id_uuid(t->state.chatbot_id, sender);
	for (size_t i = 0; i < said->n; i++) {
		m = &items[t->messages.n];
		*m = (struct chat_message){
			.id = said->items[i].id,
			.conversation_id = t->conversation_id,
			.session_id = t->talk.open_session_id,
			.sender_type = CHAT_BOT,
			.sender_id = str_copy(t->pool, str_of(sender)),
			.answers = t->outside.seq,
		};
		if (render_message(t->pool, &said->items[i], m))
			t->messages.n++;
	}
}

static void add_later(struct turn *t, const struct engine_output *out)
{
	size_t n = t->n_later + out->n_later;
	const struct call_request **all;

	if (out->n_later == 0)
		return;
	all = pool_alloc(t->pool, n * sizeof(*all));
	if (t->n_later > 0)
		memcpy(all, t->later, t->n_later * sizeof(*all));
	memcpy(all + t->n_later, out->later, out->n_later * sizeof(*all));
	t->later = all;
	t->n_later = n;
}

/* No message leads anywhere from there. */
static bool is_terminal(const struct flow *flow, struct str name)
{
	const struct flow_state *state = flow_find(flow, name);

	if (state == NULL || state->n_transitions > 0)
		return false;
	for (size_t i = 0; i < state->n_actions; i++) {
		const struct flow_action *a = &state->actions[i];

		if (a->n_routes > 0 || a->type->take != NULL ||
		    a->type->is_lasting)
			return false;
	}
	return true;
}

static void keep_result(struct turn *t, const struct engine_output *out)
{
	t->result.state = out->state;
	t->result.variables = out->variables;
	t->is_handoff = t->is_handoff || out->is_handoff;
	t->is_complete = t->is_complete || out->is_ended ||
			 is_terminal(t->flow->flow, out->state);
	add_messages(t, &out->messages);
	add_later(t, out);
	if (out->failed.n == 0 || t->outside.is_left)
		return;
	/* Agents are told of it, by a turn of the other kind. */
	if (t->outside.is_dry) {
		t->outside.is_left = true;
		return;
	}
	log_warn("bot_call_failed conversation=%s why=\"%.*s\"",
	    id_text(t->conversation_id), STR_ARG(out->failed));
	t->result.failed_why = valid_utf8_head(out->failed, BOT_FAILED_MAX);
	t->result.failed_at = clock_now_us();
}

static void step(struct turn *t, const struct bot_calls *calls,
    const struct bot_question *question)
{
	struct engine_input in = { .flow = t->flow->flow,
		.state = t->result.state,
		.variables = t->result.variables,
		.now_s = clock_now_us() / 1000000,
		.idle_s = settings_int(&t->env->settings->flow_idle_s),
		.calls = calls };
	const struct json *media = NULL;
	struct engine_output out;

	t->outside.seq = question != NULL ? question->seq : 0;
	t->outside.calls = 0;
	if (question != NULL) {
		in.has_message = true;
		in.message.text = question->content;
		if (question->rich_media.n > 0 &&
		    json_parse(t->pool, question->rich_media, &media, NULL) ==
			ERR_OK)
			in.message.value = json_str(json_get(media, "value"));
		in.values = chat_form_values(t->pool, question->rich_media);
	}
	engine_step(t->pool, &in, &out);
	keep_result(t, &out);
}

static struct str start_variables(struct turn *t)
{
	struct vars vars;

	vars_parse(t->pool,
	    turn_is_new_session(t) ? STR("{}") : t->state.variables, &vars);
	if (t->talk.contact_name.n > 0)
		vars_set(&vars, STR("contact_name"), t->talk.contact_name);
	return vars_text(t->pool, &vars);
}

static void prepare_calls(struct turn *t, struct db *db)
{
	struct outside *o = &t->outside;

	outside_init(o, db, t->env, t->id, t->taken_at);
	o->pool = t->pool;
	o->workspace_id = t->state.workspace_id;
	o->chatbot_id = t->state.chatbot_id;
	o->conversation_id = t->conversation_id;
	o->session_id = t->talk.open_session_id;
	o->channel = t->talk.channel;
	o->user_id = chat_user_id(
	    t->pool, t->talk.channel, t->conversation_id, t->talk.external_id);
	o->user_name = t->talk.contact_name;
	o->flow_name = t->talk.flow_name;
}

/* Who has waited for others is answered first: what was asked behind it is due
 * in the next turn, which has its own time. */
static size_t answer_all(struct turn *t, const struct bot_calls *calls)
{
	size_t n;

	for (n = 0; n < t->n_questions && !t->is_handoff; n++) {
		if (t->outside.is_left || (n > 0 && t->outside.calls > 0))
			break;
		step(t, calls, &t->questions[n]);
		t->result.answered_seq = t->questions[n].seq;
	}
	return n;
}

void turn_run_flow(struct turn *t, struct db *db)
{
	struct bot_calls calls;
	size_t n;

	bool is_dry = t->outside.is_dry;

	assert(is_dry || !db_in_transaction(db));
	prepare_calls(t, db);
	t->outside.is_dry = is_dry;
	calls = outside_calls(&t->outside);
	t->result = (struct bot_result){
		.session_id = t->talk.open_session_id,
		.flow_id = t->flow->id,
		.flow_version = t->flow->version,
		.state = turn_is_fresh(t) ? STR_EMPTY : t->state.state,
		.variables = start_variables(t),
		.answered_seq = t->state.answered_seq,
	};
	if (t->n_questions == 0 && turn_is_fresh(t))
		step(t, &calls, NULL);
	n = answer_all(t, &calls);
	t->result.is_muted = t->is_handoff;
	/* all of the session up to here is answered when no more was read */
	if (t->is_handoff || (n == t->n_questions && n < TURN_QUESTIONS_MAX))
		t->result.answered_seq =
		    MAX_OF(t->result.answered_seq, t->talk.last_visitor_seq);
}
