/* test_regex.c: patterns and their limits */
/* SPDX-License-Identifier: MIT */
#include "bot/regex.h"

#include "unit.h"

static void patterns_are_found(void)
{
	static const struct {
		const char *pattern;
		const char *text;
		bool want;
	} rows[] = {
		{ "^\\d{4}$", "1042", true },
		{ "^\\d{4}$", "10423", false },
		{ "b", "abc", true },
		{ "habari", "HABARI gani", true },
		{ "\xC3\xA4", "\xC3\x84", true },
		{ "^.$", "\xF0\x9F\x8C\xB9", true },
		{ "^\\w+$", "ma\xC3\xBC", true },
		{ "^$", "", true },
		{ "x", "", false },
		{ "a", "a\xFF", false },
		{ "(?<n>a)\\k<n>", "aa", true },
		/* steps without end, and a nest without end */
		{ "^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
		    false },
		{ "(x+x+)+y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
		    false },
		{ "(?R)?a", "b", false },
		{ "(a|(?1)b)+c", "aaaabbbb", false },
		/* what would call out or raise limits does not */
		{ "a(?C1)b", "ab", true },
		{ "(*LIMIT_MATCH=4000000000)^(a+)+$",
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false },
	};
	struct pool *pool = pool_new();
	const struct regex *regex;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CU_ASSERT_FATAL(
		    unit_case(regex_new(pool, str_of(rows[i].pattern), &regex,
				  &err) == ERR_OK,
			i, rows[i].pattern));
		CU_ASSERT(unit_case(
		    regex_match(regex, str_of(rows[i].text)) == rows[i].want, i,
		    rows[i].pattern));
	}
	pool_free(&pool);
}

/* What a pattern may cost does not grow with the text; what needs little is
 * found in long ones too. */
static void long_texts_are_looked_through(void)
{
	static const struct {
		const char *pattern;
		bool want;
	} long_rows[] = {
		{ "MC-\\d+", true },
		{ "^a+ .*MC-\\d{4}$", true },
		{ "a{3} mc", true },
		{ "(.{1,30}){1,3}[^a-z0-9 -]", false },
		{ "(a?){12}[^a-z0-9 -]", false },
	};
	struct pool *pool = pool_new();
	const struct regex *regex;
	static char text[4096];
	struct err err;

	memset(text, 'a', sizeof(text));
	memcpy(text + sizeof(text) - 8, " MC-1042", 8);
	for (size_t i = 0; i < COUNT_OF(long_rows); i++) {
		CU_ASSERT_EQUAL_FATAL(
		    regex_new(pool, str_of(long_rows[i].pattern), &regex, &err),
		    ERR_OK);
		CU_ASSERT(unit_case(
		    regex_match(regex, str_make(text, sizeof(text))) ==
			long_rows[i].want,
		    i, long_rows[i].pattern));
	}
	pool_free(&pool);
}

static void what_is_no_pattern_is_refused(void)
{
	static const struct {
		const char *pattern;
		const char *why;
	} rows[] = {
		{ "", "1 to 1000 bytes" },
		{ "a(b", "at character 4" },
		{ "\xC3\xA4\xC3\xA4[", "at character 4" },
		{ "*", "at character 1" },
		{ "a\\Cb", "at character" },
		{ "\xFF", "at character 1" },
		{ "(((a{1000}){1000}){1000})", "too large" },
	};
	struct pool *pool = pool_new();
	const struct regex *regex;
	char long_one[REGEX_PATTERN_MAX + 1];
	struct err err;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CU_ASSERT(unit_case(regex_new(pool, str_of(rows[i].pattern),
					&regex, &err) == ERR_INVALID,
		    i, rows[i].pattern));
		CU_ASSERT(unit_case(
		    strstr(err.text, rows[i].why) != NULL, i, err.text));
	}
	memset(long_one, '(', sizeof(long_one));
	CU_ASSERT_EQUAL(
	    regex_new(pool, str_make(long_one, sizeof(long_one)), &regex, &err),
	    ERR_INVALID);
	CU_ASSERT_EQUAL(regex_new(pool, str_make(long_one, 200), &regex, &err),
	    ERR_INVALID);
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "patterns are found", patterns_are_found },
	{ "long texts are looked through", long_texts_are_looked_through },
	{ "what is no pattern is refused", what_is_no_pattern_is_refused },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_regex = { "regex", NULL, NULL, NULL, NULL, tests };
