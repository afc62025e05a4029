/* link_preview.c: what pages say of themselves, kept for a while */
/* SPDX-License-Identifier: MIT */
#include "chat/link_preview.h"

#include "base/clock.h"
#include "base/rnd.h"
#include "db/db_link_preview.h"

#define SECOND_US INT64_C(1000000)

enum err_code link_preview_find(struct db *db, struct pool *pool,
    struct id workspace_id, struct str url, struct str *preview_r,
    bool *is_known_r, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];

	rnd_sha256(url, hash);
	return db_link_preview_get(db, pool, workspace_id,
	    str_make((const char *)hash, sizeof(hash)), clock_now_us(),
	    preview_r, is_known_r, err);
}

enum err_code link_preview_keep(struct db *db, struct id workspace_id,
    struct str url, struct str preview, struct err *err)
{
	int64_t kept_s = preview.n ? LINK_PREVIEW_S : LINK_PREVIEW_NONE_S;
	uint8_t hash[RND_SHA256_SIZE];

	rnd_sha256(url, hash);
	return db_link_preview_set(db, workspace_id,
	    str_make((const char *)hash, sizeof(hash)), preview,
	    clock_now_us() + kept_s * SECOND_US, err);
}

enum err_code link_preview_prune(struct db *db, uint64_t *n_r, struct err *err)
{
	return db_link_preview_prune(
	    db, clock_now_us(), LINK_PREVIEW_ROWS, n_r, err);
}
