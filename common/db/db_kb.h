/* db_kb.h: knowledge bases, and which bot answers from which */
/* SPDX-License-Identifier: MIT */
#ifndef DB_KB_H
#define DB_KB_H

#include "db/db.h"

struct kb {
	struct id workspace_id;
	struct id id;
	struct str name;
	struct str description; /* may be empty */
	int64_t created_at;
	int64_t updated_at;
	/* of its sources */
	uint64_t sources;
	uint64_t processing;
	uint64_t failed;
};

struct kbs {
	size_t n;
	struct kb *items;
};

/* Those that name one are ERR_NOT_FOUND, in the words of the API, when the
 * workspace has none of that id. */

MUST_CHECK enum err_code db_kb_add(
    struct db *db, const struct kb *kb, struct err *err);
MUST_CHECK enum err_code db_kb_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct kb *kb_r, struct err *err);
/* The newest first. */
MUST_CHECK enum err_code db_kb_list(struct db *db, struct pool *pool,
    struct id workspace_id, size_t max, struct kbs *list_r, struct err *err);
MUST_CHECK enum err_code db_kb_count(struct db *db, struct pool *pool,
    struct id workspace_id, uint64_t *n_r, struct err *err);
/* The first of that name; none when there is none. */
MUST_CHECK enum err_code db_kb_find(struct db *db, struct pool *pool,
    struct id workspace_id, struct str name, struct id *id_r, struct err *err);
/* So that what is counted in the workspace, or belongs to the base, stays as
 * it is until the transaction ends. */
MUST_CHECK enum err_code db_kb_lock_all(
    struct db *db, struct pool *pool, struct id workspace_id, struct err *err);
MUST_CHECK enum err_code db_kb_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);
/* Name, description and updated_at. */
MUST_CHECK enum err_code db_kb_set(
    struct db *db, const struct kb *kb, struct err *err);
MUST_CHECK enum err_code db_kb_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

/* ERR_CONFLICT when it is attached. */
MUST_CHECK enum err_code db_kb_attach(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id kb_id, struct err *err);
/* ERR_NOT_FOUND when it is not attached. */
MUST_CHECK enum err_code db_kb_detach(struct db *db, struct id workspace_id,
    struct id chatbot_id, struct id kb_id, struct err *err);
MUST_CHECK enum err_code db_kb_detach_all(
    struct db *db, struct id workspace_id, struct id kb_id, struct err *err);
/* Those that a bot answers from, the newest first. */
MUST_CHECK enum err_code db_kb_list_attached(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, size_t max,
    struct kbs *list_r, struct err *err);
MUST_CHECK enum err_code db_kb_count_attached(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, uint64_t *n_r,
    struct err *err);

#endif
