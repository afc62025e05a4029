/* bot.h: what the programs call of the bot: flows in, turns out */
/* SPDX-License-Identifier: MIT */
#ifndef BOT_H
#define BOT_H

#include <stdatomic.h>

#include "chat/model.h"
#include "db/db.h"

#define BOT_FAILED_MAX 500 /* code points of why a call failed */

struct chat_send;
struct chat_sent;
struct page;
struct seal_key;
struct settings;

/* What a turn needs of the program that runs it. */
struct bot_env {
	const struct settings *settings;
	const struct seal_key *seal_key;
	/*
	 * A piece of a message that is being made, in the thread of the turn:
	 * whole characters of UTF-8, behind the pieces before. The message
	 * itself comes when it is stored, or never. message is a new id, the
	 * same for all pieces, and the one that the message is stored under
	 * (engine_say_as). NULL: nobody listens.
	 */
	void (*on_delta)(const struct bot_env *env, struct id conversation_id,
	    struct id message, struct str delta);
	void *arg; /* of who listens */
	/* What the one who asks brings along, for a turn that this call runs:
	 * visitor_page.h; NULL: nothing. */
	struct page *page;
	/* Somebody waits who cannot wait for long: a turn that would call out
	 * is not carried on here, it stays due. */
	bool is_brief;
	/* Asked before a turn calls out for the first time, in its thread; more
	 * than once of several turns in one call of bot_run_turn. False: it
	 * stays due. NULL: it may. */
	bool (*may_wait)(const struct bot_env *env, struct id workspace_id);
	/* Set from another thread when the program ends: a turn that calls out,
	 * or is about to, gives up and stays due for others, at once. NULL:
	 * never. */
	const atomic_bool *is_stopping;
};

/*
 * Checks a flow's JSON and stores it as the chatbot's draft; with publish it
 * also becomes the snapshot that runs. A flow with errors is ERR_INVALID (the
 * first one's path and sentence in err) and changes nothing.
 */
MUST_CHECK enum err_code bot_set_flow(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str name,
    struct str flow_json, bool publish, struct id *flow_id_r, struct err *err);

struct bot_turn {
	bool is_done;	 /* false: nothing was due, or another
					  worker has it */
	bool is_handoff; /* the bot handed over to people */
	bool has_failed; /* a call did not work: agents are told */
	bool is_due;	 /* there is more to answer, and nobody does: call
			    bot_run_turn when there is time */
	struct id workspace_id;
	struct str state;	       /* of the flow after it; empty: none */
	struct chat_messages messages; /* stored in this turn, for delivery */
};

/*
 * Runs one turn of the conversation if one is due: takes the lease in a short
 * transaction, runs the flow with no lock and no transaction held, then stores
 * messages, state and answered_seq in one transaction, if nobody changed the
 * row meanwhile. owner names the worker, origin the daemon. Any number of
 * callers at once give one answer. A turn that fails stays due, behind the
 * others.
 */
MUST_CHECK enum err_code bot_run_turn(struct db *db, struct pool *pool,
    const struct bot_env *env, struct id conversation_id, struct id owner,
    struct id origin, struct bot_turn *turn_r, struct err *err);

/*
 * Stores what the visitor says, as chat_send does, and answers it, when nobody
 * else has the turn: in one transaction a flow that asks nobody, in two one that
 * does, or whose text must be read first. The messages of turn_r
 * answer it and nothing else; what else is due then is left to the caller (is_due). Another that
 * has the turn is waited for, up to turn_max_s (not with env->is_brief), and
 * taken over from when its lease runs out. A client_id that is stored already
 * gets what has answered it then. With an answer that does not come in time
 * turn_r->is_done is false; with one that will not come, for people have the
 * floor, it is true and there are no messages. A turn that fails is told by its
 * code, and stays due; the message is stored all the same, which
 * sent_r->message.id says then: it is none when the message was refused.
 */
MUST_CHECK enum err_code bot_answer(struct db *db, struct pool *pool,
    const struct bot_env *env, const struct chat_actor *actor,
    const struct chat_send *in, struct id owner, struct id origin,
    struct chat_sent *sent_r, struct bot_turn *turn_r, struct err *err);

/* What the bot has said to the visitor's message seq (0: before any, its
 * greeting), oldest first, without who has said and read it. Each message has
 * its own answer, however many were under way. */
MUST_CHECK enum err_code bot_find_answer(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, uint64_t seq,
    struct chat_messages *answer_r, struct err *err);

/* Conversations whose turn is due for longer than wait_ms and that nobody
 * runs: left over by a program that died. At most max. */
MUST_CHECK enum err_code bot_list_due(struct db *db, struct pool *pool,
    int64_t wait_ms, size_t max, struct id **ids_r, size_t *n_r,
    struct err *err);
/*
 * Runs what is due now, at most max conversations one after the other, for
 * hosts without a daemon. A turn that fails is logged and keeps nobody else
 * waiting; the first failure comes back at the end.
 */
MUST_CHECK enum err_code bot_run_due(struct db *db, struct pool *pool,
    const struct bot_env *env, size_t max, size_t *done_r, struct err *err);

#endif
