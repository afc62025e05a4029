/* action.c: finds an action by its name */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"

static const struct action *const actions[] = {
	&action_api_call,
	&action_collect,
	&action_condition,
	&action_end,
	&action_handoff,
	&action_knowledge,
	&action_llm_agent,
	&action_send_message,
	&action_set,
	&action_wait,
};

const struct action *action_find(struct str name)
{
	for (size_t i = 0; i < COUNT_OF(actions); i++) {
		if (str_eq(name, str_of(actions[i]->name)))
			return actions[i];
	}
	return NULL;
}
