/* fuzz_expr.c: expressions: read or refused, the same value each time */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/expr.h"
#include "tests/fuzz/drive.h"

#define VARS                                                                   \
	"{\"a\":1,\"b\":\"two\",\"c\":[1,[2],{\"d\":\"3\"}],\"e\":{\"f\":"     \
	"{\"g\":true}},\"n\":null,\"t\":\"12.5\"}"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str text = str_make((const char *)data, n);
	struct pool *pool = pool_new();
	struct err err = { 0 }, other = { 0 };
	struct value v, w;
	const struct expr *e;
	const struct json *json;
	struct vars vars;

	vars_parse(pool, STR(VARS), &vars);
	if (expr_parse(pool, text, &e, &err) != ERR_OK) {
		MUST(err.text[0] != '\0');
		pool_free(&pool);
		return 0;
	}
	MUST(valid_utf8(text));
	if (expr_eval(pool, e, &vars, NULL, &v, &err) != ERR_OK) {
		MUST(err.text[0] != '\0');
		MUST(expr_eval(pool, e, &vars, NULL, &w, &other) != ERR_OK);
		MUST(strcmp(err.text, other.text) == 0);
	} else {
		MUST(expr_eval(pool, e, &vars, NULL, &w, &other) == ERR_OK);
		MUST(str_eq(value_json(pool, &v), value_json(pool, &w)));
		MUST(json_parse(pool, value_json(pool, &v), &json, NULL) ==
			 ERR_OK ||
		     v.type == VALUE_LIST);
		(void)value_is_true(&v);
	}
	pool_free(&pool);
	return 0;
}
