/* integrations.h: the integrations of a bot, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_INTEGRATIONS_H
#define CHAT_INTEGRATIONS_H

#include "base/seal.h"
#include "db/db_integration.h"

enum integration_type {
	INTEGRATION_WEB,
	INTEGRATION_WHATSAPP,
	INTEGRATION_REST_API,
	INTEGRATION_MCP, /* any number, each with a name of its own */
	INTEGRATION_API, /* the same */
	INTEGRATION_TYPE__MAX
};

#define INTEGRATION_NAME_MAX 100
#define INTEGRATION_KEPT     "***" /* for a secret: as it was */

/* As the API spells it: "rest-api". */
const char *integration_type_name(enum integration_type type);
enum integration_type integration_type_of(const struct db_integration *row);

/* Which one: by its id, or without one the bot's only one of a type. */
struct integration_which {
	struct id workspace_id;
	struct id chatbot_id;
	struct id id;
	enum integration_type type; /* INTEGRATION_TYPE__MAX: any, with an id */
};

/*
 * In what these take and give back, secrets is readable: a JSON object, or
 * empty. All are ERR_NOT_FOUND, in the words of the API, when the workspace
 * has no such bot or the bot no such integration, and ERR_CONFLICT when it has
 * one of the type or the name already.
 */

/* Ids, name, settings, secrets, allowed_origins and token_hash of row count;
 * fills the rest. max: of the type; negative: any number, else ERR_PAYMENT. */
MUST_CHECK enum err_code integration_add(struct db *db, struct pool *pool,
    const struct seal_key *key, enum integration_type type, int64_t max,
    struct db_integration *row, struct err *err);
/* ERR_PAYMENT when none is allowed. */
MUST_CHECK enum err_code integration_check_max(
    enum integration_type type, int64_t max, struct err *err);
MUST_CHECK enum err_code integration_get(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct integration_which *which,
    struct db_integration *row_r, struct err *err);
/* Of a type, or of all; the newest first. */
MUST_CHECK enum err_code integration_list(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    enum integration_type type, struct db_integrations *list_r,
    struct err *err);

/* Changes the row before it is stored; an error leaves it as it was. */
typedef enum err_code integration_change_fn(
    struct pool *pool, struct db_integration *row, void *arg, struct err *err);
MUST_CHECK enum err_code integration_set(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct integration_which *which,
    integration_change_fn *change, void *arg, struct db_integration *row_r,
    struct err *err);
/* One that people came in by is kept for what they said, but lets nobody in;
 * the others are gone. Whether flows need it is the caller's to know. */
MUST_CHECK enum err_code integration_del(struct db *db, struct pool *pool,
    const struct integration_which *which, struct err *err);

/* A new key for a widget, and what db_integration_get_by_token finds it by. */
struct str integration_new_key(struct pool *pool, struct str *hash_r);
/* The secrets of a widget with that key. */
struct str integration_key_secrets(struct pool *pool, struct str widget_key);
/* A widget that was made with a token is shown with it from now on. */
MUST_CHECK enum err_code integration_keep_token(struct db *db,
    struct pool *pool, const struct seal_key *key, struct id workspace_id,
    struct id id, struct str token, struct err *err);

#endif
