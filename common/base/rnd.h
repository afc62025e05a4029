/* rnd.h: random bytes, digests and comparison for secrets (libsodium's only
 * user besides password.c and seal.c) */
/* SPDX-License-Identifier: MIT */
#ifndef RND_H
#define RND_H

#include "base/buf.h"

#define RND_SHA256_SIZE 32

/* Once per process, before anything else here; ends it when impossible. */
void rnd_init(void);
/* n bytes from the kernel's generator. */
void rnd_bytes(void *out, size_t n);
/* Prefix and n random bytes in base64url: rnd_token(pool, "ew_", 24). */
struct str rnd_token(struct pool *pool, const char *prefix, size_t n);

void rnd_sha256(struct str s, uint8_t out[RND_SHA256_SIZE]);
void rnd_hmac_sha256(
    struct str key, struct str s, uint8_t out[RND_SHA256_SIZE]);
/* In constant time for equal lengths. */
bool rnd_equal(struct str a, struct str b);

#endif
