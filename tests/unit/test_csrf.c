/* test_csrf.c: tokens that our own pages hold */
/* SPDX-License-Identifier: MIT */
#include "csrf.h"

#include "base/buf.h"
#include "tests/fake/time.h"
#include "unit.h"

static struct pool *pool;
static struct csrf_key key = { { 1, 2, 3 } };

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

static bool says(
    struct str secret, struct str token, int64_t age_s, const char *sentence)
{
	struct err err = { 0 };
	enum err_code code = csrf_check(&key, secret, token, age_s, &err);

	return code == (*sentence ? ERR_BAD_REQUEST : ERR_OK) &&
	       unit_same(str_of(err.text), sentence);
}

static void a_token_passes_for_its_holder(void)
{
	struct str a = csrf_make(&key, pool, STR("me"));
	struct str b = csrf_make(&key, pool, STR("me"));

	CU_ASSERT(says(STR("me"), a, 60, ""));
	CU_ASSERT(says(STR("me"), b, 60, ""));
	CU_ASSERT_FALSE(str_eq(a, b));
}

static void others_do_not_pass(void)
{
	struct csrf_key other = { { 9 } };
	struct str token = csrf_make(&key, pool, STR("me"));

	CU_ASSERT(says(STR("you"), token, 60, "The CSRF tokens do not match."));
	CU_ASSERT(says(STR("me"), csrf_make(&other, pool, STR("me")), 60,
	    "The CSRF tokens do not match."));
	CU_ASSERT(says(STR("me"), STR_EMPTY, 60, "The CSRF token is missing."));
	CU_ASSERT(
	    says(STR_EMPTY, token, 60, "The CSRF session token is missing."));
}

static void every_character_counts(void)
{
	struct str token = csrf_make(&key, pool, STR("me"));
	struct err err;
	size_t i;

	for (i = 0; i < token.n; i++) {
		char *t = str_dup(pool, token);

		t[i] = t[i] == 'A' ? 'Q' : 'A';
		CU_ASSERT(unit_case(csrf_check(&key, STR("me"), str_of(t), 60,
					&err) == ERR_BAD_REQUEST,
		    i, t));
		CU_ASSERT_EQUAL(
		    csrf_check(&key, STR("me"), str_head(token, i), 60, &err),
		    ERR_BAD_REQUEST);
	}
	CU_ASSERT(says(STR("me"),
	    str_of(pool_printf(pool, "%.*sAAAA", STR_ARG(token))), 60,
	    "The CSRF token is invalid."));
}

static void a_token_expires(void)
{
	struct str token = csrf_make(&key, pool, STR("me"));

	fake_time_add_ms(60000);
	CU_ASSERT(says(STR("me"), token, 60, ""));
	fake_time_add_ms(1000);
	CU_ASSERT(says(STR("me"), token, 60, "The CSRF token has expired."));
}

static void the_key_comes_from_its_file(void)
{
	static const char *const bad[] = { "", "12", "zz",
		"000102030405060708090a0b0c0d0e0f"
		"101112131415161718191a1b1c1d1e1f20" };
	struct csrf_key a, b;
	struct err err = { 0 };
	size_t i;

	CU_ASSERT_EQUAL(
	    csrf_key_read(unit_file("000102030405060708090a0b0c0d0e0f"
				    "101112131415161718191a1b1c1d1e1f\n"),
		&a, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(
	    csrf_key_read(unit_file("000102030405060708090a0b0c0d0e0f"
				    "101112131415161718191a1b1c1d1e1e"),
		&b, &err),
	    ERR_OK);
	CU_ASSERT(memcmp(a.b, b.b, sizeof(a.b)) != 0);
	CU_ASSERT(a.b[0] != 0 || a.b[1] != 1); /* derived, not the key */
	for (i = 0; i < COUNT_OF(bad); i++)
		CU_ASSERT(unit_case(
		    csrf_key_read(unit_file(bad[i]), &a, &err) == ERR_INTERNAL,
		    i, bad[i]));
	CU_ASSERT_EQUAL(
	    csrf_key_read("/nonexistent/key", &a, &err), ERR_INTERNAL);
}

static CU_TestInfo tests[] = {
	{ "a token passes for its holder", a_token_passes_for_its_holder },
	{ "others do not pass", others_do_not_pass },
	{ "every character counts", every_character_counts },
	{ "a token expires", a_token_expires },
	{ "the key comes from its file", the_key_comes_from_its_file },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_csrf = { "csrf", setup, teardown, NULL, NULL, tests };
