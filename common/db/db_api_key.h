/* db_api_key.h: keys of the developer API */
/* SPDX-License-Identifier: MIT */
#ifndef DB_API_KEY_H
#define DB_API_KEY_H

#include "db/db.h"

struct api_key {
	struct id id;
	struct id workspace_id;
	struct str name;
	struct str last4; /* end of the key itself */
	bool can_write;
	struct id created_by; /* none: barazactl */
	int64_t created_at;
	int64_t last_used_at;	    /* 0: never */
	int64_t expires_at;	    /* 0: it does not */
	int64_t revoked_at;	    /* 0: it is valid */
	struct str created_by_name; /* only of db_api_key_list; may be empty */
	/* only of db_api_key_get */
	struct str workspace_name;
	int64_t workspace_created_at;
};

struct api_keys {
	size_t n;
	struct api_key *items;
};

MUST_CHECK enum err_code db_api_key_add(
    struct db *db, const struct api_key *key, struct str hash, struct err *err);
/* By the hash of the key; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_api_key_get(struct db *db, struct pool *pool,
    struct str hash, struct api_key *key_r, struct err *err);
/* All of a workspace, the newest first. */
MUST_CHECK enum err_code db_api_key_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct api_keys *list_r, struct err *err);
/* ERR_NOT_FOUND when the workspace has no such valid key. */
MUST_CHECK enum err_code db_api_key_revoke(struct db *db,
    struct id workspace_id, struct id id, int64_t now, struct err *err);
MUST_CHECK enum err_code db_api_key_set_used(struct db *db,
    struct id workspace_id, struct id id, int64_t now, struct err *err);

#endif
