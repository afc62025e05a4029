/* test_expr.c: expressions: what they mean, what they refuse, their limits */
/* SPDX-License-Identifier: MIT */
#include "bot/expr.h"

#include "base/buf.h"
#include "unit.h"

#define VARS                                                                   \
	"{\"name\":\"Amina\",\"age\":34,\"text_age\":\"34\",\"paid\":true,"    \
	"\"nil\":null,\"order\":{\"status\":\"delivered\",\"total\":1500.5,"   \
	"\"items\":[{\"id\":7},{\"id\":8}],\"tags\":[\"a\",\"b\"]},"           \
	"\"empty\":\"\",\"none\":[],\"jina\":\"J\xC3\xA4ger\","                \
	"\"same\":{\"a\":1,\"b\":[1,2]},\"too\":{\"b\":[1,2],\"a\":1}}"

static const struct {
	const char *text;
	const char *want; /* as JSON */
} rows[] = {
	/* literals */
	{ "1", "1" },
	{ " 1.50 ", "1.5" },
	{ ".5", "0.5" },
	{ "1e3", "1000" },
	{ "1E-2", "0.01" },
	{ "'it\\'s'", "\"it's\"" },
	{ "\"a\\n\\\"b\\\"\"", "\"a\\n\\\"b\\\"\"" },
	{ "true", "true" },
	{ "FALSE", "false" },
	{ "null", "null" },
	{ "[]", "[]" },
	{ "[1, 'a', [true], null]", "[1,\"a\",[true],null]" },
	/* variables */
	{ "variables.name", "\"Amina\"" },
	{ "name", "\"Amina\"" },
	{ "{{variables.name}}", "\"Amina\"" },
	{ "{{ name }} == 'Amina'", "true" },
	{ "variables.order.items[1].id", "8" },
	{ "order.items[9].id", "null" },
	{ "missing.a.b", "null" },
	{ "trueish", "null" },
	{ "order.tags", "[\"a\",\"b\"]" },
	/* precedence */
	{ "1 + 2 * 3", "7" },
	{ "(1 + 2) * 3", "9" },
	{ "10 - 3 - 2", "5" },
	{ "20 / 2 / 5", "2" },
	{ "7 % 4", "3" },
	{ "-7 % 4", "-3" },
	{ "- - 2", "2" },
	{ "2 - -2", "4" },
	{ "-2 * -3", "6" },
	{ "1 + 1 == 2", "true" },
	{ "not 1 == 2", "true" },
	{ "!1 == 2", "false" },
	{ "true or false and false", "true" },
	{ "(true or false) and false", "false" },
	{ "not false and false", "false" },
	{ "not not true", "true" },
	{ "1 < 2 && 2 < 3 || false", "true" },
	{ "1 AND 0", "false" },
	/* equality */
	{ "age == 34", "true" },
	{ "text_age == 34", "true" },
	{ "'34.0' == 34", "true" },
	{ "'34.0' == '34'", "false" },
	{ "'1' == true", "false" },
	{ "null == missing", "true" },
	{ "empty == null", "false" },
	{ "nil != null", "false" },
	{ "'a' == 'A'", "false" },
	{ "[1, 2] == [1, '2']", "true" },
	{ "[1] == [1, 2]", "false" },
	{ "same == too", "true" },
	{ "same.b == [1,2]", "true" },
	{ "same == order", "false" },
	{ "variables.order.status == 'delivered'", "true" },
	/* order */
	{ "text_age > 9", "true" },
	{ "'10' > '9'", "true" },
	{ "'10a' > '9a'", "false" },
	{ "'2026-03-01' < '2026-11-01'", "true" },
	{ "'a' <= 'a'", "true" },
	{ "'a' < 'ab'", "true" },
	{ "'Z' < '\xC3\xA4'", "true" },
	{ "missing < 1", "false" },
	{ "missing >= 1", "false" },
	{ "true > false", "false" },
	/* in */
	{ "'a' in order.tags", "true" },
	{ "'c' in order.tags", "false" },
	{ "'c' not in order.tags", "true" },
	{ "34 in ['34']", "true" },
	{ "{{age}} in [1, 34]", "true" },
	{ "'min' in name", "true" },
	{ "'' in name", "false" },
	{ "'status' in order", "true" },
	{ "'x' in 5", "false" },
	{ "not 'x' in name", "true" },
	{ "null in [null]", "true" },
	/* calculating */
	{ "0.1 + 0.2", "0.3" },
	{ "3 * 1.1", "3.3" },
	{ "order.total * 2", "3001" },
	{ "text_age + 1", "35" },
	{ "'34' + '1'", "\"341\"" },
	{ "'x' + 1", "\"x1\"" },
	{ "1 + 'x'", "\"1x\"" },
	{ "'Hi ' + name + missing", "\"Hi Amina\"" },
	{ "0 * -1", "0" },
	{ "9007199254740991 + 1", "9007199254740992" },
	/* only what is needed is looked at */
	{ "true or 1 / 0", "true" },
	{ "false and 1 / 0", "false" },
	/* functions */
	{ "len(name)", "5" },
	{ "len(jina)", "5" },
	{ "len(order.items)", "2" },
	{ "len([])", "0" },
	{ "len(missing)", "0" },
	{ "len(1234)", "4" },
	{ "len(order)", "4" },
	{ "lower('AB\xC3\x84')", "\"ab\xC3\xA4\"" },
	{ "upper(jina)", "\"J\xC3\x84GER\"" },
	{ "trim('  a ')", "\"a\"" },
	{ "contains(name, 'min')", "true" },
	{ "contains(order.tags, 'b')", "true" },
	{ "starts_with(name, 'Am')", "true" },
	{ "ends_with(name, 'na')", "true" },
	{ "ends_with(name, 'Am')", "false" },
	{ "number('12')", "12" },
	{ "number('x')", "null" },
	{ "number(true)", "1" },
	{ "string(12.5) + '%'", "\"12.5%\"" },
	{ "string(null)", "\"\"" },
	{ "exists(name)", "true" },
	{ "exists(missing)", "false" },
	{ "exists(nil)", "false" },
	{ "matches(name, '^am')", "true" },
	{ "matches('MC-7', '^MC-\\\\d+$')", "true" },
	{ "matches(missing, 'x')", "false" },
	{ "abs(-3)", "3" },
	{ "round(2.5)", "3" },
	{ "round(2.345, 2)", "2.35" },
	{ "floor(-1.5)", "-2" },
	{ "ceil(1.2)", "2" },
	{ "min(3, 1, 2)", "1" },
	{ "max([3, '10', 2])", "10" },
	{ "max([])", "null" },
};

static void expressions_have_values(void)
{
	struct pool *pool = pool_new();
	struct vars vars;
	const struct expr *e;
	struct value v;
	struct err err;

	vars_parse(pool, STR(VARS), &vars);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		err_clear(&err);
		if (!unit_case(
			expr_parse(pool, str_of(rows[i].text), &e, &err) ==
				ERR_OK &&
			    expr_eval(pool, e, &vars, NULL, &v, &err) == ERR_OK,
			i, rows[i].text)) {
			printf("     %s\n", err.text);
			CU_FAIL("no value");
			continue;
		}
		CU_ASSERT(
		    unit_case(unit_same(value_json(pool, &v), rows[i].want), i,
			rows[i].text));
	}
	pool_free(&pool);
}

static void faults_tell_their_place(void)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{ "", "character 1: a value" },
		{ "   ", "character 4: a value" },
		{ "1 +", "character 4: a value" },
		{ "1 1", "character 3: an operator" },
		{ "a b", "character 3: an operator" },
		{ "a = 1", "character 3: “==” compares" },
		{ "1 < 2 < 3", "joined by" },
		{ "(1", "character 3: a “)”" },
		{ "[1", "character 3: a “]”" },
		{ "[1,]", "character 4: a value" },
		{ "'\xC3\xA4' 'x", "character 5: an operator" },
		{ "'x", "character 1: this text has no end" },
		{ "1.2.3", "character 1: this is no number" },
		{ "12ab", "character 1: this is no number" },
		{ ".", "character 1: this is no number" },
		{ "a..b", "character 2: a name" },
		{ "a.", "character 2: a name" },
		{ "a[x]", "character 2: a number in brackets" },
		{ "a[0", "character 2: a number in brackets" },
		{ "a[", "character 2: a number in brackets" },
		{ "{{a", "character 1: a {{variable}}" },
		{ "{{}}", "character 1: a {{variable}}" },
		{ "{a}", "character 1: a value" },
		{ "and", "character 1: a value" },
		{ "1 or or 2", "character 6: a value" },
		{ "1 not 2", "character 3: an operator" },
		{ "system('ls')",
		    "character 1: there is no function system()" },
		{ "len()", "character 1: len() takes 1 to 1" },
		{ "len(1, 2)", "character 1: len() takes 1 to 1" },
		{ "matches(name, name)", "character 1: the pattern of" },
		{ "matches(name, 'a(')", "character 1: The pattern cannot" },
		{ "a; b", "character 2: an operator" },
		{ "a.b = 'x'", "character 5: “==”" },
		{ "name\x01", "no text" },
		{ "\xFF", "no text" },
	};
	struct pool *pool = pool_new();
	const struct expr *e;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		CU_ASSERT(unit_case(expr_parse(pool, str_of(bad[i].text), &e,
					&err) == ERR_INVALID,
		    i, bad[i].text));
		CU_ASSERT(unit_case(
		    strstr(err.text, bad[i].why) != NULL, i, err.text));
	}
	pool_free(&pool);
}

static void what_cannot_be_calculated_is_told(void)
{
	static const struct {
		const char *text;
		const char *why;
	} bad[] = {
		{ "1 / 0", "divided by 0" },
		{ "1 % 0", "divided by 0" },
		{ "missing + 1", "Only numbers" },
		{ "-name", "Only numbers" },
		{ "true * 2", "Only numbers" },
		{ "[1] + 1", "Only numbers" },
		{ "abs('x')", "Only numbers" },
		{ "min(1, 'x')", "Only numbers" },
		{ "round(1, 99)", "decimals" },
		{ "1e308 * 10", "too large" },
		{ "false or 1 / 0", "divided by 0" },
		{ "not 1 / 0", "divided by 0" },
		{ "[1 / 0]", "divided by 0" },
	};
	struct pool *pool = pool_new();
	struct value v;
	const struct expr *e;
	struct vars vars;
	struct err err;

	vars_parse(pool, STR(VARS), &vars);
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		CU_ASSERT_EQUAL_FATAL(
		    expr_parse(pool, str_of(bad[i].text), &e, &err), ERR_OK);
		CU_ASSERT(unit_case(
		    expr_eval(pool, e, &vars, NULL, &v, &err) == ERR_INVALID, i,
		    bad[i].text));
		CU_ASSERT(unit_case(
		    strstr(err.text, bad[i].why) != NULL, i, err.text));
	}
	/* without variables there are none */
	CU_ASSERT_EQUAL(
	    expr_parse(pool, STR("name == null"), &e, &err), ERR_OK);
	CU_ASSERT_EQUAL(expr_eval(pool, e, NULL, NULL, &v, &err), ERR_OK);
	CU_ASSERT(v.is_true);
	pool_free(&pool);
}

/* n times a, then b, then n times c. */
static struct str nested(
    struct pool *pool, unsigned n, const char *a, const char *b, const char *c)
{
	struct str out;
	struct buf s;

	buf_init(&s, 0);
	for (unsigned i = 0; i < n; i++)
		buf_puts(&s, a);
	buf_puts(&s, b);
	for (unsigned i = 0; i < n; i++)
		buf_puts(&s, c);
	out = str_copy(pool, buf_str(&s));
	buf_fini(&s);
	return out;
}

static void depth_steps_and_length_are_limited(void)
{
	static const struct {
		const char *a, *b, *c;
	} forms[] = { { "(", "1", ")" }, { "[", "1", "]" }, { "-", "1", "" },
		{ "!", "1", "" }, { "not ", "1", "" }, { "len(", "1", ")" } };
	struct pool *pool = pool_new();
	const struct expr *e;
	struct value v;
	struct vars vars;
	unsigned steps;
	struct err err;

	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		struct str fine =
		    nested(pool, 20, forms[i].a, forms[i].b, forms[i].c);
		struct str deep =
		    nested(pool, 200, forms[i].a, forms[i].b, forms[i].c);

		CU_ASSERT_EQUAL(expr_parse(pool, fine, &e, &err), ERR_OK);
		CU_ASSERT_EQUAL(
		    expr_eval(pool, e, NULL, NULL, &v, &err), ERR_OK);
		CU_ASSERT(value_json(pool, &v).n > 0);
		CU_ASSERT_EQUAL(expr_parse(pool, deep, &e, &err), ERR_INVALID);
		CU_ASSERT(strstr(err.text, "nested too deeply") != NULL);
	}
	/* a long chain is no nest */
	CU_ASSERT_EQUAL(
	    expr_parse(pool, nested(pool, 900, "1+", "1", ""), &e, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(expr_eval(pool, e, NULL, NULL, &v, &err), ERR_OK);
	CU_ASSERT_EQUAL(v.number, 901);
	CU_ASSERT_EQUAL(
	    expr_parse(pool, nested(pool, 1001, "1+", "1", ""), &e, &err),
	    ERR_INVALID);
	CU_ASSERT(strstr(err.text, "at most 2000 bytes") != NULL);
	/* texts that double */
	vars_parse(pool,
	    str_of(pool_printf(pool, "{\"x\":\"%.*s\"}",
		STR_ARG(nested(pool, 30000, "y", "", "")))),
	    &vars);
	CU_ASSERT_EQUAL(expr_parse(pool, STR("x + x + x"), &e, &err), ERR_OK);
	CU_ASSERT_EQUAL(expr_eval(pool, e, &vars, NULL, &v, &err), ERR_INVALID);
	CU_ASSERT(strstr(err.text, "too long") != NULL);
	/* a pattern counts for many */
	CU_ASSERT_EQUAL(
	    expr_parse(pool, nested(pool, 25, "matches('a','b') or ", "1", ""),
		&e, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(expr_eval(pool, e, NULL, NULL, &v, &err), ERR_INVALID);
	CU_ASSERT(strstr(err.text, "too many steps") != NULL);
	/* several share what there is */
	CU_ASSERT_EQUAL(expr_parse(pool, STR("1 + 1 + 1"), &e, &err), ERR_OK);
	steps = 12;
	CU_ASSERT_EQUAL(expr_eval(pool, e, NULL, &steps, &v, &err), ERR_OK);
	CU_ASSERT_EQUAL(steps, 7);
	CU_ASSERT_EQUAL(expr_eval(pool, e, NULL, &steps, &v, &err), ERR_OK);
	CU_ASSERT_EQUAL(
	    expr_eval(pool, e, NULL, &steps, &v, &err), ERR_INVALID);
	CU_ASSERT_EQUAL(steps, 0);
	/* comparisons count as steps */
	vars_parse(pool,
	    str_of(pool_printf(pool, "{\"x\":[%.*s]}",
		STR_ARG(nested(pool, 15000, "0,", "0", "")))),
	    &vars);
	CU_ASSERT_EQUAL(expr_parse(pool, STR("1 in x"), &e, &err), ERR_OK);
	CU_ASSERT_EQUAL(expr_eval(pool, e, &vars, NULL, &v, &err), ERR_OK);
	CU_ASSERT_FALSE(v.is_true);
	CU_ASSERT_EQUAL(
	    expr_parse(pool, STR("1 in x or 2 in x"), &e, &err), ERR_OK);
	CU_ASSERT_EQUAL(expr_eval(pool, e, &vars, NULL, &v, &err), ERR_INVALID);
	CU_ASSERT(strstr(err.text, "too many steps") != NULL);
	pool_free(&pool);
}

static CU_TestInfo tests[] = {
	{ "expressions have values", expressions_have_values },
	{ "faults tell their place", faults_tell_their_place },
	{ "what cannot be calculated is told",
	    what_cannot_be_calculated_is_told },
	{ "depth, steps and length are limited",
	    depth_steps_and_length_are_limited },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_expr = { "expr", NULL, NULL, NULL, NULL, tests };
