/* mcp_wire.h: one request to an MCP server and its answer; for mcp*.c */
/* SPDX-License-Identifier: MIT */
#ifndef MCP_WIRE_H
#define MCP_WIRE_H

#include "base/json_in.h"
#include "bot/mcp.h"

#define MCP_STATELESS	 "2026-07-28"
#define MCP_HANDSHAKE	 "2025-11-25" /* the newest that begins with one */
#define MCP_VERSION_SIZE 16
#define MCP_SESSION_MAX	 1024 /* bytes of a session id and of an event id */
#define MCP_RESUMES_MAX	 50   /* a stream that ended, asked for again */
#define MCP_ASKED_MAX	 20   /* requests of the server while we wait */
#define MCP_RETRY_MS	 1000 /* until then, unless the server says */
#define MCP_BYE_MS	 2000 /* for what nobody waits for the answer of */
#define MCP_HEADERS_MAX	 40   /* of one request, ours and theirs */
#define MCP_HEADERS_OWN	 8

/* JSON-RPC and MCP error codes that mean something to a client. */
enum {
	MCP_UNKNOWN_METHOD = -32601,
	MCP_HEADER_MISMATCH = -32020,
	MCP_MISSING_CAPABILITY = -32021,
	MCP_UNSUPPORTED_VERSION = -32022,
};

/* http_send, or what tests put in its place. */
typedef enum err_code mcp_send_fn(const struct settings *s, struct pool *pool,
    const struct http_request *in, struct http_response *out_r,
    struct err *err);

struct mcp_world {
	mcp_send_fn *send;
	void (*sleep)(int64_t ms);
};

extern const struct mcp_world mcp_world; /* the one that there is */

struct mcp {
	const struct settings *s;
	struct pool *pool;
	const struct mcp_server *server;
	const struct mcp_world *world;
	bool is_stateless;
	bool is_guess;	 /* by what was kept of last time only */
	bool is_greeted; /* the handshake is behind us */
	bool has_tools;	 /* it says that it has some, or nothing of it */
	char version[MCP_VERSION_SIZE];
	char *session; /* a secret; NULL: none */
	int64_t last_id;
	int64_t until_ms; /* end of the operation, by clock_mono_ms */
	struct str server_name;
	struct str server_version;
};

/* A request, with what its kind needs. */
struct mcp_ask {
	const char *method;
	bool has_cursor; /* tools/list */
	struct str cursor;
	struct str name;      /* tools/call */
	struct str arguments; /* JSON */
	size_t n_headers;     /* Mcp-Param-* */
	const struct http_header *headers;
};

/* What came of it, in the pool that was given. */
struct mcp_answer {
	int status;		   /* of HTTP */
	const struct json *result; /* not NULL: it is the answer; else */
	const struct json *error;  /* may be NULL when the status says it all */
	bool is_ours;		   /* the error bears our request's id */
	int64_t error_code;	   /* 0: none */
	struct str session;	   /* Mcp-Session-Id; empty: none */
	size_t bytes;
};

/*
 * Sends one request in the version that m speaks and waits for its answer, in
 * whichever form that comes. ERR_OK also for an error of JSON-RPC and for the
 * statuses 400 to 499 but 401, 403 and 429: see *out_r. m->until_ms bounds it.
 */
MUST_CHECK enum err_code mcp_ask(struct mcp *m, struct pool *pool,
    const struct mcp_ask *ask, struct mcp_answer *out_r, struct err *err);
/* The same behind a handshake: when the session is lost, with another one. */
MUST_CHECK enum err_code mcp_ask_again(struct mcp *m, struct pool *pool,
    const struct mcp_ask *ask, struct mcp_answer *out_r, struct err *err);
/* A notification, answered by nothing that matters. */
void mcp_tell(struct mcp *m, const char *method, int64_t request_id);
/* The end of the session. */
void mcp_end(struct mcp *m);

/* Begins an operation. */
void mcp_begin(struct mcp *m, int64_t max_ms);
/* ERR_BAD_REQUEST from what the server said against a request of the protocol
 * itself. */
enum err_code mcp_refused(struct mcp *m, const char *what,
    const struct mcp_answer *a, struct err *err);
/* Takes the server's name and version out of _meta or serverInfo. */
void mcp_read_server(struct mcp *m, const struct json *result);
/* As mcp_open, in another world. */
MUST_CHECK enum err_code mcp_open_with(const struct settings *s,
    struct pool *pool, const struct mcp_server *server, int64_t max_ms,
    const struct mcp_world *world, struct mcp **mcp_r, struct err *err);

/* Opens, lists and closes, all in max_ms. */
MUST_CHECK enum err_code mcp_look(const struct mcp_world *world,
    const struct settings *s, struct pool *pool,
    const struct mcp_server *server, int64_t max_ms, struct mcp_tools *tools_r,
    struct err *err);

/* What an answer to server/discover shows. */
enum mcp_era {
	MCP_ERA_STATELESS, /* go on */
	MCP_ERA_HANDSHAKE, /* an older server: initialize */
	MCP_ERA_NONE,	   /* it speaks only what we do not */
};
enum mcp_era mcp_era_of(const struct mcp_answer *a);
/* Whether it is a revision that begins with a handshake and that we speak. */
bool mcp_is_handshake(struct str version);

/*
 * The text with the credentials and the session id gone, control characters
 * but line ends and tabs too, and cut at max bytes between two characters; in
 * the pool. Everything that a server says passes here.
 */
struct str mcp_clean(
    const struct mcp *m, struct pool *pool, struct str text, size_t max);

#endif
