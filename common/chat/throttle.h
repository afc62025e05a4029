/* throttle.h: how often an account or a network may get a password wrong */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_THROTTLE_H
#define CHAT_THROTTLE_H

#include "db/db.h"

struct settings;

/* Whom a try is counted against: SHA-256, so that the table names nobody. */
struct throttle {
	uint8_t account[32];
	uint8_t network[32];
};

/* email in lower case; it need not be that of an account. */
void throttle_init(struct throttle *t, struct str email, struct str address);
/* ERR_RATE_LIMITED with retry_after_s while either is blocked. */
MUST_CHECK enum err_code throttle_check(struct db *db, struct pool *pool,
    const struct throttle *t, struct err *err);
/*
 * Counts a wrong password against both. From the settings' number of fails
 * within login_window_s on, each is followed by a pause: 1, 2, 4 ... 60
 * minutes. A window without a try forgets everything, so nobody can lock
 * another out for good. ERR_OK unless the database fails.
 */
MUST_CHECK enum err_code throttle_add(struct db *db, const struct throttle *t,
    const struct settings *s, struct err *err);
/* A right password: the account starts afresh, the network does not. */
MUST_CHECK enum err_code throttle_clear(
    struct db *db, const struct throttle *t, struct err *err);

#endif
