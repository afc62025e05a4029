/* action_set.c: {"type":"SET","variables":{...}}: values under names */
/* SPDX-License-Identifier: MIT */
#include "bot/action.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"

#define SET_MAX 50

struct setting {
	struct str name;
	const struct expr *expr; /* NULL: value counts */
	const struct json *value;
};

struct settings_list {
	size_t n;
	struct setting items[SET_MAX];
};

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	const struct json *all = json_get(v, "variables"), *item = NULL;
	struct settings_list *list = pool_alloc(r->pool, sizeof(*list));
	struct setting *s;
	const char *at;

	out->data = list;
	path = pool_printf(r->pool, "%s.variables", path);
	if (json_type(all) != JSON_OBJECT || json_count(all) == 0 ||
	    json_count(all) > SET_MAX) {
		flow_error(
		    r, path, "An object of 1 to %d is wanted here.", SET_MAX);
		return;
	}
	while ((item = json_next(all, item)) != NULL) {
		s = &list->items[list->n++];
		s->name = str_trim(json_name(item));
		s->value = item;
		at = pool_printf(r->pool, "%s.%.*s", path, STR_ARG(s->name));
		(void)flow_check_variable(r, s->name, at);
		if (json_get(item, "expression") != NULL &&
		    json_count(item) == 1)
			s->expr =
			    flow_read_expr(r, json_get(item, "expression"),
				pool_printf(r->pool, "%s.expression", at));
	}
}

static void run(struct engine *e, const struct flow_action *action)
{
	const struct settings_list *list = action->data;

	for (size_t i = 0; i < list->n; i++) {
		const struct setting *s = &list->items[i];

		if (s->expr != NULL)
			engine_set_expr(e, s->name, s->expr);
		else
			engine_set_json(e, s->name, s->value);
	}
}

const struct action action_set = {
	.name = "SET",
	.parse = parse,
	.run = run,
};
