/* flow_intent.c: reads a flow's intents and their examples */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/flow_reader.h"

bool flow_is_intents(const struct json *v)
{
	const struct json *item = NULL;

	while ((item = json_next(v, item)) != NULL) {
		if (json_type(item) != JSON_ARRAY)
			return false;
	}
	return json_type(v) == JSON_OBJECT && json_count(v) > 0;
}

size_t flow_intent(const struct flow *flow, struct str name)
{
	if (flow->intents == NULL)
		return INTENT_NONE;
	return intents_by_name(flow->intents, name);
}

static void read_examples(struct flow_reader *r, const struct json *v,
    const char *path, struct intent *intent)
{
	const struct json *item = NULL;
	struct str text;

	intent->name = str_trim(json_name(v));
	intent->examples = pool_alloc(
	    r->pool, (json_count(v) + 1) * sizeof(*intent->examples));
	if (intent->name.n == 0 ||
	    valid_utf8_count(intent->name) > FLOW_NAME_MAX)
		flow_error(r, path, "An intent's name has 1 to %d characters.",
		    FLOW_NAME_MAX);
	if (json_count(v) == 0)
		flow_error(r, path, "An intent needs an example.");
	while ((item = json_next(v, item)) != NULL) {
		text = str_trim(json_str(item));
		if (text.n == 0 || valid_utf8_count(text) > INTENT_EXAMPLE_MAX)
			flow_error(r,
			    pool_printf(r->pool, "%s[%zu]", path, intent->n),
			    "An example is a text of 1 to %d characters.",
			    INTENT_EXAMPLE_MAX);
		intent->examples[intent->n++] = text;
	}
}

static void read_threshold(struct flow_reader *r, const struct json *v)
{
	double d = json_num(v, -1);

	r->flow->intent_threshold = INTENT_THRESHOLD_DEF;
	if (json_type(v) == JSON_NULL)
		return;
	if (d >= 0.1 && d <= 1)
		r->flow->intent_threshold = d;
	else
		flow_error(r, "intent_threshold",
		    "A number from 0.1 to 1 is wanted here.");
}

void flow_read_intents(struct flow_reader *r, const struct json *root)
{
	const struct json *v = json_get(root, "intents"), *item = NULL;
	size_t n = json_count(v), all = 0;
	struct intent *list;
	const char *path;

	read_threshold(r, json_get(root, "intent_threshold"));
	if (json_type(v) == JSON_NULL || n == 0)
		return;
	if (!flow_is_intents(v)) {
		flow_error(r, "intents",
		    "Intents are an object: name to array of examples.");
		return;
	}
	while ((item = json_next(v, item)) != NULL)
		all += json_count(item);
	if (n > INTENTS_MAX || all > INTENT_EXAMPLES_MAX) {
		flow_error(r, "intents",
		    "At most %d intents with %d examples together.",
		    INTENTS_MAX, INTENT_EXAMPLES_MAX);
		return;
	}
	list = pool_alloc(r->pool, n * sizeof(*list));
	for (size_t i = 0; (item = json_next(v, item)) != NULL; i++) {
		path = pool_printf(
		    r->pool, "intents.%.*s", STR_ARG(json_name(item)));
		read_examples(r, item, path, &list[i]);
		for (size_t k = 0; k < i; k++) {
			if (str_eq(list[k].name, list[i].name))
				flow_error(r, path,
				    "There are two intents of this name.");
		}
	}
	r->flow->intents = intents_new(r->pool, list, n);
}
