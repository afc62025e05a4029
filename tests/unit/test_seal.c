/* test_seal.c: what is sealed comes back, for the right key alone */
/* SPDX-License-Identifier: MIT */
#include "base/seal.h"
#include "unit.h"

static void what_is_sealed_comes_back(void)
{
	struct seal_key key = { { 1 } };
	struct pool *pool = pool_new();
	struct str texts[] = { STR_EMPTY, STR("x"), STR("whsec_ab\0c") };
	struct str a, b, text;
	struct err err = { 0 };
	size_t i;

	for (i = 0; i < COUNT_OF(texts); i++) {
		a = seal_put(&key, pool, texts[i]);
		b = seal_put(&key, pool, texts[i]);
		CU_ASSERT(!str_eq(a, b));
		CU_ASSERT_EQUAL(seal_open(&key, pool, a, &text, &err), ERR_OK);
		CU_ASSERT(str_eq(text, texts[i]));
		CU_ASSERT(!texts[i].n || str_search(a, texts[i]) == a.n ||
			  texts[i].n == 1);
	}
	pool_free(&pool);
}

static void nothing_else_does(void)
{
	struct seal_key key = { { 1 } }, other = { { 2 } };
	struct pool *pool = pool_new();
	struct str sealed = seal_put(&key, pool, STR("secret")), text;
	struct err err = { 0 };
	char *copy;
	size_t i;

	CU_ASSERT_EQUAL(
	    seal_open(&other, pool, sealed, &text, &err), ERR_INTERNAL);
	for (i = 0; i < sealed.n; i++) {
		CU_ASSERT_EQUAL(
		    seal_open(&key, pool, str_head(sealed, i), &text, &err),
		    ERR_INTERNAL);
		copy = str_dup(pool, sealed);
		copy[i] ^= 1;
		CU_ASSERT_EQUAL(seal_open(&key, pool, str_make(copy, sealed.n),
				    &text, &err),
		    ERR_INTERNAL);
	}
	CU_ASSERT_EQUAL(
	    seal_key_read("/nonexistent", &key, &err), ERR_INTERNAL);
	pool_free(&pool);
}

static void keys_for_one_purpose_differ(void)
{
	struct seal_key key = { { 1 } }, other = { { 2 } }, a, b;

	seal_derive(&key, "tokens", STR("ab"), &a);
	seal_derive(&key, "tokens", STR("ab"), &b);
	CU_ASSERT(!memcmp(&a, &b, sizeof(a)));
	CU_ASSERT(memcmp(&a, &key, sizeof(a)));
	seal_derive(&key, "tokens", STR("ac"), &b);
	CU_ASSERT(memcmp(&a, &b, sizeof(a)));
	seal_derive(&key, "tokensa", STR("b"), &b);
	CU_ASSERT(memcmp(&a, &b, sizeof(a)));
	seal_derive(&other, "tokens", STR("ab"), &b);
	CU_ASSERT(memcmp(&a, &b, sizeof(a)));
}

static CU_TestInfo tests[] = {
	{ "what is sealed comes back", what_is_sealed_comes_back },
	{ "nothing else does", nothing_else_does },
	{ "keys for one purpose differ", keys_for_one_purpose_differ },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_seal = { "seal", NULL, NULL, NULL, NULL, tests };
