/* db_schema.h: which version of sql/ the database has */
/* SPDX-License-Identifier: MIT */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "db/db.h"

/* What this program was written for; raised with each file of sql/migrate. */
#define DB_SCHEMA_VERSION 5

/* The version found; 0 for an empty database. */
MUST_CHECK enum err_code db_schema_get_version(
    struct db *db, uint64_t *version_r, struct err *err);
/* Notes that a migration was applied. */
MUST_CHECK enum err_code db_schema_add_version(
    struct db *db, uint64_t version, struct str name, struct err *err);
/* Tells the server's own words about itself, for doctor. */
MUST_CHECK enum err_code db_schema_get_server(struct db *db, struct pool *pool,
    struct str *version_r, struct str *charset_r, struct err *err);

#endif
