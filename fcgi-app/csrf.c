/* csrf.c: tokens that prove that a request was written by our own page */
/* SPDX-License-Identifier: MIT */
#include "csrf.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/rnd.h"
#include "base/seal.h"

#define RANDOM_SIZE 16
#define SECOND_US   INT64_C(1000000)

/* A token: base64url of these bytes. */
struct token {
	uint8_t at[8]; /* seconds since 1970, big endian */
	uint8_t random[RANDOM_SIZE];
	uint8_t mac[RND_SHA256_SIZE];
};

enum err_code csrf_key_read(
    const char *path, struct csrf_key *key_r, struct err *err)
{
	uint8_t key[SEAL_FILE_SIZE];
	enum err_code code = seal_read_file(path, key, err);

	/* One key, one purpose: the file's own seals other things. */
	if (code == ERR_OK)
		rnd_hmac_sha256(str_make((char *)key, sizeof(key)),
		    STR("baraza csrf v1"), key_r->b);
	return code;
}

static void sign(const struct csrf_key *key, struct token *t, struct str secret)
{
	struct buf b;

	/* Fixed sizes first: no two inputs give the same bytes. */
	buf_init(&b, 0);
	buf_bytes(&b, t->at, sizeof(t->at));
	buf_bytes(&b, t->random, sizeof(t->random));
	buf_put(&b, secret);
	rnd_hmac_sha256(str_make((const char *)key->b, sizeof(key->b)),
	    buf_str(&b), t->mac);
	buf_fini(&b);
}

struct str csrf_make(
    const struct csrf_key *key, struct pool *pool, struct str secret)
{
	uint64_t at = (uint64_t)(clock_now_us() / SECOND_US);
	struct token t;
	struct str text;
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof(t.at); i++)
		t.at[i] = (uint8_t)(at >> (56 - 8 * i));
	rnd_bytes(t.random, sizeof(t.random));
	sign(key, &t, secret);
	buf_init(&b, 0);
	buf_base64url(&b, &t, sizeof(t));
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static bool decode(struct str text, struct token *t)
{
	struct buf b;
	bool ok;

	buf_init(&b, sizeof(*t));
	ok = buf_unbase64(&b, text) && b.n == sizeof(*t) && !buf_failed(&b);
	if (ok)
		memcpy(t, b.p, sizeof(*t));
	buf_fini(&b);
	return ok;
}

enum err_code csrf_check(const struct csrf_key *key, struct str secret,
    struct str token, int64_t max_age_s, struct err *err)
{
	struct token got, want;
	int64_t now = clock_now_us() / SECOND_US;
	uint64_t at = 0;
	size_t i;

	if (!token.n)
		return err_set(
		    err, ERR_BAD_REQUEST, "The CSRF token is missing.");
	if (!secret.n)
		return err_set(
		    err, ERR_BAD_REQUEST, "The CSRF session token is missing.");
	if (!decode(token, &got))
		return err_set(
		    err, ERR_BAD_REQUEST, "The CSRF token is invalid.");
	want = got;
	sign(key, &want, secret);
	if (!rnd_equal(str_make((char *)got.mac, sizeof(got.mac)),
		str_make((char *)want.mac, sizeof(want.mac))))
		return err_set(
		    err, ERR_BAD_REQUEST, "The CSRF tokens do not match.");
	for (i = 0; i < sizeof(got.at); i++)
		at = at << 8 | got.at[i];
	if (now - (int64_t)at > max_age_s)
		return err_set(
		    err, ERR_BAD_REQUEST, "The CSRF token has expired.");
	return ERR_OK;
}
