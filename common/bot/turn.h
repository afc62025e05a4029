/* turn.h: one turn on its way, for the files that run it */
/* SPDX-License-Identifier: MIT */
#ifndef TURN_H
#define TURN_H

#include "bot/bot.h"
#include "bot/flow_cache.h"
#include "bot/outside.h"
#include "chat/chat.h"
#include "db/db_bot_state.h"

#define TURN_QUESTIONS_MAX 20 /* answered in one; the rest in the next */

enum turn_end {
	TURN_NONE,   /* nothing was due, or another worker has it */
	TURN_LEFT,   /* it would call out, and must not do so here */
	TURN_LOST,   /* the result was thrown away; there may be more to do */
	TURN_PASSED, /* there was nothing for the bot to do */
	TURN_DONE
};

struct turn {
	struct pool *pool;
	const struct bot_env *env;
	struct id conversation_id;
	struct id id; /* of this lease; never used again */
	struct id origin;

	/* taking */
	int64_t taken_at;
	bool has_tried; /* the transaction runs again */
	bool is_taken;
	struct bot_state state; /* as it was when the lease was taken */
	struct bot_talk talk;
	struct bot_question *questions;
	size_t n_questions;
	struct flow_cached *flow; /* NULL: the bot is silent */

	/* running */
	struct outside outside;
	struct bot_result result;
	bool is_handoff;
	bool is_complete; /* the flow came to an end */
	size_t n_later;	  /* requests to be sent once this is stored */
	const struct call_request **later;
	struct chat_messages messages;

	enum turn_end end;
};

void turn_init(struct turn *t, struct pool *pool, const struct bot_env *env,
    struct id conversation_id, struct id origin);
/* When a lease that is taken now ends. */
int64_t turn_until(const struct turn *t, int64_t now);
/*
 * Takes the turn if one is due, and carries it to its end: t->end says which.
 */
MUST_CHECK enum err_code turn_run(
    struct db *db, struct turn *t, struct err *err);
/* The same of a turn whose lease chat_send has taken. */
MUST_CHECK enum err_code turn_run_taken(struct db *db, struct turn *t,
    const struct chat_message *message, uint64_t before, struct err *err);
/* Behind what else is due: the sweeper, who takes the oldest, must not meet
 * the same ones again and again. */
void turn_put_off(struct db *db, struct id conversation_id);
/* What has come of it, behind what turn_r has. */
void turn_collect(const struct turn *t, struct bot_turn *turn_r);

/* turn_at_once.c: answers the message in the transaction that stores it, when
 * that asks nobody. When chat_send does not say is_answered t must be forgotten,
 * and may be run as any other then: it keeps its names. */
struct chat_reply turn_reply(struct turn *t);
void turn_forget(struct turn *t);

/* turn_flow.c: runs the flow over all that was asked: no lock, no transaction,
 * but for one that must not call (outside.is_dry). */
void turn_run_flow(struct turn *t, struct db *db);
/* turn_store.c: the transaction that ends a turn. */
MUST_CHECK enum err_code turn_store(
    struct db *db, struct turn *t, struct err *err);

/* The message is all that was asked. */
void turn_set_question(struct turn *t, const struct chat_message *message);
/* Whether the bot has the floor. */
bool turn_may_speak(const struct bot_state *state, struct id open_session_id,
    struct id assigned_agent_id);
/* The state is that of an earlier session; or that, or none. */
bool turn_is_new_session(const struct turn *t);
bool turn_is_fresh(const struct turn *t);

#endif
