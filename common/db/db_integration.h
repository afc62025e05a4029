/* db_integration.h: ways in: the widgets on people's sites */
/* SPDX-License-Identifier: MIT */
#ifndef DB_INTEGRATION_H
#define DB_INTEGRATION_H

#include "db/db.h"

struct integration;

/* token_hash: 32 bytes. */
MUST_CHECK enum err_code db_integration_add(struct db *db,
    const struct integration *in, struct str token_hash, struct err *err);
/* One that is not disabled; ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code db_integration_get_by_token(struct db *db,
    struct pool *pool, struct str token_hash, struct integration *out_r,
    struct err *err);
/* Where the page may stand that this conversation is held on: for end users,
 * who know only its id. ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_integration_get_origins(struct db *db,
    struct pool *pool, struct id conversation_id, struct str *origins_r,
    struct err *err);

#endif
