/* test_waiting.c: how many requests may wait for others at once */
/* SPDX-License-Identifier: MIT */
#include "waiting.h"

#include "unit.h"

static struct waiting_room room;
static struct err err;

static bool enter(enum waiting to, enum waiting *held)
{
	return waiting_enter(&room, to, held, &err) == ERR_OK;
}

static void half_may_call_and_one_stays_free(void)
{
	enum waiting h[8] = { WAITING_NOBODY };
	size_t i;

	waiting_init(&room, 8, 0);
	for (i = 0; i < 4; i++)
		CU_ASSERT(enter(WAITING_CALL, &h[i]));
	CU_ASSERT_EQUAL(
	    waiting_enter(&room, WAITING_CALL, &h[4], &err), ERR_UNAVAILABLE);
	CU_ASSERT(err.retry_after_s > 0);
	CU_ASSERT_EQUAL(h[4], WAITING_NOBODY);
	for (i = 4; i < 7; i++)
		CU_ASSERT(enter(WAITING_TURN, &h[i]));
	CU_ASSERT_FALSE(enter(WAITING_TURN, &h[7]));
	/* no place to call, though it has one to wait */
	CU_ASSERT_FALSE(enter(WAITING_CALL, &h[6]));
	CU_ASSERT_EQUAL(h[6], WAITING_TURN);
	waiting_leave(&room, &h[0]);
	CU_ASSERT(enter(WAITING_CALL, &h[6]));
	CU_ASSERT_FALSE(enter(WAITING_CALL, &h[7]));
	CU_ASSERT(enter(WAITING_TURN, &h[7]));
	/* what it has already, or less, is no further place */
	CU_ASSERT(enter(WAITING_TURN, &h[6]));
	CU_ASSERT_EQUAL(h[6], WAITING_CALL);
	for (i = 0; i < COUNT_OF(h); i++)
		waiting_leave(&room, &h[i]);
	waiting_leave(&room, &h[0]);
	CU_ASSERT_EQUAL(atomic_load(&room.n_all), 0);
	CU_ASSERT_EQUAL(atomic_load(&room.n_calls), 0);
}

static void a_refused_call_leaves_no_place_taken(void)
{
	enum waiting a = WAITING_NOBODY, b = WAITING_NOBODY;

	waiting_init(&room, 2, 0);
	CU_ASSERT(enter(WAITING_TURN, &a));
	CU_ASSERT_FALSE(enter(WAITING_CALL, &b));
	CU_ASSERT_EQUAL(atomic_load(&room.n_calls), 0);
	CU_ASSERT_EQUAL(atomic_load(&room.n_all), 1);
}

static void the_setting_bounds_it(void)
{
	static const struct {
		size_t threads, setting, calls, all;
	} rows[] = { { 1, 0, 1, 1 }, { 1, 9, 1, 1 }, { 2, 0, 1, 1 },
		{ 3, 0, 1, 2 }, { 8, 0, 4, 7 }, { 8, 3, 3, 7 },
		{ 8, 64, 7, 7 } };
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++) {
		waiting_init(&room, rows[i].threads, rows[i].setting);
		CU_ASSERT_EQUAL(room.calls_max, rows[i].calls);
		CU_ASSERT_EQUAL(room.all_max, rows[i].all);
	}
}

static void nobody_counts_without_a_room(void)
{
	enum waiting held = WAITING_NOBODY;

	CU_ASSERT_EQUAL(waiting_enter(NULL, WAITING_CALL, &held, &err), ERR_OK);
	CU_ASSERT_EQUAL(held, WAITING_CALL);
	waiting_leave(NULL, &held);
	CU_ASSERT_EQUAL(held, WAITING_NOBODY);
}

static CU_TestInfo tests[] = {
	{ "half may call and one stays free",
	    half_may_call_and_one_stays_free },
	{ "a refused call leaves no place taken",
	    a_refused_call_leaves_no_place_taken },
	{ "the setting bounds it", the_setting_bounds_it },
	{ "nobody counts without a room", nobody_counts_without_a_room },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_waiting = { "waiting", NULL, NULL, NULL, NULL, tests };
