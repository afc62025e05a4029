/* turn.c: a bot's turn: one worker takes it, runs it, and stores it once */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "base/log.h"
#include "base/settings.h"
#include "bot/bot.h"
#include "bot/engine.h"
#include "bot/outbox.h"
#include "bot/outside.h"
#include "bot/render.h"
#include "bot/vars.h"
#include "chat/chat.h"
#include "db/db_bot_state.h"
#include "db/db_chatbot.h"
#include "db/db_notification.h"

#define QUESTIONS_MAX 20 /* answered in one turn; the rest in the next */
#define TURNS_MAX     10 /* one after the other in one call */

enum turn_end {
	TURN_NONE,   /* nothing was due, or another worker has it */
	TURN_LOST,   /* the result was thrown away; there may be more to do */
	TURN_PASSED, /* there was nothing for the bot to do */
	TURN_DONE
};

struct turn {
	struct pool *pool;
	struct id conversation_id;
	struct id id; /* of this lease; never used again */
	struct id origin;
	const struct bot_env *env;
	int64_t taken_at;
	struct outside outside;
	bool is_taken;
	struct bot_state state; /* as it was when the lease was taken */
	struct bot_talk talk;
	struct bot_question *questions;
	size_t n_questions;
	struct chatbot_flow flow;
	bool ran; /* the flow had something to say here */
	struct bot_result result;
	bool is_handoff;
	size_t n_later; /* requests to be sent once this is stored */
	const struct call_request **later;
	struct chat_messages messages;
	enum turn_end end;
};

static bool is_new_session(const struct turn *t)
{
	return !id_eq(t->state.session_id, t->talk.open_session_id);
}

static bool is_fresh(const struct turn *t)
{
	return t->state.state.n == 0 || is_new_session(t);
}

/* Whether the bot has the floor; under lock this decides for good. */
static bool may_speak(
    const struct bot_state *state, const struct bot_talk *talk)
{
	return !id_is_none(talk->open_session_id) &&
	       id_is_none(talk->assigned_agent_id) &&
	       (!state->is_muted ||
		   !id_eq(state->session_id, talk->open_session_id));
}

/* The short transaction that takes the lease. After a lost COMMIT it may run
 * again: then the lease is ours already. */
static enum err_code take(struct db *db, void *arg, struct err *err)
{
	struct turn *t = arg;
	int64_t now = clock_now_us();
	int64_t lease_s = settings_int(&t->env->settings->turn_lease_s);
	enum err_code code;
	bool is_new;

	t->is_taken = false;
	t->taken_at = now;
	code = db_bot_state_take(db, t->conversation_id, t->id, now,
	    now + lease_s * 1000000, &is_new, err);
	if (code != ERR_OK)
		return code;
	code = db_bot_state_get(
	    db, t->pool, t->conversation_id, false, &t->state, err);
	if (code == ERR_NOT_FOUND)
		return ERR_OK;
	t->is_taken = code == ERR_OK && id_eq(t->state.turn_owner, t->id);
	return code;
}

static enum err_code read_talk(struct db *db, struct turn *t, struct err *err)
{
	enum err_code code = db_bot_state_get_talk(db, t->pool,
	    t->state.workspace_id, t->conversation_id, false, &t->talk, err);

	if (code != ERR_OK || id_is_none(t->talk.open_session_id))
		return code;
	code = db_bot_state_list_questions(db, t->pool, t->state.workspace_id,
	    t->conversation_id, t->talk.open_session_id, t->state.answered_seq,
	    t->talk.last_visitor_seq, QUESTIONS_MAX, &t->questions,
	    &t->n_questions, err);
	if (code != ERR_OK)
		return code;
	return db_chatbot_running(db, t->pool, t->state.workspace_id,
	    t->state.chatbot_id, &t->flow, err);
}

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

static void step(struct turn *t, const struct flow *flow,
    const struct bot_calls *calls, const struct bot_question *question)
{
	struct engine_input in = { .flow = flow,
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
	}
	engine_step(t->pool, &in, &out);
	t->result.state = out.state;
	t->result.variables = out.variables;
	t->is_handoff = t->is_handoff || out.is_handoff;
	add_messages(t, &out.messages);
	add_later(t, &out);
}

static struct str start_variables(struct turn *t)
{
	struct vars vars;

	vars_parse(
	    t->pool, is_new_session(t) ? STR("{}") : t->state.variables, &vars);
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
	o->flow_name = t->flow.name;
}

/*
 * Runs the flow over all that was asked: no lock, no transaction. Who has
 * waited for others is answered first: what was asked behind it is due in the
 * next turn, which has its own time.
 */
static void run_flow(struct turn *t, struct db *db, const struct flow *flow)
{
	struct bot_calls calls;
	size_t n;

	prepare_calls(t, db);
	calls = outside_calls(&t->outside);
	t->result = (struct bot_result){
		.session_id = t->talk.open_session_id,
		.flow_id = t->flow.id,
		.flow_version = t->flow.version,
		.state = is_fresh(t) ? STR_EMPTY : t->state.state,
		.variables = start_variables(t),
		.answered_seq = t->state.answered_seq,
	};
	if (t->n_questions == 0 && is_fresh(t))
		step(t, flow, &calls, NULL);
	for (n = 0; n < t->n_questions && !t->is_handoff; n++) {
		if (n > 0 && t->outside.calls > 0)
			break;
		step(t, flow, &calls, &t->questions[n]);
		t->result.answered_seq = t->questions[n].seq;
	}
	t->result.is_muted = t->is_handoff;
	/* all of the session up to here is answered when no more was read */
	if (t->is_handoff || (n == t->n_questions && n < QUESTIONS_MAX))
		t->result.answered_seq =
		    MAX_OF(t->result.answered_seq, t->talk.last_visitor_seq);
}

/* NULL: the bot has nothing to say, or may not. */
static const struct flow *find_flow(struct turn *t)
{
	struct flow_findings findings;
	const struct flow *flow;

	if (!may_speak(&t->state, &t->talk) || id_is_none(t->flow.id))
		return NULL;
	flow = flow_parse(t->pool, t->flow.published, &findings);
	if (flow == NULL)
		log_error("turn_flow_unfit flow=%s", id_text(t->flow.id));
	return flow;
}

/* The last statements: what was said, and to the inbox that a person was asked
 * for. */
static enum err_code notify(
    struct db *db, const struct turn *t, struct err *err)
{
	char uuid[ID_UUID_SIZE];
	const char *payload = pool_printf(t->pool,
	    "{\"conversation_id\":\"%s\"}", id_uuid(t->conversation_id, uuid));
	const struct db_notification row = {
		.workspace_id = t->state.workspace_id,
		.conversation_id = t->conversation_id,
		.kind = "handoff",
		.payload = str_of(payload),
		.origin = t->origin,
	};
	enum err_code code = chat_notify_in(db, t->state.workspace_id,
	    t->messages.items, t->messages.n, t->origin, err);

	if (code == ERR_OK && t->is_handoff)
		code = db_notification_add(db, &row, clock_now_us(), err);
	return code;
}

static enum err_code store_result(
    struct db *db, struct turn *t, const struct bot_talk *talk, struct err *err)
{
	struct id ws = t->state.workspace_id;
	enum err_code code = ERR_OK;

	if (t->messages.n > 0)
		code = chat_store_in(db, ws, t->conversation_id,
		    t->result.session_id, t->messages.items, t->messages.n,
		    err);
	for (size_t i = 0; i < t->n_later && code == ERR_OK; i++)
		code =
		    outbox_add_in(db, t->pool, &t->outside, t->later[i], err);
	if (code == ERR_OK && t->is_handoff)
		code = db_bot_state_hand_off(
		    db, ws, t->conversation_id, t->result.session_id, err);
	if (code != ERR_OK)
		return code;
	t->result.is_due =
	    !t->is_handoff && talk->last_visitor_seq > t->result.answered_seq;
	code = db_bot_state_set_result(
	    db, ws, t->conversation_id, &t->result, err);
	if (code == ERR_OK)
		code = notify(db, t, err);
	if (code == ERR_OK)
		t->end = TURN_DONE;
	return code;
}

/*
 * The transaction that ends a turn. Conversation first, then the state: so
 * locks chat_send too. Whatever changed since the lease was taken throws the
 * result away.
 */
static enum err_code finish(struct db *db, void *arg, struct err *err)
{
	struct turn *t = arg;
	struct id ws = t->state.workspace_id;
	enum turn_end before = t->end;
	struct bot_talk talk;
	struct bot_state now = { .version = 0 };
	enum err_code code;

	t->end = TURN_LOST;
	code = db_bot_state_get_talk(
	    db, t->pool, ws, t->conversation_id, true, &talk, err);
	if (code == ERR_OK)
		code = db_bot_state_get(
		    db, t->pool, t->conversation_id, true, &now, err);
	if (code != ERR_OK || !id_eq(now.turn_owner, t->id))
		return code;
	if (now.turn_until == 0) {
		/* this ran before; only the answer to COMMIT was lost */
		t->end = before;
		return ERR_OK;
	}
	if (now.version != t->state.version ||
	    !id_eq(talk.open_session_id, t->talk.open_session_id))
		return db_bot_state_release(
		    db, ws, t->conversation_id, t->id, err);
	if (t->ran && may_speak(&now, &talk))
		return store_result(db, t, &talk, err);
	t->end = t->ran ? TURN_LOST : TURN_PASSED;
	return db_bot_state_pass(
	    db, ws, t->conversation_id, talk.last_visitor_seq, err);
}

static enum err_code run_once(struct db *db, struct turn *t, struct err *err)
{
	const struct flow *flow;
	enum err_code code = db_transact(db, take, t, err);

	if (code == ERR_OK && t->is_taken)
		code = read_talk(db, t, err);
	if (code != ERR_OK || !t->is_taken)
		return code;
	flow = find_flow(t);
	if (flow != NULL)
		run_flow(t, db, flow);
	t->ran = flow != NULL;
	return db_transact(db, finish, t, err);
}

/* Behind what else is due: the sweeper, who takes the oldest, must not meet
 * the same ones again and again. */
static void put_off(struct db *db, struct id conversation_id)
{
	struct err err;

	if (db_bot_state_put_off(db, conversation_id, clock_now_us(), &err) !=
	    ERR_OK)
		log_debug("turn_not_put_off conversation=%s why=\"%s\"",
		    id_text(conversation_id), err.text);
}

static void collect(
    struct pool *pool, const struct turn *t, struct bot_turn *turn_r)
{
	struct chat_messages *all = &turn_r->messages;
	size_t n = t->messages.n;
	struct chat_message *items;

	turn_r->is_done = true;
	turn_r->is_handoff = turn_r->is_handoff || t->is_handoff;
	turn_r->workspace_id = t->state.workspace_id;
	if (t->end != TURN_DONE || n == 0)
		return;
	items = pool_alloc(pool, (all->n + n) * sizeof(*items));
	if (all->n > 0)
		memcpy(items, all->items, all->n * sizeof(*items));
	memcpy(items + all->n, t->messages.items, n * sizeof(*items));
	all->items = items;
	all->n += n;
}

enum err_code bot_run_turn(struct db *db, struct pool *pool,
    const struct bot_env *env, struct id conversation_id, struct id owner,
    struct id origin, struct bot_turn *turn_r, struct err *err)
{
	enum err_code code;
	struct turn t;

	*turn_r = (struct bot_turn){ .is_done = false };
	for (int i = 0; i < TURNS_MAX; i++) {
		t = (struct turn){ .pool = pool,
			.origin = origin,
			.conversation_id = conversation_id,
			.id = id_new(),
			.env = env };
		log_debug("turn conversation=%s turn=%s owner=%s",
		    id_text(conversation_id), id_text(t.id), id_text(owner));
		code = run_once(db, &t, err);
		if (code != ERR_OK)
			put_off(db, conversation_id);
		if (code != ERR_OK && turn_r->is_done) {
			/* what was stored before must reach its readers; the
			 * lease runs out and the sweeper tries again */
			log_warn("turn_broken conversation=%s slug=%s",
			    id_text(conversation_id), err_slug(code));
			err_clear(err);
			return ERR_OK;
		}
		if (code != ERR_OK || t.end == TURN_NONE)
			return code;
		if (t.end != TURN_LOST)
			collect(pool, &t, turn_r);
		if (t.end == TURN_DONE)
			doorbell_ring();
	}
	return ERR_OK;
}

enum err_code bot_list_due(struct db *db, struct pool *pool, int64_t wait_ms,
    size_t max, struct id **ids_r, size_t *n_r, struct err *err)
{
	int64_t now = clock_now_us();

	return db_bot_state_list_due(
	    db, pool, now, now - wait_ms * 1000, max, ids_r, n_r, err);
}

enum err_code bot_run_due(struct db *db, struct pool *pool,
    const struct bot_env *env, size_t max, size_t *done_r, struct err *err)
{
	struct id owner = id_new(), *ids;
	size_t n = 0;
	enum err_code first = bot_list_due(db, pool, 0, max, &ids, &n, err);

	*done_r = 0;
	for (size_t i = 0; i < n; i++) {
		struct bot_turn turn;
		struct err one;
		enum err_code code = bot_run_turn(
		    db, pool, env, ids[i], owner, ID_NONE, &turn, &one);

		*done_r += turn.is_done;
		if (code == ERR_OK)
			continue;
		log_warn("turn_failed conversation=%s error=%s why=\"%s\"",
		    id_text(ids[i]), err_slug(code), one.text);
		if (first == ERR_OK) {
			first = code;
			*err = one;
		}
		/* Without a server each would wait for it in vain. */
		if (code == ERR_UNAVAILABLE && db_ping(db, &one) != ERR_OK)
			break;
	}
	return first;
}
