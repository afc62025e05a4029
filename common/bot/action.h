/* action.h: the table of what a state can do; one file for each action */
/* SPDX-License-Identifier: MIT */
#ifndef ACTION_H
#define ACTION_H

#include "bot/flow.h"
#include "bot/match.h"

struct engine;
struct flow_reader;
struct json;

struct action {
	const char *name; /* "type" in the JSON */
	/* It may end the stay in the state, or the turn: the state's messages
	 * go first. */
	bool is_leaving;
	/* Only by a transition of its own or the state's default: one that has
	 * neither leaves nothing. */
	bool is_passing;
	/* Nothing behind it is done, whatever the visitor says. */
	bool is_last;
	/* Once it has stayed (engine_stay) or waits, each message that leads
	 * nowhere else runs it again, and what stands behind it. */
	bool is_lasting;
	/* Reads and checks its members into out. */
	void (*parse)(struct flow_reader *r, const struct json *v,
	    const char *path, struct flow_action *out);
	/* On entering the state. It may say something (engine_say), choose
	 * another state (engine_go) or stop the turn. The first that chooses or
	 * stops is the last that runs. */
	void (*run)(struct engine *e, const struct flow_action *action);

	/* Of those that wait (engine_wait), else NULL. Reading: the next
	 * message; true when it was taken and the actions behind go on. */
	bool (*take)(struct engine *e, const struct flow_action *action,
	    const struct match_input *in);
	/* Staying: that message was not taken and leads nowhere else. */
	void (*refuse)(struct engine *e, const struct flow_action *action);
};

extern const struct action action_api_call;
extern const struct action action_collect;
extern const struct action action_condition;
extern const struct action action_end;
extern const struct action action_handoff;
extern const struct action action_knowledge;
extern const struct action action_llm_agent;
extern const struct action action_send_message;
extern const struct action action_set;
extern const struct action action_wait;

/* NULL when this version has none of that name. */
const struct action *action_find(struct str name);

#endif
