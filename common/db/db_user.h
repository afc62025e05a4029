/* db_user.h: statements on users */
/* SPDX-License-Identifier: MIT */
#ifndef DB_USER_H
#define DB_USER_H

#include "db/db.h"

struct db_user {
	struct id id;
	struct id workspace_id;
	struct str workspace_name;
	struct str email;
	struct str display_name;
	struct str role;
	struct str password_hash; /* PHC text; only from db_user_get_by_email */
	bool is_disabled;
};

struct db_users {
	size_t n;
	struct db_user *items;
};

/* A taken e-mail is ERR_CONFLICT. */
MUST_CHECK enum err_code db_user_add(
    struct db *db, const struct db_user *user, int64_t now, struct err *err);
/* Over all workspaces, since a login names none. ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_user_get_by_email(struct db *db, struct pool *pool,
    struct str email, struct db_user *user_r, struct err *err);
/* Those that are not disabled, by name. */
MUST_CHECK enum err_code db_user_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct db_users *list_r, struct err *err);
MUST_CHECK enum err_code db_user_set_password(struct db *db,
    struct id workspace_id, struct id id, struct str hash, struct err *err);
/* The same password hashed anew: does nothing when it was changed meanwhile. */
MUST_CHECK enum err_code db_user_set_hash(struct db *db,
    const struct db_user *user, struct str hash, struct err *err);

#endif
