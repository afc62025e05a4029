/* db_idempotency.h: answers to requests that may come again */
/* SPDX-License-Identifier: MIT */
#ifndef DB_IDEMPOTENCY_H
#define DB_IDEMPOTENCY_H

#include "db/db.h"

struct idempotency {
	struct id workspace_id;
	struct str name;	 /* Idempotency-Key */
	struct str request_hash; /* 32 bytes */
	unsigned status;
	struct str body; /* sealed */
};

/* Takes the name, first of all in the transaction of the request: whoever sends
 * it as well waits until that ends. ERR_CONFLICT when it is taken. */
MUST_CHECK enum err_code db_idempotency_add(
    struct db *db, const struct idempotency *row, struct err *err);
/* Keeps the answer. */
MUST_CHECK enum err_code db_idempotency_set(
    struct db *db, const struct idempotency *row, struct err *err);
/* The row of workspace_id and name; ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_idempotency_get(
    struct db *db, struct pool *pool, struct idempotency *row, struct err *err);
/* Forgets what is older than before, some rows at a time. */
MUST_CHECK enum err_code db_idempotency_prune(
    struct db *db, int64_t before, struct err *err);

#endif
