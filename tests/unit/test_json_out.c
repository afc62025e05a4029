/* test_json_out.c: JSON to outside */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"

#include <math.h>

#include "base/json_in.h"
#include "base/pool.h"
#include "tests/fake/time.h"
#include "unit.h"

static struct buf b;

static int setup(void)
{
	buf_init(&b, 0);
	return 0;
}

static int teardown(void)
{
	buf_fini(&b);
	return 0;
}

static void every_kind_of_member_is_written(void)
{
	struct json_out j;
	struct id id;

	CU_ASSERT(id_parse(STR("01ARZ3NDEKTSV4RRFFQ69G5FAV"), &id));
	buf_clear(&b);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "s", STR("x"));
	json_out_str_or_null(&j, "e", STR_EMPTY);
	json_out_str_or_null(&j, "f", STR("y"));
	json_out_cstr(&j, "c", NULL);
	json_out_u64(&j, "u", UINT64_MAX);
	json_out_num(&j, "n", 1.5);
	json_out_bool(&j, "t", true);
	json_out_null(&j, "z");
	json_out_uuid(&j, "id", id);
	json_out_uuid(&j, "none", ID_NONE);
	json_out_time(&j, "at", FAKE_TIME_START);
	json_out_time(&j, "never", 0);
	json_out_json(&j, "raw", STR("[1]"));
	json_out_json(&j, "no", STR_EMPTY);
	json_out_end(&j);
	CU_ASSERT(unit_same(buf_str(&b),
	    "{\"s\":\"x\",\"e\":null,\"f\":\"y\",\"c\":\"\","
	    "\"u\":18446744073709551615,"
	    "\"n\":1.5,\"t\":true,\"z\":null,"
	    "\"id\":\"01563e3a-b5d3-d676-4c61-efb99302bd5b\",\"none\":null,"
	    "\"at\":\"2026-01-15T08:23:10.123456Z\",\"never\":null,"
	    "\"raw\":[1],\"no\":null}"));
}

static void commas_stand_between_at_every_level(void)
{
	struct json_out j;

	buf_clear(&b);
	json_out_init(&j, &b);
	json_out_array(&j, NULL);
	json_out_object(&j, NULL);
	json_out_end(&j);
	json_out_object(&j, NULL);
	json_out_array(&j, "a\"b");
	json_out_u64(&j, NULL, 1);
	json_out_array(&j, NULL);
	json_out_end(&j);
	json_out_u64(&j, NULL, 2);
	json_out_end(&j);
	json_out_bool(&j, "c", false);
	json_out_end(&j);
	json_out_null(&j, NULL);
	json_out_end(&j);
	CU_ASSERT(unit_same(
	    buf_str(&b), "[{},{\"a\\\"b\":[1,[],2],\"c\":false},null]"));
}

static void text_is_escaped(void)
{
	static const struct {
		struct str text;
		const char *quoted;
	} cases[] = {
		{ STR_INIT(""), "\"\"" },
		{ STR_INIT("a\"\\/b"), "\"a\\\"\\\\/b\"" },
		{ STR_INIT("\b\f\n\r\t\x01\x1f\x7f"),
		    "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"" },
		{ STR_INIT("a\0b"), "\"a\\u0000b\"" },
		{ STR_INIT("\xC3\xA9\xF0\x9F\x98\x80"),
		    "\"\xC3\xA9\xF0\x9F\x98\x80\"" },
		{ STR_INIT("\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA"),
		    "\"\\u2028\\u2029\xE2\x80\xAA\"" },
		/* one U+FFFD for each broken start, as browsers do */
		{ STR_INIT("a\xFF\xC3z"), "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"" },
		{ STR_INIT("\xF0\x9F\x98"), "\"\xEF\xBF\xBD\"" },
		{ STR_INIT("\xED\xA0\x80"),
		    "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&b);
		json_out_quote(&b, cases[i].text);
		CU_ASSERT(unit_same(buf_str(&b), cases[i].quoted));
	}
}

static void numbers_read_back_as_they_were(void)
{
	static const double cases[] = { 0, -1, 0.1, 1.0 / 3, 1e300, 5e-324,
		9007199254740993.0, 123456.789, -2.5e-7 };
	struct json_out j;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_clear(&b);
		json_out_init(&j, &b);
		json_out_num(&j, NULL, cases[i]);
		CU_ASSERT(unit_case(strtod(b.p, NULL) == cases[i], i, b.p));
	}
	buf_clear(&b);
	json_out_init(&j, &b);
	json_out_array(&j, NULL);
	json_out_num(&j, NULL, 0.1);
	json_out_num(&j, NULL, 3);
	json_out_num(&j, NULL, (double)NAN);
	json_out_num(&j, NULL, (double)INFINITY);
	json_out_end(&j);
	CU_ASSERT(unit_same(buf_str(&b), "[0.1,3,null,null]"));
}

static void any_bytes_become_json_that_reads_back(void)
{
	struct pool *pool = pool_new();
	const struct json *v = NULL;
	char bytes[255];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i + 1);
	buf_clear(&b);
	json_out_quote(&b, str_make(bytes, sizeof(bytes)));
	CU_ASSERT_EQUAL(json_parse(pool, buf_str(&b), &v, NULL), ERR_OK);
	CU_ASSERT_EQUAL(memcmp(json_str(v).p, bytes, 127), 0);
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "every kind of member is written", every_kind_of_member_is_written },
	{ "commas stand between, at every level",
	    commas_stand_between_at_every_level },
	{ "text is escaped", text_is_escaped },
	{ "numbers read back as they were", numbers_read_back_as_they_were },
	{ "any bytes become JSON that reads back",
	    any_bytes_become_json_that_reads_back },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_json_out = { "json_out", setup, teardown, NULL, NULL,
	tests };
