/* test_clock.c: how times are spelt and read */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"

#include "tests/fake/time.h"
#include "unit.h"

static void times_are_spelt_as_iso(void)
{
	static const struct {
		int64_t us;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000000Z" },
		{ FAKE_TIME_START, "2026-01-15T08:23:10.123456Z" },
		{ 951782400000001, "2000-02-29T00:00:00.000001Z" },
		{ -1, "1969-12-31T23:59:59.999999Z" },
		{ 253402300799999999, "9999-12-31T23:59:59.999999Z" },
	};
	char text[CLOCK_ISO_SIZE];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t back = 77;

		CU_ASSERT(unit_same(
		    str_of(clock_iso(cases[i].us, text)), cases[i].text));
		CU_ASSERT(clock_parse_iso(str_of(cases[i].text), &back));
		CU_ASSERT_EQUAL(back, cases[i].us);
	}
}

static void years_beyond_four_digits_stay_in_the_buffer(void)
{
	char text[CLOCK_ISO_SIZE];

	CU_ASSERT_EQUAL(strlen(clock_iso(INT64_MAX, text)), 27);
	CU_ASSERT_EQUAL(strlen(clock_iso(INT64_MIN, text)), 27);
}

static void fraction_and_z_are_optional(void)
{
	static const struct {
		const char *text;
		int64_t us;
	} cases[] = {
		{ "2026-01-15T08:23:10", 1768465390000000 },
		{ "2026-01-15T08:23:10Z", 1768465390000000 },
		{ "2026-01-15T08:23:10.1", 1768465390100000 },
		{ "2026-01-15T08:23:10.120Z", 1768465390120000 },
		{ "2026-01-15 08:23:10.123456", 1768465390123456 },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t us = 0;

		CU_ASSERT(
		    unit_case(clock_parse_iso(str_of(cases[i].text), &us) &&
				  us == cases[i].us,
			i, cases[i].text));
	}
}

static void what_is_no_time_is_refused(void)
{
	static const char *const cases[] = { "", "2026", "2026-01-15",
		"2026-1-15T08:23:10", "2026-13-15T08:23:10",
		"2026-00-15T08:23:10", "2026-01-32T08:23:10",
		"2026-01-00T08:23:10", "2026-02-29T08:23:10",
		"1900-02-29T08:23:10", "2026-01-15T24:00:00",
		"2026-01-15T08:60:00", "2026-01-15T08:23:60",
		"2026-01-15T08:23:10.", "2026-01-15T08:23:10.Z",
		"2026-01-15T08:23:10.1234567", "2026-01-15T08:23:10+00:00",
		"2026-01-15T08:23:10ZZ", "2026-01-15x08:23:10",
		" 2026-01-15T08:23:10", "-026-01-15T08:23:10",
		"2026-01-15T08:23:1", "2026-01-15T08:23" };
	int64_t us = 77;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(
		    !clock_parse_iso(str_of(cases[i]), &us), i, cases[i]));
	CU_ASSERT_EQUAL(us, 77);
}

static void the_tests_move_the_clocks(void)
{
	int64_t now = clock_now_us(), mono = clock_mono_ms();

	CU_ASSERT_EQUAL(clock_now_us(), now);
	fake_time_add_ms(1500);
	CU_ASSERT_EQUAL(clock_now_us() - now, 1500000);
	CU_ASSERT_EQUAL(clock_mono_ms() - mono, 1500);
	fake_time_set(FAKE_TIME_START);
	CU_ASSERT_EQUAL(clock_now_us(), FAKE_TIME_START);
	CU_ASSERT_EQUAL(clock_mono_ms() - mono, 1500);
	fake_time_set(now + 1500000);
}

static CU_TestInfo tests[] = {
	{ "times are spelt as ISO 8601 and read back", times_are_spelt_as_iso },
	{ "years beyond four digits stay in the buffer",
	    years_beyond_four_digits_stay_in_the_buffer },
	{ "fraction and Z are optional", fraction_and_z_are_optional },
	{ "what is no time is refused", what_is_no_time_is_refused },
	{ "the tests move the clocks", the_tests_move_the_clocks },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_clock = { "clock", NULL, NULL, NULL, NULL, tests };
