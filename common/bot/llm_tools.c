/* llm_tools.c: the table of tools, what is offered, and running one */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_tools.h"

#include "base/log.h"
#include "base/valid.h"
#include "bot/llm_tool_mcp.h"
#include "bot/llm_tool_page.h"

static const struct llm_builtin *const builtins[] = {
	&llm_calculator,
	&llm_datetime,
	&llm_documents,
	&llm_search,
	&llm_web_search,
};

struct llm_tools {
	struct llm_tools_in in;
	struct pool *pool;
	size_t n;
	struct llm_tool tools[LLM_TOOLS_MAX];
	/* of each: what runs it, one of ours or the page's, or (both NULL)
	 * which tool of which server it is */
	const struct llm_builtin *builtin[LLM_TOOLS_MAX];
	const struct page_function *function[LLM_TOOLS_MAX];
	size_t server[LLM_TOOLS_MAX];
	size_t place[LLM_TOOLS_MAX];
	struct llm_mcp *servers;
	size_t n_servers;
};

const struct call_agent_tool *llm_tools_entry(
    const struct llm_tools_in *in, struct str name)
{
	for (size_t i = 0; i < in->call->n_tools; i++) {
		if (str_eq(in->call->tools[i].name, name))
			return &in->call->tools[i];
	}
	return NULL;
}

static bool is_offered(
    const struct llm_tools_in *in, const struct llm_builtin *b)
{
	const struct call_agent_tool *entry = llm_tools_entry(in, b->tool.name);

	return (b->is_there == NULL || b->is_there(in)) &&
	       (entry == NULL || entry->is_enabled);
}

static void offer_servers(struct llm_tools *t)
{
	t->n_servers = llm_mcp_open(t->pool, &t->in, &t->servers);
	for (size_t s = 0; s < t->n_servers; s++) {
		for (size_t i = 0;
		     i < llm_mcp_count(t->servers, s) && t->n < LLM_TOOLS_MAX;
		     i++) {
			t->server[t->n] = s;
			t->place[t->n] = i;
			t->tools[t->n++] = llm_mcp_tool(t->servers, s, i);
		}
	}
}

static size_t find_tool(const struct llm_tools *t, struct str name)
{
	size_t i;

	for (i = 0; i < t->n && !str_eq(t->tools[i].name, name); i++)
		;
	return i;
}

/* A page cannot put its own in the place of another. */
static void offer_page(struct llm_tools *t)
{
	const struct page_function *f;
	size_t n = llm_page_open(t->pool, &t->in, &f);

	for (size_t i = 0; i < n && t->n < LLM_TOOLS_MAX; i++) {
		if (find_tool(t, f[i].name) < t->n)
			continue;
		t->function[t->n] = &f[i];
		t->tools[t->n++] = llm_page_tool(&f[i]);
	}
}

struct llm_tools *llm_tools_open(
    struct pool *pool, const struct llm_tools_in *in)
{
	struct llm_tools *t = pool_alloc(pool, sizeof(*t));

	t->in = *in;
	t->pool = pool;
	if (!in->config->has_tools)
		return t;
	for (size_t i = 0; i < COUNT_OF(builtins); i++) {
		if (!is_offered(in, builtins[i]))
			continue;
		t->builtin[t->n] = builtins[i];
		t->tools[t->n++] = builtins[i]->tool;
	}
	offer_servers(t);
	offer_page(t);
	return t;
}

void llm_tools_close(struct llm_tools **tools)
{
	llm_mcp_close((*tools)->servers, (*tools)->n_servers);
	*tools = NULL;
}

const struct llm_tool *llm_tools_list(const struct llm_tools *t, size_t *n_r)
{
	*n_r = t->n;
	return t->tools;
}

/* What an error looks like to a model. */
static void tell(
    struct pool *pool, struct llm_result *result_r, const char *sentence)
{
	*result_r = (struct llm_result){ .is_error = true,
		.text = str_of(pool_printf(pool, "Error: %s", sentence)) };
}

void llm_tools_run(struct llm_tools *t, struct pool *pool,
    const struct llm_call *call, struct llm_result *result_r)
{
	struct err err = { .code = ERR_OK };
	enum err_code code = ERR_NOT_FOUND;
	size_t i = find_tool(t, call->name);

	*result_r = (struct llm_result){ .is_error = false };
	if (i == t->n) {
		tell(pool, result_r, "There is no tool of that name.");
		return;
	}
	if (call->input == NULL) {
		tell(pool, result_r,
		    "The arguments are not a JSON object that can be read.");
		return;
	}
	if (t->builtin[i] != NULL)
		code = t->builtin[i]->run(
		    &t->in, pool, call->input, &result_r->text, &err);
	else if (t->function[i] != NULL)
		code = llm_page_run(
		    t->function[i], &t->in, pool, call, result_r, &err);
	else
		code = llm_mcp_run(t->servers, t->server[i], t->place[i],
		    &t->in, pool, call, result_r, &err);
	log_debug("llm_tool name=%.*s result=%s", STR_ARG(t->tools[i].name),
	    err_slug(code));
	if (code != ERR_OK)
		tell(pool, result_r, err.text);
	result_r->text = valid_utf8_cut(result_r->text, LLM_RESULT_MAX);
}
