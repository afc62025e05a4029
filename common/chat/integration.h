/* integration.h: what a bot uses of its integrations: backends and tools */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_INTEGRATION_H
#define CHAT_INTEGRATION_H

#include "base/seal.h"
#include "db/db.h"

#define INTEGRATION_HEADERS_MAX 20 /* of either sort that a tenant may set */
/* Bytes of all credentials and headers of one, as JSON. */
#define INTEGRATION_SECRETS_MAX 65536

/* As net/http.h has them; no CR, LF or NUL in them. */
struct integration_header {
	struct str name;
	struct str value;
};

/* A backend for API_CALL. */
struct integration_api {
	struct id id;
	struct str name;
	struct str base_url;
	size_t n_headers; /* the credentials among them */
	const struct integration_header *headers;
};

/* A server of tools. */
struct integration_mcp {
	struct id id;
	struct str name; /* prefix of its tools */
	struct str server_url;
	size_t n_headers; /* the credentials */
	const struct integration_header *headers;
	int64_t timeout_ms; /* of one request */
	bool has_allowlist; /* false: all tools */
	size_t n_allowed;
	const struct str *allowed;
	bool is_enabled;
	int64_t updated_at;
};

struct integration_mcps {
	size_t n;
	struct integration_mcp *items;
};

/*
 * The one of this name of the bot. ERR_NOT_FOUND when there is none, or it is
 * switched off (of MCP servers is_enabled tells). All is in the pool; secrets
 * are in headers only.
 */
MUST_CHECK enum err_code integration_find_api(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    struct str name, struct integration_api *out_r, struct err *err);
MUST_CHECK enum err_code integration_find_mcp(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    struct str name, struct integration_mcp *out_r, struct err *err);
/* Those that are switched off too; the newest first. */
MUST_CHECK enum err_code integration_list_mcp(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    struct integration_mcps *list_r, struct err *err);

struct json;

/*
 * Ready-made headers: more (an object of texts; NULL: none) and the
 * credentials: for auth_type BEARER {"bearer": token}, for HEADERS an object
 * of texts, which win over more.
 */
void integration_headers(struct pool *pool, const struct json *more,
    struct str auth_type, const struct json *auth, size_t *n_r,
    const struct integration_header **headers_r);

#endif
