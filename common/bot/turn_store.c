/* turn_store.c: the transaction that ends a turn */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_out.h"
#include "bot/outbox.h"
#include "bot/turn.h"
#include "chat/chat.h"
#include "chat/chat_store.h"
#include "db/db_conversation.h"
#include "db/db_notification.h"

/* Another has the turn; or this ran before, and only the answer to COMMIT was
 * lost. */
static enum err_code settle(
    struct db *db, struct turn *t, enum turn_end before, struct err *err)
{
	struct bot_state now;
	enum err_code code =
	    db_bot_state_get(db, t->pool, t->conversation_id, &now, err);

	if (code == ERR_OK && id_eq(now.turn_owner, t->id) &&
	    now.turn_until == 0)
		t->end = before;
	return code;
}

/* To the inbox: what the bot could not do. No daemon's own job tells of it,
 * thus the row has no origin. */
static enum err_code notify_failed(
    struct db *db, const struct turn *t, struct err *err)
{
	struct db_notification row = {
		.workspace_id = t->state.workspace_id,
		.conversation_id = t->conversation_id,
		.kind = "bot_failed",
	};
	struct json_out j;
	struct buf b;
	enum err_code code;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "conversation_id", t->conversation_id);
	chat_put_bot(&j, "bot", t->result.failed_why, t->result.failed_at);
	json_out_end(&j);
	row.payload = buf_str(&b);
	code = db_notification_add(db, &row, clock_now_us(), err);
	buf_fini(&b);
	return code;
}

/* The last statements: what was said, and to the inbox that a person was asked
 * for, and why. */
static enum err_code notify(
    struct db *db, const struct turn *t, struct err *err)
{
	const struct db_notification row = chat_store_handoff(
	    t->pool, t->state.workspace_id, t->conversation_id, t->origin);
	enum err_code code = chat_notify_in(db, t->state.workspace_id,
	    t->messages.items, t->messages.n, t->origin, err);

	if (code == ERR_OK && t->is_handoff)
		code = db_notification_add(db, &row, clock_now_us(), err);
	if (code == ERR_OK && t->result.failed_why.n > 0)
		code = notify_failed(db, t, err);
	return code;
}

static enum err_code store_messages(struct db *db, struct turn *t,
    struct db_conversation_head *head, struct err *err)
{
	struct id ws = t->state.workspace_id;
	enum err_code code = ERR_OK;

	if (t->messages.n > 0)
		code = chat_store_locked_in(db, t->pool, ws, t->conversation_id,
		    head, t->messages.items, t->messages.n, err);
	for (size_t i = 0; i < t->n_later && code == ERR_OK; i++)
		code =
		    outbox_add_in(db, t->pool, &t->outside, t->later[i], err);
	if (code == ERR_OK && t->is_handoff)
		code = db_bot_state_hand_off(
		    db, ws, t->conversation_id, t->result.session_id, err);
	if (code == ERR_OK && t->is_complete && !t->talk.is_completed)
		code = db_bot_state_complete(db, ws, t->conversation_id, err);
	if (code == ERR_OK)
		code = notify(db, t, err);
	return code;
}

static enum err_code store_result(struct db *db, struct turn *t,
    struct db_conversation_head *head, enum turn_end before, struct err *err)
{
	bool is_ours;
	enum err_code code;

	t->result.is_due =
	    !t->is_handoff && head->last_visitor_seq > t->result.answered_seq;
	code = db_bot_state_set_result(db, t->state.workspace_id,
	    t->conversation_id, t->id, t->state.version, &t->result, &is_ours,
	    err);
	if (code == ERR_OK && !is_ours)
		return settle(db, t, before, err);
	if (code == ERR_OK)
		code = store_messages(db, t, head, err);
	if (code == ERR_OK)
		t->end = TURN_DONE;
	return code;
}

static enum err_code pass(struct db *db, struct turn *t,
    const struct db_conversation_head *head, enum turn_end before,
    struct err *err)
{
	bool is_ours;
	enum err_code code =
	    db_bot_state_pass(db, t->state.workspace_id, t->conversation_id,
		t->id, t->state.version, head->last_visitor_seq, &is_ours, err);

	if (code == ERR_OK && !is_ours)
		return settle(db, t, before, err);
	if (code == ERR_OK && t->flow == NULL)
		t->end = TURN_PASSED;
	return code;
}

/*
 * Conversation first, then the state: so locks chat_send too. Whatever changed
 * since the lease was taken throws the result away.
 */
static enum err_code finish(struct db *db, void *arg, struct err *err)
{
	struct turn *t = arg;
	enum turn_end before = t->end;
	struct db_conversation_head head;
	enum err_code code;

	t->end = TURN_LOST;
	code = db_conversation_lock(
	    db, t->pool, t->state.workspace_id, t->conversation_id, &head, err);
	if (code != ERR_OK)
		return code;
	if (!id_eq(head.open_session_id, t->talk.open_session_id))
		return db_bot_state_release(
		    db, t->state.workspace_id, t->conversation_id, t->id, err);
	if (t->flow != NULL && turn_may_speak(&t->state, head.open_session_id,
				   head.assigned_agent_id))
		return store_result(db, t, &head, before, err);
	return pass(db, t, &head, before, err);
}

enum err_code turn_store(struct db *db, struct turn *t, struct err *err)
{
	return db_transact(db, finish, t, err);
}
