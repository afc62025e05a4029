/* widget_check.c: whether a value may be set on a widget, and how it is kept */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "chat/widget_option.h"

/* One value on its way. */
struct checking {
	struct pool *pool;
	const struct widget_option *option;
	const struct json *v;
	struct str *json_r;
	struct str *why_r;
};

static bool refuse(const struct checking *c, const char *why)
{
	*c->why_r = str_of(why);
	return false;
}

static bool keep(const struct checking *c)
{
	*c->json_r = json_text(c->pool, c->v);
	return true;
}

static bool check_length(
    const struct checking *c, struct str text, size_t max, bool lines)
{
	if (valid_utf8_count(text) > max)
		return refuse(c, pool_printf(c->pool,
				     "must have at most %zu characters", max));
	if (!valid_text(text, lines))
		return refuse(c, "must not have control characters");
	return true;
}

static bool check_text(const struct checking *c)
{
	const struct widget_option *o = c->option;
	bool lines = o->type == WIDGET_TEXT;

	if (json_type(c->v) != JSON_STRING)
		return refuse(c, "must be a text");
	if (!check_length(c, json_str(c->v), (size_t)o->max, lines))
		return false;
	return keep(c);
}

static bool check_bool(const struct checking *c)
{
	return json_type(c->v) == JSON_BOOL
		   ? keep(c)
		   : refuse(c, "must be true or false");
}

static bool check_number(const struct checking *c)
{
	const struct widget_option *o = c->option;
	double n = json_num(c->v, o->min - 1);

	if (json_type(c->v) != JSON_NUMBER || !(n >= o->min && n <= o->max))
		return refuse(
		    c, pool_printf(c->pool, "must be a number from %g to %.0f",
			   o->min, o->max));
	return keep(c);
}

static bool check_choice(const struct checking *c)
{
	const char *const *choice = c->option->choices;
	struct buf b;

	if (json_type(c->v) == JSON_STRING)
		for (; *choice; choice++)
			if (str_eq(json_str(c->v), str_of(*choice)))
				return keep(c);
	buf_init(&b, 0);
	buf_puts(&b, "must be one of");
	for (choice = c->option->choices; *choice; choice++)
		buf_printf(&b, "%s \"%s\"",
		    choice == c->option->choices ? "" : ",", *choice);
	*c->why_r = str_copy(c->pool, buf_str(&b));
	buf_fini(&b);
	return false;
}

static bool is_hex(char ch)
{
	return (ch >= '0' && ch <= '9') ||
	       ((ch | 32) >= 'a' && (ch | 32) <= 'f');
}

static bool check_color(const struct checking *c)
{
	struct str s = json_str(c->v);
	bool ok = json_type(c->v) == JSON_STRING && (s.n == 4 || s.n == 7) &&
		  s.p[0] == '#';

	for (size_t i = 1; ok && i < s.n; i++)
		ok = is_hex(s.p[i]);
	return ok ? keep(c) : refuse(c, "must be a colour such as #0066ff");
}

static bool check_list(const struct checking *c)
{
	const struct json *item = NULL;

	if (json_type(c->v) != JSON_ARRAY)
		return refuse(c, "must be a list");
	if (json_count(c->v) > (size_t)c->option->max)
		return refuse(
		    c, pool_printf(c->pool, "must have at most %.0f items",
			   c->option->max));
	while ((item = json_next(c->v, item)) != NULL) {
		if (json_type(item) != JSON_STRING ||
		    str_trim(json_str(item)).n == 0)
			return refuse(c, "must be a list of texts");
		if (!check_length(c, json_str(item), WIDGET_ITEM_MAX, false))
			return false;
	}
	return keep(c);
}

static bool is_name_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') ||
	       (ch >= '0' && ch <= '9') || ch == '-' || ch == '_';
}

/* What stands between the commas becomes part of addresses: plain names only.
 */
static bool check_names(const struct checking *c)
{
	struct str list = json_str(c->v), name;

	if (json_type(c->v) != JSON_STRING)
		return refuse(c, "must be a text of names divided by commas");
	if (list.n > (size_t)c->option->max)
		return refuse(c, "is too long");
	while (list.n > 0 && str_split(&list, ',', &name)) {
		name = str_trim(name);
		for (size_t i = 0; i < name.n; i++)
			if (!is_name_char(name.p[i]))
				return refuse(c,
				    "must be names of letters, digits, - and _ "
				    "divided by commas");
	}
	return keep(c);
}

/* A name with settings behind it, or an object; what the settings mean is the
 * widget's business, which takes only what it knows and never as CSS. */
static bool check_theme(const struct checking *c)
{
	struct str text;

	if (json_type(c->v) == JSON_OBJECT) {
		text = json_text(c->pool, c->v);
		if (text.n > WIDGET_THEME_MAX)
			return refuse(c, "is too long");
		*c->json_r = text;
		return true;
	}
	text = json_str(c->v);
	if (json_type(c->v) != JSON_STRING)
		return refuse(c, "must be a text or an object");
	if (text.n > WIDGET_THEME_MAX)
		return refuse(c, "is too long");
	if (!valid_text(text, false))
		return refuse(c, "must not have control characters");
	return keep(c);
}

/* Letters and -, as in de, pt-BR; "default" is one too. */
static bool is_language(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_name_char(s.p[i]))
			return false;
	return s.n >= 2 && s.n <= 16;
}

static bool check_translations(const struct checking *c)
{
	const struct json *words = NULL, *word;

	if (json_type(c->v) != JSON_OBJECT)
		return refuse(c, "must be an object of objects of texts");
	if (json_count(c->v) > WIDGET_LANGUAGES)
		return refuse(c, "has too many languages");
	while ((words = json_next(c->v, words)) != NULL) {
		if (!is_language(json_name(words)) ||
		    json_type(words) != JSON_OBJECT)
			return refuse(
			    c, "must be an object of objects of texts");
		word = NULL;
		while ((word = json_next(words, word)) != NULL) {
			if (json_type(word) != JSON_STRING)
				return refuse(
				    c, "must be an object of objects of texts");
			if (!check_length(
				c, json_str(word), WIDGET_WORD_MAX, true))
				return false;
		}
	}
	if (json_text(c->pool, c->v).n > WIDGET_WORDS_MAX)
		return refuse(c, "is too long");
	return keep(c);
}

static bool (*const checks[])(const struct checking *c) = {
	[WIDGET_BOOL] = check_bool,
	[WIDGET_NUMBER] = check_number,
	[WIDGET_LINE] = check_text,
	[WIDGET_TEXT] = check_text,
	[WIDGET_CHOICE] = check_choice,
	[WIDGET_COLOR] = check_color,
	[WIDGET_LIST] = check_list,
	[WIDGET_NAMES] = check_names,
	[WIDGET_THEME] = check_theme,
	[WIDGET_TRANSLATIONS] = check_translations,
};

bool widget_option_check(struct pool *pool, const struct widget_option *option,
    const struct json *v, struct str *json_r, struct str *why_r)
{
	const struct checking c = { pool, option, v, json_r, why_r };

	*json_r = STR_EMPTY;
	*why_r = STR_EMPTY;
	if (json_type(v) == JSON_NULL ||
	    (json_type(v) == JSON_STRING && json_str(v).n == 0))
		return true;
	return checks[option->type](&c);
}
