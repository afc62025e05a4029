/* test_chores.c: background work: until nothing is left, never piling up */
/* SPDX-License-Identifier: MIT */
#include "chores.h"

#include "live.h"
#include "metrics.h"

/* What each of the jobs below has to do, and how often it was asked. */
static struct fake {
	unsigned left;
	unsigned asked;
	bool is_broken;
} plain, wide, upkeep;

static enum err_code run(struct fake *f, bool *did_r, struct err *err)
{
	f->asked++;
	if (f->is_broken)
		return err_set(err, ERR_BAD_GATEWAY, "Nobody answers.");
	*did_r = f->left > 0;
	f->left -= *did_r;
	return ERR_OK;
}

#define FAKE(name)                                                             \
	static enum err_code run_##name(struct db *db, struct pool *pool,      \
	    const struct bot_env *env, bool *did_r, struct err *err)           \
	{                                                                      \
		(void)db;                                                      \
		(void)pool;                                                    \
		CU_ASSERT_PTR_NOT_NULL(env->settings);                         \
		return run(&name, did_r, err);                                 \
	}

FAKE(plain)
FAKE(wide)
FAKE(upkeep)

static const struct background_job table[] = {
	{ "plain", run_plain, 1, false },
	{ "wide", run_wide, 3, false },
	{ "upkeep", run_upkeep, 1, true },
};

static void setup(void)
{
	live_setup();
	plain = wide = upkeep = (struct fake){ .left = 0 };
	chores_start(table, COUNT_OF(table));
}

static void teardown(void)
{
	chores_stop();
	fake_jobs_settle();
	chores_fini();
	live_teardown();
}

static void each_is_done_until_nothing_is_left(void)
{
	plain.left = 5;
	upkeep.left = 2;
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(plain.left, 0);
	CU_ASSERT_EQUAL(plain.asked, 6);
	CU_ASSERT_EQUAL(wide.asked, 1);
	CU_ASSERT_EQUAL(upkeep.asked, 0);
	plain.left = 1;
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(plain.asked, 8);
}

static void upkeep_is_done_once_a_minute_and_not_by_the_bell(void)
{
	upkeep.left = 2;
	chores_ring();
	live_wait_ms(59000);
	CU_ASSERT_EQUAL(upkeep.asked, 0);
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(upkeep.asked, 1);
	/* With pauses, for the sake of those who use the tables. */
	live_wait_ms(2000);
	CU_ASSERT_EQUAL(upkeep.asked, 3);
	live_wait_ms(50000);
	CU_ASSERT_EQUAL(upkeep.asked, 3);
}

static void the_bell_hastens_but_does_not_pile_up(void)
{
	unsigned i;

	live_wait_ms(1100);
	CU_ASSERT_EQUAL(plain.asked, 1);
	live_wait_ms(300);
	for (i = 0; i < 100; i++)
		chores_ring();
	CU_ASSERT_EQUAL(jobs_pending(), 2);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(plain.asked, 2);
	/* However often it rings. */
	for (i = 0; i < 100; i++) {
		chores_ring();
		live_wait_ms(10);
	}
	CU_ASSERT(plain.asked > 4 && plain.asked < 9);
}

static void a_ring_while_one_runs_is_not_lost(void)
{
	live_wait_ms(1000);
	while (jobs_pending() == 0) {
		fake_time_add_ms(10);
		timer_run(clock_mono_ms());
	}
	while (fake_jobs_run())
		;
	/* They have looked, and found nothing, but that is not known yet. */
	plain.left = 1;
	chores_ring();
	jobs_collect();
	CU_ASSERT_EQUAL(plain.left, 1);
	live_wait_ms(300);
	CU_ASSERT_EQUAL(plain.left, 0);
}

static void as_many_at_once_as_the_table_allows(void)
{
	size_t most = 0;

	plain.left = wide.left = 50;
	chores_ring();
	while (jobs_pending() > 0) {
		most = MAX_OF(most, jobs_pending());
		fake_jobs_run();
		jobs_collect();
	}
	CU_ASSERT_EQUAL(most, 1 + 3);
	CU_ASSERT_EQUAL(plain.left + wide.left, 0);
}

static void a_slow_one_does_not_hold_up_the_rest(void)
{
	/* None of what is begun comes to an end. */
	for (unsigned i = 0; i < 500; i++) {
		fake_time_add_ms(10);
		timer_run(clock_mono_ms());
	}
	CU_ASSERT_EQUAL(jobs_pending(), 1 + 3);
	chores_ring();
	CU_ASSERT_EQUAL(jobs_pending(), 1 + 3);
	fake_jobs_settle();
	plain.left = wide.left = 2;
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(plain.left + wide.left, 0);
}

static void what_fails_rests_longer_each_time(void)
{
	plain.is_broken = true;
	plain.left = 1;
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(plain.asked, 1);
	chores_ring();
	live_wait_ms(900);
	CU_ASSERT_EQUAL(plain.asked, 1);
	live_wait_ms(29000); /* after 1, 2, 4, 8, 16 s */
	CU_ASSERT_EQUAL(plain.asked, 5);
	/* The others have gone on. */
	CU_ASSERT(wide.asked > 20);
	plain.is_broken = false;
	live_wait_ms(16000);
	CU_ASSERT_EQUAL(plain.left, 0);
	/* And is as it was before. */
	plain.left = 1;
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(plain.left, 0);
}

static void no_pause_is_longer_than_a_minute(void)
{
	unsigned before;

	plain.is_broken = true;
	live_wait_ms(600000);
	before = plain.asked;
	live_wait_ms(120100);
	CU_ASSERT(plain.asked >= before + 2);
}

static void nothing_begins_after_the_stop(void)
{
	plain.left = 10;
	live_wait_ms(990);
	chores_ring();
	CU_ASSERT(fake_jobs_run());
	chores_stop();
	fake_jobs_settle();
	chores_ring();
	live_wait_ms(70000);
	CU_ASSERT_EQUAL(plain.left, 9);
	CU_ASSERT_EQUAL(upkeep.asked, 0);
}

static CU_TestInfo tests[] = {
	{ "each is done until nothing is left",
	    each_is_done_until_nothing_is_left },
	{ "upkeep is done once a minute and not by the bell",
	    upkeep_is_done_once_a_minute_and_not_by_the_bell },
	{ "the bell hastens but does not pile up",
	    the_bell_hastens_but_does_not_pile_up },
	{ "a ring while one runs is not lost",
	    a_ring_while_one_runs_is_not_lost },
	{ "as many at once as the table allows",
	    as_many_at_once_as_the_table_allows },
	{ "a slow one does not hold up the rest",
	    a_slow_one_does_not_hold_up_the_rest },
	{ "what fails rests longer each time",
	    what_fails_rests_longer_each_time },
	{ "no pause is longer than a minute",
	    no_pause_is_longer_than_a_minute },
	{ "nothing begins after the stop", nothing_begins_after_the_stop },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chores = { "chores", NULL, NULL, setup, teardown, tests };
