/* account.h: users, their logins and the throttle on guessing */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_ACCOUNT_H
#define CHAT_ACCOUNT_H

#include "chat/model.h"
#include "db/db.h"

struct settings;

struct account {
	struct id user_id;
	struct id workspace_id;
	struct str email;
	struct str display_name;
	struct str role; /* "agent" or "admin" */
	struct str workspace_name;
	bool is_admin;
};

/*
 * Checks e-mail and password and makes a login: token_r is the cookie's value
 * (256 random bits, base64url; stored as SHA-256). ERR_UNAUTHORIZED with one
 * sentence for every reason; ERR_RATE_LIMITED with retry_after_s when the
 * account or the address failed too often (spec of the throttle: settings
 * login_*; success forgets the account's failures).
 */
MUST_CHECK enum err_code account_login(struct db *db, struct pool *pool,
    const struct settings *s, struct str email, struct str password,
    struct str address, struct account *account_r, struct str *token_r,
    struct err *err);
/* Who holds this cookie; ERR_UNAUTHORIZED when nobody does (any more). */
MUST_CHECK enum err_code account_by_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err);
/* The same without counting as a use of the login: for who asks again by
 * himself while nobody may be there. */
MUST_CHECK enum err_code account_check_token(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err);
/* Harmless when there is no such login. */
MUST_CHECK enum err_code account_logout(
    struct db *db, struct str token, struct err *err);
/* A new user; ERR_CONFLICT when the e-mail is taken, ERR_BAD_REQUEST for a bad
 * e-mail, name, role or password (PASSWORD_MIN..PASSWORD_MAX bytes). */
MUST_CHECK enum err_code account_add(struct db *db, struct id workspace_id,
    struct str email, struct str display_name, struct str role,
    struct str password, struct id *user_id_r, struct err *err);
/* Replaces the password and ends all logins of the user. */
MUST_CHECK enum err_code account_set_password(
    struct db *db, struct str email, struct str password, struct err *err);

struct accounts {
	size_t n;
	struct account *items;
};

/* All users of a workspace that may log in, by name. */
MUST_CHECK enum err_code account_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct accounts *list_r, struct err *err);

/* The actor that the rules of chat.h want. */
struct chat_actor account_actor(const struct account *account);

#endif
