/* llm_tools.h: the tools that a model may use in a turn */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_TOOLS_H
#define LLM_TOOLS_H

#include "bot/action_llm_agent.h"
#include "bot/llm_config.h"
#include "bot/outside.h"

#define LLM_TOOLS_MAX	   128	 /* offered at once; OpenAI takes no more */
#define LLM_RESULT_MAX	   32768 /* bytes of a result */
#define LLM_SEARCH_RESULTS 5	 /* by default */

/* What tools may use. */
struct llm_tools_in {
	struct outside *o;
	const struct llm_config *config;
	const struct call_agent *call;
	int64_t until_us; /* as llm_watch */
	struct str *lost; /* why a server has none, for people; stays as it is
			     when all have */
};

struct llm_tools;

/* Collects them: those that are always there, what the flow switches off left
 * aside, and those of the flow's MCP servers; a server that does not answer has
 * none. */
struct llm_tools *llm_tools_open(
    struct pool *pool, const struct llm_tools_in *in);
void llm_tools_close(struct llm_tools **tools);
const struct llm_tool *llm_tools_list(const struct llm_tools *t, size_t *n_r);

struct llm_result {
	bool is_error;
	struct str text; /* for the model */
};

/* Never fails: what goes wrong is told the model. */
void llm_tools_run(struct llm_tools *t, struct pool *pool,
    const struct llm_call *call, struct llm_result *result_r);

/* One that is always there, in a file of its own. */
struct llm_builtin {
	struct llm_tool tool;
	/* NULL: always */
	bool (*is_there)(const struct llm_tools_in *in);
	/* The result; a failure's sentence is told the model. */
	enum err_code (*run)(const struct llm_tools_in *in, struct pool *pool,
	    const struct json *arguments, struct str *text_r, struct err *err);
};

extern const struct llm_builtin llm_calculator;
extern const struct llm_builtin llm_datetime;
extern const struct llm_builtin llm_documents;
extern const struct llm_builtin llm_search;
extern const struct llm_builtin llm_web_search;

/* The flow's entry for a tool, or NULL. */
const struct call_agent_tool *llm_tools_entry(
    const struct llm_tools_in *in, struct str name);

#endif
