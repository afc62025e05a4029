/* blueprint.h: options that several widgets of a workspace have in common */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_BLUEPRINT_H
#define CHAT_BLUEPRINT_H

#include "chat/widget.h"
#include "db/db_blueprint.h"

/*
 * A widget has from its blueprint each option that it does not set itself.
 * Changes are read with WIDGET_SETS_OF_BLUEPRINT. ERR_NOT_FOUND "Blueprint not
 * found.", ERR_CONFLICT when the alias is taken.
 */

/* max: of the workspace; negative: any number, else ERR_PAYMENT. */
MUST_CHECK enum err_code blueprint_add(struct db *db, struct pool *pool,
    struct id workspace_id, int64_t max, const struct widget_change *change,
    struct blueprint *b_r, struct err *err);
/* identifier: as in widget_identifier. */
MUST_CHECK enum err_code blueprint_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct blueprint *b_r,
    struct err *err);
MUST_CHECK enum err_code blueprint_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier,
    const struct widget_change *change, struct blueprint *b_r, struct err *err);
/* Its widgets stay, without what they had from it. */
MUST_CHECK enum err_code blueprint_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct id *id_r,
    struct err *err);

#endif
