/* jwt.h: JSON Web Tokens, HS256 and nothing else (the only user of libjwt) */
/* SPDX-License-Identifier: MIT */
#ifndef JWT_IN_H
#define JWT_IN_H

#include "base/err.h"
#include "base/json_in.h"
#include "base/pool.h"
#include "base/str.h"

#define JWT_TOKEN_MAX 4096 /* bytes; a longer one is not looked at */
#define JWT_KID_MAX   64   /* bytes of a key's name */

/* What a token must be, beside signed. */
struct jwt_want {
	struct str aud; /* empty: its audience does not matter */
	int64_t now_s;
	/* Members that must be texts with something in them; NULL ends it. */
	const char *const *texts;
};

/*
 * Signs claims, a JSON object; kid (may be empty) says by its header which key
 * to check it with. ERR_INTERNAL when the library is not there.
 */
MUST_CHECK enum err_code jwt_make(struct pool *pool, struct str key,
    struct str kid, struct str claims, struct str *token_r, struct err *err);

/* What a token says of its key, which nobody has checked: only to find the key.
 * Empty when it says nothing. */
struct str jwt_kid(struct pool *pool, struct str token);

/*
 * ERR_UNAUTHORIZED, with one sentence for every reason, unless this key has
 * signed it by HS256 (compared in constant time), it has an `exp` in the future,
 * no `nbf` in it and no `crit` header, and is what is wanted. claims_r lives in
 * the pool.
 */
MUST_CHECK enum err_code jwt_check(struct pool *pool, struct str key,
    struct str token, const struct jwt_want *want, const struct json **claims_r,
    struct err *err);

#endif
