/* db_contact.h: statements on contacts: the end users */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CONTACT_H
#define DB_CONTACT_H

#include "db/db.h"

struct db_contact {
	struct id id;
	struct id workspace_id;
	struct id integration_id;
	struct str external_id;
	struct str display_name;
	struct str attributes; /* JSON object */
	struct str user_key;   /* who it is, as the page says; empty: unsaid */
	bool is_verified;      /* the page proved it */
};

/* Locks the row when it is there; *is_found_r says if. */
MUST_CHECK enum err_code db_contact_lock(struct db *db, struct pool *pool,
    struct id workspace_id, struct id integration_id, struct str external_id,
    struct db_contact *contact_r, bool *is_found_r, struct err *err);
/* The newest one that is this user, proved or not. */
MUST_CHECK enum err_code db_contact_lock_user(struct db *db, struct pool *pool,
    struct id workspace_id, struct id integration_id, struct str user_key,
    bool is_verified, struct db_contact *contact_r, bool *is_found_r,
    struct err *err);
/* ERR_NOT_FOUND unless the workspace has it. */
MUST_CHECK enum err_code db_contact_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct db_contact *contact_r,
    struct err *err);
/* ERR_CONFLICT: somebody else has just added that external_id. */
MUST_CHECK enum err_code db_contact_add(struct db *db,
    const struct db_contact *contact, int64_t now, struct err *err);
/* Display name, attributes and who it is. */
MUST_CHECK enum err_code db_contact_set(struct db *db,
    const struct db_contact *contact, int64_t now, struct err *err);

#endif
