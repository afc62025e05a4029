/* kb.h: knowledge bases, as developers manage them */
/* SPDX-License-Identifier: MIT */
#ifndef KB_H
#define KB_H

#include "db/db_kb.h"
#include "db/db_kb_source.h"

#define KB_DESCRIPTION_MAX 10000  /* code points */
#define KB_TITLE_MAX	   300	  /* code points of a source's title */
#define KB_CONTENT_MAX	   500000 /* bytes of a text */
#define KB_BASES_MAX	   200	  /* of a workspace */
#define KB_SOURCES_MAX	   500	  /* of a base */
#define KB_ATTACHED_MAX	   50	  /* of a bot */

/* All are ERR_NOT_FOUND, in the words of the API, for what the workspace has
 * not; beyond a number above ERR_PAYMENT, as for the limits of a plan. */

/* name and description of kb count; fills the rest. */
MUST_CHECK enum err_code kb_add(
    struct db *db, struct pool *pool, struct kb *kb, struct err *err);
MUST_CHECK enum err_code kb_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct kbs *list_r, struct err *err);
/* NULL: stays as it is. */
MUST_CHECK enum err_code kb_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, const struct str *name,
    const struct str *description, struct kb *kb_r, struct err *err);
/* With its sources, in small transactions, the base itself last: who is
 * interrupted asks again. No bot answers from it any more at once. */
MUST_CHECK enum err_code kb_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);
/* empty, building (some source is being imported), failed (all have) or
 * ready. */
const char *kb_status(const struct kb *kb);

/* title, url, content and is_web of s count, and its workspace and base;
 * fills the rest. It is imported in the background (kb_import.h), soon. */
MUST_CHECK enum err_code kb_source_add(
    struct db *db, struct pool *pool, struct kb_source *s, struct err *err);
MUST_CHECK enum err_code kb_source_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct kb_sources *list_r,
    struct err *err);
MUST_CHECK enum err_code kb_source_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct id id, struct err *err);

/* The bot answers from it; ERR_CONFLICT when it does already. */
MUST_CHECK enum err_code kb_attach(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    struct kb *kb_r, struct err *err);
MUST_CHECK enum err_code kb_list_attached(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct kbs *list_r,
    struct err *err);
MUST_CHECK enum err_code kb_detach(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    struct err *err);

#endif
