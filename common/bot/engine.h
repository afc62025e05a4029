/* engine.h: one step of a flow: a message in, messages and a state out */
/* SPDX-License-Identifier: MIT */
#ifndef ENGINE_H
#define ENGINE_H

#include "bot/calls.h"
#include "bot/expr.h"
#include "bot/flow.h"
#include "bot/match.h"

#define ENGINE_HOPS_MAX	    25	   /* states entered in one step */
#define ENGINE_MESSAGES_MAX 50	   /* said in one step */
#define ENGINE_LATER_MAX    20	   /* requests that nobody waits for */
#define ENGINE_STEPS_MAX    100000 /* of all expressions in one step */

struct engine_input {
	const struct flow *flow;
	struct str state;     /* empty, or not in the flow: none yet */
	struct str variables; /* JSON object */
	bool has_message;     /* false: the visitor only came */
	struct match_input message;
	struct str values; /* of a form that the message answers: a JSON
			      object; each becomes a variable */
	int64_t now_s;	   /* seconds since 1970; 0: there is no clock */
	int64_t idle_s; /* a talk that was silent for longer is over; 0: none */
	const struct bot_calls *calls; /* NULL, or a NULL in it: calls fail */
};

struct engine_output {
	struct flow_messages messages; /* templates filled in */
	struct str state;
	struct str variables; /* with FLOW_MARK, which is the engine's own */
	unsigned hops;	      /* states entered */
	bool is_handoff;      /* people go on */
	bool is_ended;	      /* the next message begins anew */
	struct str failed;    /* what a call could not do last; may be empty */
	/* Requests that nobody waits for, to be sent when the rest of this is
	 * stored. */
	size_t n_later;
	const struct call_request **later;
};

/*
 * Pure: no input or output, no clock of its own, the same answer each time; all
 * texts live in the pool. Without a state, after its end (END, cancel) and
 * after idle_s the visitor is greeted: the initial state is entered, unless the
 * message fits one of its triggers, then that one's target. With a state the
 * message is its answer: stored under the state's name and under save_to,
 * matched, and the target entered; when nothing fits, the knowledge bases are
 * asked, before `default`, unless the state has a save_to; when nobody knows,
 * the state says its messages again. An action that waits reads the message before that.
 */
void engine_step(struct pool *pool, const struct engine_input *in,
    struct engine_output *out_r);

/* For actions. */

struct engine;
struct json;

struct pool *engine_pool(struct engine *e);
const struct vars *engine_vars(const struct engine *e);
/* Never NULL. */
const struct bot_calls *engine_calls(const struct engine *e);
/* The message that is answered; NULL when the visitor only came. */
const struct match_input *engine_message(const struct engine *e);
/* The name of the state that was entered. */
struct str engine_state(const struct engine *e);
/* For the agents and the log: a call did not do what it should. */
void engine_failed(struct engine *e, const char *action, const struct err *err);
void engine_say(struct engine *e, const struct flow_messages *messages);
/* A sentence of ours. */
void engine_say_text(struct engine *e, struct str text);
/* The same, stored under an id whose pieces were shown already; none: a new
 * one. */
void engine_say_as(struct engine *e, struct str text, struct id id);
/* Whether this is the first time in this step that it is asked of the action:
 * states may lead in a circle. */
bool engine_is_first(struct engine *e, const struct flow_action *action);
/* The texts that were said in this step so far. */
const struct str *engine_said(struct engine *e, size_t *n_r);

/* The rest of the state's actions is not done then. */
void engine_go(struct engine *e, const struct flow_route *route);
/* By the state's `always` or `default`; false when it has none. */
bool engine_go_other(struct engine *e);
/* The same once the rest of the state's actions is done, unless one of them
 * chooses another way or stops. */
void engine_pass(struct engine *e);
/* A copy of call, whose texts live in the pool, is sent when the step is
 * stored; ERR_TOO_LARGE: there are too many. */
MUST_CHECK enum err_code engine_later(
    struct engine *e, const struct call_request *call, struct err *err);
void engine_hand_off(struct engine *e);
void engine_end(struct engine *e);
/* The turn ends; the next message goes to this action's take, or runs it
 * again when it is lasting. */
void engine_wait(struct engine *e);
/* Of one that is lasting: the actions behind it go on; unless they lead away
 * the next message runs it again. */
void engine_stay(struct engine *e);
/* Messages that this action did not take since it waits, this one too. */
unsigned engine_count_try(struct engine *e);

/* The message as the state's answer: under its name and its save_to. */
void engine_keep(struct engine *e, const struct match_input *in);
/* The checked answer, JSON text: under that name and the state's save_to; under
 * the state's own name when there is neither. */
void engine_keep_value(struct engine *e, struct str name, struct str json);
/* A variable: a text, a JSON value whose texts are templates, the value of an
 * expression (null when it has none). */
void engine_set(struct engine *e, struct str name, struct str text);
void engine_set_json(
    struct engine *e, struct str name, const struct json *value);
/* JSON text, as it is. */
void engine_set_value(struct engine *e, struct str name, struct str json);
void engine_set_expr(
    struct engine *e, struct str name, const struct expr *expr);
bool engine_is_true(struct engine *e, const struct expr *expr);

#endif
