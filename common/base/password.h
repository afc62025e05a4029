/* password.h: passwords at rest: argon2id in PHC form (OWASP, m=19 MiB, t=2) */
/* SPDX-License-Identifier: MIT */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "base/err.h"
#include "base/str.h"

#define PASSWORD_HASH_SIZE 128
#define PASSWORD_MIN	   8
#define PASSWORD_MAX	   1024

/* At most a few hashes run at once per process (19 MiB each); others wait. */
MUST_CHECK enum err_code password_hash(
    struct str password, char out[PASSWORD_HASH_SIZE], struct err *err);
/*
 * Whether password gives hash. A NULL or empty hash costs the same time and is
 * always wrong, so that an unknown account cannot be told from a known one.
 */
bool password_check(const char *hash, struct str password);
/* The hash was made with weaker parameters than today's. */
bool password_is_weak(const char *hash);

#endif
