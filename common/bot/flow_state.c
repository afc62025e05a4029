/* flow_state.c: reads one state: its messages, actions and transitions */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/flow_reader.h"

struct str flow_read_text(struct flow_reader *r, const struct json *object,
    const char *name, size_t max, const char *path)
{
	const struct json *v = json_get(object, name);
	struct str text = json_str(v);

	if (json_type(v) == JSON_NULL)
		return STR_EMPTY;
	path = pool_printf(r->pool, "%s.%s", path, name);
	if (json_type(v) != JSON_STRING)
		flow_error(r, path, "A text is wanted here.");
	else if (valid_utf8_count(text) > max)
		flow_error(
		    r, path, "At most %zu characters may stand here.", max);
	return text;
}

static void read_regex(
    struct flow_reader *r, const char *path, struct flow_transition *t)
{
	struct err err;

	t->trigger = FLOW_REGEX;
	if (regex_new(r->pool, t->value, &t->regex, &err) != ERR_OK)
		flow_error(r, path, "%s", err.text);
}

static const struct {
	const char *name;
	enum flow_trigger trigger;
} conditions[] = {
	{ "keyword", FLOW_WORDS },
	{ "button", FLOW_BUTTON },
	{ "exact", FLOW_EXACT },
	{ "regex", FLOW_REGEX },
	{ "intent", FLOW_INTENT },
	{ "always", FLOW_ALWAYS },
	{ "default", FLOW_DEFAULT },
};

/* What stands behind "value". */
static void read_value(struct flow_reader *r, const struct json *condition,
    const char *name, struct flow_transition *t)
{
	const char *path = pool_printf(r->pool, "%s.condition", t->path);
	size_t max =
	    t->trigger == FLOW_REGEX ? REGEX_PATTERN_MAX : FLOW_NAME_MAX;

	t->value = str_trim(flow_read_text(r, condition, "value", max, path));
	if (t->value.n == 0) {
		flow_error(r, path, "A condition %s needs a value.", name);
		return;
	}
	path = pool_printf(r->pool, "%s.value", path);
	if (t->trigger == FLOW_REGEX)
		read_regex(r, path, t);
	if (t->trigger != FLOW_INTENT)
		return;
	t->intent = flow_intent(r->flow, t->value);
	if (t->intent == INTENT_NONE)
		flow_error(
		    r, path, "There is no intent “%.*s”.", STR_ARG(t->value));
}

/* {"condition": {"type": ..., "value": ...}, "target": ...} */
static void read_condition(
    struct flow_reader *r, const struct json *v, struct flow_transition *t)
{
	const struct json *condition = json_get(v, "condition");
	struct str type = json_str(json_get(condition, "type"));
	const char *at = pool_printf(r->pool, "%s.condition.type", t->path);

	t->trigger = FLOW_WORDS;
	for (size_t i = 0; i < COUNT_OF(conditions); i++) {
		if (!str_ieq(type, str_of(conditions[i].name)))
			continue;
		t->trigger = conditions[i].trigger;
		if (t->trigger != FLOW_ALWAYS && t->trigger != FLOW_DEFAULT)
			read_value(r, condition, conditions[i].name, t);
		return;
	}
	if (type.n == 0)
		flow_error(r, at, "A condition needs a type.");
	else
		flow_error(
		    r, at, "There is no condition “%.*s”.", STR_ARG(type));
}

/* What stands between the slashes of "/.../" or "/.../i"; else empty. */
static struct str slashed(struct str s)
{
	if (s.n > 1 && (s.p[s.n - 1] == 'i' || s.p[s.n - 1] == 'I'))
		s.n--;
	if (s.n < 3 || s.p[0] != '/' || s.p[s.n - 1] != '/')
		return STR_EMPTY;
	return str_make(s.p + 1, s.n - 2);
}

/* The member's name is the trigger. */
static void read_trigger(
    struct flow_reader *r, const struct json *v, struct flow_transition *t)
{
	t->value = str_trim(json_name(v));
	t->trigger = FLOW_WORDS;
	if (str_eq(t->value, STR("default"))) {
		t->trigger = FLOW_DEFAULT;
	} else if (str_eq(t->value, STR("always"))) {
		t->trigger = FLOW_ALWAYS;
	} else if (t->value.n == 0) {
		flow_error(r, t->path, "A trigger needs a word.");
	} else if (slashed(t->value).n > 0) {
		t->value = slashed(t->value);
		read_regex(r, t->path, t);
	} else {
		t->intent = flow_intent(r->flow, t->value);
	}
}

static void read_transition(struct flow_reader *r, const struct json *v,
    const char *path, bool is_array, struct flow_state *state)
{
	struct flow_transition *t = &state->transitions[state->n_transitions];

	t->intent = INTENT_NONE;
	if (is_array) {
		t->path =
		    pool_printf(r->pool, "%s[%zu]", path, state->n_transitions);
		read_condition(r, v, t);
		v = json_get(v, "target");
	} else {
		t->path = pool_printf(
		    r->pool, "%s.%.*s", path, STR_ARG(json_name(v)));
		read_trigger(r, v, t);
	}
	if (t->trigger == FLOW_WORDS || t->trigger == FLOW_EXACT)
		t->words = fold_make(r->pool, t->value);
	t->target_name = json_str(v);
	if (t->target_name.n == 0)
		flow_error(r, t->path, "The name of a state is wanted here.");
	state->n_transitions++;
}

static void read_transitions(
    struct flow_reader *r, const struct json *v, struct flow_state *state)
{
	const char *path = pool_printf(r->pool, "%s.transitions", state->path);
	bool is_array = json_type(v) == JSON_ARRAY;
	const struct json *item = NULL;
	size_t patterns = 0;

	if (json_type(v) == JSON_NULL)
		return;
	if (json_count(v) > FLOW_TRANSITIONS_MAX) {
		flow_error(r, path, "A state has at most %d transitions.",
		    FLOW_TRANSITIONS_MAX);
		return;
	}
	if (!is_array && json_type(v) != JSON_OBJECT) {
		flow_error(r, path, "An object or an array is wanted here.");
		return;
	}
	state->transitions = pool_alloc(
	    r->pool, (json_count(v) + 1) * sizeof(*state->transitions));
	while ((item = json_next(v, item)) != NULL)
		read_transition(r, item, path, is_array, state);
	/* each may take its full measure of steps for one message */
	for (size_t i = 0; i < state->n_transitions; i++)
		patterns += state->transitions[i].trigger == FLOW_REGEX;
	if (patterns > FLOW_PATTERNS_MAX)
		flow_error(r, path, "A state has at most %d patterns.",
		    FLOW_PATTERNS_MAX);
}

/* The short form: buttons under the state's last message. */
static void read_state_buttons(
    struct flow_reader *r, const struct json *v, struct flow_state *state)
{
	const char *path = pool_printf(r->pool, "%s.buttons", state->path);
	struct flow_messages *list = &state->messages;

	if (json_type(v) == JSON_NULL ||
	    (json_type(v) == JSON_ARRAY && json_count(v) == 0))
		return;
	if (list->n == 0 || list->items[list->n - 1].kind != FLOW_TEXT)
		flow_error(
		    r, path, "Buttons need a text message to stand under.");
	else
		flow_read_buttons(r, v, path, &list->items[list->n - 1]);
}

void flow_read_state(
    struct flow_reader *r, const struct json *v, struct flow_state *state)
{
	static const char *const save_to[3] = { "save_to", "variable",
		"collect" };

	state->is_initial = json_bool(json_get(v, "initial"), false) ||
			    json_bool(json_get(v, "is_initial"), false) ||
			    json_bool(json_get(v, "is_initial_state"), false);
	state->save_to = flow_read_variable(r, v, save_to, state->path);
	flow_read_messages(r, json_get(v, "message"),
	    pool_printf(r->pool, "%s.message", state->path), &state->messages);
	flow_read_messages(r, json_get(v, "messages"),
	    pool_printf(r->pool, "%s.messages", state->path), &state->messages);
	read_state_buttons(r, json_get(v, "buttons"), state);
	flow_read_actions(r, json_get(v, "actions"), state);
	read_transitions(r, json_get(v, "transitions"), state);
}
