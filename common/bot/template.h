/* template.h: puts variables into texts: {{variables.name}}, ${name} */
/* SPDX-License-Identifier: MIT */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "bot/vars.h"

enum template_place {
	TEMPLATE_TEXT,
	TEMPLATE_URL, /* values are percent-encoded, but at the beginning */
	TEMPLATE_PART /* values are percent-encoded: part of an address */
};

/*
 * Replaces each {{path}} and ${path} by the variable's value: texts as they
 * are, objects and arrays as compact JSON, what is missing or null by nothing.
 * Values are not looked into again. Braces without an end stay, and so does
 * ${...} around anything but a path. The answer is cut at max code points and
 * lives in the pool.
 */
struct str template_expand(struct pool *pool, struct str text,
    const struct vars *vars, enum template_place place, size_t max);

/*
 * A JSON value with every text in it filled in, as JSON text in the pool. A
 * text that is one placeholder and nothing else becomes the variable's value
 * with its type, null when there is none. Names of members stay.
 */
struct str template_json(
    struct pool *pool, const struct json *v, const struct vars *vars);

#endif
