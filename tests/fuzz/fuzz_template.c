/* fuzz_template.c: templates: whole characters, no more than asked, JSON */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/template.h"
#include "tests/fuzz/drive.h"

static void try_text(
    struct pool *pool, struct str text, const struct vars *vars)
{
	for (int place = TEMPLATE_TEXT; place <= TEMPLATE_PART; place++) {
		for (size_t max = 1; max < 5000; max *= 7) {
			struct str out = template_expand(
			    pool, text, vars, (enum template_place)place, max);

			/* what was whole stays whole */
			if (valid_utf8(text)) {
				MUST(valid_utf8(out));
				MUST(valid_utf8_count(out) <= max);
			}
		}
	}
	(void)vars_find(vars, text);
}

static void try_json(
    struct pool *pool, struct str text, const struct vars *vars)
{
	const struct json *v, *w;

	if (json_parse(pool, text, &v, NULL) != ERR_OK)
		return;
	/* values may stand deeper than the template */
	if (json_parse(pool, template_json(pool, v, vars), &w, NULL) == ERR_OK)
		MUST(json_type(v) == json_type(w) ||
		     json_type(v) == JSON_STRING);
}

/* Variables, and behind the first NUL the template. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str all = str_make((const char *)data, n), json = STR_EMPTY;
	struct pool *pool = pool_new();
	struct vars vars, again;

	(void)str_split(&all, '\0', &json);
	vars_parse(pool, json, &vars);
	try_text(pool, all, &vars);
	try_json(pool, all, &vars);
	vars_set(&vars, STR("said"), all);
	vars_set_json(&vars, all, json);
	vars_parse(pool, vars_text(pool, &vars), &again);
	MUST(again.n <= vars.n);
	MUST(vars_find(&again, STR("said")) != NULL || again.n == 0 ||
	     memchr(all.p ? all.p : "", '\0', all.n) != NULL);
	pool_free(&pool);
	return 0;
}
