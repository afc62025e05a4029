/* rnd.c: random bytes, digests and comparison for secrets */
/* SPDX-License-Identifier: MIT */
#include "base/rnd.h"

#include <sodium.h>

#include "base/pool.h"

void rnd_init(void)
{
	if (sodium_init() >= 0)
		return;
	fputs("libsodium cannot be used on this machine\n", stderr);
	exit(EXIT_FAILURE);
}

void rnd_bytes(void *out, size_t n)
{
	randombytes_buf(out, n);
}

struct str rnd_token(struct pool *pool, const char *prefix, size_t n)
{
	uint8_t *bytes = pool_alloc(pool, n);
	struct buf b;
	struct str token;

	rnd_bytes(bytes, n);
	buf_init(&b, 0);
	buf_puts(&b, prefix);
	buf_base64url(&b, bytes, n);
	token = str_copy(pool, buf_str(&b));
	sodium_memzero(bytes, n);
	sodium_memzero(b.p, b.n);
	buf_fini(&b);
	return token;
}

static const unsigned char *bytes_of(struct str s)
{
	return (const unsigned char *)(s.p ? s.p : "");
}

void rnd_sha256(struct str s, uint8_t out[RND_SHA256_SIZE])
{
	crypto_hash_sha256(out, bytes_of(s), s.n);
}

void rnd_hmac_sha256(struct str key, struct str s, uint8_t out[RND_SHA256_SIZE])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, bytes_of(key), key.n);
	crypto_auth_hmacsha256_update(&state, bytes_of(s), s.n);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

bool rnd_equal(struct str a, struct str b)
{
	return a.n == b.n && sodium_memcmp(bytes_of(a), bytes_of(b), a.n) == 0;
}
