/* test_pool.c: memory of one request */
/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdalign.h>

#include "unit.h"

static void memory_is_aligned_and_zeroed(void)
{
	struct pool *pool = pool_new();

	for (int round = 0; round < 3; round++) {
		for (size_t size = 0; size < 9000; size += 37) {
			unsigned char *p = pool_alloc(pool, size);
			unsigned sum = 0;

			for (size_t i = 0; i < size; i++)
				sum += p[i];
			CU_ASSERT_EQUAL(sum, 0);
			CU_ASSERT_EQUAL((uintptr_t)p % alignof(max_align_t), 0);
			memset(p, 0xAA, size);
		}
		pool_reset(pool);
	}
	pool_free(&pool);
	CU_ASSERT_PTR_NULL(pool);
}

static void large_and_small_pieces_do_not_overlap(void)
{
	struct pool *pool = pool_new();
	static const size_t sizes[] = { 10, 100000, 20, 16384, 4096, 4097, 1 };
	unsigned char *pieces[COUNT_OF(sizes)];

	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		pieces[i] = pool_alloc(pool, sizes[i]);
		memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		CU_ASSERT_EQUAL(pieces[i][0], i + 1);
		CU_ASSERT_EQUAL(pieces[i][sizes[i] - 1], i + 1);
	}
	pool_free(&pool);
}

static char order[8];

static void note(void *arg)
{
	size_t n = strlen(order);

	order[n] = *(const char *)arg;
	order[n + 1] = '\0';
}

static void clean_ups_run_once_last_added_first(void)
{
	struct pool *pool = pool_new();
	char a = 'a', b = 'b', c = 'c';

	order[0] = '\0';
	pool_on_reset(pool, note, &a);
	pool_on_reset(pool, note, &b);
	pool_reset(pool);
	CU_ASSERT_STRING_EQUAL(order, "ba");
	pool_on_reset(pool, note, &c);
	pool_free(&pool);
	CU_ASSERT_STRING_EQUAL(order, "bac");
}

static void copies_end_with_nul(void)
{
	struct pool *pool = pool_new();

	CU_ASSERT_STRING_EQUAL(pool_strndup(pool, "abcdef", 3), "abc");
	CU_ASSERT_STRING_EQUAL(pool_strndup(pool, NULL, 0), "");
	CU_ASSERT_STRING_EQUAL(pool_printf(pool, "%s-%d", "x", 7), "x-7");
	pool_free(&pool);
}

static void freeing_nothing_is_harmless(void)
{
	struct pool *pool = NULL;

	pool_free(&pool);
	CU_ASSERT_PTR_NULL(pool);
}

static CU_TestInfo tests[] = {
	{ "memory is aligned and zeroed, after a reset too",
	    memory_is_aligned_and_zeroed },
	{ "large and small pieces do not overlap",
	    large_and_small_pieces_do_not_overlap },
	{ "clean-ups run once, last added first",
	    clean_ups_run_once_last_added_first },
	{ "copies end with NUL", copies_end_with_nul },
	{ "freeing nothing is harmless", freeing_nothing_is_harmless },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_pool = { "pool", NULL, NULL, NULL, NULL, tests };
