/* csrf.h: tokens that prove that a request was written by our own page */
/* SPDX-License-Identifier: MIT */
#ifndef CSRF_H
#define CSRF_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

/*
 * Signed, with the time and a random part, and bound to a secret of the
 * browser: the session cookie, or before the login a cookie of its own. The
 * sentences are those of Flask-WTF, which clients of the surface know.
 */
struct csrf_key {
	uint8_t b[32];
};

/* Derived from the key file (32 bytes in hex). ERR_INTERNAL names the file. */
MUST_CHECK enum err_code csrf_key_read(
    const char *path, struct csrf_key *key_r, struct err *err);

struct str csrf_make(
    const struct csrf_key *key, struct pool *pool, struct str secret);
/* ERR_BAD_REQUEST unless token was made for secret in the last max_age_s. */
MUST_CHECK enum err_code csrf_check(const struct csrf_key *key,
    struct str secret, struct str token, int64_t max_age_s, struct err *err);

#endif
