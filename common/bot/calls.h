/* calls.h: what the actions of a flow ask of the world outside */
/* SPDX-License-Identifier: MIT */
#ifndef CALLS_H
#define CALLS_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

struct call_agent; /* action_llm_agent.h */
struct call_agent_reply;
struct call_request; /* action_api_call.h */
struct call_response;
struct call_search; /* action_knowledge.h */
struct call_passages;

/*
 * The engine is pure: all that it cannot answer by itself goes through here.
 * Each function blocks until there is an answer, writes into the pool, and
 * tells a failure by its code and a sentence for the people who run the bot.
 * Tests put their own in.
 */
struct bot_calls {
	void *arg;
	/* API_CALL: any status is ERR_OK */
	enum err_code (*request)(void *arg, struct pool *pool,
	    const struct call_request *in, struct call_response *out_r,
	    struct err *err);
	/* LLM_AGENT: a whole turn of the model with its tools */
	enum err_code (*agent)(void *arg, struct pool *pool,
	    const struct call_agent *in, struct call_agent_reply *out_r,
	    struct err *err);
	/* KNOWLEDGE, and when no transition fits */
	enum err_code (*search)(void *arg, struct pool *pool,
	    const struct call_search *in, struct call_passages *out_r,
	    struct err *err);
};

#endif
