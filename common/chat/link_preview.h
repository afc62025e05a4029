/* link_preview.h: what pages say of themselves, kept for a while */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_LINK_PREVIEW_H
#define CHAT_LINK_PREVIEW_H

#include "db/db.h"

#define LINK_PREVIEW_S	    86400 /* for which one is kept */
#define LINK_PREVIEW_NONE_S 600	  /* for which it is kept that there is none */
#define LINK_PREVIEW_ROWS   500	  /* deleted at once when they are old */

/* JSON object {url, title, description, image, site_name} of a page; empty:
 * there is none. *is_known_r false: nobody has asked, or long ago. */
MUST_CHECK enum err_code link_preview_find(struct db *db, struct pool *pool,
    struct id workspace_id, struct str url, struct str *preview_r,
    bool *is_known_r, struct err *err);
/* Empty: there is none. */
MUST_CHECK enum err_code link_preview_keep(struct db *db,
    struct id workspace_id, struct str url, struct str preview,
    struct err *err);
/* Deletes what is too old, at most LINK_PREVIEW_ROWS. */
MUST_CHECK enum err_code link_preview_prune(
    struct db *db, uint64_t *n_r, struct err *err);

#endif
