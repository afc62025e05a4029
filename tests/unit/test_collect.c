/* test_collect.c: phone numbers, numbers and dates as people write them */
/* SPDX-License-Identifier: MIT */
#include "bot/collect.h"

#include "bot/value.h"
#include "unit.h"

static void phones_become_e164(void)
{
	static const struct {
		const char *text;
		const char *want; /* empty: refused */
	} rows[] = {
		{ "+255712345678", "+255712345678" },
		{ "0712345678", "+255712345678" },
		{ "255 712 345 678", "+255712345678" },
		{ "712345678", "+255712345678" },
		{ "00254 712-345-678", "+254712345678" },
		{ "+254 (712) 345.678", "+254712345678" },
		{ "254712345678", "+254712345678" },
		{ " +49 30/901820 ", "+4930901820" },
		{ "123", "" },
		{ "+1234567", "" },
		{ "+1234567890123456", "" },
		{ "07123456789012345678", "" },
		{ "0712x345678", "" },
		{ "07+12345678", "" },
		{ "+0712345678", "" },
		{ "0000000000", "" },
		{ "", "" },
		{ "+", "" },
		{ "call me", "" },
	};
	struct pool *pool = pool_new();
	struct str phone;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		phone = STR_EMPTY;
		CU_ASSERT(unit_case(
		    collect_phone(pool, str_of(rows[i].text), STR("255"),
			&phone) == (rows[i].want[0] != '\0'),
		    i, rows[i].text));
		CU_ASSERT(
		    unit_case(unit_same(phone, rows[i].want), i, rows[i].text));
	}
	pool_free(&pool);
}

static void numbers_are_read(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "1500", "1500" },
		{ " -3 ", "-3" },
		{ "1,500", "1500" },
		{ "1,500,000.25", "1500000.25" },
		{ "1 500", "1500" },
		{ "1'500", "1500" },
		{ "1,5", "1.5" },
		{ "12,50", "12.5" },
		{ "1.5", "1.5" },
		{ "+7", "7" },
		{ "1e3", "1000" },
		{ "1,5,5", "" },
		{ ",500", "0.5" },
		{ "1 2", "" },
		{ "five", "" },
		{ "12 roses", "" },
		{ "", "" },
		{ "0x10", "" },
		{ "inf", "" },
		{ "1e999", "" },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct value v = { .type = VALUE_NULL };
		double d;

		if (collect_number(pool, str_of(rows[i].text), &d))
			v = value_of_number(d);
		CU_ASSERT(
		    unit_case(unit_same(value_text(pool, &v), rows[i].want), i,
			rows[i].text));
	}
	pool_free(&pool);
}

static void dates_become_iso(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "2026-01-31", "2026-01-31" },
		{ "2026/1/3", "2026-01-03" },
		{ "31/1/2026", "2026-01-31" },
		{ "31.01.2026", "2026-01-31" },
		{ "3-2-2026", "2026-02-03" },
		{ "31 January 2026", "2026-01-31" },
		{ "31st of", "" },
		{ "1st Feb 2026", "2026-02-01" },
		{ "Jan 31, 2026", "2026-01-31" },
		{ "january 2nd, 2026", "2026-01-02" },
		{ "5 Agosti 2026", "2026-08-05" },
		{ "12 Desemba 2026", "2026-12-12" },
		{ "May 3 2026", "2026-05-03" },
		{ "29/2/2028", "2028-02-29" },
		{ "29/2/2026", "" },
		{ "29/2/2100", "" },
		{ "31/4/2026", "" },
		{ "1/13/2026", "" },
		{ "0/1/2026", "" },
		{ "1/1/26", "" },
		{ "1/1/1899", "" },
		{ "1/1/2026/1", "" },
		{ "2026", "" },
		{ "tomorrow", "" },
		{ "", "" },
		{ "Jan Feb 2026", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char date[COLLECT_DATE_SIZE] = "";

		CU_ASSERT(unit_case(collect_date(str_of(rows[i].text), date) ==
					(rows[i].want[0] != '\0'),
		    i, rows[i].text));
		CU_ASSERT(unit_case(
		    unit_same(str_of(date), rows[i].want), i, rows[i].text));
	}
}

static CU_TestInfo tests[] = {
	{ "phones become E.164", phones_become_e164 },
	{ "numbers are read", numbers_are_read },
	{ "dates become ISO", dates_become_iso },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_collect = { "collect", NULL, NULL, NULL, NULL, tests };
