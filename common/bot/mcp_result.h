/* mcp_result.h: what a tool gave, as the model is told; for mcp*.c */
/* SPDX-License-Identifier: MIT */
#ifndef MCP_RESULT_H
#define MCP_RESULT_H

#include "bot/mcp_wire.h"

/*
 * The result of tools/call. Text as it is; images, sounds and files in a few
 * words; structured content unless the text is that already. Never empty.
 */
void mcp_read_result(
    struct mcp *m, const struct json *result, struct mcp_result *result_r);

#endif
