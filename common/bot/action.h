/* action.h: the table of what a state can do; one file for each action */
/* SPDX-License-Identifier: MIT */
#ifndef ACTION_H
#define ACTION_H

#include "bot/flow.h"

struct engine;
struct flow_reader;
struct json;

struct action {
	const char *name; /* "type" in the JSON */
	/* It ends the stay in the state: the state's messages go first. */
	bool is_leaving;
	/* Reads and checks its members into out. */
	void (*parse)(struct flow_reader *r, const struct json *v,
	    const char *path, struct flow_action *out);
	void (*run)(struct engine *e, const struct flow_action *action);
};

extern const struct action action_handoff;
extern const struct action action_send_message;

/* NULL when this version has none of that name. */
const struct action *action_find(struct str name);

#endif
