/* test_outside.c: what calls of a turn may use: lease, time, and a name */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/seal.h"
#include "bot/outside.h"

#include "bot/action_knowledge.h"
#include "db/db_bot_state.h"
#include "fixture.h"
#include "harness.h"

#define SECOND INT64_C(1000000)

static struct settings settings;
static const struct seal_key key = { { 1, 2, 3 } };
static const struct bot_env env = { .settings = &settings, .seal_key = &key };
static struct fixture f;
static struct id turn;

static void set_up(void)
{
	settings = *harness_settings();
	settings.turn_lease_s = 30;
	settings.turn_max_s = 60;
	fixture_make(&f);
	turn = id_new();
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* Takes the lease as if that long ago. */
static struct outside begin(int64_t ago_us)
{
	int64_t at = clock_now_us() - ago_us;
	struct outside o;
	bool is_taken;

	FATAL_OK(db_bot_state_take(
	    f.db, f.c.id, turn, at, at + 30 * SECOND, &is_taken, &f.err));
	CU_ASSERT_FATAL(is_taken);
	outside_init(&o, f.db, &env, turn, at);
	o.workspace_id = f.ada.workspace_id;
	o.conversation_id = f.c.id;
	return o;
}

static struct bot_state state(void)
{
	struct bot_state s;

	FATAL_OK(db_bot_state_get(f.db, f.pool, f.c.id, &s, &f.err));
	return s;
}

static void a_lease_is_renewed_when_a_third_is_over(void)
{
	struct outside o = begin(9 * SECOND);
	struct bot_state before = state(), after;

	CU_ASSERT_TRUE(o.tick(&o));
	CU_ASSERT_EQUAL(state().turn_until, before.turn_until);
	o.renew_at_us -= SECOND;
	CU_ASSERT_TRUE(o.tick(&o));
	after = state();
	CU_ASSERT(after.turn_until >= before.turn_until + 9 * SECOND);
	CU_ASSERT(after.turn_until <= clock_now_us() + 30 * SECOND);
	/* The result must still be welcome. */
	CU_ASSERT_EQUAL(after.version, before.version);
	CU_ASSERT_TRUE(o.tick(&o));
	CU_ASSERT_EQUAL(state().turn_until, after.turn_until);
}

static void a_lease_that_another_took_is_not_renewed(void)
{
	struct outside o = begin(31 * SECOND);
	struct id other = id_new();
	int64_t now = clock_now_us();
	struct bot_state theirs;
	bool is_taken;

	FATAL_OK(db_bot_state_take(
	    f.db, f.c.id, other, now, now + 30 * SECOND, &is_taken, &f.err));
	CU_ASSERT_TRUE(is_taken);
	theirs = state();
	CU_ASSERT_FALSE(o.tick(&o));
	CU_ASSERT_FALSE(o.tick(&o));
	CU_ASSERT(id_eq(state().turn_owner, other));
	CU_ASSERT_EQUAL(state().turn_until, theirs.turn_until);
}

static void a_lease_that_ran_out_is_ours_until_another_takes_it(void)
{
	struct outside o = begin(40 * SECOND);

	CU_ASSERT_TRUE(o.tick(&o));
	CU_ASSERT(state().turn_until > clock_now_us());
}

static void a_turn_that_is_over_gets_no_lease(void)
{
	struct outside o = begin(20 * SECOND);
	bool is_ours;

	FATAL_OK(db_bot_state_pass(f.db, f.ada.workspace_id, f.c.id, turn,
	    state().version, 0, &is_ours, &f.err));
	CU_ASSERT_TRUE(is_ours);
	CU_ASSERT_FALSE(o.tick(&o));
	CU_ASSERT_EQUAL(state().turn_until, 0);
}

static void calls_end_at_the_deadline(void)
{
	struct outside o = begin(50 * SECOND);
	int64_t left = outside_left_ms(&o, 60000);

	CU_ASSERT(left > 5000);
	CU_ASSERT(left <= 10000);
	CU_ASSERT_EQUAL(outside_left_ms(&o, 3000), 3000);
	CU_ASSERT_TRUE(o.tick(&o));
	o.deadline_us -= 11 * SECOND;
	CU_ASSERT_EQUAL(outside_left_ms(&o, 3000), 0);
	CU_ASSERT_FALSE(o.tick(&o));
	CU_ASSERT_FALSE(o.is_lost);
}

/* The program ends: nothing is asked any more, and the turn is left. */
static void calls_end_with_the_program(void)
{
	atomic_bool is_ending = false;
	const struct bot_env ends = { .settings = &settings,
		.seal_key = &key,
		.is_stopping = &is_ending };
	const struct call_search in = { .max = 1 };
	struct call_passages out;
	struct bot_calls calls;
	struct outside o = begin(0);

	o.env = &ends;
	CU_ASSERT_TRUE(o.tick(&o));
	CU_ASSERT_FALSE(o.is_left);
	atomic_store(&is_ending, true);
	CU_ASSERT_FALSE(o.tick(&o));
	CU_ASSERT_TRUE(o.is_left);
	CU_ASSERT_FALSE(o.is_lost);
	o.is_left = false;
	calls = outside_calls(&o);
	CU_ASSERT_EQUAL(
	    calls.search(&o, f.pool, &in, &out, &f.err), ERR_TIMEOUT);
	CU_ASSERT_TRUE(o.is_left);
}

static void the_same_call_has_the_same_name(void)
{
	struct outside o = begin(0), again = o;
	const struct seal_key other = { { 9 } };
	const struct bot_env their = { .settings = &settings,
		.seal_key = &other };
	struct str name = str_of(outside_key(&o, f.pool));

	CU_ASSERT_EQUAL(name.n, 32);
	again.turn = id_new();
	again.deadline_us = 0;
	CU_ASSERT(str_eq(name, str_of(outside_key(&again, f.pool))));
	again.calls++;
	CU_ASSERT_FALSE(str_eq(name, str_of(outside_key(&again, f.pool))));
	again = o;
	again.seq++;
	CU_ASSERT_FALSE(str_eq(name, str_of(outside_key(&again, f.pool))));
	again = o;
	again.conversation_id = id_new();
	CU_ASSERT_FALSE(str_eq(name, str_of(outside_key(&again, f.pool))));
	again = o;
	again.env = &their;
	CU_ASSERT_FALSE(str_eq(name, str_of(outside_key(&again, f.pool))));
}

static CU_TestInfo tests[] = {
	{ "a lease is renewed when a third of it is over",
	    a_lease_is_renewed_when_a_third_is_over },
	{ "a lease that another took is not renewed",
	    a_lease_that_another_took_is_not_renewed },
	{ "a lease that ran out is ours until another takes it",
	    a_lease_that_ran_out_is_ours_until_another_takes_it },
	{ "a turn that is over gets no lease",
	    a_turn_that_is_over_gets_no_lease },
	{ "calls end at the deadline", calls_end_at_the_deadline },
	{ "calls end with the program", calls_end_with_the_program },
	{ "the same call has the same name", the_same_call_has_the_same_name },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_outside = { "outside", NULL, NULL, set_up, tear_down,
	tests };
