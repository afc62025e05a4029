/* test_budget.c: how much one client may ask, and which network it is of */
/* SPDX-License-Identifier: MIT */
#include "budget.h"

#include "base/network.h"
#include "tests/fake/time.h"
#include "unit.h"

#define BURST 700
#define RATE  10

static struct budget *budget;

static int setup(void)
{
	budget = budget_new(BURST, RATE);
	return 0;
}

static int teardown(void)
{
	budget_free(&budget);
	return 0;
}

static unsigned take(const char *address, unsigned cost)
{
	struct err err = { 0 };

	return budget_take(budget, str_of(address), cost, &err)
		   ? err.retry_after_s
		   : 0;
}

static void a_bucket_empties_and_fills_again(void)
{
	CU_ASSERT_EQUAL(take("192.0.2.1", BURST), 0);
	CU_ASSERT_EQUAL(take("192.0.2.1", 1), 1);
	CU_ASSERT_EQUAL(take("192.0.2.1", 10 * RATE), 11);
	CU_ASSERT_EQUAL(take("192.0.2.2", 1), 0);
	fake_time_add_ms(1000);
	CU_ASSERT_EQUAL(take("192.0.2.1", RATE), 0);
	CU_ASSERT_EQUAL(take("192.0.2.1", 1), 1);
	fake_time_add_ms(3600000);
	CU_ASSERT_EQUAL(take("192.0.2.1", BURST), 0);
	CU_ASSERT_EQUAL(take("192.0.2.1", 1), 1);
}

static void a_network_has_one_bucket(void)
{
	CU_ASSERT_EQUAL(take("2001:db8::1", BURST), 0);
	CU_ASSERT(take("2001:db8::ffff:1", 1) > 0);
	CU_ASSERT_EQUAL(take("2001:db8:0:1::1", 1), 0);
}

static void loopback_and_free_rows_are_not_counted(void)
{
	unsigned i;

	for (i = 0; i < 3; i++) {
		CU_ASSERT_EQUAL(take("127.0.0.1", BURST), 0);
		CU_ASSERT_EQUAL(take("::1", BURST), 0);
		CU_ASSERT_EQUAL(take("", BURST), 0);
	}
	CU_ASSERT_EQUAL(take("192.0.2.9", BURST), 0);
	CU_ASSERT_EQUAL(take("192.0.2.9", 0), 0);
}

static void many_clients_do_not_free_a_spent_one(void)
{
	char address[32];
	unsigned i;

	CU_ASSERT_EQUAL(take("203.0.113.5", BURST), 0);
	for (i = 0; i < 50000; i++) {
		snprintf(address, sizeof(address), "10.%u.%u.%u", i >> 16,
		    i >> 8 & 255, i & 255);
		take(address, 1);
	}
	CU_ASSERT(take("203.0.113.5", 1) > 0);
}

static void new_numbers_count_at_once(void)
{
	CU_ASSERT_EQUAL(take("198.51.100.1", 1), 0);
	budget_change(budget, 10, 2);
	/* What is above the new burst is gone. */
	CU_ASSERT_EQUAL(take("198.51.100.1", 10), 0);
	CU_ASSERT_EQUAL(take("198.51.100.1", 6), 4);
	CU_ASSERT_EQUAL(take("198.51.100.2", 11), 1);
	CU_ASSERT_EQUAL(take("198.51.100.2", 10), 0);
	budget_change(budget, BURST, RATE);
	fake_time_add_ms(1000);
	CU_ASSERT_EQUAL(take("198.51.100.1", RATE), 0);
}

static void networks_are_named(void)
{
	static const struct {
		const char *address, *network;
		bool is_loopback;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", false },
		{ "::ffff:192.0.2.1", "192.0.2.1", false },
		{ "2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::", false },
		{ "127.1.2.3", "127.1.2.3", true },
		{ "::ffff:127.0.0.1", "127.0.0.1", true },
		{ "::1", "::", true },
		{ "::2", "::", false },
		{ "", "", true },
		{ "unix:", "unix:", true },
	};
	char network[NETWORK_SIZE];
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT(unit_same(
		    str_of(network_of(str_of(cases[i].address), network)),
		    cases[i].network));
		CU_ASSERT(
		    unit_case(network_is_loopback(str_of(cases[i].address)) ==
				  cases[i].is_loopback,
			i, cases[i].address));
	}
}

static CU_TestInfo tests[] = {
	{ "a bucket empties and fills again",
	    a_bucket_empties_and_fills_again },
	{ "a network has one bucket", a_network_has_one_bucket },
	{ "loopback and free rows are not counted",
	    loopback_and_free_rows_are_not_counted },
	{ "many clients do not free a spent one",
	    many_clients_do_not_free_a_spent_one },
	{ "new numbers count at once", new_numbers_count_at_once },
	{ "networks are named", networks_are_named },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_budget = { "budget", setup, teardown, NULL, NULL, tests };
