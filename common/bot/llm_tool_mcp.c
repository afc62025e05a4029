/* llm_tool_mcp.c: the tools of the MCP servers that a flow names */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_tool_mcp.h"

#include "base/clock.h"
#include "base/log.h"
#include "bot/mcp.h"
#include "chat/integration.h"

struct llm_mcp {
	struct mcp_server server;
	struct mcp_tools tools;
	struct mcp *mcp; /* NULL: not opened yet */
};

static int64_t left_ms(const struct llm_tools_in *in)
{
	return MAX_OF((in->until_us - clock_now_us()) / 1000, 1);
}

static enum err_code find(struct pool *pool, const struct llm_tools_in *in,
    struct str name, struct llm_mcp *s, struct err *err)
{
	struct outside *o = in->o;
	struct integration_mcp from;
	enum err_code code;

	if (o->env->seal_key == NULL)
		return err_set(err, ERR_INTERNAL, "There is no key file.");
	code = integration_find_mcp(o->db, pool, o->env->seal_key,
	    o->workspace_id, o->chatbot_id, name, &from, err);
	if (code == ERR_OK && !from.is_enabled)
		code = err_set(err, ERR_NOT_FOUND, "It is switched off.");
	if (code != ERR_OK)
		return code;
	mcp_server_of(pool, &from, o->workspace_id, o->chatbot_id, &s->server);
	s->server.tick = o->tick;
	s->server.arg = o;
	code = mcp_tools_of(o->db, pool, o->env->settings, &s->server,
	    left_ms(in), &s->tools, err);
	s->server.version = s->tools.version;
	return code;
}

static bool is_double(const struct call_agent *call, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (str_eq(call->tools[k].name, call->tools[i].name) &&
		    str_eq(
			call->tools[k].collection, call->tools[i].collection) &&
		    call->tools[k].is_enabled)
			return true;
	}
	return false;
}

static void tell_lost(struct pool *pool, const struct llm_tools_in *in,
    struct str name, const struct err *err)
{
	log_warn("llm_mcp_missing conversation=%s name=\"%.*s\" why=\"%s\"",
	    id_text(in->o->conversation_id), STR_ARG(name), err->text);
	*in->lost = str_of(pool_printf(pool,
	    "The tools of the MCP server “%.*s” were missing: %s",
	    STR_ARG(name), err->text));
}

size_t llm_mcp_open(struct pool *pool, const struct llm_tools_in *in,
    struct llm_mcp **servers_r)
{
	const struct call_agent *call = in->call;
	struct llm_mcp *all =
	    pool_alloc(pool, (call->n_tools + 1) * sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < call->n_tools; i++) {
		const struct call_agent_tool *t = &call->tools[i];
		struct err err;

		if (!str_eq(t->name, STR("mcp")) || !t->is_enabled ||
		    is_double(call, i))
			continue;
		all[n] = (struct llm_mcp){ .mcp = NULL };
		if (find(pool, in, t->collection, &all[n], &err) == ERR_OK)
			n++;
		else
			tell_lost(pool, in, t->collection, &err);
	}
	*servers_r = all;
	return n;
}

void llm_mcp_close(struct llm_mcp *servers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mcp_close(&servers[i].mcp);
}

size_t llm_mcp_count(const struct llm_mcp *servers, size_t server)
{
	return servers[server].tools.n;
}

struct llm_tool llm_mcp_tool(
    const struct llm_mcp *servers, size_t server, size_t tool)
{
	const struct mcp_tool *t = &servers[server].tools.items[tool];

	return (struct llm_tool){ .name = t->alias,
		.description = t->description.n > 0 ? t->description : t->title,
		.parameters = t->input_schema };
}

enum err_code llm_mcp_run(struct llm_mcp *servers, size_t server, size_t tool,
    const struct llm_tools_in *in, struct pool *pool,
    const struct llm_call *call, struct llm_result *result_r, struct err *err)
{
	struct llm_mcp *s = &servers[server];
	struct mcp_result result;
	enum err_code code = ERR_OK;

	if (s->mcp == NULL)
		code = mcp_open(in->o->env->settings, pool, &s->server,
		    left_ms(in), &s->mcp, err);
	if (code == ERR_OK)
		code = mcp_call(s->mcp, &s->tools.items[tool], call->arguments,
		    left_ms(in), &result, err);
	if (code == ERR_OK)
		*result_r = (struct llm_result){ result.is_error, result.text };
	return code;
}
