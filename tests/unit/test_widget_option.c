/* test_widget_option.c: what can be set on a widget */
/* SPDX-License-Identifier: MIT */
#include "chat/widget_option.h"

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

static const struct json *parse(const char *text)
{
	const struct json *v = NULL;
	struct err err;

	CU_ASSERT_FATAL(json_parse(pool, str_of(text), &v, &err) == ERR_OK);
	return v;
}

static const struct widget_option *option(const char *key)
{
	size_t i = widget_option_find(str_of(key));

	CU_ASSERT_FATAL(i < WIDGET_OPTIONS_MAX);
	return &widget_options[i];
}

static void every_option_has_its_names_and_a_value_of_its_own_that_passes(void)
{
	struct str json, why;

	for (size_t i = 0; i < WIDGET_OPTIONS_MAX; i++) {
		const struct widget_option *o = &widget_options[i];

		CU_ASSERT_FATAL(o->key && o->label && o->help && o->group);
		CU_ASSERT_EQUAL(widget_option_find(str_of(o->key)), i);
		if (o->web)
			CU_ASSERT_EQUAL(
			    widget_option_find_web(str_of(o->web)), i);
		if (o->camel)
			CU_ASSERT_EQUAL(
			    widget_option_find_camel(str_of(o->camel)), i);
		CU_ASSERT(unit_case(
		    widget_option_check(pool, o, parse(o->other), &json, &why),
		    i, o->key));
		if (o->web_other)
			CU_ASSERT(widget_option_check(
			    pool, o, parse(o->web_other), &json, &why));
	}
	CU_ASSERT_EQUAL(widget_option_find(STR("nothing")), WIDGET_OPTIONS_MAX);
	CU_ASSERT_EQUAL(widget_option_find_web(STR("")), WIDGET_OPTIONS_MAX);
}

static void what_an_option_takes_and_what_it_refuses(void)
{
	static const struct {
		const char *key, *value;
		bool ok;
	} cases[] = { { "title", "\"Help\"", true }, { "title", "7", false },
		{ "title", "\"two\\nlines\"", false },
		{ "intro", "\"two\\nlines\"", true },
		{ "stream", "false", true }, { "stream", "\"false\"", false },
		{ "font_size", "12", true }, { "font_size", "24.5", false },
		{ "font_size", "\"13\"", false },
		{ "session_duration", "3600000", true },
		{ "session_duration", "3600001", false },
		{ "session_duration", "-1", false },
		{ "color", "\"#0aF\"", true }, { "color", "\"#0066ff\"", true },
		{ "color", "\"red\"", false },
		{ "color", "\"#0066f;\"", false },
		{ "position", "\"bottom-left\"", true },
		{ "position", "\"middle\"", false },
		{ "layout", "\"inline\"", true },
		{ "starters", "[\"Hi\",\"Prices?\"]", true },
		{ "starters", "[\"Hi\",\" \"]", false },
		{ "starters", "[1]", false }, { "starters", "{}", false },
		{ "starters", "[1,2,3,4,5,6,7,8,9]", false },
		{ "language", "\"de, pt-BR\"", true },
		{ "language", "\"de/../x\"", false },
		{ "plugins", "\"crm,../evil\"", false },
		{ "theme", "\"dark/barPrimary=#003366\"", true },
		{ "theme", "{\"primaryColor\":\"#0066cc\"}", true },
		{ "theme", "5", false },
		{ "translations", "{\"de\":{\"title\":\"Hilfe\"}}", true },
		{ "translations", "{\"de\":\"Hilfe\"}", false },
		{ "translations", "{\"../x\":{}}", false },
		{ "translations", "{\"de\":{\"title\":1}}", false } };
	struct str json, why;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		bool ok = widget_option_check(pool, option(cases[i].key),
		    parse(cases[i].value), &json, &why);

		CU_ASSERT(unit_case(ok == cases[i].ok, i, cases[i].value));
		CU_ASSERT_EQUAL(ok, why.n == 0);
		CU_ASSERT_EQUAL(ok, json.n > 0);
	}
}

static void null_and_an_empty_text_are_not_set(void)
{
	struct str json = STR("x"), why;

	CU_ASSERT(widget_option_check(
	    pool, option("color"), parse("\"\""), &json, &why));
	CU_ASSERT_EQUAL(json.n, 0);
	CU_ASSERT(widget_option_check(
	    pool, option("stream"), parse("null"), &json, &why));
	CU_ASSERT_EQUAL(json.n, 0);
}

static void a_widget_has_from_its_blueprint_what_it_does_not_set(void)
{
	struct widget_values v;

	widget_values(pool, STR("{\"title\":\"Mine\",\"color\":null,\"x\":1}"),
	    STR("{\"title\":\"Theirs\",\"color\":\"#ff0000\",\"math\":true}"),
	    &v);
	CU_ASSERT(str_eq(widget_value(&v, "title"), STR("\"Mine\"")));
	CU_ASSERT(str_eq(widget_value(&v, "color"), STR("\"#ff0000\"")));
	CU_ASSERT(widget_value_is_true(&v, "math"));
	CU_ASSERT(widget_value_is_true(&v, "stream"));
	widget_values(pool, STR("no JSON"), STR_EMPTY, &v);
	CU_ASSERT(str_eq(widget_value(&v, "title"), STR("\"\"")));
}

static void strangers_see_what_is_public_only(void)
{
	struct widget_values v;
	struct json_out j;
	struct buf b;

	widget_values(pool, STR("{\"session_duration\":5}"), STR_EMPTY, &v);
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	widget_put_values(&j, &v, WIDGET_PUBLIC);
	json_out_end(&j);
	CU_ASSERT_EQUAL(json_type(parse(b.p)), JSON_OBJECT);
	CU_ASSERT_PTR_NULL(json_get(parse(b.p), "session_duration"));
	CU_ASSERT_PTR_NOT_NULL(json_get(parse(b.p), "placeholder"));
	buf_fini(&b);
	buf_init(&b, 0);
	json_out_init(&j, &b);
	widget_put_options(&j, NULL);
	CU_ASSERT_EQUAL(json_count(parse(b.p)), WIDGET_OPTIONS_MAX);
	buf_fini(&b);
}

static CU_TestInfo tests[] = {
	{ "every option has its names, and a value of its own that passes",
	    every_option_has_its_names_and_a_value_of_its_own_that_passes },
	{ "what an option takes and what it refuses",
	    what_an_option_takes_and_what_it_refuses },
	{ "null and an empty text are not set",
	    null_and_an_empty_text_are_not_set },
	{ "a widget has from its blueprint what it does not set",
	    a_widget_has_from_its_blueprint_what_it_does_not_set },
	{ "strangers see what is public only",
	    strangers_see_what_is_public_only },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_widget_option = { "widget_option", setup, teardown, NULL,
	NULL, tests };
