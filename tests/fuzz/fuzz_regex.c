/* fuzz_regex.c: patterns of strangers: compiled or refused, within limits */
/* SPDX-License-Identifier: MIT */
#include "bot/collect.h"
#include "bot/intent.h"
#include "bot/regex.h"
#include "tests/fuzz/drive.h"

/* What reads a visitor's words beside the patterns. */
static void try_readers(struct pool *pool, struct str text)
{
	struct str examples[2] = { str_head(text, 40), STR("mnafungua lini") };
	const struct intent list[2] = { { STR("a"), 1, examples },
		{ STR("b"), 1, examples + 1 } };
	char date[COLLECT_DATE_SIZE];
	struct str phone;
	double number, score;

	(void)intents_find(intents_new(pool, list, 2), pool, text, 0.5, &score);
	MUST(score >= 0 && score <= 1);
	if (collect_date(text, date))
		MUST(strlen(date) == COLLECT_DATE_SIZE - 1);
	if (collect_phone(pool, text, STR("255"), &phone))
		MUST(phone.n >= 9 && phone.n <= 16 && phone.p[0] == '+');
	(void)collect_number(pool, text, &number);
}

/* The pattern, and behind the first NUL the text. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n), pattern = STR_EMPTY;
	struct pool *pool = pool_new();
	const struct regex *regex;
	struct err err = { 0 };

	(void)str_split(&text, '\0', &pattern);
	if (regex_new(pool, pattern, &regex, &err) == ERR_OK)
		MUST(regex_match(regex, text) == regex_match(regex, text));
	else
		MUST(err.text[0] != '\0');
	try_readers(pool, text);
	pool_free(&pool);
	return 0;
}
