/* db_file.h: statements on files and their bytes */
/* SPDX-License-Identifier: MIT */
#ifndef DB_FILE_H
#define DB_FILE_H

#include "chat/file_model.h"
#include "db/db.h"

MUST_CHECK enum err_code db_file_add(
    struct db *db, const struct file *file, struct err *err);
/* name, type, size, sha256, width and height; what allowed it is used up. */
MUST_CHECK enum err_code db_file_set(
    struct db *db, const struct file *file, struct err *err);
MUST_CHECK enum err_code db_file_add_chunk(struct db *db,
    const struct file *file, uint64_t n, struct str bytes, struct err *err);
MUST_CHECK enum err_code db_file_del_chunks(
    struct db *db, struct id workspace_id, struct id id, struct err *err);
/* Empty when there is no such chunk. */
MUST_CHECK enum err_code db_file_get_chunk(struct db *db, struct pool *pool,
    const struct file *file, uint64_t n, struct str *bytes_r, struct err *err);

/* ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_file_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct file *file_r, struct err *err);
/* Of any workspace: the caller compares the secret. */
MUST_CHECK enum err_code db_file_find(struct db *db, struct pool *pool,
    struct id id, struct file *file_r, struct err *err);
/* Those that belong to the workspace itself, in the order of their ids, behind
 * `after` (none: from the start). */
MUST_CHECK enum err_code db_file_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id after, bool is_newest_first, size_t max,
    struct files *list_r, struct err *err);

/* Bytes that the workspace has, and that the conversation has. With is_locked
 * nobody else can count until the transaction ends. */
MUST_CHECK enum err_code db_file_used(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, bool is_locked,
    uint64_t *workspace_r, uint64_t *conversation_r, struct err *err);

/* It stays. */
MUST_CHECK enum err_code db_file_keep(
    struct db *db, struct id workspace_id, struct id id, struct err *err);
/* Only workspace_id and id of those whose time is over. */
MUST_CHECK enum err_code db_file_list_expired(struct db *db, struct pool *pool,
    int64_t now, size_t max, struct files *list_r, struct err *err);
/* expired_at 0: in any case, else only if its time was over then. */
MUST_CHECK enum err_code db_file_del(struct db *db, struct id workspace_id,
    struct id id, int64_t expired_at, bool *is_gone_r, struct err *err);

/* The pictures of a widget. */
struct db_icon {
	struct str slot;
	struct file file; /* only id, secret and name */
};

struct db_icons {
	size_t n;
	struct db_icon *items;
};

MUST_CHECK enum err_code db_file_list_icons(struct db *db, struct pool *pool,
    struct id workspace_id, struct id integration_id, struct db_icons *list_r,
    struct err *err);
/* Instead of what stands in the slot. */
MUST_CHECK enum err_code db_file_set_icon(struct db *db, struct id workspace_id,
    struct id integration_id, struct str slot, struct id file_id,
    struct err *err);
/* ERR_NOT_FOUND unless this file stands in the slot. */
MUST_CHECK enum err_code db_file_del_icon(struct db *db, struct id workspace_id,
    struct id integration_id, struct str slot, struct id file_id,
    struct err *err);

#endif
