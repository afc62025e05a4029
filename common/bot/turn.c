/* turn.c: a bot's turn: one worker takes it, runs it, and stores it once */
/* SPDX-License-Identifier: MIT */
#include "bot/turn.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "chat/chat.h"
#include "db/db_chatbot.h"

#define TURNS_MAX 10 /* one after the other in one call */

void turn_init(struct turn *t, struct pool *pool, const struct bot_env *env,
    struct id conversation_id, struct id origin)
{
	*t = (struct turn){
		.pool = pool,
		.env = env,
		.conversation_id = conversation_id,
		.id = id_new(),
		.origin = origin,
	};
}

int64_t turn_until(const struct turn *t, int64_t now)
{
	return now + settings_int(&t->env->settings->turn_lease_s) * 1000000;
}

bool turn_is_new_session(const struct turn *t)
{
	return !id_eq(t->state.session_id, t->talk.open_session_id);
}

bool turn_is_fresh(const struct turn *t)
{
	return t->state.state.n == 0 || turn_is_new_session(t);
}

bool turn_may_speak(const struct bot_state *state, struct id open_session_id,
    struct id assigned_agent_id)
{
	return !id_is_none(open_session_id) && id_is_none(assigned_agent_id) &&
	       (!state->is_muted || !id_eq(state->session_id, open_session_id));
}

/* ----------------------------------------------------------------- taking */

static enum err_code read_turn(struct db *db, void *arg, struct err *err)
{
	struct turn *t = arg;
	enum err_code code = db_bot_state_get_turn(
	    db, t->pool, t->conversation_id, &t->state, &t->talk, err);

	t->is_taken = code == ERR_OK && id_eq(t->state.turn_owner, t->id);
	return code == ERR_NOT_FOUND ? ERR_OK : code;
}

/* The short transaction that takes the lease. After a lost COMMIT it runs
 * again: then the lease is ours already. */
static enum err_code take(struct db *db, void *arg, struct err *err)
{
	struct turn *t = arg;
	enum err_code code;
	bool is_new;

	t->is_taken = false;
	t->taken_at = clock_now_us();
	code = db_bot_state_take(db, t->conversation_id, t->id, t->taken_at,
	    turn_until(t, t->taken_at), &is_new, err);
	if (code != ERR_OK || (!is_new && !t->has_tried))
		return code;
	t->has_tried = true;
	return read_turn(db, t, err);
}

/* The flow that runs; its text is read only when it is not at hand. */
static enum err_code find_flow(struct db *db, struct turn *t, struct err *err)
{
	struct chatbot_flow flow;
	enum err_code code;

	if (id_is_none(t->talk.flow_id))
		return ERR_OK;
	t->flow = flow_cache_find(t->talk.flow_id, t->talk.flow_version);
	if (t->flow != NULL)
		return ERR_OK;
	code = db_chatbot_running(db, t->pool, t->state.workspace_id,
	    t->state.chatbot_id, &flow, err);
	if (code != ERR_OK || id_is_none(flow.id))
		return code;
	t->flow = flow_cache_add(flow.id, flow.version, flow.published);
	if (t->flow == NULL)
		log_error("turn_flow_unfit flow=%s", id_text(flow.id));
	return ERR_OK;
}

/* ---------------------------------------------------------------- running */

static enum err_code list_questions(
    struct db *db, struct turn *t, struct err *err)
{
	return db_bot_state_list_questions(db, t->pool, t->state.workspace_id,
	    t->conversation_id, t->talk.open_session_id, t->state.answered_seq,
	    t->talk.last_visitor_seq, TURN_QUESTIONS_MAX, &t->questions,
	    &t->n_questions, err);
}

/* Runs the flow, if there is one and it may run here. */
static enum err_code answer(struct db *db, struct turn *t, struct err *err)
{
	enum err_code code = ERR_OK;

	if (t->n_questions == 0)
		code = list_questions(db, t, err);
	if (code != ERR_OK)
		return code;
	turn_run_flow(t, db);
	if (t->outside.is_left) {
		t->end = TURN_LEFT;
		return db_bot_state_release(
		    db, t->state.workspace_id, t->conversation_id, t->id, err);
	}
	return turn_store(db, t, err);
}

/* With the lease and the state at hand. */
static enum err_code go_on(struct db *db, struct turn *t, struct err *err)
{
	enum err_code code = ERR_OK;

	if (turn_may_speak(
		&t->state, t->talk.open_session_id, t->talk.assigned_agent_id))
		code = find_flow(db, t, err);
	if (code != ERR_OK)
		return code;
	code = t->flow != NULL ? answer(db, t, err) : turn_store(db, t, err);
	flow_cache_release(&t->flow);
	return code;
}

enum err_code turn_run(struct db *db, struct turn *t, struct err *err)
{
	enum err_code code = db_transact(db, take, t, err);

	return code == ERR_OK && t->is_taken ? go_on(db, t, err) : code;
}

/* The message is all that was asked, most often: then it is not read again. */
static bool is_alone(
    const struct turn *t, const struct chat_message *message, uint64_t before)
{
	return t->state.answered_seq >= before &&
	       t->talk.last_visitor_seq == message->seq &&
	       id_eq(t->talk.open_session_id, message->session_id);
}

void turn_set_question(struct turn *t, const struct chat_message *message)
{
	t->questions = pool_alloc(t->pool, sizeof(*t->questions));
	t->questions[0] = (struct bot_question){ message->seq, message->content,
		message->rich_media };
	t->n_questions = 1;
}

enum err_code turn_run_taken(struct db *db, struct turn *t,
    const struct chat_message *message, uint64_t before, struct err *err)
{
	enum err_code code = read_turn(db, t, err);

	/* A transaction waits for a server that is away for a moment. */
	if (code == ERR_UNAVAILABLE)
		code = db_transact(db, read_turn, t, err);
	if (code != ERR_OK || !t->is_taken)
		return code;
	if (is_alone(t, message, before))
		turn_set_question(t, message);
	return go_on(db, t, err);
}

void turn_put_off(struct db *db, struct id conversation_id)
{
	struct err err;

	if (db_bot_state_put_off(db, conversation_id, clock_now_us(), &err) !=
	    ERR_OK)
		log_debug("turn_not_put_off conversation=%s why=\"%s\"",
		    id_text(conversation_id), err.text);
}

void turn_collect(const struct turn *t, struct bot_turn *turn_r)
{
	struct chat_messages *all = &turn_r->messages;
	size_t n = t->messages.n;
	struct chat_message *items;

	turn_r->is_done = true;
	turn_r->is_handoff = turn_r->is_handoff || t->is_handoff;
	turn_r->workspace_id = t->state.workspace_id;
	turn_r->state = t->end == TURN_DONE ? t->result.state : t->state.state;
	if (t->end == TURN_DONE && t->result.failed_why.n > 0)
		turn_r->has_failed = true;
	if (t->end != TURN_DONE || n == 0)
		return;
	items = pool_alloc(t->pool, (all->n + n) * sizeof(*items));
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
		turn_init(&t, pool, env, conversation_id, origin);
		log_debug("turn conversation=%s turn=%s owner=%s",
		    id_text(conversation_id), id_text(t.id), id_text(owner));
		code = turn_run(db, &t, err);
		if (code != ERR_OK)
			turn_put_off(db, conversation_id);
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
		turn_r->is_due = t.end == TURN_LEFT || t.result.is_due;
		if (t.end == TURN_DONE || t.end == TURN_PASSED)
			turn_collect(&t, turn_r);
		if (t.end == TURN_DONE)
			doorbell_ring();
		if (t.end == TURN_LEFT ||
		    (t.end != TURN_LOST && !turn_r->is_due))
			return ERR_OK;
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
