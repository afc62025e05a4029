/* apikey.h: keys of the developer API: made, listed, revoked, checked */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_APIKEY_H
#define CHAT_APIKEY_H

#include "db/db_api_key.h"

struct settings;

#define APIKEY_DAYS_MAX 3650

/*
 * A new key: "sk-" and 40 random characters, shown this once and kept as
 * SHA-256. created_by may be none; days until it expires, 0: never.
 * ERR_BAD_REQUEST for a bad name.
 */
MUST_CHECK enum err_code apikey_add(struct db *db, struct pool *pool,
    struct id workspace_id, struct str name, bool can_write,
    struct id created_by, int64_t days, struct api_key *key_r,
    struct str *secret_r, struct err *err);
MUST_CHECK enum err_code apikey_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct api_keys *list_r, struct err *err);
/* After it nobody is let in with that key: it waits until what was read of the
 * key before is forgotten (key_cache_ms). ERR_NOT_FOUND when there is none, or
 * it was revoked before. */
MUST_CHECK enum err_code apikey_revoke(struct db *db, const struct settings *s,
    struct id workspace_id, struct id id, struct err *err);
/* Whose key this is; ERR_UNAUTHORIZED for any that is not valid. Notes the use,
 * at most once a minute. */
MUST_CHECK enum err_code apikey_check(struct db *db, struct pool *pool,
    struct str secret, struct api_key *key_r, struct err *err);
/* ERR_UNAUTHORIZED in the words of the API. */
enum err_code apikey_refuse(struct err *err);

/* sk-••••••••••••abcd */
struct str apikey_masked(struct pool *pool, const struct api_key *key);

#endif
