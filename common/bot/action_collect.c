/* action_collect.c: {"type":"COLLECT"}: asks, checks and keeps an answer */
/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/json_out.h"
#include "base/valid.h"
#include "bot/action.h"
#include "bot/collect.h"
#include "bot/engine.h"
#include "bot/flow_reader.h"
#include "chat/model.h"

#define ATTEMPTS_MAX 20

enum collect_kind {
	COLLECT_TEXT,
	COLLECT_EMAIL,
	COLLECT_PHONE,
	COLLECT_NUMBER,
	COLLECT_DATE,
	COLLECT_CHOICE,
	COLLECT_REGEX,
	COLLECT__MAX
};

static const struct {
	const char *name;
	const char *error; /* when the flow has none */
} kinds[COLLECT__MAX] = {
	[COLLECT_TEXT] = { "text", "Please write an answer." },
	[COLLECT_EMAIL] = { "email",
	    "That is no e-mail address. Please try again." },
	[COLLECT_PHONE] = { "phone",
	    "That is no phone number. Please try again." },
	[COLLECT_NUMBER] = { "number", "That is no number that fits here. "
				       "Please try again." },
	[COLLECT_DATE] = { "date", "That is no date that fits here. Please "
				   "write it as 2026-01-31." },
	[COLLECT_CHOICE] = { "choice", "Please choose one of these." },
	[COLLECT_REGEX] = { "regex", "That does not fit. Please try again." },
};

struct option {
	struct str title;
	struct str id;	 /* what a click says */
	struct str json; /* what is kept */
};

struct collect {
	enum collect_kind kind;
	struct str variable; /* may be empty */
	struct flow_messages error;
	int64_t attempts; /* 0: for ever */
	size_t success;	  /* routes */
	size_t failure;
	double min; /* of a number, or characters of a text */
	double max;
	bool is_whole;
	struct str first; /* dates, both with, or empty */
	struct str last;
	struct str country;
	const struct regex *regex;
	size_t n_options;
	struct option *options;
};

/* A parameter stands in "validate" or beside it. */
static const struct json *parameter(const struct json *v, const char *name)
{
	const struct json *inner = json_get(json_get(v, "validate"), name);

	return inner != NULL ? inner : json_get(v, name);
}

static void read_kind(struct flow_reader *r, const struct json *v,
    const char *path, struct collect *c)
{
	const struct json *validate = json_get(v, "validate");
	struct str type = json_type(validate) == JSON_OBJECT
			      ? json_str(json_get(validate, "type"))
			      : json_str(validate);

	c->kind = parameter(v, "options")   ? COLLECT_CHOICE
		  : parameter(v, "pattern") ? COLLECT_REGEX
					    : COLLECT_TEXT;
	if (json_type(validate) == JSON_NULL)
		return;
	for (size_t i = 0; i < COLLECT__MAX; i++) {
		if (str_ieq(type, str_of(kinds[i].name))) {
			c->kind = (enum collect_kind)i;
			return;
		}
	}
	if (type.n > 0 || json_type(validate) != JSON_OBJECT)
		flow_error(r, pool_printf(r->pool, "%s.validate", path),
		    "What is checked is email, phone, number, date, choice, "
		    "regex or text.");
}

static double read_bound(struct flow_reader *r, const struct json *v,
    const char *path, const char *name, double other)
{
	const struct json *bound = parameter(v, name);

	if (json_type(bound) == JSON_NULL || json_type(bound) == JSON_NUMBER)
		return json_num(bound, other);
	flow_error(r, pool_printf(r->pool, "%s.%s", path, name),
	    "A number is wanted here.");
	return other;
}

static struct str read_date_bound(struct flow_reader *r, const struct json *v,
    const char *path, const char *name)
{
	const struct json *bound = parameter(v, name);
	char date[COLLECT_DATE_SIZE];

	if (json_type(bound) == JSON_NULL)
		return STR_EMPTY;
	if (collect_date(json_str(bound), date))
		return str_copy(r->pool, str_of(date));
	flow_error(r, pool_printf(r->pool, "%s.%s", path, name),
	    "A date of the form 2026-01-31 is wanted here.");
	return STR_EMPTY;
}

static void read_bounds(struct flow_reader *r, const struct json *v,
    const char *path, struct collect *c)
{
	if (c->kind == COLLECT_DATE) {
		c->first = read_date_bound(r, v, path, "min");
		c->last = read_date_bound(r, v, path, "max");
		return;
	}
	c->min = read_bound(r, v, path, "min", -INFINITY);
	c->max = read_bound(r, v, path, "max", INFINITY);
	if (c->min > c->max)
		flow_error(r, pool_printf(r->pool, "%s.max", path),
		    "“max” is less than “min”.");
}

static void read_pattern(struct flow_reader *r, const struct json *v,
    const char *path, struct collect *c)
{
	const struct json *pattern = parameter(v, "pattern");
	struct err err;

	if (pattern == NULL)
		pattern = parameter(v, "value");
	if (regex_new(r->pool, json_str(pattern), &c->regex, &err) != ERR_OK)
		flow_error(r, pool_printf(r->pool, "%s.pattern", path), "%s",
		    err.text);
}

static void read_country(struct flow_reader *r, const struct json *v,
    const char *path, struct collect *c)
{
	const struct json *code = parameter(v, "country_code");
	uint64_t n;

	c->country = STR("255");
	if (json_type(code) == JSON_NULL)
		return;
	c->country = json_str(code);
	if (str_starts(c->country, STR("+")))
		c->country = str_from(c->country, 1);
	if (!str_u64(c->country, 1, 9999, &n))
		flow_error(r, pool_printf(r->pool, "%s.country_code", path),
		    "The digits of a country are wanted here, such as "
		    "“255”.");
}

/* "Red", or {"title": "Red", "value": 7} */
static void read_option(struct flow_reader *r, const struct json *v,
    const char *path, struct option *o)
{
	const struct json *value = json_get(v, "value");

	if (value == NULL)
		value = json_get(v, "id");
	o->title =
	    json_type(v) == JSON_STRING
		? str_trim(json_str(v))
		: str_trim(flow_read_text(r, v, "title", FLOW_TITLE_MAX, path));
	if (o->title.n == 0 || valid_utf8_count(o->title) > FLOW_TITLE_MAX)
		flow_error(r, path,
		    "An option needs a title of at most %d characters.",
		    FLOW_TITLE_MAX);
	if (json_type(value) == JSON_NULL)
		value = json_type(v) == JSON_STRING ? v : json_get(v, "title");
	o->json = json_text(r->pool, value);
	o->id = json_type(value) == JSON_STRING ? str_trim(json_str(value))
						: o->json;
}

/* They are buttons of the question, unless that has some. */
static void show_options(
    struct flow_reader *r, const struct collect *c, struct flow_action *out)
{
	struct flow_messages *list = &out->messages;
	struct flow_message *m;

	if (list->n == 0 || list->items[list->n - 1].kind != FLOW_TEXT)
		return;
	m = &list->items[list->n - 1];
	m->kind = FLOW_BUTTONS;
	m->n_sections = 1;
	m->sections = pool_alloc(r->pool, sizeof(*m->sections));
	m->sections->n = c->n_options;
	m->sections->options =
	    pool_alloc(r->pool, c->n_options * sizeof(struct flow_option));
	for (size_t i = 0; i < c->n_options; i++)
		m->sections->options[i] =
		    (struct flow_option){ .id = c->options[i].id,
			    .title = c->options[i].title };
}

static void read_options(struct flow_reader *r, const struct json *v,
    const char *path, struct collect *c, struct flow_action *out)
{
	const struct json *all = parameter(v, "options"), *item = NULL;
	size_t n = json_count(all);

	path = pool_printf(r->pool, "%s.options", path);
	if (json_type(all) != JSON_ARRAY || n == 0 || n > FLOW_OPTIONS_MAX) {
		flow_error(r, path, "An array of 1 to %d is wanted here.",
		    FLOW_OPTIONS_MAX);
		return;
	}
	c->options = pool_alloc(r->pool, n * sizeof(*c->options));
	while ((item = json_next(all, item)) != NULL) {
		read_option(r, item,
		    pool_printf(r->pool, "%s[%zu]", path, c->n_options),
		    &c->options[c->n_options]);
		c->n_options++;
	}
	show_options(r, c, out);
}

static void read_ends(struct flow_reader *r, const struct json *v,
    const char *path, struct collect *c, struct flow_action *out)
{
	static const char *const success[2] = { "success_transition",
		"transition" };
	static const char *const failure[2] = { "failure_transition",
		"false_transition" };
	const struct json *attempts = parameter(v, "max_attempts");

	c->success = flow_read_route(r, v, success, path, out);
	out->leads_on = c->success != FLOW_ROUTE_NONE;
	c->failure = flow_read_route(r, v, failure, path, out);
	if (json_type(attempts) == JSON_NULL)
		c->attempts = c->failure == FLOW_ROUTE_NONE ? 0 : 3;
	else if (!json_i64(attempts, 1, ATTEMPTS_MAX, &c->attempts))
		flow_error(r, pool_printf(r->pool, "%s.max_attempts", path),
		    "A number from 1 to %d is wanted here.", ATTEMPTS_MAX);
}

static void parse(struct flow_reader *r, const struct json *v, const char *path,
    struct flow_action *out)
{
	static const char *const names[3] = { "variable", "save_to",
		"collect" };
	struct collect *c = pool_alloc(r->pool, sizeof(*c));

	out->data = c;
	flow_read_messages(r, json_get(v, "message"),
	    pool_printf(r->pool, "%s.message", path), &out->messages);
	flow_read_messages(r, json_get(v, "error_message"),
	    pool_printf(r->pool, "%s.error_message", path), &c->error);
	c->variable = flow_read_variable(r, v, names, path);
	read_kind(r, v, path, c);
	read_ends(r, v, path, c, out);
	read_bounds(r, v, path, c);
	c->is_whole = json_bool(parameter(v, "integer"), false);
	if (c->kind == COLLECT_REGEX)
		read_pattern(r, v, path, c);
	else if (c->kind == COLLECT_PHONE)
		read_country(r, v, path, c);
	else if (c->kind == COLLECT_CHOICE)
		read_options(r, v, path, c, out);
}

static void run(struct engine *e, const struct flow_action *action)
{
	engine_say(e, &action->messages);
	engine_wait(e);
}

static struct str quote(struct pool *pool, struct str text)
{
	struct str json;
	struct buf b;

	buf_init(&b, 0);
	json_out_quote(&b, text);
	json = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return json;
}

static bool take_number(
    struct pool *pool, const struct collect *c, struct str text, struct str *r)
{
	struct value v;
	double d;

	if (!collect_number(pool, text, &d) || d < c->min || d > c->max ||
	    (c->is_whole && d != trunc(d)))
		return false;
	v = value_of_number(d);
	*r = value_json(pool, &v);
	return true;
}

static bool take_date(
    struct pool *pool, const struct collect *c, struct str text, struct str *r)
{
	char date[COLLECT_DATE_SIZE];

	if (!collect_date(text, date) ||
	    (c->first.n > 0 && strcmp(date, c->first.p) < 0) ||
	    (c->last.n > 0 && strcmp(date, c->last.p) > 0))
		return false;
	*r = quote(pool, str_of(date));
	return true;
}

/* By a click, the title or value that was written, or its number. */
static bool take_choice(struct pool *pool, const struct collect *c,
    const struct match_input *in, struct str *r)
{
	struct fold text = fold_make(pool, in->text);
	struct str number = str_trim(in->text);
	uint64_t i;

	for (i = 0; i < c->n_options && in->value.n > 0; i++) {
		if (str_eq(str_trim(in->value), c->options[i].id)) {
			*r = c->options[i].json;
			return true;
		}
	}
	for (i = 0; i < c->n_options; i++) {
		if (fold_eq(text, fold_make(pool, c->options[i].title)) ||
		    fold_eq(text, fold_make(pool, c->options[i].id))) {
			*r = c->options[i].json;
			return true;
		}
	}
	if (str_ends(number, STR(".")) || str_ends(number, STR(")")))
		number.n--;
	if (!str_u64(number, 1, c->n_options, &i))
		return false;
	*r = c->options[i - 1].json;
	return true;
}

/* The answer as JSON, if it is one. */
static bool read_answer(struct pool *pool, const struct collect *c,
    const struct match_input *in, struct str *r)
{
	struct str text = str_trim(in->text);
	double length;

	if (c->kind == COLLECT_CHOICE)
		return take_choice(pool, c, in, r);
	if (text.n == 0 || !valid_utf8(text))
		return false;
	*r = STR_EMPTY;
	switch (c->kind) {
	case COLLECT_NUMBER:
		return take_number(pool, c, text, r);
	case COLLECT_DATE:
		return take_date(pool, c, text, r);
	case COLLECT_PHONE:
		if (!collect_phone(pool, text, c->country, &text))
			return false;
		break;
	case COLLECT_EMAIL:
		if (!valid_email(text))
			return false;
		break;
	case COLLECT_REGEX:
		if (!regex_match(c->regex, text))
			return false;
		break;
	default:
		length = (double)valid_utf8_count(text);
		if (length < c->min || length > c->max)
			return false;
	}
	*r = quote(pool, text);
	return true;
}

static bool take(struct engine *e, const struct flow_action *action,
    const struct match_input *in)
{
	const struct collect *c = action->data;
	struct str json = STR_EMPTY;

	if (!read_answer(engine_pool(e), c, in, &json))
		return false;
	engine_keep(e, in);
	engine_keep_value(e, c->variable, json);
	if (c->success != FLOW_ROUTE_NONE)
		engine_go(e, &action->routes[c->success]);
	return true;
}

static void refuse(struct engine *e, const struct flow_action *action)
{
	const struct collect *c = action->data;

	if (engine_count_try(e) >= (unsigned)c->attempts && c->attempts > 0) {
		if (c->failure != FLOW_ROUTE_NONE) {
			engine_go(e, &action->routes[c->failure]);
			return;
		}
		if (engine_go_other(e))
			return;
	}
	if (c->error.n > 0)
		engine_say(e, &c->error);
	else
		engine_say_text(e, str_of(kinds[c->kind].error));
	/* buttons are of no use far above */
	if (c->kind == COLLECT_CHOICE)
		engine_say(e, &action->messages);
}

const struct action action_collect = {
	.name = "COLLECT",
	.is_leaving = true,
	.parse = parse,
	.run = run,
	.take = take,
	.refuse = refuse,
};
