/* db_channel.h: statements on channels, and on what visitors' pages can do */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CHANNEL_H
#define DB_CHANNEL_H

#include "db/db.h"

/* message: JSON object. */
MUST_CHECK enum err_code db_channel_add(struct db *db, struct id workspace_id,
    struct str channel, struct str message, int64_t now, struct err *err);
/* The id of the newest message of a channel, 0 when there is none. */
MUST_CHECK enum err_code db_channel_get_last(struct db *db, struct pool *pool,
    struct id workspace_id, struct str channel, uint64_t *id_r,
    struct err *err);
/* The first message behind after; *id_r is 0 when there is none. */
MUST_CHECK enum err_code db_channel_get_after(struct db *db, struct pool *pool,
    struct id workspace_id, struct str channel, uint64_t after, uint64_t *id_r,
    struct str *message_r, struct err *err);
/* Some of what is older than before. */
MUST_CHECK enum err_code db_channel_prune(
    struct db *db, int64_t before, struct err *err);

/* Functions (JSON array) that the page of a conversation's visitor has; they
 * hold for one session of it. */
MUST_CHECK enum err_code db_channel_set_functions(struct db *db,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    struct str functions, int64_t now, struct err *err);

/* What a bot may ask of the page of a conversation. */
struct db_channel_page {
	struct str settings;  /* of its widget: widget_option.h; may be empty */
	struct str blueprint; /* the same of its blueprint, or empty */
	struct str functions; /* of this session; empty: none */
};

MUST_CHECK enum err_code db_channel_get_page(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id session_id,
    struct db_channel_page *page_r, struct err *err);

#endif
