/* outside.h: on whose behalf a turn calls out, and what it may use for it */
/* SPDX-License-Identifier: MIT */
#ifndef OUTSIDE_H
#define OUTSIDE_H

#include "base/id.h"
#include "bot/bot.h"
#include "bot/calls.h"

/* The arg of the bot_calls that turns use. */
struct outside {
	struct db *db; /* no transaction is open on it, unless is_dry */
	struct pool *pool;
	const struct bot_env *env;
	struct id workspace_id;
	struct id chatbot_id;
	struct id conversation_id;
	struct id session_id;
	uint64_t seq;	      /* of the message that is answered; 0: greeting */
	unsigned calls;	      /* of the engine in the answer to that message,
					this one too */
	struct str channel;   /* "web", "api", ... */
	struct str user_id;   /* chat_user_id of the visitor */
	struct str user_name; /* may be empty */
	struct str flow_name;
	int64_t deadline_us; /* no call lasts longer than until then */
	/* Renews the lease when it is time; false: it is lost, or the deadline
	 * is over. Give it to http_request.tick with the outside as arg. */
	bool (*tick)(void *outside);

	/* of tick */
	struct id turn;	     /* who owns the lease */
	int64_t renew_at_us; /* not before */
	bool is_lost;
	bool is_left;  /* env->is_brief, env->may_wait, is_dry or is_stopping:
			 there was a call, which was not made or not brought to
			 its end */
	bool may_wait; /* asked and granted */

	/* A transaction is open on db, and no call is made. */
	bool is_dry;
};

/* Each in the file of that name. */
enum err_code outside_request(void *arg, struct pool *pool,
    const struct call_request *in, struct call_response *out_r,
    struct err *err); /* call_request.c */
enum err_code outside_agent(void *arg, struct pool *pool,
    const struct call_agent *in, struct call_agent_reply *out_r,
    struct err *err); /* call_agent.c */
enum err_code outside_search(void *arg, struct pool *pool,
    const struct call_search *in, struct call_passages *out_r,
    struct err *err); /* call_search.c */

/*
 * What calls need of a turn that has the lease since taken_at; the caller fills
 * in the rest. outside_calls gives what the engine calls then: each call counts
 * itself, asserts that no transaction is open, and fails at once when the lease
 * is lost or the time is over.
 */
void outside_init(struct outside *o, struct db *db, const struct bot_env *env,
    struct id turn, int64_t taken_at);
struct bot_calls outside_calls(struct outside *o);

/*
 * For Idempotency-Key and the like: the same each time that the same call of
 * the same answer is made, by whichever worker: of conversation, seq and calls.
 * Hexadecimal; tells nobody who has not the key file what it is made of.
 */
const char *outside_key(const struct outside *o, struct pool *pool);
/* Milliseconds left, at most max; 0: none. */
int64_t outside_left_ms(const struct outside *o, int64_t max);

#endif
