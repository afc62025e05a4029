/* test_err.c: failures on their way */
/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include "base/valid.h"
#include "unit.h"

static void every_code_has_a_status_and_a_slug(void)
{
	for (int code = 0; code < ERR__MAX; code++) {
		int status = err_status((enum err_code)code);

		CU_ASSERT(unit_case(status >= 200 && status < 600, (size_t)code,
		    err_slug((enum err_code)code)));
		CU_ASSERT_NOT_EQUAL(err_slug((enum err_code)code)[0], '\0');
	}
	CU_ASSERT_EQUAL(err_status(ERR_NOT_FOUND), 404);
	CU_ASSERT_STRING_EQUAL(err_slug(ERR_RATE_LIMITED), "rate_limited");
	CU_ASSERT_EQUAL(err_status(ERR__MAX), 500);
}

static void setting_returns_the_code(void)
{
	struct err err = { .retry_after_s = 7 };

	CU_ASSERT_EQUAL(
	    err_set(&err, ERR_NOT_FOUND, "No %s.", "x"), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(err.code, ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(err.retry_after_s, 0);
	CU_ASSERT_STRING_EQUAL(err.text, "No x.");
	CU_ASSERT_EQUAL(err_set(NULL, ERR_GONE, "x"), ERR_GONE);
	err_clear(&err);
	CU_ASSERT_EQUAL(err.code, ERR_OK);
	CU_ASSERT_STRING_EQUAL(err.text, "");
}

static void a_sentence_may_quote_the_one_before(void)
{
	struct err err;

	err_set(&err, ERR_INVALID, "inner");
	err_set(&err, ERR_INVALID, "outer: %s", err.text);
	CU_ASSERT_STRING_EQUAL(err.text, "outer: inner");
}

static void a_long_sentence_is_cut_between_characters(void)
{
	struct err err;

	for (int shift = 0; shift < 4; shift++) {
		char text[400] = "";
		size_t n = (size_t)shift;

		memset(text, 'x', n);
		for (; n < 300; n += 3)
			memcpy(text + n, "\xE2\x82\xAC", 3);
		err_set(&err, ERR_INVALID, "%s", text);
		CU_ASSERT(valid_utf8(str_of(err.text)));
		CU_ASSERT(strlen(err.text) > 230);
	}
}

static CU_TestInfo tests[] = {
	{ "every code has a status and a slug",
	    every_code_has_a_status_and_a_slug },
	{ "setting returns the code", setting_returns_the_code },
	{ "a sentence may quote the one before",
	    a_sentence_may_quote_the_one_before },
	{ "a long sentence is cut between characters",
	    a_long_sentence_is_cut_between_characters },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_err = { "err", NULL, NULL, NULL, NULL, tests };
