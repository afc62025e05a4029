/* llm_tool_calculator.c: arithmetic, by the language of conditions */
/* SPDX-License-Identifier: MIT */
#include "bot/expr.h"
#include "bot/llm_tools.h"

/* Models write powers and thousands as people do; neither is in the language,
 * and a sentence helps them more than a wrong number. */
static enum err_code run(const struct llm_tools_in *in, struct pool *pool,
    const struct json *arguments, struct str *text_r, struct err *err)
{
	struct str text = json_str(json_get(arguments, "expression"));
	const struct expr *expr;
	struct value v;
	enum err_code code;

	(void)in;
	if (str_trim(text).n == 0)
		return err_set(err, ERR_INVALID,
		    "An expression in a text is wanted: {\"expression\": "
		    "\"(2 + 3) * 4\"}.");
	code = expr_parse(pool, text, &expr, err);
	if (code == ERR_OK)
		code = expr_eval(pool, expr, NULL, NULL, &v, err);
	if (code == ERR_OK)
		*text_r = value_text(pool, &v);
	return code;
}

const struct llm_builtin llm_calculator = {
	.tool = { .name = STR_INIT("calculator"),
	    .description = STR_INIT(
		"Calculates exactly. Operators: + - * / % ( ), comparisons, "
		"and, or, not; functions such as round(x, digits), min, max, "
		"abs, floor, ceil. No powers, units or thousands separators."),
	    .parameters = STR_INIT(
		"{\"type\":\"object\",\"properties\":{\"expression\":{\"type\":"
		"\"string\",\"description\":\"such as (12.5 * 3) / 2\"}},"
		"\"required\":[\"expression\"]}") },
	.run = run,
};
