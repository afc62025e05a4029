/* test_llm_zone.c: what time it is in which zone */
/* SPDX-License-Identifier: MIT */
#include "bot/llm_zone.h"

#include "base/pool.h"
#include "unit.h"

#define WINTER_2026 INT64_C(1768471200) /* 2026-01-15 10:00 UTC */
#define SUMMER_2026 INT64_C(1784109600) /* 2026-07-15 10:00 UTC */
#define WINTER_2090 INT64_C(3788160000) /* 2090-01-15 00:00 UTC */
#define SUMMER_2090 INT64_C(3803803200) /* 2090-07-15 */

static int setup(void)
{
	return 0;
}

static int teardown(void)
{
	return 0;
}

static void zones_are_found(void)
{
	static const struct {
		const char *zone;
		int64_t at;
		int64_t minutes; /* 9999: none */
	} rows[] = {
		{ "UTC", WINTER_2026, 0 },
		{ "Z", WINTER_2026, 0 },
		{ "+03:00", WINTER_2026, 180 },
		{ "+3", WINTER_2026, 180 },
		{ "-0530", WINTER_2026, -330 },
		{ "UTC+3", WINTER_2026, 180 },
		{ " gmt-11:30 ", WINTER_2026, -690 },
		{ "Africa/Nairobi", WINTER_2026, 180 },
		{ "Africa/Dar_es_Salaam", SUMMER_2026, 180 },
		{ "Europe/Berlin", WINTER_2026, 60 },
		{ "Europe/Berlin", SUMMER_2026, 120 },
		/* by the rule at the end of the file */
		{ "Europe/Berlin", WINTER_2090, 60 },
		{ "Europe/Berlin", SUMMER_2090, 120 },
		{ "America/New_York", WINTER_2090, -300 },
		{ "America/New_York", SUMMER_2090, -240 },
		/* summer is in January there */
		{ "Australia/Sydney", WINTER_2090, 660 },
		{ "Australia/Sydney", SUMMER_2090, 600 },
		{ "Asia/Kathmandu", WINTER_2090, 345 },
		{ "America/Argentina/Buenos_Aires", WINTER_2026, -180 },
		/* before all changes */
		{ "Europe/Berlin", INT64_C(-3000000000), 53 },
		{ "", WINTER_2026, 9999 },
		{ "Mars/Olympus", WINTER_2026, 9999 },
		{ "../../../etc/passwd", WINTER_2026, 9999 },
		{ "/etc/passwd", WINTER_2026, 9999 },
		{ "Europe", WINTER_2026, 9999 },
		{ "tzdata.zi", WINTER_2026, 9999 },
		{ "zone.tab", WINTER_2026, 9999 },
		{ "+27:00", WINTER_2026, 9999 },
		{ "+3:60", WINTER_2026, 9999 },
		{ "+3x", WINTER_2026, 9999 },
		{ "UTCx", WINTER_2026, 9999 },
	};
	struct llm_zone zone;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		enum err_code code =
		    llm_zone_at(str_of(rows[i].zone), rows[i].at, &zone, &err);
		bool ok = rows[i].minutes == 9999
			      ? code == ERR_INVALID
			      : code == ERR_OK &&
				    zone.offset_s / 60 == rows[i].minutes;

		CU_ASSERT(unit_case(ok, i, rows[i].zone));
	}
}

static void names_are_told(void)
{
	struct llm_zone zone;

	CU_ASSERT_EQUAL(
	    llm_zone_at(STR("Europe/Berlin"), SUMMER_2026, &zone, NULL),
	    ERR_OK);
	CU_ASSERT_STRING_EQUAL(zone.name, "CEST");
	CU_ASSERT_EQUAL(
	    llm_zone_at(STR("Africa/Nairobi"), SUMMER_2090, &zone, NULL),
	    ERR_OK);
	CU_ASSERT_STRING_EQUAL(zone.name, "EAT");
}

/* Every beginning of a file, and each byte another one: never a fault. */
static void broken_files_are_refused(void)
{
	static char bytes[8192];
	char part[8192];
	struct str whole = unit_read(
	    "/usr/share/zoneinfo/Europe/Berlin", bytes, sizeof(bytes));
	struct llm_zone zone;

	CU_ASSERT_FATAL(whole.n > 100);
	CU_ASSERT_TRUE(llm_zone_parse(whole, SUMMER_2090, &zone));
	for (size_t n = 0; n + 40 < whole.n; n++) {
		char *copy = malloc(n + 1);

		memcpy(copy, whole.p, n);
		CU_ASSERT_FALSE(
		    llm_zone_parse(str_make(copy, n), SUMMER_2090, &zone));
		free(copy);
	}
	for (size_t i = 0; i < whole.n; i++) {
		memcpy(part, whole.p, whole.n);
		part[i] = (char)(part[i] ^ 0xff);
		(void)llm_zone_parse(
		    str_make(part, whole.n), SUMMER_2090, &zone);
	}
}

static CU_TestInfo tests[] = {
	{ "zones are found", zones_are_found },
	{ "names are told", names_are_told },
	{ "broken files are refused", broken_files_are_refused },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_llm_zone = { "llm_zone", setup, teardown, NULL, NULL,
	tests };
