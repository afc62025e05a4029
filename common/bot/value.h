/* value.h: values of expressions: typed as in JSON */
/* SPDX-License-Identifier: MIT */
#ifndef VALUE_H
#define VALUE_H

#include "base/json_in.h"

#define VALUE_TEXT_MAX 65536 /* bytes of a text that an expression makes */

enum value_type {
	VALUE_NULL,
	VALUE_BOOL,
	VALUE_NUMBER,
	VALUE_TEXT,
	VALUE_LIST,
	VALUE_OBJECT
};

struct value {
	enum value_type type;
	bool is_true;  /* of VALUE_BOOL */
	double number; /* of VALUE_NUMBER, always finite */
	struct str text;
	const struct json *json; /* of an object, and of a list from outside */
	size_t n;		 /* of a list that was written */
	const struct value *items;
};

struct value value_of_bool(bool is_true);
struct value value_of_number(double number);
struct value value_of_text(struct str text);
struct value value_of_json(const struct json *v);

/* As JSON text, and as people read it (texts bare, null as nothing). */
struct str value_json(struct pool *pool, const struct value *v);
struct str value_text(struct pool *pool, const struct value *v);

/* False for null, false, 0, "", [] and {}. */
bool value_is_true(const struct value *v);
/* A number, or a text that is one and nothing else ("12", " -1.5e3 "). */
bool value_number(const struct value *v, double *number_r);
/* Items of a list, members of an object, characters of a text, else 0. */
size_t value_count(const struct value *v);
/* Walks a list: *pos starts zeroed; false at the end. */
struct value_pos {
	size_t i;
	const struct json *json;
};
bool value_next(
    const struct value *list, struct value_pos *pos, struct value *item_r);

/*
 * Lists and objects are the same when all in them is; a number and a text that
 * reads as one are compared as numbers; else other types are never the same.
 * *steps goes down with each comparison; at 0 the answer is false.
 */
bool value_is_same(
    const struct value *a, const struct value *b, unsigned *steps);
/* < 0, 0 or > 0 in *order_r: numbers when both read as numbers, else texts by
 * code points; false when they have no order. */
bool value_order(const struct value *a, const struct value *b, int *order_r);

#endif
