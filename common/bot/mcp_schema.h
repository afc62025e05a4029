/* mcp_schema.h: what the schema of a tool's arguments asks of a client */
/* SPDX-License-Identifier: MIT */
#ifndef MCP_SCHEMA_H
#define MCP_SCHEMA_H

#include "base/json_in.h"
#include "net/http.h"

#define MCP_SCHEMA_MAX	 65536 /* bytes; a tool with a longer one is hidden */
#define MCP_SCHEMA_DEPTH 24    /* objects and arrays in each other */
#define MCP_PARAMS_MAX	 20    /* arguments that are headers too */

/* Whether it is an object, small and flat enough. */
bool mcp_schema_check(struct pool *pool, const struct json *schema);
/* As text, with the type that some servers leave out. */
struct str mcp_schema_text(struct pool *pool, const struct json *schema);

/*
 * The arguments that stand in headers besides (x-mcp-header, revision
 * 2026-07-28), as Mcp-Param-*, at most MCP_PARAMS_MAX of them. False when an
 * annotation is not allowed: the tool must not be used. arguments may be NULL
 * to check only.
 */
bool mcp_schema_params(struct pool *pool, const struct json *schema,
    const struct json *arguments, struct http_header *headers_r, size_t *n_r);
/* A value as a header may carry it: as it is, or =?base64?...?=. */
struct str mcp_header_value(struct pool *pool, struct str value);

/*
 * The JSON text with every object and array that is nested deeper than
 * depth_max replaced by null, so that one deep schema does not make a whole
 * answer unreadable. What is no JSON stays none.
 */
struct str mcp_prune(struct pool *pool, struct str text, unsigned depth_max);

#endif
