/* test_told.c: one of two tells, whoever comes first */
/* SPDX-License-Identifier: MIT */
#include "told.h"

#include "tests/fake/time.h"
#include "unit.h"

static const struct id conv1 = { { [15] = 1 } }, conv2 = { { [15] = 2 } };

static bool job(uint64_t number)
{
	return told_is_first(TOLD_BY_JOB, "message", conv1, number);
}

static bool feed(uint64_t number)
{
	return told_is_first(TOLD_BY_FEED, "message", conv1, number);
}

static void the_first_of_the_two_tells(void)
{
	CU_ASSERT(job(1));
	CU_ASSERT_FALSE(feed(1));
	CU_ASSERT(feed(2));
	CU_ASSERT_FALSE(job(2));
	CU_ASSERT_EQUAL(told_count(), 0);
}

static void each_counts(void)
{
	CU_ASSERT(job(0));
	CU_ASSERT(job(0));
	CU_ASSERT_FALSE(feed(0));
	CU_ASSERT_FALSE(feed(0));
	CU_ASSERT(feed(0));
	CU_ASSERT_EQUAL(told_count(), 1);
}

static void nothing_is_mistaken_for_another(void)
{
	CU_ASSERT(job(1));
	CU_ASSERT(feed(2));
	CU_ASSERT(told_is_first(TOLD_BY_FEED, "message", conv2, 1));
	CU_ASSERT(told_is_first(TOLD_BY_FEED, "read", conv1, 1));
	CU_ASSERT_FALSE(feed(1));
	CU_ASSERT_EQUAL(told_count(), 3);
}

static void old_notes_are_forgotten(void)
{
	CU_ASSERT(job(1));
	fake_time_add_ms(TOLD_MS - 1);
	CU_ASSERT(job(2));
	fake_time_add_ms(1);
	CU_ASSERT(feed(1));
	CU_ASSERT_FALSE(feed(2));
	CU_ASSERT_EQUAL(told_count(), 1);
}

static void there_is_a_bound(void)
{
	uint64_t i;

	for (i = 0; i <= TOLD_MAX; i++)
		CU_ASSERT_FATAL(job(i));
	CU_ASSERT_EQUAL(told_count(), TOLD_MAX);
	CU_ASSERT_FALSE(feed(1));
	CU_ASSERT(feed(0));
}

static CU_TestInfo tests[] = {
	{ "the first of the two tells", the_first_of_the_two_tells },
	{ "each counts", each_counts },
	{ "nothing is mistaken for another", nothing_is_mistaken_for_another },
	{ "old notes are forgotten", old_notes_are_forgotten },
	{ "there is a bound", there_is_a_bound },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_told = { "told", NULL, NULL, NULL, told_fini, tests };
