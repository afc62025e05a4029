/* test_jwt.c: tokens: ours are taken, everybody else's are not */
/* SPDX-License-Identifier: MIT */
#include "base/jwt.h"

#include "base/buf.h"
#include "base/rnd.h"
#include "unit.h"

#define KEY    STR("0123456789abcdef0123456789abcdef")
#define HEAD   "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"
#define CLAIMS "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":2000}"
/* Made by PyJWT. */
#define THEIRS                                                                 \
	"eyJhbGciOiJIUzI1NiIsImtpZCI6IksxIiwidHlwIjoiSldUIn0."                 \
	"eyJhdWQiOiJoZXJlIiwic3ViIjoicyIsImV4cCI6MjAwMH0."                     \
	"krSBOG1Kqv9PeGXoO4LS_-XE0R__VcgOdHVWqJlkPcs"

static const char *const texts[] = { "sub", NULL };
static const struct jwt_want here = { STR_INIT("here"), 1000, texts };

static struct str token_of(
    struct pool *pool, struct str head, struct str claims, struct str key)
{
	uint8_t mac[RND_SHA256_SIZE];
	struct str token;
	struct buf b;

	buf_init(&b, 0);
	buf_base64url(&b, head.p, head.n);
	buf_byte(&b, '.');
	buf_base64url(&b, claims.p, claims.n);
	rnd_hmac_sha256(key, buf_str(&b), mac);
	buf_byte(&b, '.');
	buf_base64url(&b, mac, sizeof(mac));
	token = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return token;
}

static enum err_code check(
    struct pool *pool, struct str token, const struct jwt_want *want)
{
	const struct json *claims = NULL;
	struct err err = { 0 };
	enum err_code code = jwt_check(pool, KEY, token, want, &claims, &err);

	CU_ASSERT(
	    unit_same(json_str(json_get(claims, "sub")), code ? "" : "s"));
	CU_ASSERT_STRING_EQUAL(
	    err.text, code ? "The token is not valid, or has expired." : "");
	return code;
}

static void ours_are_taken(void)
{
	struct pool *pool = pool_new();
	struct err err = { 0 };
	struct str token;

	CU_ASSERT_EQUAL(
	    jwt_make(pool, KEY, STR("ws1"), STR(CLAIMS), &token, &err), ERR_OK);
	CU_ASSERT(unit_same(jwt_kid(pool, token), "ws1"));
	CU_ASSERT_EQUAL(check(pool, token, &here), ERR_OK);
	CU_ASSERT_EQUAL(
	    jwt_make(pool, KEY, STR_EMPTY, STR(CLAIMS), &token, &err), ERR_OK);
	CU_ASSERT(unit_same(jwt_kid(pool, token), ""));
	CU_ASSERT_EQUAL(check(pool, token, &here), ERR_OK);
	CU_ASSERT_EQUAL(check(pool, STR(THEIRS), &here), ERR_OK);
	CU_ASSERT(unit_same(jwt_kid(pool, STR(THEIRS)), "K1"));
	CU_ASSERT_EQUAL(
	    jwt_make(pool, KEY, STR_EMPTY, STR("no json"), &token, &err),
	    ERR_INTERNAL);
	pool_free(&pool);
}

/* Signed with the right key, all of them. */
static void claims_count(void)
{
	static const struct {
		const char *head, *claims;
		enum err_code code;
	} rows[] = {
		{ HEAD, CLAIMS, ERR_OK },
		{ "{\"alg\":\"HS256\"}", CLAIMS, ERR_OK },
		{ HEAD, "{\"aud\":[\"x\",\"here\"],\"sub\":\"s\",\"exp\":2000}",
		    ERR_OK },
		{ HEAD,
		    "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":1001,\"nbf\":1000}",
		    ERR_OK },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":1000}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":-1}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":1e300}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":2000.5}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":\"2000\"}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"s\"}", ERR_UNAUTHORIZED },
		{ HEAD,
		    "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":2000,\"nbf\":1001}",
		    ERR_UNAUTHORIZED },
		{ HEAD,
		    "{\"aud\":\"here\",\"sub\":\"s\",\"exp\":2000,\"nbf\":\"x\"}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"there\",\"sub\":\"s\",\"exp\":2000}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":[\"x\"],\"sub\":\"s\",\"exp\":2000}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"sub\":\"s\",\"exp\":2000}", ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"exp\":2000}", ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":\"\",\"exp\":2000}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "{\"aud\":\"here\",\"sub\":7,\"exp\":2000}",
		    ERR_UNAUTHORIZED },
		{ HEAD, "[]", ERR_UNAUTHORIZED },
		{ HEAD, "null", ERR_UNAUTHORIZED },
		{ HEAD, "{", ERR_UNAUTHORIZED },
		{ "{\"alg\":\"none\"}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":\"None\"}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":\"HS512\"}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":\"HS384\"}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":\"RS256\"}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":\"ES256\"}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":7}", CLAIMS, ERR_UNAUTHORIZED },
		{ "{}", CLAIMS, ERR_UNAUTHORIZED },
		{ "x", CLAIMS, ERR_UNAUTHORIZED },
		{ "{\"alg\":\"HS256\",\"typ\":\"JOSE\"}", CLAIMS,
		    ERR_UNAUTHORIZED },
		{ "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}", CLAIMS,
		    ERR_UNAUTHORIZED },
	};
	struct pool *pool = pool_new();
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(check(pool,
					token_of(pool, str_of(rows[i].head),
					    str_of(rows[i].claims), KEY),
					&here) == rows[i].code,
		    i, rows[i].claims));
	pool_free(&pool);
}

static void nobody_elses_are(void)
{
	struct pool *pool = pool_new();
	struct str good = token_of(pool, STR(HEAD), STR(CLAIMS), KEY);
	struct str parts = str_head(good, good.n - 44);
	const struct jwt_want later = { STR_INIT("here"), 2000, texts };
	const char *const strange[] = { "", ".", "..", "...", "a.b", "a.b.c.d",
		"a..c", ".b.c", "a.b.", "\xff.\xff.\xff" };
	struct err err = { 0 };
	const struct json *claims;
	char *copy, *big;
	size_t i;

	CU_ASSERT_EQUAL(check(pool, good, &here), ERR_OK);
	CU_ASSERT_EQUAL(check(pool, good, &later), ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    check(
		pool, token_of(pool, STR(HEAD), STR(CLAIMS), STR("k")), &here),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(jwt_check(pool, STR_EMPTY,
			    token_of(pool, STR(HEAD), STR(CLAIMS), STR_EMPTY),
			    &here, &claims, &err),
	    ERR_UNAUTHORIZED);
	/* every byte counts, those that base64 throws away too */
	for (i = 0; i < good.n; i++) {
		copy = str_dup(pool, good);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		CU_ASSERT_EQUAL(check(pool, str_make(copy, good.n), &here),
		    ERR_UNAUTHORIZED);
		CU_ASSERT_EQUAL(
		    check(pool, str_head(good, i), &here), ERR_UNAUTHORIZED);
	}
	CU_ASSERT_EQUAL(
	    check(pool, str_of(pool_printf(pool, "%.*s.", STR_ARG(parts))),
		&here),
	    ERR_UNAUTHORIZED);
	CU_ASSERT_EQUAL(
	    check(
		pool, str_of(pool_printf(pool, "%.*s=", STR_ARG(good))), &here),
	    ERR_UNAUTHORIZED);
	for (i = 0; i < COUNT_OF(strange); i++) {
		CU_ASSERT(unit_case(
		    check(pool, str_of(strange[i]), &here) == ERR_UNAUTHORIZED,
		    i, strange[i]));
		CU_ASSERT(unit_same(jwt_kid(pool, str_of(strange[i])), ""));
	}
	big = pool_alloc(pool, JWT_TOKEN_MAX);
	memset(big, ' ', JWT_TOKEN_MAX);
	memcpy(big, CLAIMS, strlen(CLAIMS));
	good = token_of(pool, STR(HEAD), str_make(big, JWT_TOKEN_MAX), KEY);
	CU_ASSERT(good.n > JWT_TOKEN_MAX);
	CU_ASSERT_EQUAL(check(pool, good, &here), ERR_UNAUTHORIZED);
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "ours are taken", ours_are_taken },
	{ "claims count", claims_count },
	{ "nobody else's are taken", nobody_elses_are },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_jwt = { "jwt", NULL, NULL, NULL, NULL, tests };
