/* engine.h: one step of a flow: a message in, messages and a state out */
/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_H
#define ENGINE_H

#include "bot/flow.h"
#include "bot/match.h"

#define ENGINE_HOPS_MAX	    25 /* states entered in one step */
#define ENGINE_MESSAGES_MAX 50 /* said in one step */

struct engine_input {
	const struct flow *flow;
	struct str state;     /* empty, or not in the flow: none yet */
	struct str variables; /* JSON object */
	bool has_message;     /* false: the visitor only came */
	struct match_input message;
};

struct engine_output {
	struct flow_messages messages; /* templates filled in */
	struct str state;
	struct str variables;
	bool is_handoff; /* people go on */
};

/*
 * Pure: no input or output, the same answer each time; all texts live in the
 * pool. Without a state the visitor is greeted: the initial state is entered,
 * unless the message fits one of its triggers, then that one's target. With a
 * state the message is its answer: stored under the state's name and under
 * save_to, matched, and the target entered; when nothing fits, the state says
 * its messages again.
 */
void engine_step(struct pool *pool, const struct engine_input *in,
    struct engine_output *out_r);

/* For actions. */

struct engine;

void engine_say(struct engine *e, const struct flow_messages *messages);
void engine_hand_off(struct engine *e);

#endif
