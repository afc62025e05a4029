/* template.c: puts variables into texts: {{variables.name}}, {{name}} */
/* SPDX-License-Identifier: MIT */
#include "bot/template.h"

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
	if (place == TEMPLATE_URL && b->n > 0)
		buf_percent(b, text);
	else
		buf_put(b, text);
}

struct str template_expand(struct pool *pool, struct str text,
    const struct vars *vars, enum template_place place, size_t max)
{
	size_t start, end;
	struct str out;
	struct buf b;

	if (str_search(text, STR("{{")) == text.n)
		return valid_utf8_head(text, max);
	buf_init(&b, 0);
	while (text.n > 0 && b.n < EXPANDED_MAX) {
		start = str_search(text, STR("{{"));
		buf_put(&b, str_head(text, start));
		text = str_from(text, start);
		end = str_search(text, STR("}}"));
		if (end == text.n) {
			buf_put(&b, text);
			break;
		}
		put_value(&b, pool,
		    vars_find(vars, str_trim(str_make(text.p + 2, end - 2))),
		    place);
		text = str_from(text, end + 2);
	}
	out = valid_utf8_head(buf_str(&b), max);
	out = str_copy(pool, out);
	buf_fini(&b);
	return out;
}
