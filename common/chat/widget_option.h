/* widget_option.h: THE table of what can be set on a widget
 *
 * The developer API (widget_config), the widget API (camelCase), the console's
 * form, the widget itself and docs/widget-options.md all follow it. A value is
 * kept as JSON in integrations.settings or blueprints.settings under its key;
 * what neither has is the table's own. */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_WIDGET_OPTION_H
#define CHAT_WIDGET_OPTION_H

#include "base/json_in.h"
#include "base/json_out.h"

enum widget_type {
	WIDGET_BOOL,
	WIDGET_NUMBER,
	WIDGET_LINE, /* text of one line */
	WIDGET_TEXT, /* text of several */
	WIDGET_CHOICE,
	WIDGET_COLOR, /* "#rgb" or "#rrggbb" */
	WIDGET_LIST,  /* of lines, each of 1 to WIDGET_ITEM_MAX characters */
	WIDGET_NAMES, /* such lines in one text, divided by commas */
	WIDGET_THEME, /* "name/key=value", or an object */
	WIDGET_TRANSLATIONS /* {"de": {"title": "..."}} */
};

#define WIDGET_ITEM_MAX	 300
#define WIDGET_THEME_MAX 4000  /* bytes */
#define WIDGET_WORDS_MAX 32768 /* bytes of translations */
#define WIDGET_WORD_MAX	 8000  /* characters of one */
#define WIDGET_LANGUAGES 40    /* that may be translated into */

enum {
	WIDGET_PUBLIC = 1, /* visitors' pages may know it */
	WIDGET_EARLY = 2   /* the loader needs it before the chat is opened */
};

struct widget_option {
	const char *key;
	const char *web;   /* in widget_config; NULL: not there */
	const char *camel; /* in the widget API; NULL: not there */
	enum widget_type type;
	unsigned flags;
	double min, max; /* WIDGET_NUMBER: itself; texts: characters; lists:
			    items */
	const char *const *choices; /* ends with NULL */
	const char *other;	    /* JSON: what holds when it was never set */
	const char *web_other;	    /* JSON: what a new one of the developer API
				  gets; NULL: nothing */
	const char *group;	    /* of the console's form */
	const char *label;
	const char *help;
};

/* One place for each option: WIDGET_OPTIONS_MAX of them, in order. */
#define WIDGET_OPTIONS_MAX 42
extern const struct widget_option widget_options[WIDGET_OPTIONS_MAX];

/* Index by key, by the name in widget_config or that in the widget API;
 * WIDGET_OPTIONS_MAX when there is none. */
size_t widget_option_find(struct str key);
size_t widget_option_find_web(struct str name);
size_t widget_option_find_camel(struct str name);

/*
 * Checks a value. *json_r is what to keep: compact JSON in the pool, empty for
 * null and an empty text, which mean "not set". False: *why_r is a text in the
 * pool for the one who sent it, "must be ...".
 */
MUST_CHECK bool widget_option_check(struct pool *pool,
    const struct widget_option *option, const struct json *v,
    struct str *json_r, struct str *why_r);

/* What holds for a widget, each as JSON: from its own settings, else from
 * those of its blueprint (may be empty), else from the table. Settings that
 * cannot be read count as empty. */
struct widget_values {
	struct str json[WIDGET_OPTIONS_MAX];
};

void widget_values(struct pool *pool, struct str settings, struct str blueprint,
    struct widget_values *values_r);
/* One of them; key must be in the table. */
struct str widget_value(const struct widget_values *values, const char *key);
bool widget_value_is_true(const struct widget_values *values, const char *key);

/* Members of an object, by key: those that have all of the flags. */
void widget_put_values(
    struct json_out *j, const struct widget_values *values, unsigned flags);
/* The table as an array: key, web, camel, type, min, max, choices, default,
 * group, label, help, public. */
void widget_put_options(struct json_out *j, const char *name);

#endif
