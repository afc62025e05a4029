/* db_link_preview.h: statements on what pages say of themselves */
/* SPDX-License-Identifier: MIT */
#ifndef DB_LINK_PREVIEW_H
#define DB_LINK_PREVIEW_H

#include "db/db.h"

/* preview_r is empty when there is none of it; *is_known_r false: it is not
 * known, or only from before `now`. */
MUST_CHECK enum err_code db_link_preview_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct str url_hash, int64_t now,
    struct str *preview_r, bool *is_known_r, struct err *err);
/* Empty: there is none. */
MUST_CHECK enum err_code db_link_preview_set(struct db *db,
    struct id workspace_id, struct str url_hash, struct str preview,
    int64_t expires_at, struct err *err);
MUST_CHECK enum err_code db_link_preview_prune(
    struct db *db, int64_t now, size_t max, uint64_t *n_r, struct err *err);

#endif
