/* llm_tool_page.h: functions that run in the visitor's page, as tools */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_TOOL_PAGE_H
#define LLM_TOOL_PAGE_H

#include "bot/llm_tools.h"
#include "bot/visitor_page.h"

/* Those of the page that asks (bot_env.page), else those that it has left by its
 * socket for the session, if its widget has the option `tools`. */
size_t llm_page_open(struct pool *pool, const struct llm_tools_in *in,
    const struct page_function **functions_r);
struct llm_tool llm_page_tool(const struct page_function *f);
/* Asks the page and waits for its answer. ERR_TIMEOUT when there is none. */
MUST_CHECK enum err_code llm_page_run(const struct page_function *f,
    const struct llm_tools_in *in, struct pool *pool,
    const struct llm_call *call, struct llm_result *result_r, struct err *err);

#endif
