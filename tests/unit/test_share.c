/* test_share.c: one workspace holds half of the threads at most */
/* SPDX-License-Identifier: MIT */
#include "share.h"

#include "unit.h"

static const struct id A = { { 1 } }, B = { { 2 } }, C = { { 3 } };

static void each_has_half(void)
{
	share_start(4);
	CU_ASSERT_TRUE(share_has_room(A));
	CU_ASSERT_TRUE(share_take(A));
	CU_ASSERT_TRUE(share_take(A));
	CU_ASSERT_FALSE(share_has_room(A));
	CU_ASSERT_FALSE(share_take(A));
	CU_ASSERT_TRUE(share_has_room(B));
	CU_ASSERT_TRUE(share_take(B));
	CU_ASSERT_TRUE(share_take(C));
	share_give(A);
	CU_ASSERT_TRUE(share_has_room(A));
	CU_ASSERT_TRUE(share_take(A));
	CU_ASSERT_FALSE(share_take(A));
	share_stop();
}

/* Rows are used again by others. */
static void who_gives_back_leaves_nothing(void)
{
	share_start(2);
	for (int i = 0; i < 10; i++) {
		struct id id = { { (uint8_t)(i + 1) } };

		CU_ASSERT_TRUE(share_take(id));
		CU_ASSERT_FALSE(share_take(id));
		CU_ASSERT_TRUE(share_take(A.b[0] == id.b[0] ? B : A));
		share_give(A.b[0] == id.b[0] ? B : A);
		share_give(id);
	}
	share_stop();
}

static void one_thread_is_for_all(void)
{
	share_start(1);
	CU_ASSERT_TRUE(share_take(A));
	CU_ASSERT_FALSE(share_take(A));
	share_give(A);
	CU_ASSERT_TRUE(share_take(B));
	share_give(B);
	share_stop();
}

static CU_TestInfo tests[] = {
	{ "each has half", each_has_half },
	{ "who gives back leaves nothing", who_gives_back_leaves_nothing },
	{ "one thread is for all", one_thread_is_for_all },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_share = { "share", NULL, NULL, NULL, NULL, tests };
