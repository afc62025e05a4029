/* test_json_in.c: JSON from outside */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"

#include "base/buf.h"
#include "base/id.h"
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

/* NULL when it is refused. */
static const struct json *parse(struct str text)
{
	const struct json *v = NULL;
	struct err err;

	if (json_parse(pool, text, &v, &err) == ERR_OK)
		return v;
	CU_ASSERT_EQUAL(err.code, ERR_BAD_REQUEST);
	CU_ASSERT_NOT_EQUAL(err.text[0], '\0');
	return NULL;
}

static void the_whole_grammar_is_read(void)
{
	static const char *const cases[] = { "null", "true", "false", "0", "-0",
		"1", "-1.5", "1e5", "1E+5", "1.25e-3", "\"\"", "\"x\"", "[]",
		"{}", " [ ] ", "\t\r\n{ }\n", "[1,2,3]", "[[],{}]", "{\"a\":1}",
		"{ \"a\" : [ 1 , { \"b\" : null } ] }",
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u00e9\\u20AC\"",
		"\"\\ud83d\\ude00\"", "\"\xF0\x9F\x98\x80\"", "\"\x7f\"",
		"{\"\":0}", "{\"a\":1,\"a\":2}", "1e-400",
		"123456789012345678901234567890" };

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(parse(str_of(cases[i])) != NULL, i, cases[i]));
}

static void what_is_not_rfc_8259_is_refused(void)
{
	static const char *const cases[] = { "", " ", "nul", "nulll", "True",
		"01", "-01", "00", "1.", ".5", "-", "-.5", "+1", "1e", "1e+",
		"1.e1", "0x10", "1_0", "NaN", "Infinity", "-Infinity", "1e999",
		"[", "]", "{", "}", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}",
		"{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}",
		"{a:1}", "{'a':1}", "{1:1}", "{\"a\" 1}", "\"", "\"a", "'a'",
		"\"\n\"", "\"\t\"", "\"\x01\"", "\"\\x\"", "\"\\u12\"",
		"\"\\u123g\"", "\"\\u0000\"", "\"a\\u0000b\"",
		"{\"\\u0000\":1}", "\"\\ud800\"", "\"\\udc00\"",
		"\"\\ud800\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\",
		"\"\\u", "1 2", "{} x", "[] []", "null,", "// c\n1", "1 // c",
		"/**/1", "\xEF\xBB\xBF{}", "\"\xFF\"", "\"\xC0\x80\"",
		"\"\xED\xA0\x80\"", "\v1", "1\f",
		"1111111111111111111111111111111111111111111111111111111111"
		"111111" };

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(parse(str_of(cases[i])) == NULL, i, cases[i]));
	CU_ASSERT_PTR_NULL(parse(STR_EMPTY));
	CU_ASSERT_PTR_NULL(parse(STR("1\0")));
	CU_ASSERT_PTR_NULL(parse(STR("\"a\0b\"")));
	CU_ASSERT_PTR_NULL(parse(STR("{}\0")));
}

static void a_slice_need_not_end_with_nul(void)
{
	char *exact = mem_new(3);
	const struct json *v;

	memcpy(exact, "123", 3);
	v = parse(str_make(exact, 3));
	CU_ASSERT_EQUAL(json_num(v, 0), 123);
	v = parse(str_make(exact, 2));
	CU_ASSERT_EQUAL(json_num(v, 0), 12);
	free(exact);
}

static struct str nested(struct buf *b, size_t depth, const char *close)
{
	buf_clear(b);
	for (size_t i = 0; i < depth; i++)
		buf_byte(b, '[');
	for (size_t i = 0; i < depth && close != NULL; i++)
		buf_puts(b, close);
	return buf_str(b);
}

static void depth_is_bounded(void)
{
	struct buf b;

	buf_init(&b, 0);
	CU_ASSERT_PTR_NOT_NULL(parse(nested(&b, JSON_DEPTH_MAX, "]")));
	CU_ASSERT_PTR_NULL(parse(nested(&b, JSON_DEPTH_MAX + 1, "]")));
	CU_ASSERT_PTR_NULL(parse(nested(&b, 10000, NULL)));
	CU_ASSERT_PTR_NULL(parse(nested(&b, 1000000, "]")));
	buf_clear(&b);
	/* many side by side are no depth */
	buf_byte(&b, '[');
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "[{}],");
	buf_puts(&b, "0]");
	CU_ASSERT_PTR_NOT_NULL(parse(buf_str(&b)));
	buf_fini(&b);
}

static void the_fault_names_its_byte(void)
{
	const struct json *v = NULL;
	struct err err;

	CU_ASSERT_EQUAL(
	    json_parse(pool, STR("[1,02]"), &v, &err), ERR_BAD_REQUEST);
	CU_ASSERT(unit_same(str_of(err.text),
	    "The JSON text is broken at byte 4: a comma or bracket is "
	    "missing."));
}

static void escapes_become_text(void)
{
	const struct json *v =
	    parse(STR("\"a\\\"\\\\\\/\\n\\u00e9\\u20ac\\ud83d\\ude00z\""));

	CU_ASSERT(unit_same(
	    json_str(v), "a\"\\/\n\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z"));
}

static void readers_take_other_types_and_nothing(void)
{
	const struct json *v = parse(STR("{\"s\":\"x\",\"n\":1.5,\"b\":true,"
					 "\"a\":[1,2],\"z\":null}"));
	int64_t i = 77;

	CU_ASSERT(unit_same(json_str(json_get(v, "s")), "x"));
	CU_ASSERT_EQUAL(json_str(json_get(v, "n")).n, 0);
	CU_ASSERT_EQUAL(json_str(NULL).n, 0);
	CU_ASSERT_EQUAL(json_num(json_get(v, "n"), 9), 1.5);
	CU_ASSERT_EQUAL(json_num(json_get(v, "s"), 9), 9);
	CU_ASSERT(json_bool(json_get(v, "b"), false));
	CU_ASSERT(json_bool(json_get(v, "s"), true));
	CU_ASSERT_FALSE(json_i64(json_get(v, "n"), 0, 9, &i));
	CU_ASSERT_FALSE(json_i64(NULL, 0, 9, &i));
	CU_ASSERT_EQUAL(i, 77);
	CU_ASSERT_EQUAL(json_type(json_get(v, "z")), JSON_NULL);
	CU_ASSERT_EQUAL(json_type(json_get(v, "none")), JSON_NULL);
	CU_ASSERT_EQUAL(json_type(json_get(v, "b")), JSON_BOOL);
	CU_ASSERT_EQUAL(json_type(json_get(v, "a")), JSON_ARRAY);
	CU_ASSERT_EQUAL(json_type(v), JSON_OBJECT);
	CU_ASSERT_PTR_NULL(json_get(NULL, "s"));
	CU_ASSERT_PTR_NULL(json_get(json_get(v, "a"), "s"));
	CU_ASSERT_PTR_NULL(json_at(v, 0));
	CU_ASSERT_PTR_NULL(json_at(json_get(v, "a"), 2));
	CU_ASSERT_EQUAL(json_num(json_at(json_get(v, "a"), 1), 0), 2);
	CU_ASSERT_EQUAL(json_count(v), 5);
	CU_ASSERT_EQUAL(json_count(json_get(v, "a")), 2);
	CU_ASSERT_EQUAL(json_count(json_get(v, "s")), 0);
}

static void whole_numbers_are_exact(void)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = { { "0", true }, { "-5", true }, { "1e2", true },
		{ "5.0", true }, { "5.5", false }, { "9007199254740992", true },
		{ "-9007199254740992", true }, { "9007199254740994", false },
		{ "1e300", false }, { "\"5\"", false }, { "true", false } };

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t v = 0;
		bool ok = json_i64(
		    parse(str_of(cases[i].text)), INT64_MIN, INT64_MAX, &v);

		CU_ASSERT(unit_case(ok == cases[i].ok, i, cases[i].text));
	}
}

static void names_are_exact_and_the_last_one_wins(void)
{
	const struct json *v = parse(STR("{\"a\":1,\"A\":2,\"a\":3,\"\":4}"));

	CU_ASSERT_EQUAL(json_num(json_get(v, "a"), 0), 3);
	CU_ASSERT_EQUAL(json_num(json_get(v, "A"), 0), 2);
	CU_ASSERT_EQUAL(json_num(json_get(v, ""), 0), 4);
	CU_ASSERT_PTR_NULL(json_get(v, "b"));
}

static void a_walk_goes_in_order(void)
{
	const struct json *v = parse(STR("{\"b\":1,\"a\":[5,6]}"));
	const struct json *item = json_next(v, NULL);

	CU_ASSERT(unit_same(json_name(item), "b"));
	item = json_next(v, item);
	CU_ASSERT(unit_same(json_name(item), "a"));
	CU_ASSERT_EQUAL(json_num(json_next(item, NULL), 0), 5);
	CU_ASSERT_EQUAL(json_name(json_next(item, NULL)).n, 0);
	CU_ASSERT_PTR_NULL(json_next(v, item));
	CU_ASSERT_PTR_NULL(json_next(NULL, NULL));
	CU_ASSERT_PTR_NULL(json_next(parse(STR("[]")), NULL));
	CU_ASSERT_PTR_NULL(json_next(parse(STR("\"x\"")), NULL));
}

static void a_value_becomes_text_again(void)
{
	static const char text[] =
	    "{\"a\":[1,-2.5,true,false,null,\"x\\n\\\"\"],\"b\":{},\"c\":[]}";
	const struct json *v = parse(str_of(text));
	struct buf b;

	CU_ASSERT(unit_same(json_text(pool, v), text));
	CU_ASSERT(unit_same(json_text(pool, json_get(v, "b")), "{}"));
	CU_ASSERT(unit_same(json_text(pool, NULL), "null"));
	buf_init(&b, 0);
	v = parse(nested(&b, JSON_DEPTH_MAX, "]"));
	CU_ASSERT(str_eq(json_text(pool, v), buf_str(&b)));
	buf_fini(&b);
}

static void fields_in_order_are_read(void)
{
	struct json_fields f;
	struct err err;
	struct id id;
	char text[ID_UUID_SIZE];

	json_fields_init(
	    &f, parse(STR("{\"name\":\"\xC3\xA9\xC3\xA9\",\"n\":5,\"b\":true,"
			  "\"id\":\"01ARZ3NDEKTSV4RRFFQ69G5FAV\",\"list\":[1],"
			  "\"nil\":null}")));
	/* two characters of two bytes each */
	CU_ASSERT(
	    unit_same(json_fields_str(&f, "name", 1, 2), "\xC3\xA9\xC3\xA9"));
	CU_ASSERT_EQUAL(json_fields_str(&f, "nil", 0, 5).n, 0);
	CU_ASSERT_EQUAL(json_fields_str(&f, "none", 0, 5).n, 0);
	CU_ASSERT_EQUAL(json_fields_i64(&f, "n", 1, 5, 3), 5);
	CU_ASSERT_EQUAL(json_fields_i64(&f, "none", 1, 5, 3), 3);
	CU_ASSERT(json_fields_bool(&f, "b", false));
	CU_ASSERT(json_fields_bool(&f, "nil", true));
	json_fields_id(&f, "id", true, id.b);
	CU_ASSERT_STRING_EQUAL(id_ulid(id, text), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
	json_fields_id(&f, "none", false, id.b);
	CU_ASSERT(id_is_none(id));
	CU_ASSERT_EQUAL(json_count(json_fields_get(&f, "list", JSON_ARRAY)), 1);
	CU_ASSERT_PTR_NULL(json_fields_get(&f, "none", JSON_OBJECT));
	CU_ASSERT_EQUAL(json_fields_end(&f, &err), ERR_OK);
}

static void the_first_fault_is_told(void)
{
	struct json_fields f;
	struct err err;
	struct id id;

	json_fields_init(&f, parse(STR("{\"a\":5,\"b\":\"x\"}")));
	CU_ASSERT_EQUAL(json_fields_str(&f, "a", 0, 5).n, 0);
	CU_ASSERT_EQUAL(json_fields_i64(&f, "b", 0, 5, 2), 2);
	json_fields_id(&f, "b", true, id.b);
	CU_ASSERT_EQUAL(json_fields_end(&f, &err), ERR_BAD_REQUEST);
	CU_ASSERT_STRING_EQUAL(err.text, "a must be text.");
}

static void each_fault_names_its_field(void)
{
	const struct json *v = parse(STR("{\"s\":\"abc\",\"n\":1.5,\"e\":\"\","
					 "\"o\":{},\"m\":7}"));
	struct json_fields f;
	struct err err;
	uint8_t id16[16];

#define FAULT(call, sentence)                                                  \
	json_fields_init(&f, v);                                               \
	call;                                                                  \
	CU_ASSERT_EQUAL(json_fields_end(&f, &err), ERR_BAD_REQUEST);           \
	CU_ASSERT(unit_same(str_of(err.text), sentence))

	FAULT(json_fields_str(&f, "s", 0, 2),
	    "s must have at most 2 characters.");
	FAULT(json_fields_str(&f, "s", 4, 9), "s must have 4 to 9 characters.");
	FAULT(json_fields_bytes(&f, "s", 0, 2), "s must have at most 2 bytes.");
	FAULT(json_fields_bytes(&f, "e", 1, 9), "e is missing.");
	FAULT(json_fields_str(&f, "e", 1, 9), "e is missing.");
	FAULT(json_fields_str(&f, "none", 1, 9), "none is missing.");
	FAULT(json_fields_i64(&f, "n", 0, 9, 0),
	    "n must be a whole number from 0 to 9.");
	FAULT(json_fields_i64(&f, "m", 0, 6, 0),
	    "m must be a whole number from 0 to 6.");
	FAULT(json_fields_i64(&f, "s", 0, 6, 0), "s must be a number.");
	FAULT(json_fields_bool(&f, "s", 0), "s must be true or false.");
	FAULT(
	    json_fields_id(&f, "s", false, id16), "s must be a ULID or UUID.");
	FAULT(json_fields_id(&f, "none", true, id16), "none is missing.");
	FAULT(json_fields_get(&f, "s", JSON_OBJECT), "s must be an object.");
	FAULT(json_fields_get(&f, "o", JSON_ARRAY), "o must be an array.");
#undef FAULT
	json_fields_init(&f, parse(STR("[]")));
	CU_ASSERT_EQUAL(json_fields_end(&f, &err), ERR_BAD_REQUEST);
	CU_ASSERT_STRING_EQUAL(err.text, "A JSON object is needed.");
}

static CU_TestInfo tests[] = {
	{ "the whole grammar is read", the_whole_grammar_is_read },
	{ "what is not RFC 8259 is refused", what_is_not_rfc_8259_is_refused },
	{ "a slice need not end with NUL", a_slice_need_not_end_with_nul },
	{ "depth is bounded", depth_is_bounded },
	{ "the fault names its byte", the_fault_names_its_byte },
	{ "escapes become text", escapes_become_text },
	{ "readers take other types and nothing",
	    readers_take_other_types_and_nothing },
	{ "whole numbers are exact", whole_numbers_are_exact },
	{ "names are exact and the last one wins",
	    names_are_exact_and_the_last_one_wins },
	{ "a walk goes in order", a_walk_goes_in_order },
	{ "a value becomes text again", a_value_becomes_text_again },
	{ "fields are read", fields_in_order_are_read },
	{ "the first fault is told", the_first_fault_is_told },
	{ "each fault names its field", each_fault_names_its_field },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_json_in = { "json_in", setup, teardown, NULL, NULL, tests };
