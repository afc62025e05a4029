/* llm_tool_mcp.h: the tools of the MCP servers that a flow names */
/* SPDX-License-Identifier: MIT */
#ifndef LLM_TOOL_MCP_H
#define LLM_TOOL_MCP_H

#include "bot/llm_tools.h"

/* One server of the turn; opened when the first of its tools is used. */
struct llm_mcp;

/* The servers that the flow's tools name: each with what it offers. One that is
 * switched off, is not there or does not answer is passed over, with a line in
 * the log and a sentence in in->lost. */
size_t llm_mcp_open(struct pool *pool, const struct llm_tools_in *in,
    struct llm_mcp **servers_r);
void llm_mcp_close(struct llm_mcp *servers, size_t n);

/* What a server offers, names as the model knows them. */
size_t llm_mcp_count(const struct llm_mcp *servers, size_t server);
struct llm_tool llm_mcp_tool(
    const struct llm_mcp *servers, size_t server, size_t tool);
MUST_CHECK enum err_code llm_mcp_run(struct llm_mcp *servers, size_t server,
    size_t tool, const struct llm_tools_in *in, struct pool *pool,
    const struct llm_call *call, struct llm_result *result_r, struct err *err);

#endif
