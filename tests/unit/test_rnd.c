/* test_rnd.c: random bytes and digests */
/* SPDX-License-Identifier: MIT */
#include "base/rnd.h"

#include "base/pool.h"
#include "unit.h"

static struct pool *pool;

static int setup(void)
{
	pool = pool_new();
	return 0;
}

static int teardown(void)
{
	pool_free(&pool);
	return 0;
}

static void random_bytes_differ(void)
{
	uint8_t a[32] = { 0 }, b[32] = { 0 };

	rnd_bytes(a, sizeof(a));
	rnd_bytes(b, sizeof(b));
	CU_ASSERT_NOT_EQUAL(memcmp(a, b, sizeof(a)), 0);
}

static void a_token_is_its_prefix_and_base64url(void)
{
	struct str a = rnd_token(pool, "ew_", 24);
	struct str b = rnd_token(pool, "ew_", 24);
	struct buf bytes;

	CU_ASSERT(str_starts(a, STR("ew_")));
	CU_ASSERT_EQUAL(a.n, 3 + 32);
	CU_ASSERT_FALSE(str_eq(a, b));
	buf_init(&bytes, 0);
	CU_ASSERT(buf_unbase64(&bytes, str_from(a, 3)));
	CU_ASSERT_EQUAL(bytes.n, 24);
	buf_fini(&bytes);
	CU_ASSERT_EQUAL(rnd_token(pool, "", 0).n, 0);
}

static void digests_match_published_vectors(void)
{
	uint8_t out[RND_SHA256_SIZE];

	/* FIPS 180-4 examples; RFC 4231 test case 2 */
	rnd_sha256(STR("abc"), out);
	CU_ASSERT(unit_same(str_hex(pool, out, sizeof(out)),
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad"));
	rnd_sha256(STR_EMPTY, out);
	CU_ASSERT(unit_same(str_hex(pool, out, sizeof(out)),
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855"));
	rnd_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
	CU_ASSERT(unit_same(str_hex(pool, out, sizeof(out)),
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843"));
}

static void secrets_compare_by_all_bytes(void)
{
	CU_ASSERT(rnd_equal(STR("abc"), STR("abc")));
	CU_ASSERT_FALSE(rnd_equal(STR("abc"), STR("abd")));
	CU_ASSERT_FALSE(rnd_equal(STR("abc"), STR("ab")));
	CU_ASSERT(rnd_equal(STR_EMPTY, STR("")));
}

static CU_TestInfo tests[] = {
	{ "random bytes differ", random_bytes_differ },
	{ "a token is its prefix and base64url",
	    a_token_is_its_prefix_and_base64url },
	{ "digests match published vectors", digests_match_published_vectors },
	{ "secrets compare by all bytes", secrets_compare_by_all_bytes },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_rnd = { "rnd", setup, teardown, NULL, NULL, tests };
