/* bot_answer.c: a visitor's message and the bot's answer to it, in one call */
/* SPDX-License-Identifier: MIT */
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "bot/turn.h"
#include "chat/chat.h"
#include "db/db_message.h"

#define PAUSE_MIN_MS 5 /* between looks at a turn that another runs */
#define PAUSE_MAX_MS 500

struct asking {
	struct db *db;
	struct pool *pool;
	const struct bot_env *env;
	struct id origin;
	const struct chat_sent *sent;
	struct bot_turn *turn;
	int64_t until; /* nobody is waited for any longer */
	unsigned pause_ms;
};

/*
 * Of an old one it is not known what it answers: it stands behind the question
 * up to the next one; questions that follow at once were asked before it.
 */
static void pick(
    const struct chat_messages *list, uint64_t seq, struct chat_messages *out)
{
	bool is_behind = false; /* another question, after an old answer */
	bool is_old = false;

	for (size_t i = 0; i < list->n; i++) {
		const struct chat_message *m = &list->items[i];

		is_behind |=
		    m->sender_type == CHAT_END_USER && (is_old || seq == 0);
		if (m->sender_type != CHAT_BOT)
			continue;
		if (m->answers == seq ||
		    (m->answers == CHAT_ANSWERS_UNKNOWN && !is_behind))
			out->items[out->n++] = *m;
		is_old |= m->answers == CHAT_ANSWERS_UNKNOWN;
	}
}

enum err_code bot_find_answer(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t seq,
    struct chat_messages *answer_r, struct err *err)
{
	struct chat_messages list;
	enum err_code code = db_message_list_said(db, pool, workspace_id,
	    conversation_id, seq, CHAT_ANSWER_REACH, &list, err);

	if (code != ERR_OK)
		return code;
	answer_r->n = 0;
	answer_r->items =
	    pool_alloc(pool, (list.n + 1) * sizeof(*answer_r->items));
	pick(&list, seq, answer_r);
	return ERR_OK;
}

/* A turn answers all that was asked before it, each message on its own. */
static void leave_others(struct asking *a)
{
	struct chat_messages *list = &a->turn->messages;
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		if (list->items[i].answers == a->sent->message.seq)
			list->items[n++] = list->items[i];
	}
	list->n = n;
}

static enum err_code read_answer(
    struct asking *a, struct str state, struct err *err)
{
	const struct chat_message *asked = &a->sent->message;
	struct chat_messages *list = &a->turn->messages;
	enum err_code code =
	    bot_find_answer(a->db, a->pool, a->sent->workspace_id,
		asked->conversation_id, asked->seq, list, err);

	if (code == ERR_OK)
		code = chat_durable(a->db, a->origin,
		    MAX_OF(chat_newest(list), asked->created_at), err);
	if (code != ERR_OK)
		return code;
	a->turn->is_done = true;
	a->turn->workspace_id = a->sent->workspace_id;
	a->turn->state = state;
	return ERR_OK;
}

/* What the turn has brought; true when the question is answered by it. */
static bool take_result(struct asking *a, const struct turn *t)
{
	a->turn->is_due = t->end == TURN_LEFT || t->result.is_due;
	if (t->end != TURN_DONE && t->end != TURN_PASSED)
		return t->end == TURN_LEFT;
	turn_collect(t, a->turn);
	leave_others(a);
	if (t->end == TURN_DONE)
		doorbell_ring();
	return t->end == TURN_PASSED ||
	       t->result.answered_seq >= a->sent->message.seq;
}

static void wait(struct asking *a)
{
	usleep(a->pause_ms * 1000);
	a->pause_ms = MIN_OF(a->pause_ms * 2, PAUSE_MAX_MS);
}

/* One look at the state; *is_over_r: there is nothing more to wait for. */
static enum err_code look(struct asking *a, bool *is_over_r, struct err *err)
{
	struct id conversation_id = a->sent->message.conversation_id;
	struct bot_state state;
	struct turn t;
	enum err_code code =
	    db_bot_state_get(a->db, a->pool, conversation_id, &state, err);

	*is_over_r = true;
	if (code == ERR_NOT_FOUND)
		return read_answer(a, STR_EMPTY, err);
	if (code != ERR_OK)
		return code;
	if (state.answered_seq >= a->sent->message.seq || state.due_at == 0)
		return read_answer(a, state.state, err);
	*is_over_r = clock_now_us() > a->until;
	if (state.turn_until >= clock_now_us()) {
		*is_over_r = *is_over_r || a->env->is_brief;
		if (!*is_over_r)
			wait(a);
		return ERR_OK;
	}
	turn_init(&t, a->pool, a->env, conversation_id, a->origin);
	code = turn_run(a->db, &t, err);
	if (code == ERR_OK)
		*is_over_r = take_result(a, &t);
	return code;
}

/* Nobody is asked: people have the floor, or there is no bot. */
static enum err_code stay_silent(struct asking *a, struct err *err)
{
	struct bot_state state = { .state = STR_EMPTY };
	enum err_code code = db_bot_state_get(
	    a->db, a->pool, a->sent->message.conversation_id, &state, err);

	if (code != ERR_OK && code != ERR_NOT_FOUND)
		return code;
	a->turn->is_done = true;
	a->turn->workspace_id = a->sent->workspace_id;
	a->turn->state = state.state;
	return ERR_OK;
}

static enum err_code answer(struct asking *a, struct turn *t, struct err *err)
{
	bool is_over = false;
	enum err_code code = ERR_OK;

	if (a->sent->is_answered) {
		turn_collect(t, a->turn);
		return ERR_OK;
	}
	if (!a->sent->is_turn_due && !a->sent->is_duplicate)
		return stay_silent(a, err);
	if (a->sent->is_turn_taken) {
		code = turn_run_taken(
		    a->db, t, &a->sent->message, a->sent->before, err);
		is_over = code == ERR_OK && take_result(a, t);
	}
	while (code == ERR_OK && !is_over)
		code = look(a, &is_over, err);
	return code;
}

enum err_code bot_answer(struct db *db, struct pool *pool,
    const struct bot_env *env, const struct chat_actor *actor,
    const struct chat_send *in, struct id owner, struct id origin,
    struct chat_sent *sent_r, struct bot_turn *turn_r, struct err *err)
{
	int64_t max_us = settings_int(&env->settings->turn_max_s) * 1000000;
	struct asking a = { .db = db,
		.pool = pool,
		.env = env,
		.origin = origin,
		.sent = sent_r,
		.turn = turn_r,
		.pause_ms = PAUSE_MIN_MS };
	struct chat_send with_turn = *in;
	struct chat_reply reply;
	struct turn t;
	enum err_code code;

	*turn_r = (struct bot_turn){ .is_done = false };
	turn_init(&t, pool, env, in->conversation_id, origin);
	t.taken_at = clock_now_us();
	with_turn.origin = origin;
	with_turn.turn = t.id;
	with_turn.turn_until = turn_until(&t, t.taken_at);
	reply = turn_reply(&t);
	with_turn.reply = &reply;
	code = chat_send(db, pool, actor, &with_turn, sent_r, err);
	if (code != ERR_OK) {
		sent_r->message.id = ID_NONE;
		return code;
	}
	if (!sent_r->is_answered)
		turn_forget(&t);
	log_debug("turn conversation=%s turn=%s owner=%s",
	    id_text(in->conversation_id), id_text(t.id), id_text(owner));
	a.until = clock_now_us() + max_us;
	code = answer(&a, &t, err);
	if (code != ERR_OK) {
		turn_put_off(db, in->conversation_id);
		turn_r->is_due = true;
	}
	return code;
}
