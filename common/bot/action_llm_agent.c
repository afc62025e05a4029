/* action_llm_agent.c: {"type":"LLM_AGENT"}: a language model answers */
/* SPDX-License-Identifier: MIT */
#include "bot/action_llm_agent.h"

#include "base/json_out.h"
#include "base/valid.h"
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"
#include "bot/template.h"
#include "chat/model.h"

#define SORRY                                                                  \
	"Sorry, I cannot answer that right now. Please try again in a moment."

struct agent {
	struct call_agent call; /* prompt is a template still */
	struct flow_outcome outcome;
	struct flow_messages failure; /* empty: SORRY */
};

/* What an entry may name; all but mcp are there without being listed. */
static const char *const tool_names[] = { "mcp", "document_search",
	"calculator", "current_datetime", "search", "web_search" };

static void read_tool(struct flow_reader *r, const struct json *v,
    const char *path, struct call_agent_tool *tool)
{
	bool is_known = false;

	tool->path = path;
	tool->name = json_type(v) == JSON_STRING
			 ? json_str(v)
			 : json_str(json_get(v, "name"));
	tool->collection =
	    str_trim(flow_read_text(r, v, "collection", FLOW_NAME_MAX, path));
	tool->is_enabled = json_bool(json_get(v, "enabled"), true);
	for (size_t i = 0; i < COUNT_OF(tool_names); i++)
		is_known |= str_eq(tool->name, str_of(tool_names[i]));
	if (tool->name.n == 0)
		flow_error(r, path, "A tool needs a name.");
	else if (!is_known)
		flow_error(r, pool_printf(r->pool, "%s.name", path),
		    "There is no tool “%.*s”.", STR_ARG(tool->name));
	else if (str_eq(tool->name, STR("mcp")) && tool->collection.n == 0)
		flow_error(r, pool_printf(r->pool, "%s.collection", path),
		    "The name of an MCP integration is wanted here.");
}

static void read_tools(struct flow_reader *r, const struct json *v,
    const char *path, struct call_agent *call)
{
	struct call_agent_tool *tools;
	const struct json *item = NULL;
	size_t n = json_count(v);

	if (json_type(v) == JSON_NULL)
		return;
	if (json_type(v) != JSON_ARRAY || n > AGENT_TOOLS_MAX) {
		flow_error(r, path, "An array of at most %d is wanted here.",
		    AGENT_TOOLS_MAX);
		return;
	}
	tools = pool_alloc(r->pool, (n + 1) * sizeof(*tools));
	call->tools = tools;
	while ((item = json_next(v, item)) != NULL) {
		read_tool(r, item,
		    pool_printf(r->pool, "%s[%zu]", path, call->n_tools),
		    &tools[call->n_tools]);
		call->n_tools++;
	}
}

/* A whole number in a member that may be absent or null. */
static int64_t read_whole(struct flow_reader *r, const struct json *v,
    const char *path, const char *name, int64_t max, int64_t other)
{
	const struct json *number = json_get(v, name);
	int64_t n = other;

	if (json_type(number) != JSON_NULL && !json_i64(number, 1, max, &n))
		flow_error(r, pool_printf(r->pool, "%s.%s", path, name),
		    "A number from 1 to %d is wanted here.", (int)max);
	return n;
}

static void read_temperature(struct flow_reader *r, const struct json *v,
    const char *path, struct call_agent *call)
{
	const struct json *number = json_get(v, "temperature");

	if (json_type(number) == JSON_NULL)
		return;
	call->has_temperature = true;
	call->temperature = json_num(number, -1);
	if (call->temperature < 0 || call->temperature > 2)
		flow_error(r, pool_printf(r->pool, "%s.temperature", path),
		    "A number from 0 to 2 is wanted here.");
}

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	struct agent *a = pool_alloc(r->pool, sizeof(*a));

	out->data = a;
	a->call.name = flow_read_text(r, v, "name", FLOW_NAME_MAX, path);
	a->call.prompt =
	    flow_read_text(r, v, "system_prompt", AGENT_PROMPT_MAX, path);
	a->call.model =
	    str_trim(flow_read_text(r, v, "model", AGENT_MODEL_MAX, path));
	if (!valid_text(a->call.model, false))
		flow_error(r, pool_printf(r->pool, "%s.model", path),
		    "The name of a model is wanted here.");
	read_temperature(r, v, path, &a->call);
	a->call.rounds_max = (unsigned)read_whole(
	    r, v, path, "max_iterations", AGENT_ROUNDS_MAX, AGENT_ROUNDS);
	a->call.timeout_ms = 1000 * read_whole(r, v, path, "timeout",
					AGENT_TIMEOUT_MAX, AGENT_TIMEOUT_S);
	read_tools(r, json_get(v, "tools"),
	    pool_printf(r->pool, "%s.tools", path), &a->call);
	flow_read_messages(r, json_get(v, "failure_message"),
	    pool_printf(r->pool, "%s.failure_message", path), &a->failure);
	flow_read_outcome(r, v, path, &a->outcome, out);
	out->leads_on = out->n_routes == 2;
}

/* The end of the next message of text: all of it, or what is before the last
 * paragraph, line or word that fits. */
static size_t find_end(struct str text)
{
	struct str head = valid_utf8_head(text, CHAT_CONTENT_MAX);
	static const char *const ends[] = { "\n\n", "\n", " " };

	if (head.n == text.n)
		return text.n;
	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		struct str end = str_of(ends[i]);

		for (size_t at = head.n - end.n; at > head.n / 2; at--) {
			if (str_starts(str_from(head, at), end))
				return at;
		}
	}
	return head.n;
}

static void say(struct engine *e, const struct call_agent_reply *reply)
{
	struct str rest = str_trim(reply->text);
	struct id id = reply->message;
	size_t n;

	for (int i = 0; i < AGENT_TEXTS_MAX && rest.n > 0; i++) {
		n = find_end(rest);
		engine_say_as(e, str_trim(str_head(rest, n)), id);
		rest = str_trim(str_from(rest, n));
		id = ID_NONE;
	}
}

static void fail(
    struct engine *e, const struct flow_action *action, const struct err *err)
{
	const struct agent *a = action->data;

	engine_failed(e, "LLM_AGENT", err);
	if (a->failure.n > 0)
		engine_say(e, &a->failure);
	else if (a->outcome.on_failure == FLOW_ROUTE_NONE)
		engine_say_text(e, STR(SORRY));
	if (a->outcome.on_failure != FLOW_ROUTE_NONE)
		engine_go(e, &action->routes[a->outcome.on_failure]);
	else
		engine_wait(e);
}

/*
 * A model's turn, if there is a message that it has not answered: a visitor who
 * only came has asked nothing, and each look at a page would cost.
 */
static void run(struct engine *e, const struct flow_action *action)
{
	const struct bot_calls *calls = engine_calls(e);
	const struct match_input *message = engine_message(e);
	const struct agent *a = action->data;
	struct call_agent call = a->call;
	struct call_agent_reply reply = { .message = ID_NONE };
	struct err err = { .code = ERR_OK };
	enum err_code code;

	if (message == NULL || str_trim(message->text).n == 0 ||
	    !engine_is_first(e, action)) {
		engine_wait(e);
		return;
	}
	call.prompt = template_expand(engine_pool(e), a->call.prompt,
	    engine_vars(e), TEMPLATE_TEXT, AGENT_PROMPT_MAX);
	call.message = message->text;
	call.said = engine_said(e, &call.n_said);
	code =
	    calls->agent == NULL
		? err_set(&err, ERR_UNAVAILABLE, "No model can be asked.")
		: calls->agent(calls->arg, engine_pool(e), &call, &reply, &err);
	if (code == ERR_OK && reply.is_aborted) {
		say(e, &reply);
		engine_wait(e);
		return;
	}
	if (code == ERR_OK && str_trim(reply.text).n == 0)
		code =
		    err_set(&err, ERR_BAD_GATEWAY, "The model gave no answer.");
	if (code != ERR_OK) {
		fail(e, action, &err);
		return;
	}
	if (reply.lost.n > 0) {
		(void)err_set(
		    &err, ERR_BAD_GATEWAY, "%.*s", STR_ARG(reply.lost));
		engine_failed(e, "LLM_AGENT", &err);
	}
	say(e, &reply);
	if (a->outcome.save_to.n > 0)
		engine_set(e, a->outcome.save_to, str_trim(reply.text));
	if (a->outcome.on_success != FLOW_ROUTE_NONE)
		engine_go(e, &action->routes[a->outcome.on_success]);
	else
		engine_stay(e);
}

size_t llm_agent_tools(
    const struct flow_action *action, const struct call_agent_tool **tools_r)
{
	const struct agent *a = action->data;

	if (action->type != &action_llm_agent)
		return 0;
	*tools_r = a->call.tools;
	return a->call.n_tools;
}

const struct action action_llm_agent = {
	.name = "LLM_AGENT",
	.is_leaving = true,
	.is_lasting = true,
	.parse = parse,
	.run = run,
};
