/* file.h: pictures and documents that people send, and icons of widgets */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_FILE_H
#define CHAT_FILE_H

#include "chat/file_model.h"
#include "db/db.h"

struct chat_message;
struct settings;

#define FILE_CHUNK (256 * 1024) /* bytes of one row */

/* Bytes that somebody has sent. */
struct file_new {
	struct id workspace_id;
	struct id conversation_id; /* none: it belongs to the workspace */
	struct str name;	   /* as it was claimed; may be empty */
	struct str bytes;
	bool is_public;
	/* Stays without being used; else it goes after attachment_keep_s
	 * unless a message refers to it (file_use_in). */
	bool is_kept;
};

/*
 * Looks at the bytes, stores them and the row in one transaction, all or
 * nothing. ERR_TOO_LARGE over attachment_max_bytes; ERR_PAYMENT when the
 * conversation or the workspace would have more than its share;
 * ERR_MEDIA_TYPE and ERR_BAD_REQUEST as file_kind_find.
 */
MUST_CHECK enum err_code file_store(struct db *db, struct pool *pool,
    const struct settings *s, const struct file_new *in, struct file *file_r,
    struct err *err);
/* A row whose bytes come later, by file_put. */
MUST_CHECK enum err_code file_expect(struct db *db, struct pool *pool,
    const struct settings *s, const struct file_new *in, struct str upload_hash,
    struct file *file_r, struct err *err);
/* Its bytes, instead of those that it has; name empty: it keeps its own. */
MUST_CHECK enum err_code file_put(struct db *db, struct pool *pool,
    const struct settings *s, struct file *file, struct str name,
    struct str bytes, struct err *err);

/* By its id; ERR_NOT_FOUND when the workspace has none. */
MUST_CHECK enum err_code file_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct file *file_r, struct err *err);
/* By the two parts of its address. ERR_NOT_FOUND also while it has no bytes,
 * or its time is over. */
MUST_CHECK enum err_code file_by_address(struct db *db, struct pool *pool,
    struct str id, struct str secret, struct file *file_r, struct err *err);
/* Bytes of one chunk, from the one that holds `offset` on: never empty before
 * the end of the file. */
MUST_CHECK enum err_code file_read(struct db *db, struct pool *pool,
    const struct file *file, uint64_t offset, struct str *bytes_r,
    struct err *err);
/* With its bytes, and out of the widgets whose icon it was. */
MUST_CHECK enum err_code file_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

/* "/files/ID/SECRET/NAME". */
struct str file_path(struct pool *pool, const struct file *file);

/*
 * Inside the transaction that stores a message: if its rich_media has the
 * address of one of our files, then the file must be of this conversation, or
 * be the workspace's own; it stays from now on, and rich_media says what the
 * file is, not what was claimed. ERR_BAD_REQUEST otherwise.
 */
MUST_CHECK enum err_code file_use_in(struct db *db, struct pool *pool,
    struct id workspace_id, struct chat_message *m, struct err *err);

/* Removes files that nobody has used in time, at most FILE_PRUNE_ROWS of them.
 */
#define FILE_PRUNE_ROWS 50
MUST_CHECK enum err_code file_prune(
    struct db *db, struct pool *pool, size_t *n_r, struct err *err);

#endif
