/* action_send_message.c: {"type":"SEND_MESSAGE","message":...}: says more */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	const char *at = pool_printf(r->pool, "%s.message", path);

	flow_read_messages(r, json_get(v, "message"), at, &out->messages);
	flow_read_messages(r, json_get(v, "messages"),
	    pool_printf(r->pool, "%s.messages", path), &out->messages);
	if (json_get(v, "message") == NULL && json_get(v, "messages") == NULL)
		flow_error(r, at, "SEND_MESSAGE needs a message.");
}

static void run(struct engine *e, const struct flow_action *action)
{
	engine_say(e, &action->messages);
}

const struct action action_send_message = {
	.name = "SEND_MESSAGE",
	.parse = parse,
	.run = run,
};
