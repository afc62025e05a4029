/* fuzz_jwt.c: tokens: only what the key has signed is taken */
/* SPDX-License-Identifier: MIT */
#include "base/jwt.h"

#include "base/buf.h"
#include "base/rnd.h"
#include "tests/fuzz/drive.h"

#define KEY STR("0123456789abcdef0123456789abcdef")

static const char *const texts[] = { "sub", NULL };

static bool is_taken(struct pool *pool, struct str token)
{
	const struct jwt_want want = { STR("here"), 1000, texts };
	const struct json *claims = NULL;
	struct err err = { 0 };
	enum err_code code = jwt_check(pool, KEY, token, &want, &claims, &err);
	int64_t exp;

	MUST(code == ERR_OK || code == ERR_UNAUTHORIZED);
	MUST(jwt_kid(pool, token).n <= JWT_KID_MAX);
	if (code)
		return false;
	MUST(json_i64(json_get(claims, "exp"), 1001, INT64_MAX, &exp));
	MUST(json_str(json_get(claims, "sub")).n > 0);
	return true;
}

/* The first line as the header, the rest as the claims, rightly signed. */
static struct str sign(struct pool *pool, struct str text)
{
	struct str head = str_head(text, str_index(text, '\n'));
	struct str claims = str_from(text, head.n + 1), token;
	uint8_t mac[RND_SHA256_SIZE];
	struct buf b;

	buf_init(&b, 0);
	buf_base64url(&b, head.p, head.n);
	buf_byte(&b, '.');
	buf_base64url(&b, claims.p, claims.n);
	rnd_hmac_sha256(KEY, buf_str(&b), mac);
	buf_byte(&b, '.');
	buf_base64url(&b, mac, sizeof(mac));
	token = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return token;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n);
	struct pool *pool = pool_new();

	/* no input can be long enough to be signed by chance */
	MUST(!is_taken(pool, text));
	(void)is_taken(pool, sign(pool, text));
	pool_free(&pool);
	return 0;
}
