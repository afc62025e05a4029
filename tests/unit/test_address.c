/* test_address.c: what the clients of one address may use together */
/* SPDX-License-Identifier: MIT */
#include "address.h"

#include "tests/fake/time.h"
#include "unit.h"

static struct address_limits limits;

static int setup(void)
{
	limits = (struct address_limits){ .connections_max = 3,
		.handshake_burst = 2,
		.handshake_refill_ms = 100,
		.event_burst = 10,
		.event_refill_ms = 10,
		.addresses_max = 2000 };
	return 0;
}

static void connections_are_counted_by_network(void)
{
	static const char *const same[] = { "198.51.100.7",
		"::ffff:198.51.100.7", "198.51.100.7" };
	struct address *a[COUNT_OF(same)], *other;

	address_start(&limits);
	for (size_t i = 0; i < COUNT_OF(same); i++) {
		CU_ASSERT_TRUE(address_has_room(str_of(same[i])));
		CU_ASSERT_TRUE(
		    address_add(str_of(same[i]), ADDRESS_SESSION, &a[i]));
		CU_ASSERT_PTR_EQUAL(a[i], a[0]);
	}
	CU_ASSERT_FALSE(address_has_room(str_of(same[0])));
	CU_ASSERT_FALSE(address_add(str_of(same[0]), ADDRESS_SESSION, &other));
	CU_ASSERT_PTR_NULL(other);
	/* Sockets may be twice as many. */
	CU_ASSERT_TRUE(address_add(str_of(same[0]), ADDRESS_WIRE, &other));
	address_del(&other, ADDRESS_WIRE);
	CU_ASSERT_TRUE(
	    address_add(STR("198.51.100.8"), ADDRESS_SESSION, &other));
	CU_ASSERT_EQUAL(address_count(), 2);
	address_del(&other, ADDRESS_SESSION);
	address_del(&a[0], ADDRESS_SESSION);
	CU_ASSERT_PTR_NULL(a[0]);
	CU_ASSERT_TRUE(address_has_room(str_of(same[0])));
	address_del(&a[1], ADDRESS_SESSION);
	address_fini();
	/* What ends after the end. */
	address_del(&a[2], ADDRESS_SESSION);
}

static void budgets_come_back(void)
{
	struct str one = STR("2001:db8::1"), two = STR("2001:db8::2");
	struct address *a;

	address_start(&limits);
	CU_ASSERT_TRUE(address_take_handshake(one));
	CU_ASSERT_TRUE(address_take_handshake(two));
	CU_ASSERT_FALSE(address_take_handshake(one));
	CU_ASSERT_TRUE(address_take_handshake(STR("2001:db8:0:1::1")));
	fake_time_add_ms(100);
	CU_ASSERT_TRUE(address_take_handshake(two));
	CU_ASSERT_FALSE(address_take_handshake(two));
	CU_ASSERT_TRUE(address_add(one, ADDRESS_SESSION, &a));
	CU_ASSERT_TRUE(address_take_event(a, 6, 1000000));
	CU_ASSERT_TRUE(address_take_event(a, 4, 1000000));
	CU_ASSERT_FALSE(address_take_event(a, 1, 1000000));
	CU_ASSERT_TRUE(address_take_event(a, 1, 1000010));
	address_del(&a, ADDRESS_SESSION);
	address_fini();
}

static void this_machine_is_exempt(void)
{
	static const char *const ours[] = { "127.0.0.1", "127.3.2.1", "::1",
		"::ffff:127.0.0.1", "" };
	struct address *a;

	address_start(&limits);
	for (size_t i = 0; i < COUNT_OF(ours); i++)
		for (size_t n = 0; n < 10; n++) {
			CU_ASSERT_TRUE(address_take_handshake(str_of(ours[i])));
			CU_ASSERT_TRUE(
			    address_add(str_of(ours[i]), ADDRESS_SESSION, &a));
			CU_ASSERT_PTR_NULL(a);
		}
	CU_ASSERT_TRUE(address_take_event(NULL, 1000, 0));
	CU_ASSERT_EQUAL(address_count(), 0);
	address_fini();
}

static void those_of_no_interest_are_forgotten(void)
{
	struct address *stays, *a;
	char text[40];

	address_start(&limits);
	CU_ASSERT_TRUE(
	    address_add(STR("203.0.113.1"), ADDRESS_SESSION, &stays));
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "2001:db8:%x::1", i);
		CU_ASSERT_TRUE(address_add(str_of(text), ADDRESS_SESSION, &a));
		address_del(&a, ADDRESS_SESSION);
		fake_time_add_ms(10);
		CU_ASSERT_FATAL(address_count() <= limits.addresses_max);
	}
	/* Beyond what can be known nobody is limited, and nobody refused. */
	for (int i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "2001:db8:%x::1", 0x2000 + i);
		CU_ASSERT_TRUE(address_take_handshake(str_of(text)));
		CU_ASSERT_TRUE(address_take_handshake(str_of(text)));
	}
	CU_ASSERT_EQUAL(address_count(), limits.addresses_max);
	CU_ASSERT_TRUE(address_add(STR("203.0.113.1"), ADDRESS_SESSION, &a));
	CU_ASSERT_PTR_EQUAL(a, stays);
	address_del(&a, ADDRESS_SESSION);
	address_del(&stays, ADDRESS_SESSION);
	address_fini();
}

static void without_limits_nothing_is_known(void)
{
	struct address *a;

	CU_ASSERT_TRUE(address_take_handshake(STR("192.0.2.1")));
	CU_ASSERT_TRUE(address_has_room(STR("192.0.2.1")));
	CU_ASSERT_TRUE(address_add(STR("192.0.2.1"), ADDRESS_WIRE, &a));
	CU_ASSERT_PTR_NULL(a);
	CU_ASSERT_EQUAL(address_count(), 0);
}

static CU_TestInfo tests[] = {
	{ "connections are counted by network",
	    connections_are_counted_by_network },
	{ "budgets come back with time", budgets_come_back },
	{ "this machine is exempt", this_machine_is_exempt },
	{ "those of no interest are forgotten",
	    those_of_no_interest_are_forgotten },
	{ "without limits nothing is known", without_limits_nothing_is_known },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_address = { "address", setup, NULL, NULL, NULL, tests };
