/* action_wait.c: {"type":"WAIT"}: the turn ends until the next message */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	static const char *const names[3] = { "variable", "save_to",
		"collect" };
	struct str *variable = pool_alloc(r->pool, sizeof(*variable));

	*variable = flow_read_variable(r, v, names, path);
	out->data = variable;
}

static void run(struct engine *e, const struct flow_action *action)
{
	(void)action;
	engine_wait(e);
}

/* Any message is taken. */
static bool take(struct engine *e, const struct flow_action *action,
    const struct match_input *in)
{
	const struct str *variable = action->data;

	engine_keep(e, in);
	if (variable->n > 0 && in->text.n > 0)
		engine_set(e, *variable, in->text);
	return true;
}

const struct action action_wait = {
	.name = "WAIT",
	.is_leaving = true,
	.parse = parse,
	.run = run,
	.take = take,
};
