/* db_login.h: statements on browser sessions and failed logins */
/* SPDX-License-Identifier: MIT */
#ifndef DB_LOGIN_H
#define DB_LOGIN_H

#include "db/db.h"
#include "db/db_user.h"

/* A browser session and whose it is (user.password_hash stays empty). */
struct db_login {
	struct str token_hash; /* 32 bytes */
	struct db_user user;
	int64_t seen_at;
	int64_t expires_at;
};

MUST_CHECK enum err_code db_login_add(struct db *db,
    const struct db_login *login, struct str address, int64_t now,
    struct err *err);
/* The session of a cookie, unless its user is disabled. ERR_NOT_FOUND. */
MUST_CHECK enum err_code db_login_get(struct db *db, struct pool *pool,
    struct str token_hash, struct db_login *login_r, struct err *err);
MUST_CHECK enum err_code db_login_set_seen(
    struct db *db, struct str token_hash, int64_t now, struct err *err);
/* Harmless when there is none. */
MUST_CHECK enum err_code db_login_del(
    struct db *db, struct str token_hash, struct err *err);
MUST_CHECK enum err_code db_login_del_user(
    struct db *db, struct id workspace_id, struct id user_id, struct err *err);
/* Deletes up to 100 sessions that ended before now. */
MUST_CHECK enum err_code db_login_prune(
    struct db *db, int64_t now, struct err *err);

/* What is counted against one account or one network. */
struct db_login_fail {
	struct str subject;    /* 32 bytes */
	uint64_t fails;	       /* 0: none yet */
	int64_t first_at;      /* start of the window */
	int64_t blocked_until; /* 0: not blocked */
};

/* fails is 0 when nothing is counted. */
MUST_CHECK enum err_code db_login_fail_get(struct db *db, struct pool *pool,
    struct str subject, struct db_login_fail *fail_r, struct err *err);
/* The same, made when absent and locked until the transaction ends. */
MUST_CHECK enum err_code db_login_fail_lock(struct db *db, struct pool *pool,
    struct str subject, int64_t now, struct db_login_fail *fail_r,
    struct err *err);
MUST_CHECK enum err_code db_login_fail_set(
    struct db *db, const struct db_login_fail *fail, struct err *err);
MUST_CHECK enum err_code db_login_fail_del(
    struct db *db, struct str subject, struct err *err);
/* Deletes up to 100 rows whose window and block ended before the time. */
MUST_CHECK enum err_code db_login_fail_prune(
    struct db *db, int64_t before, struct err *err);

#endif
