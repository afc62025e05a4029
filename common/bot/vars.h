/* vars.h: a conversation's variables: names and JSON values */
/* SPDX-License-Identifier: MIT */
#ifndef VARS_H
#define VARS_H

#include "base/json_in.h"

#define VARS_MAX 262144 /* bytes of all names and values */

struct var {
	struct str name;
	const struct json *value;
	struct str json; /* the same as text */
};

/* Oldest change first. */
struct vars {
	struct pool *pool;
	size_t n;
	size_t cap;
	size_t size;
	struct var *items;
};

/* From a JSON object; anything else gives no variables. */
void vars_parse(struct pool *pool, struct str json, struct vars *vars_r);
/* As a JSON object in the pool. */
struct str vars_text(struct pool *pool, const struct vars *vars);
/* Sets a text. Beyond VARS_MAX the variables that were not changed for the
 * longest time give way. */
void vars_set(struct vars *vars, struct str name, struct str text);
/* The same with a value of any type, as JSON text; what is no JSON is
 * nothing. */
void vars_set_json(struct vars *vars, struct str name, struct str json);
/* Takes the variable of exactly that name out; NULL when there is none. */
const struct json *vars_take(struct vars *vars, struct str name);
/* The value at a path such as "profile.orders[0].id", with or without the
 * word "variables." before it; NULL when there is none. */
const struct json *vars_find(const struct vars *vars, struct str path);

#endif
