/* mcp.h: tools of other servers, by the Model Context Protocol over HTTP */
/* SPDX-License-Identifier: MIT */
#ifndef MCP_H
#define MCP_H

#include "base/id.h"
#include "chat/integration.h"
#include "db/db.h"
#include "net/http.h"

/*
 * Streamable HTTP of the revisions 2025-03-26 to 2026-07-28. All that a server
 * says is taken for the word of a stranger: bounded, and never with the
 * credentials that it was given. Not here: OAuth, and the HTTP+SSE transport
 * of 2024-11-05.
 */

#define MCP_TOOLS_MAX	  500	  /* that a server may tell of */
#define MCP_TOOLS_DEFAULT 20	  /* offered to the model without allowlist */
#define MCP_TOOLS_FRESH_S 300	  /* a kept list is used for so long */
#define MCP_ANSWER_MAX	  4194304 /* bytes of one answer of a server */
#define MCP_RESULT_MAX	  65536	  /* bytes of a result, for the model */
#define MCP_ALIAS_MAX	  64	  /* characters, of [A-Za-z0-9_-] */

struct mcp; /* a conversation with a server */

/* An integration of type mcp. All must live as long as what is made of it. */
struct mcp_server {
	/* For mcp_tools_of only. */
	struct id workspace_id;
	struct id chatbot_id;
	struct id integration_id;
	int64_t updated_at; /* of the integration: a list that was fetched
				   before its change is not kept */
	bool has_allowlist; /* false: MCP_TOOLS_DEFAULT of them */
	size_t n_allowed;   /* names as the server has them */
	const struct str *allowed;

	struct str name; /* the integration's: prefix of its tools */
	struct str url;
	size_t n_headers; /* the credentials, ready-made; sent each time */
	const struct http_header *headers;
	int64_t timeout_ms; /* of one request; > 0 */
	/* mcp_tools.version of last time: saves asking for it; may be empty */
	struct str version;
	/* As in http_request; may be NULL. */
	bool (*tick)(void *arg);
	void *arg;
};

struct mcp_tool {
	struct str name;	 /* as the server has it */
	struct str alias;	 /* {integration}__{name}, for the model: at
				    most MCP_ALIAS_MAX of [A-Za-z0-9_-], unique,
				    always the same */
	struct str title;	 /* may be empty */
	struct str description;	 /* may be empty */
	struct str input_schema; /* JSON object, as text */
};

struct mcp_tools {
	struct str version; /* of the protocol that the server speaks */
	struct str server_name;
	struct str server_version;
	size_t n;
	struct mcp_tool *items;
};

/* What the model is told. is_error: the tool failed, text says how. */
struct mcp_result {
	bool is_error;
	struct str text; /* valid UTF-8, at most MCP_RESULT_MAX bytes */
};

/* What there is to say of an integration; tick and version are left empty. */
void mcp_server_of(struct pool *pool, const struct integration_mcp *in,
    struct id workspace_id, struct id chatbot_id, struct mcp_server *server_r);

/*
 * max_ms in all of these: what the caller has left, besides the server's own
 * timeout_ms for each request (0: twice that, for the whole). Failures:
 *
 * ERR_UNAUTHORIZED, ERR_FORBIDDEN	the server answered 401, 403
 * ERR_RATE_LIMITED, ERR_UNAVAILABLE	429, 503; with retry_after_s
 * ERR_TIMEOUT				too slow, or tick gave up
 * ERR_BAD_GATEWAY			not reached: name, connection, TLS
 * ERR_BAD_REQUEST			the URL or a header is refused, or the
 *					answer is not what the protocol says
 *
 * The sentence names no secret.
 */

/* Finds the version and shakes hands, if that version does. All is in the
 * pool, which must live until mcp_close. */
MUST_CHECK enum err_code mcp_open(const struct settings *s, struct pool *pool,
    const struct mcp_server *server, int64_t max_ms, struct mcp **mcp_r,
    struct err *err);
/* All tools that can be used, the allowlist left aside: for people. */
MUST_CHECK enum err_code mcp_list_tools(struct mcp *mcp, int64_t max_ms,
    struct mcp_tools *tools_r, struct err *err);
/*
 * arguments: a JSON object as text; empty counts as {}. What the server or its
 * tool says against it (JSON-RPC error, isError) is ERR_OK with is_error.
 */
MUST_CHECK enum err_code mcp_call(struct mcp *mcp, const struct mcp_tool *tool,
    struct str arguments, int64_t max_ms, struct mcp_result *result_r,
    struct err *err);
/* Ends the session, if there is one; sets *mcp NULL, accepts NULL. */
void mcp_close(struct mcp **mcp);

/* Opens, lists, closes: whether an integration works. Twice timeout_ms for
 * the whole. */
MUST_CHECK enum err_code mcp_probe(const struct settings *s, struct pool *pool,
    const struct mcp_server *server, struct mcp_tools *tools_r,
    struct err *err);

/*
 * The tools that the model may use: those of the allowlist, or the first
 * MCP_TOOLS_DEFAULT; asked of the server when the kept list is older than
 * MCP_TOOLS_FRESH_S or older than the integration's last change. No
 * transaction may be open on db. Who changes or deletes an integration forgets
 * what was kept (db_mcp_forget).
 */
MUST_CHECK enum err_code mcp_tools_of(struct db *db, struct pool *pool,
    const struct settings *s, const struct mcp_server *server, int64_t max_ms,
    struct mcp_tools *tools_r, struct err *err);
#endif
