/* test_timer.c: the timer wheel */
/* SPDX-License-Identifier: MIT */
#include "timer.h"

#include "base/clock.h"
#include "tests/fake/time.h"
#include "unit.h"

#define MANY 500

struct probe {
	struct timer timer;
	int64_t due_ms; /* what the test expects */
	int64_t fired_ms;
	unsigned fired;
};

static struct probe probes[MANY];

static void on_fire(struct timer *t)
{
	struct probe *p = LIST_OF(t, struct probe, timer);

	p->fired++;
	p->fired_ms = clock_mono_ms();
}

static void pass(int64_t ms)
{
	fake_time_add_ms(ms);
	timer_run(clock_mono_ms());
}

static void timers_fire_in_time(void)
{
	int64_t start = clock_mono_ms();
	unsigned late = 0;

	timer_start();
	for (size_t i = 0; i < MANY; i++) {
		/* 1 ms to 4 min: more than three turns of the wheel. */
		int64_t ms = 1 + (int64_t)(i * 7919 % 240000);

		memset(&probes[i], 0, sizeof(probes[i]));
		timer_init(&probes[i].timer, on_fire);
		timer_set(&probes[i].timer, ms);
		probes[i].due_ms = start + ms;
		CU_ASSERT_TRUE(timer_is_set(&probes[i].timer));
	}
	for (int64_t passed = 0; passed < 241000; passed += 16)
		pass(16);
	for (size_t i = 0; i < MANY; i++) {
		struct probe *p = &probes[i];

		late += p->fired != 1 || p->fired_ms < p->due_ms ||
			p->fired_ms > p->due_ms + 32;
	}
	CU_ASSERT_EQUAL(late, 0);
	CU_ASSERT_EQUAL(timer_next(clock_mono_ms()), -1);
}

static void a_long_pause_loses_none(void)
{
	timer_start();
	for (size_t i = 0; i < MANY; i++) {
		probes[i].fired = 0;
		timer_set(&probes[i].timer, 1 + (int64_t)i * 400);
	}
	pass(300000);
	for (size_t i = 0; i < MANY; i++)
		CU_ASSERT_EQUAL_FATAL(probes[i].fired, 1);
}

static void set_again_moves_and_stop_ends(void)
{
	struct probe p = { 0 };

	timer_start();
	timer_init(&p.timer, on_fire);
	timer_stop(&p.timer);
	CU_ASSERT_FALSE(timer_is_set(&p.timer));
	timer_set(&p.timer, 100);
	pass(64);
	timer_set(&p.timer, 100);
	pass(64);
	CU_ASSERT_EQUAL(p.fired, 0);
	pass(64);
	CU_ASSERT_EQUAL(p.fired, 1);
	CU_ASSERT_FALSE(timer_is_set(&p.timer));
	timer_set(&p.timer, 100);
	timer_stop(&p.timer);
	pass(200);
	CU_ASSERT_EQUAL(p.fired, 1);
}

static struct timer one, other;
static unsigned one_fired, other_fired;

/* Sets itself, as a ping does, and stops one of the same moment. */
static void on_one(struct timer *t)
{
	one_fired++;
	timer_set(t, 0);
	timer_stop(&other);
}

static void on_other(struct timer *t)
{
	(void)t;
	other_fired++;
}

static void callbacks_may_set_and_stop(void)
{
	timer_start();
	timer_init(&one, on_one);
	timer_init(&other, on_other);
	timer_set(&one, 10);
	timer_set(&other, 10);
	pass(32);
	CU_ASSERT_EQUAL(one_fired, 1);
	CU_ASSERT_EQUAL(other_fired, 0);
	pass(32);
	CU_ASSERT_EQUAL(one_fired, 2);
	timer_stop(&one);
}

static void the_loop_may_sleep_until_next(void)
{
	struct probe p = { 0 };
	int64_t next;

	timer_start();
	CU_ASSERT_EQUAL(timer_next(clock_mono_ms()), -1);
	timer_init(&p.timer, on_fire);
	timer_set(&p.timer, 20000);
	next = timer_next(clock_mono_ms());
	CU_ASSERT_TRUE(next >= 20000 && next <= 20032);
	pass(next);
	CU_ASSERT_EQUAL(p.fired, 1);
}

static CU_TestInfo tests[] = {
	{ "timers fire once and in time", timers_fire_in_time },
	{ "a long pause loses none", a_long_pause_loses_none },
	{ "setting again moves, stopping ends", set_again_moves_and_stop_ends },
	{ "callbacks may set and stop timers", callbacks_may_set_and_stop },
	{ "the loop may sleep until the next one",
	    the_loop_may_sleep_until_next },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_timer = { "timer", NULL, NULL, NULL, NULL, tests };
