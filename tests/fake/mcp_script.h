/* mcp_script.h: an MCP server that says what stands in a table */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_MCP_SCRIPT_H
#define FAKE_MCP_SCRIPT_H

#include "bot/mcp_wire.h"

/* One request that must come, and its answer. */
struct mcp_step {
	/* Lines that must be in the request, which is spelt as METHOD, headers
	 * as "name: value", body, one per line; with '!' ahead: must not. */
	const char *want;
	int status;	  /* 0: fails with code */
	const char *head; /* header lines; the content type is the first */
	const char *body;
	enum err_code code;
	int64_t takes_ms;
};

#define MCP_JSON "content-type: application/json"
#define MCP_SSE	 "content-type: text/event-stream"

extern const struct mcp_world mcp_script_world;

/* From now on; piece: bytes at a time, 0: all at once. */
void mcp_script_play(const struct mcp_step *steps, size_t n, size_t piece);
/* All steps were taken, and nothing else was asked. */
bool mcp_script_is_over(void);

#endif
