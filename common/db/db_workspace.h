/* db_workspace.h: tenants */
/* SPDX-License-Identifier: MIT */
#ifndef DB_WORKSPACE_H
#define DB_WORKSPACE_H

#include "db/db.h"

MUST_CHECK enum err_code db_workspace_add(
    struct db *db, struct id id, struct str name, struct err *err);
/* ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code db_workspace_get(struct db *db, struct pool *pool,
    struct id id, struct str *name_r, struct err *err);

#endif
