/* db_blueprint.h: what several widgets of a workspace have in common */
/* SPDX-License-Identifier: MIT */
#ifndef DB_BLUEPRINT_H
#define DB_BLUEPRINT_H

#include "db/db_slice.h"

struct blueprint {
	struct id workspace_id;
	struct id id;
	struct str name; /* may be empty, as the next three */
	struct str alias;
	struct str description;
	struct str meta;     /* JSON object */
	struct str settings; /* JSON object: widget_option.h */
	int64_t created_at;
	int64_t updated_at;
};

struct blueprints {
	size_t n;
	struct blueprint *items;
};

/* ERR_CONFLICT when the alias is taken. */
MUST_CHECK enum err_code db_blueprint_add(
    struct db *db, const struct blueprint *b, struct err *err);
MUST_CHECK enum err_code db_blueprint_set(
    struct db *db, const struct blueprint *b, struct err *err);
/* By id, or without one (none) by alias; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_blueprint_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct str alias,
    struct blueprint *b_r, struct err *err);
/* Locks the row until the transaction ends; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_blueprint_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);
MUST_CHECK enum err_code db_blueprint_list(struct db *db, struct pool *pool,
    struct id workspace_id, const struct db_slice *slice,
    struct blueprints *list_r, struct err *err);
MUST_CHECK enum err_code db_blueprint_count(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t *n_r, struct err *err);
/* No widget has it any more; then it is gone. */
MUST_CHECK enum err_code db_blueprint_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

#endif
