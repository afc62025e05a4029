/* action_end.c: {"type":"END"}: the flow is over, the next message begins anew
 */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	flow_read_messages(r, json_get(v, "message"),
	    pool_printf(r->pool, "%s.message", path), &out->messages);
}

static void run(struct engine *e, const struct flow_action *action)
{
	engine_say(e, &action->messages);
	engine_end(e);
}

const struct action action_end = {
	.name = "END",
	.is_leaving = true,
	.is_last = true,
	.parse = parse,
	.run = run,
};
