/* template.c: puts variables into texts: {{variables.name}}, ${name} */
/* SPDX-License-Identifier: MIT */
#include "bot/template.h"

#include "base/json_out.h"
#include "base/valid.h"

/* Several long values in one text end here; cut to characters later. */
#define EXPANDED_MAX 65536

static void put_value(struct buf *b, struct pool *pool, const struct json *v,
    enum template_place place)
{
	struct str text = STR_EMPTY;

	if (json_type(v) == JSON_STRING)
		text = json_str(v);
	else if (json_type(v) != JSON_NULL)
		text = json_text(pool, v);
	text = valid_utf8_head(text, EXPANDED_MAX / 4);
	/* a value that is a whole address must stay one */
	if (place == TEMPLATE_PART || (place == TEMPLATE_URL && b->n > 0))
		buf_percent(b, text);
	else
		buf_put(b, text);
}

static bool is_path(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x80 && !(c >= '0' && c <= '9') &&
		    !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') &&
		    strchr("_-. []", c) == NULL)
			return false;
	}
	return s.n > 0;
}

/* The next placeholder of a text: where it begins and ends, and its path. */
struct place {
	size_t start;
	size_t end;
	struct str path;
};

static bool find_place(struct str text, size_t from, struct place *place_r)
{
	struct str rest, path;
	bool is_short, is_open = true;
	size_t n;

	for (size_t i = from; i + 1 < text.n; i++) {
		is_short = text.p[i] == '$';
		if ((!is_short && text.p[i] != '{') || text.p[i + 1] != '{')
			continue;
		/* of more than two braces the inner ones count */
		if (!is_short &&
		    (!is_open || (i + 2 < text.n && text.p[i + 2] == '{')))
			continue;
		rest = str_from(text, i + 2);
		n = str_search(rest, is_short ? STR("}") : STR("}}"));
		path = str_trim(str_head(rest, n));
		is_open = is_open && (is_short || n < rest.n);
		if (n == rest.n || (is_short && !is_path(path)))
			continue;
		*place_r =
		    (struct place){ i, i + 2 + n + (is_short ? 1 : 2), path };
		return true;
	}
	return false;
}

struct str template_expand(struct pool *pool, struct str text,
    const struct vars *vars, enum template_place place, size_t max)
{
	struct place next;
	size_t at = 0;
	struct str out;
	struct buf b;

	if (!find_place(text, 0, &next))
		return valid_utf8_head(text, max);
	buf_init(&b, 0);
	do {
		buf_put(&b, str_make(text.p + at, next.start - at));
		put_value(&b, pool, vars_find(vars, next.path), place);
		at = next.end;
	} while (b.n < EXPANDED_MAX && find_place(text, at, &next));
	if (b.n < EXPANDED_MAX)
		buf_put(&b, str_from(text, at));
	out = valid_utf8_head(buf_str(&b), max);
	out = str_copy(pool, out);
	buf_fini(&b);
	return out;
}

static void put_json(struct json_out *j, struct pool *pool, const char *name,
    const struct json *v, const struct vars *vars)
{
	const struct json *item = NULL;
	enum json_type type = json_type(v);
	struct str text = json_str(v);
	struct place place;

	if (type == JSON_STRING) {
		if (find_place(text, 0, &place) && place.start == 0 &&
		    place.end == text.n)
			json_out_json(j, name,
			    json_text(pool, vars_find(vars, place.path)));
		else
			json_out_str(j, name,
			    template_expand(
				pool, text, vars, TEMPLATE_TEXT, EXPANDED_MAX));
		return;
	}
	if (type != JSON_OBJECT && type != JSON_ARRAY) {
		json_out_json(j, name, json_text(pool, v));
		return;
	}
	if (type == JSON_OBJECT)
		json_out_object(j, name);
	else
		json_out_array(j, name);
	while ((item = json_next(v, item)) != NULL)
		put_json(j, pool,
		    type == JSON_OBJECT ? str_dup(pool, json_name(item)) : NULL,
		    item, vars);
	json_out_end(j);
}

struct str template_json(
    struct pool *pool, const struct json *v, const struct vars *vars)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	put_json(&j, pool, NULL, v, vars);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}
