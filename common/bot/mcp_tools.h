/* mcp_tools.h: what tools are called, for mcp*.c */
/* SPDX-License-Identifier: MIT */
#ifndef MCP_TOOLS_H
#define MCP_TOOLS_H

#include "bot/mcp_wire.h"

/*
 * {server}__{tool} where that is a name that models accept; otherwise with
 * other characters as _, cut, and with a hash of both names at its end. Two
 * pairs never have the same one but by a collision of 40 bits.
 */
struct str mcp_alias(struct pool *pool, struct str server, struct str tool);

/* As mcp_list_tools, in an operation that has begun. */
MUST_CHECK enum err_code mcp_read_tools(
    struct mcp *m, struct mcp_tools *tools_r, struct err *err);
/* As mcp_tools_of, in another world. */
MUST_CHECK enum err_code mcp_tools_in(const struct mcp_world *world,
    struct db *db, struct pool *pool, const struct settings *s,
    const struct mcp_server *server, int64_t max_ms, struct mcp_tools *tools_r,
    struct err *err);

#endif
