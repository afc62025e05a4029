/* test_bucket.c: so many at once, then one every so often */
/* SPDX-License-Identifier: MIT */
#include "bucket.h"

#include "unit.h"

static void burst_then_refill(void)
{
	struct bucket b;
	int i;

	bucket_init(&b, 3, 100, 1000);
	for (i = 0; i < 3; i++)
		CU_ASSERT(bucket_take(&b, 1, 3, 100, 1000));
	CU_ASSERT(!bucket_take(&b, 1, 3, 100, 1000));
	CU_ASSERT(!bucket_take(&b, 1, 3, 100, 1099));
	CU_ASSERT(bucket_take(&b, 1, 3, 100, 1100));
	CU_ASSERT(!bucket_take(&b, 1, 3, 100, 1199));
	CU_ASSERT(bucket_take(&b, 1, 3, 100, 1200));
}

static void never_more_than_the_burst(void)
{
	struct bucket b;

	bucket_init(&b, 3, 100, 0);
	CU_ASSERT(bucket_take(&b, 3, 3, 100, INT64_C(1) << 40));
	CU_ASSERT(!bucket_take(&b, 1, 3, 100, INT64_C(1) << 40));
}

static void dear_things_take_more_or_nothing(void)
{
	struct bucket b;

	bucket_init(&b, 5, 10, 0);
	CU_ASSERT(bucket_take(&b, 4, 5, 10, 0));
	CU_ASSERT(!bucket_take(&b, 2, 5, 10, 0));
	CU_ASSERT(bucket_take(&b, 1, 5, 10, 0));
}

static void a_clock_that_stands_gives_nothing(void)
{
	struct bucket b;

	bucket_init(&b, 1, 10, 500);
	CU_ASSERT(bucket_take(&b, 1, 1, 10, 500));
	CU_ASSERT(!bucket_take(&b, 1, 1, 10, 400));
	CU_ASSERT(!bucket_take(&b, 1, 1, 10, 409));
	CU_ASSERT(bucket_take(&b, 1, 1, 10, 410));
}

static void names_are_apart(void)
{
	struct bucket_set *set = bucket_set_new(2, 100, 10);

	CU_ASSERT(bucket_set_take(set, STR("a"), 0));
	CU_ASSERT(bucket_set_take(set, STR("a"), 0));
	CU_ASSERT(!bucket_set_take(set, STR("a"), 0));
	CU_ASSERT(bucket_set_take(set, STR("b"), 0));
	CU_ASSERT_EQUAL(bucket_set_count(set), 2);
	bucket_set_free(&set);
	CU_ASSERT_PTR_NULL(set);
	bucket_set_free(&set);
}

static void a_set_is_bounded(void)
{
	struct bucket_set *set = bucket_set_new(1, 100, 2);

	CU_ASSERT(bucket_set_take(set, STR("a"), 1000));
	CU_ASSERT(bucket_set_take(set, STR("b"), 1050));
	/* Both are in use: nobody is forgotten for a newcomer. */
	CU_ASSERT(!bucket_set_take(set, STR("c"), 1060));
	CU_ASSERT(!bucket_set_take(set, STR("a"), 1061));
	/* a is full again by now and makes room. */
	CU_ASSERT(bucket_set_take(set, STR("c"), 1161));
	CU_ASSERT_EQUAL(bucket_set_count(set), 1);
	bucket_set_free(&set);
}

static void a_set_goes_by_new_numbers_at_once(void)
{
	struct bucket_set *set = bucket_set_new(3, 100, 10);

	CU_ASSERT(bucket_set_take(set, STR("a"), 1000));
	bucket_set_change(set, 1, 100);
	/* Two were left, one is kept. */
	CU_ASSERT(bucket_set_take(set, STR("a"), 1000));
	CU_ASSERT(!bucket_set_take(set, STR("a"), 1000));
	CU_ASSERT(bucket_set_take(set, STR("b"), 1000));
	CU_ASSERT(!bucket_set_take(set, STR("b"), 1000));
	bucket_set_change(set, 2, 10);
	CU_ASSERT(bucket_set_take(set, STR("a"), 1010));
	CU_ASSERT(!bucket_set_take(set, STR("a"), 1010));
	CU_ASSERT(bucket_set_take(set, STR("c"), 1010));
	CU_ASSERT(bucket_set_take(set, STR("c"), 1010));
	bucket_set_free(&set);
}

static CU_TestInfo tests[] = {
	{ "a burst passes, then one per refill", burst_then_refill },
	{ "it never holds more than the burst", never_more_than_the_burst },
	{ "what costs more takes all of it or nothing",
	    dear_things_take_more_or_nothing },
	{ "a clock that stands still gives nothing",
	    a_clock_that_stands_gives_nothing },
	{ "each name has its own bucket", names_are_apart },
	{ "a set has at most so many buckets", a_set_is_bounded },
	{ "a set goes by new numbers at once",
	    a_set_goes_by_new_numbers_at_once },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_bucket = { "bucket", NULL, NULL, NULL, NULL, tests };
