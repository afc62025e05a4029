/* test_fold.c: texts as people compare them */
/* SPDX-License-Identifier: MIT */
#include "bot/fold.h"

#include "unit.h"

static void texts_that_people_take_for_equal_are(void)
{
	static const struct {
		const char *a;
		const char *b;
		bool is_equal;
	} rows[] = {
		{ "Opening hours", "opening HOURS", true },
		{ "  a \t\n b ", "a b", true },
		{ "a\xC2\xA0"
		  "b",
		    "a b", true },
		{ "ÄÖÜ", "äöü", true }, { "ПРИВЕТ", "привет", true },
		{ "ΑΒΓ", "αβγ", true }, { "don’t", "don't", true },
		{ "", "   ", true }, { "a", "b", false },
		{ "ab", "a b", false }, { "hours", "hours!", false },
		{ "\xFF", "\xFE", true }, /* broken bytes are U+FFFD */
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(
		    fold_eq(fold_make(pool, str_of(rows[i].a)),
			fold_make(pool, str_of(rows[i].b))) == rows[i].is_equal,
		    i, rows[i].a));
	pool_free(&pool);
}

static void words_are_found_whole(void)
{
	static const struct {
		const char *text;
		const char *word;
		bool is_there;
	} rows[] = {
		{ "Where is my order?", "order", true },
		{ "Where are my orders?", "order", false },
		{ "reorder", "order", false },
		{ "reorder or order", "order", true },
		{ "order", "order", true },
		{ "I want to TALK  to a person.", "talk to a person", true },
		{ "talk to another person", "talk to a", false },
		{ "saa ngapi mnafungua?", "saa", true },
		{ "ÉTÉ!", "été", true },
		{ "été", "t", false },
		{ "cafe\xCC\x81", "cafe", false }, /* combining accent */
		{ "price: 250", "25", false },
		{ "what? c++!", "c++", true },
		{ "abc++", "c++", false },
		{ "a", "", false },
		{ "", "a", false },
		{ "order_status", "order", false },
		{ "(order)", "order", true },
	};
	struct pool *pool = pool_new();

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(
		    fold_has_word(fold_make(pool, str_of(rows[i].text)),
			fold_make(pool, str_of(rows[i].word))) ==
			rows[i].is_there,
		    i, rows[i].text));
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "texts that people take for equal are",
	    texts_that_people_take_for_equal_are },
	{ "words are found whole", words_are_found_whole },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_fold = { "fold", NULL, NULL, NULL, NULL, tests };
