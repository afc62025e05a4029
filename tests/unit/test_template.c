/* test_template.c: variables and the texts that they stand in */
/* SPDX-License-Identifier: MIT */
#include "bot/template.h"

#include "unit.h"

#define VARS                                                                   \
	"{\"name\":\"Amina\",\"n\":3,\"yes\":true,\"nil\":null,"               \
	"\"profile\":{\"city\":\"Nairobi\",\"orders\":[{\"id\":7},"            \
	"{\"id\":\"x y\"}]},\"a.b\":\"dotted\",\"grid\":[[1,2],[3]],"          \
	"\"sly\":\"{{name}}\",\"url\":\"https://maua.example/a\"}"

static void places_are_filled(void)
{
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "Hello", "Hello" },
		{ "Hello {{variables.name}}!", "Hello Amina!" },
		{ "Hello {{name}}!", "Hello Amina!" },
		{ "{{ name }}{{name}}", "AminaAmina" },
		{ "{{variables.profile.city}}", "Nairobi" },
		{ "{{profile.orders[0].id}}", "7" },
		{ "{{variables.profile.orders[1].id}}", "x y" },
		{ "{{profile.orders[2].id}}", "" },
		{ "{{profile.orders[-1]}}", "" },
		{ "{{profile.orders[}}", "" },
		{ "{{profile.orders[0}}", "{\"id\":7}" },
		{ "{{profile.orders.id}}", "" },
		{ "{{grid[0][1]}}{{grid[1][0]}}", "23" },
		{ "{{profile.orders}}", "[{\"id\":7},{\"id\":\"x y\"}]" },
		{ "{{n}} {{yes}} {{nil}}", "3 true " },
		{ "{{missing}}", "" },
		{ "{{missing.a[0].b}}", "" },
		{ "{{}}", "" },
		{ "{{a.b}}", "dotted" },
		{ "{{name", "{{name" },
		{ "name}}", "name}}" },
		{ "{name}", "{name}" },
		{ "{{sly}}", "{{name}}" },
		{ "{{[0]}}", "" },
		{ "{{.name}}", "" },
		{ "Hello ${name}, ${ variables.profile.city }!",
		    "Hello Amina, Nairobi!" },
		{ "${profile.orders[1].id}${missing}", "x y" },
		{ "${name", "${name" },
		{ "${}${a+b}${{{name}}", "${}${a+b}${Amina" },
		{ "$name 5$ {x}", "$name 5$ {x}" },
		{ "{{name}} ${{", "Amina ${{" },
	};
	struct pool *pool = pool_new();
	struct vars vars;

	vars_parse(pool, STR(VARS), &vars);
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_same(template_expand(pool, str_of(rows[i].text),
					&vars, TEMPLATE_TEXT, 1000),
		    rows[i].want));
	pool_free(&pool);
}

static void values_in_addresses_are_escaped(void)
{
	struct pool *pool = pool_new();
	struct vars vars;

	vars_parse(pool, STR(VARS), &vars);
	CU_ASSERT(unit_same(
	    template_expand(pool, STR("/o?id={{profile.orders[1].id}}"), &vars,
		TEMPLATE_URL, 99),
	    "/o?id=x%20y"));
	CU_ASSERT(unit_same(template_expand(pool, STR("{{url}}?n={{n}}"), &vars,
				TEMPLATE_URL, 99),
	    "https://maua.example/a?n=3"));
	pool_free(&pool);
}

static void parts_of_addresses_are_escaped(void)
{
	struct pool *pool = pool_new();
	struct vars vars;

	vars_parse(pool, STR(VARS), &vars);
	CU_ASSERT(unit_same(template_expand(pool, STR("${url}/{{yes}}"), &vars,
				TEMPLATE_PART, 99),
	    "https%3A%2F%2Fmaua.example%2Fa/true"));
	CU_ASSERT(unit_same(
	    template_expand(pool, STR("/../{{profile.orders[1].id}}?a=b"),
		&vars, TEMPLATE_PART, 99),
	    "/../x%20y?a=b"));
	pool_free(&pool);
}

static void types_are_kept_in_json(void)
{
	static const struct {
		const char *json;
		const char *want;
	} rows[] = {
		{ "\"{{n}}\"", "3" },
		{ "\" {{n}}\"", "\" 3\"" },
		{ "\"{{n}}{{n}}\"", "\"33\"" },
		{ "{\"a\":\"${yes}\",\"{{n}}\":\"{{profile}}\"}",
		    "{\"a\":true,\"{{n}}\":{\"city\":\"Nairobi\",\"orders\":"
		    "[{\"id\":7},{\"id\":\"x y\"}]}}" },
		{ "[\"{{missing}}\",\"{{nil}}\",\"x{{missing}}\",1.5,null]",
		    "[null,null,\"x\",1.5,null]" },
		{ "\"{{sly}}\"", "\"{{name}}\"" },
		{ "{\"deep\":[{\"q\":\"say \\\"{{name}}\\\"\"}]}",
		    "{\"deep\":[{\"q\":\"say \\\"Amina\\\"\"}]}" },
		{ "{}", "{}" },
	};
	struct pool *pool = pool_new();
	const struct json *v;
	struct vars vars;

	vars_parse(pool, STR(VARS), &vars);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CU_ASSERT_EQUAL_FATAL(
		    json_parse(pool, str_of(rows[i].json), &v, NULL), ERR_OK);
		CU_ASSERT(unit_case(
		    unit_same(template_json(pool, v, &vars), rows[i].want), i,
		    rows[i].json));
	}
	pool_free(&pool);
}

static void answers_are_cut_at_characters(void)
{
	struct pool *pool = pool_new();
	struct vars vars;

	vars_parse(pool, STR("{\"x\":\"äöü\"}"), &vars);
	CU_ASSERT(unit_same(
	    template_expand(pool, STR("{{x}}{{x}}"), &vars, TEMPLATE_TEXT, 4),
	    "äöüä"));
	CU_ASSERT(unit_same(
	    template_expand(pool, STR("äöü"), &vars, TEMPLATE_TEXT, 2), "äö"));
	pool_free(&pool);
}

static void variables_are_set_and_told(void)
{
	struct pool *pool = pool_new();
	struct vars vars;

	vars_parse(pool, STR("not json"), &vars);
	CU_ASSERT(unit_same(vars_text(pool, &vars), "{}"));
	vars_parse(pool, STR("[1]"), &vars);
	CU_ASSERT(unit_same(vars_text(pool, &vars), "{}"));
	vars_set(&vars, STR("a"), STR("1"));
	vars_set(&vars, STR("b\"c"), STR("say \"hi\"\n"));
	vars_set(&vars, STR("a"), STR("2"));
	CU_ASSERT(unit_same(vars_text(pool, &vars),
	    "{\"b\\\"c\":\"say \\\"hi\\\"\\n\",\"a\":\"2\"}"));
	vars_parse(pool, vars_text(pool, &vars), &vars);
	CU_ASSERT(unit_same(json_str(vars_find(&vars, STR("a"))), "2"));
	pool_free(&pool);
}

static void the_oldest_variables_give_way(void)
{
	struct pool *pool = pool_new();
	static char text[VARS_MAX / 4];
	struct vars vars;
	char name[16];

	memset(text, 'x', sizeof(text));
	vars_parse(pool, STR("{}"), &vars);
	for (int i = 0; i < 6; i++) {
		snprintf(name, sizeof(name), "v%d", i);
		vars_set(&vars, str_of(name), str_make(text, sizeof(text)));
	}
	CU_ASSERT_PTR_NULL(vars_find(&vars, STR("v0")));
	CU_ASSERT_PTR_NULL(vars_find(&vars, STR("v2")));
	CU_ASSERT_PTR_NOT_NULL(vars_find(&vars, STR("v3")));
	CU_ASSERT_PTR_NOT_NULL(vars_find(&vars, STR("v5")));
	CU_ASSERT(vars_text(pool, &vars).n < VARS_MAX + 100);
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "places are filled", places_are_filled },
	{ "values in addresses are escaped", values_in_addresses_are_escaped },
	{ "parts of addresses are escaped", parts_of_addresses_are_escaped },
	{ "types are kept in JSON", types_are_kept_in_json },
	{ "answers are cut at characters", answers_are_cut_at_characters },
	{ "variables are set and told", variables_are_set_and_told },
	{ "the oldest variables give way", the_oldest_variables_give_way },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_template = { "template", NULL, NULL, NULL, NULL, tests };
