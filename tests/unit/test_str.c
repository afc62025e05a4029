/* test_str.c: slices */
/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include "base/pool.h"
#include "unit.h"

static struct pool *pool;

static int setup(void)
{
	pool = pool_new();
	return 0;
}

static int teardown(void)
{
	pool_free(&pool);
	return 0;
}

static void null_is_the_empty_slice(void)
{
	CU_ASSERT_EQUAL(str_of(NULL).n, 0);
	CU_ASSERT(str_eq(str_of(NULL), STR("")));
	CU_ASSERT(str_eq(STR_EMPTY, str_of("")));
	CU_ASSERT(unit_same(str_trim(STR_EMPTY), ""));
	CU_ASSERT(unit_same(str_copy(pool, STR_EMPTY), ""));
	CU_ASSERT_EQUAL(str_from(STR_EMPTY, 3).n, 0);
}

static void equality_looks_at_every_byte(void)
{
	CU_ASSERT(str_eq(STR("a\0b"), STR("a\0b")));
	CU_ASSERT_FALSE(str_eq(STR("a\0b"), STR("a\0c")));
	CU_ASSERT_FALSE(str_eq(STR("ab"), STR("a")));
	CU_ASSERT(str_ieq(STR("Content-TYPE"), STR("content-type")));
	/* '@' and '`' differ by 32 like letters do */
	CU_ASSERT_FALSE(str_ieq(STR("@"), STR("`")));
	CU_ASSERT_FALSE(str_ieq(STR("\xC3\x89"), STR("\xC3\xA9")));
}

static void ends_are_compared_within_the_slice(void)
{
	CU_ASSERT(str_starts(STR("/api/x"), STR("/api/")));
	CU_ASSERT_FALSE(str_starts(STR("/ap"), STR("/api/")));
	CU_ASSERT(str_ends(STR("a.html"), STR(".html")));
	CU_ASSERT_FALSE(str_ends(STR("html"), STR(".html")));
	CU_ASSERT(str_starts(STR("a"), STR_EMPTY));
	CU_ASSERT(str_ends(STR_EMPTY, STR_EMPTY));
}

static void a_search_gives_the_length_when_absent(void)
{
	CU_ASSERT_EQUAL(str_index(STR("abc"), 'b'), 1);
	CU_ASSERT_EQUAL(str_index(STR("abc"), 'x'), 3);
	CU_ASSERT_EQUAL(str_index(STR_EMPTY, 'x'), 0);
	CU_ASSERT_EQUAL(str_search(STR("xx://y"), STR("://")), 2);
	CU_ASSERT_EQUAL(str_search(STR("xx:/y"), STR("://")), 5);
	CU_ASSERT_EQUAL(str_search(STR("a"), STR("abc")), 1);
	CU_ASSERT_EQUAL(str_search(STR("abc"), STR("")), 0);
}

static void parts_never_leave_the_slice(void)
{
	CU_ASSERT(unit_same(str_from(STR("abc"), 1), "bc"));
	CU_ASSERT(unit_same(str_from(STR("abc"), 9), ""));
	CU_ASSERT(unit_same(str_head(STR("abc"), 2), "ab"));
	CU_ASSERT(unit_same(str_head(STR("abc"), 9), "abc"));
	CU_ASSERT(unit_same(str_trim(STR(" \t\r\n a b \v\f")), "a b"));
	CU_ASSERT(unit_same(str_trim(STR(" \n ")), ""));
}

static void splitting_gives_every_part_once(void)
{
	static const struct {
		const char *text;
		const char *parts; /* joined by '|', each followed by one */
	} cases[] = {
		{ "a,b,c", "a|b|c|" },
		{ "a", "a|" },
		{ "", "|" },
		{ ",", "||" },
		{ "a,,b,", "a||b||" },
		{ NULL, "" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str rest = str_of(cases[i].text), part;
		const char *joined = "";

		while (str_split(&rest, ',', &part))
			joined =
			    pool_printf(pool, "%s%.*s|", joined, STR_ARG(part));
		CU_ASSERT(
		    unit_case(strcmp(joined, cases[i].parts) == 0, i, joined));
	}
}

static void copies_are_their_own(void)
{
	char text[] = "MiXeD";
	struct str copy = str_copy(pool, str_of(text));
	struct str low = str_lower(pool, str_of(text));

	text[0] = '!';
	CU_ASSERT(unit_same(copy, "MiXeD"));
	CU_ASSERT(unit_same(low, "mixed"));
	CU_ASSERT_EQUAL(copy.p[copy.n], '\0');
	CU_ASSERT_STRING_EQUAL(str_dup(pool, STR("x")), "x");
}

static void numbers_are_digits_in_range(void)
{
	static const struct {
		const char *text;
		bool is_u64, is_i64;
	} cases[] = {
		{ "0", true, true },
		{ "007", true, true },
		{ "9223372036854775807", true, true },
		{ "9223372036854775808", true, false },
		{ "18446744073709551615", true, false },
		{ "18446744073709551616", false, false },
		{ "99999999999999999999999", false, false },
		{ "-1", false, true },
		{ "-9223372036854775808", false, true },
		{ "-9223372036854775809", false, false },
		{ "", false, false },
		{ "-", false, false },
		{ "--1", false, false },
		{ "+1", false, false },
		{ " 1", false, false },
		{ "1 ", false, false },
		{ "1x", false, false },
		{ "0x10", false, false },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct str s = str_of(cases[i].text);
		uint64_t u = 77;
		int64_t v = 77;
		bool is_u64 = str_u64(s, 0, UINT64_MAX, &u);
		bool is_i64 = str_i64(s, INT64_MIN, INT64_MAX, &v);

		CU_ASSERT(
		    unit_case(is_u64 == cases[i].is_u64, i, cases[i].text));
		CU_ASSERT(
		    unit_case(is_i64 == cases[i].is_i64, i, cases[i].text));
		CU_ASSERT(is_u64 || u == 77);
		CU_ASSERT(is_i64 || v == 77);
	}
}

static void numbers_keep_to_their_range(void)
{
	uint64_t u = 0;
	int64_t v = 0;

	CU_ASSERT(str_u64(STR("10"), 1, 10, &u));
	CU_ASSERT_EQUAL(u, 10);
	CU_ASSERT_FALSE(str_u64(STR("11"), 1, 10, &u));
	CU_ASSERT_FALSE(str_u64(STR("0"), 1, 10, &u));
	CU_ASSERT(str_i64(STR("-5"), -5, 5, &v));
	CU_ASSERT_EQUAL(v, -5);
	CU_ASSERT_FALSE(str_i64(STR("-6"), -5, 5, &v));
	CU_ASSERT(str_i64(STR("-9223372036854775808"), INT64_MIN, 0, &v));
	CU_ASSERT_EQUAL(v, INT64_MIN);
	CU_ASSERT(str_i64(STR("-0"), 0, 0, &v));
}

static void hex_goes_there_and_back(void)
{
	static const uint8_t bytes[] = { 0x00, 0x7f, 0xff, 0xa5 };
	uint8_t back[4] = { 0 };

	CU_ASSERT(unit_same(str_hex(pool, bytes, 4), "007fffa5"));
	CU_ASSERT(str_unhex(STR("007FffA5"), back, 4));
	CU_ASSERT_EQUAL(memcmp(back, bytes, 4), 0);
	CU_ASSERT_FALSE(str_unhex(STR("007fffa"), back, 4));
	CU_ASSERT_FALSE(str_unhex(STR("007fff"), back, 4));
	CU_ASSERT_FALSE(str_unhex(STR("007fffag"), back, 4));
	CU_ASSERT(str_unhex(STR_EMPTY, back, 0));
}

static CU_TestInfo tests[] = {
	{ "NULL is the empty slice", null_is_the_empty_slice },
	{ "equality looks at every byte", equality_looks_at_every_byte },
	{ "ends are compared within the slice",
	    ends_are_compared_within_the_slice },
	{ "a search gives the length when the text is absent",
	    a_search_gives_the_length_when_absent },
	{ "parts never leave the slice", parts_never_leave_the_slice },
	{ "splitting gives every part once", splitting_gives_every_part_once },
	{ "copies are their own", copies_are_their_own },
	{ "numbers are digits only", numbers_are_digits_in_range },
	{ "numbers keep to their range", numbers_keep_to_their_range },
	{ "hex goes there and back", hex_goes_there_and_back },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_str = { "str", setup, teardown, NULL, NULL, tests };
