/* db_outbox.h: requests that are sent when their cause is stored */
/* SPDX-License-Identifier: MIT */
#ifndef DB_OUTBOX_H
#define DB_OUTBOX_H

#include "db/db.h"

/* Requests of one workspace that are on their way at once, whoever sends. */
#define DB_OUTBOX_SHARE 2

struct db_outbox {
	struct id id;
	struct id workspace_id;
	struct id conversation_id;
	struct str kind;
	struct str body; /* sealed */
	unsigned tries;	 /* begun, this one too */
};

/* Inside the transaction of what made it necessary. */
MUST_CHECK enum err_code db_outbox_add(
    struct db *db, const struct db_outbox *row, int64_t now, struct err *err);
/*
 * Inside a transaction: the row that is due for the longest time and that
 * nobody else takes just now becomes the owner's until then; one of a workspace
 * of which none is on its way before the others. *found_r false: none is due,
 * or only of workspaces that have their share.
 */
MUST_CHECK enum err_code db_outbox_take(struct db *db, struct pool *pool,
    struct id owner, int64_t now, int64_t until, struct db_outbox *row_r,
    bool *found_r, struct err *err);
/* Both only while it is the owner's: what is done is gone, the rest is due
 * again. */
MUST_CHECK enum err_code db_outbox_del(struct db *db,
    const struct db_outbox *row, struct id owner, struct err *err);
MUST_CHECK enum err_code db_outbox_put_off(struct db *db,
    const struct db_outbox *row, struct id owner, int64_t due_at,
    struct err *err);

#endif
