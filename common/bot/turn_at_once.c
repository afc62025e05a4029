/*
 * turn_at_once.c: a turn inside the transaction that stores its question
 *
 * A flow that asks nobody answers in microseconds, so it may do so under the
 * conversation's lock: no lease, and nothing to throw away. It runs before
 * anything is written. At the first call it is left, and so are the requests
 * that nobody waits for: then the message is stored, its turn taken, and run
 * with no lock held (turn.c).
 */
/* SPDX-License-Identifier: MIT */
#include "bot/turn.h"
#include "chat/chat.h"

static enum err_code lock(struct db *db, void *arg, struct id conversation_id,
    struct db_conversation_talk *talk_r, size_t *n_r, struct err *err)
{
	struct turn *t = arg;

	return db_bot_state_lock_talk(db, t->pool, conversation_id, talk_r, n_r,
	    &t->state, &t->talk, err);
}

static bool may_answer(void *arg)
{
	const struct turn *t = arg;

	return !id_is_none(t->talk.flow_id);
}

/* The bot has the floor, nobody has the turn, and nothing waits for one. */
static bool is_ours(const struct turn *t, const struct chat_sent *sent)
{
	return !id_is_none(t->state.workspace_id) && t->state.due_at == 0 &&
	       t->state.turn_until == 0 &&
	       t->state.answered_seq >= sent->before &&
	       !turn_is_new_session(t) &&
	       turn_may_speak(&t->state, t->talk.open_session_id,
		   t->talk.assigned_agent_id);
}

/* False: the flow would call somebody. */
static bool run_dry(
    struct db *db, struct turn *t, const struct chat_message *message)
{
	t->messages = (struct chat_messages){ .n = 0 };
	t->is_handoff = false;
	t->is_complete = false;
	t->n_later = 0;
	t->talk.last_visitor_seq = message->seq;
	turn_set_question(t, message);
	t->outside = (struct outside){ .is_dry = true };
	turn_run_flow(t, db);
	return !t->outside.is_left && t->n_later == 0;
}

static bool make(struct db *db, void *arg, const struct chat_sent *sent,
    struct chat_messages *messages_r, bool *is_handoff_r)
{
	struct turn *t = arg;
	bool is_made = false;

	if (is_ours(t, sent))
		t->flow =
		    flow_cache_find(t->talk.flow_id, t->talk.flow_version);
	if (t->flow != NULL)
		is_made = run_dry(db, t, &sent->message);
	flow_cache_release(&t->flow);
	if (!is_made)
		return false;
	t->end = TURN_DONE;
	*messages_r = t->messages;
	*is_handoff_r = t->is_handoff;
	return true;
}

static enum err_code store(struct db *db, void *arg, struct err *err)
{
	struct turn *t = arg;
	struct id ws = t->state.workspace_id;
	enum err_code code = db_bot_state_set_answer(
	    db, ws, t->conversation_id, &t->result, err);

	if (code == ERR_OK && t->is_handoff)
		code = db_bot_state_hand_off(
		    db, ws, t->conversation_id, t->result.session_id, err);
	if (code == ERR_OK && t->is_complete && !t->talk.is_completed)
		code = db_bot_state_complete(db, ws, t->conversation_id, err);
	return code;
}

void turn_forget(struct turn *t)
{
	const struct turn was = *t;

	turn_init(t, was.pool, was.env, was.conversation_id, was.origin);
	t->id = was.id;
	t->taken_at = was.taken_at;
}

struct chat_reply turn_reply(struct turn *t)
{
	return (struct chat_reply){ .arg = t,
		.lock = lock,
		.may_answer = may_answer,
		.make = make,
		.store = store };
}
