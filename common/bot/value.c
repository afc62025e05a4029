/* value.c: values of expressions: typed as in JSON */
/* SPDX-License-Identifier: MIT */
#include "bot/value.h"

#include <math.h>

#include "base/json_out.h"
#include "base/valid.h"

#define NUMBER_TEXT_MAX 60

struct value value_of_bool(bool is_true)
{
	return (struct value){ .type = VALUE_BOOL, .is_true = is_true };
}

struct value value_of_number(double number)
{
	return (struct value){ .type = VALUE_NUMBER, .number = number };
}

struct value value_of_text(struct str text)
{
	return (struct value){ .type = VALUE_TEXT, .text = text };
}

struct value value_of_json(const struct json *v)
{
	switch (json_type(v)) {
	case JSON_BOOL:
		return value_of_bool(json_bool(v, false));
	case JSON_NUMBER:
		return value_of_number(json_num(v, 0));
	case JSON_STRING:
		return value_of_text(json_str(v));
	case JSON_ARRAY:
		return (struct value){ .type = VALUE_LIST, .json = v };
	case JSON_OBJECT:
		return (struct value){ .type = VALUE_OBJECT, .json = v };
	case JSON_NULL:
		break;
	}
	return (struct value){ .type = VALUE_NULL };
}

static void put(struct json_out *j, struct pool *pool, const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		json_out_null(j, NULL);
		return;
	case VALUE_BOOL:
		json_out_bool(j, NULL, v->is_true);
		return;
	case VALUE_NUMBER:
		json_out_num(j, NULL, v->number);
		return;
	case VALUE_TEXT:
		json_out_str(j, NULL, v->text);
		return;
	case VALUE_LIST:
	case VALUE_OBJECT:
		break;
	}
	if (v->json != NULL) {
		json_out_json(j, NULL, json_text(pool, v->json));
		return;
	}
	json_out_array(j, NULL);
	for (size_t i = 0; i < v->n; i++) {
		/* a list of lists may go deeper than json_out does */
		if (j->depth < JSON_OUT_DEPTH_MAX - 1)
			put(j, pool, &v->items[i]);
		else
			json_out_null(j, NULL);
	}
	json_out_end(j);
}

struct str value_json(struct pool *pool, const struct value *v)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	put(&j, pool, v);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

struct str value_text(struct pool *pool, const struct value *v)
{
	if (v->type == VALUE_TEXT)
		return v->text;
	if (v->type == VALUE_NULL)
		return STR_EMPTY;
	return value_json(pool, v);
}

bool value_is_true(const struct value *v)
{
	switch (v->type) {
	case VALUE_NULL:
		return false;
	case VALUE_BOOL:
		return v->is_true;
	case VALUE_NUMBER:
		return v->number != 0;
	case VALUE_TEXT:
		return v->text.n > 0;
	case VALUE_LIST:
	case VALUE_OBJECT:
		break;
	}
	return value_count(v) > 0;
}

/* [-+]digits[.digits][e[-+]digits] and nothing else. */
static bool is_number(struct str s)
{
	size_t i = 0, digits = 0, exponent = 0;

	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		digits++;
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			digits++;
	if (digits == 0)
		return false;
	if (i == s.n)
		return true;
	if ((s.p[i++] | 0x20) != 'e')
		return false;
	if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
		i++;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
		exponent++;
	return i == s.n && exponent > 0;
}

bool value_number(const struct value *v, double *number_r)
{
	char text[NUMBER_TEXT_MAX + 1];
	struct str s = str_trim(v->text);
	double d;

	if (v->type == VALUE_NUMBER) {
		*number_r = v->number;
		return true;
	}
	if (v->type != VALUE_TEXT || s.n > NUMBER_TEXT_MAX || !is_number(s))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	d = strtod(text, NULL);
	if (!isfinite(d))
		return false;
	*number_r = d;
	return true;
}

size_t value_count(const struct value *v)
{
	if (v->type == VALUE_TEXT)
		return valid_utf8_count(v->text);
	return v->json != NULL ? json_count(v->json) : v->n;
}

bool value_next(
    const struct value *list, struct value_pos *pos, struct value *item_r)
{
	if (list->type != VALUE_LIST)
		return false;
	if (list->json == NULL) {
		if (pos->i == list->n)
			return false;
		*item_r = list->items[pos->i++];
		return true;
	}
	pos->json = pos->i++ == 0 || pos->json != NULL
			? json_next(list->json, pos->json)
			: NULL;
	if (pos->json == NULL)
		return false;
	*item_r = value_of_json(pos->json);
	return true;
}

static bool is_same_list(
    const struct value *a, const struct value *b, unsigned *steps)
{
	struct value_pos i = { 0, NULL }, k = { 0, NULL };
	struct value x, y;

	if (value_count(a) != value_count(b))
		return false;
	while (value_next(a, &i, &x)) {
		if (!value_next(b, &k, &y) || !value_is_same(&x, &y, steps))
			return false;
	}
	return true;
}

/* In any order. Names that stand twice are not looked for. */
static bool is_same_object(
    const struct value *a, const struct value *b, unsigned *steps)
{
	const struct json *item = NULL, *other;
	struct value x, y;

	if (value_count(a) != value_count(b))
		return false;
	while ((item = json_next(a->json, item)) != NULL) {
		other = json_get(b->json, json_name(item).p);
		if (other == NULL)
			return false;
		x = value_of_json(item);
		y = value_of_json(other);
		if (!value_is_same(&x, &y, steps))
			return false;
	}
	return true;
}

bool value_is_same(
    const struct value *a, const struct value *b, unsigned *steps)
{
	double x, y;

	if (*steps == 0)
		return false;
	--*steps;
	if (a->type != b->type)
		return (a->type == VALUE_NUMBER || b->type == VALUE_NUMBER) &&
		       value_number(a, &x) && value_number(b, &y) && x == y;
	switch (a->type) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		return a->is_true == b->is_true;
	case VALUE_NUMBER:
		return a->number == b->number;
	case VALUE_TEXT:
		return str_eq(a->text, b->text);
	case VALUE_LIST:
		return is_same_list(a, b, steps);
	case VALUE_OBJECT:
		return is_same_object(a, b, steps);
	}
	return false;
}

bool value_order(const struct value *a, const struct value *b, int *order_r)
{
	double x, y;
	size_t n;

	if (value_number(a, &x) && value_number(b, &y)) {
		*order_r = (x > y) - (x < y);
		return true;
	}
	if (a->type != VALUE_TEXT || b->type != VALUE_TEXT)
		return false;
	/* the order of UTF-8's bytes is that of the code points */
	n = MIN_OF(a->text.n, b->text.n);
	*order_r = n > 0 ? memcmp(a->text.p, b->text.p, n) : 0;
	if (*order_r == 0)
		*order_r = (a->text.n > b->text.n) - (a->text.n < b->text.n);
	return true;
}
