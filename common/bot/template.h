/* template.h: puts variables into texts: {{variables.name}}, {{name}} */
/* SPDX-License-Identifier: MIT */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "bot/vars.h"

enum template_place {
	TEMPLATE_TEXT,
	TEMPLATE_URL /* values are percent-encoded, but at the beginning */
};

/*
 * Replaces each {{path}} by the variable's value: texts as they are, objects
 * and arrays as compact JSON, what is missing or null by nothing. Values are
 * not looked into again. Braces without an end stay. The answer is cut at max
 * code points and lives in the pool.
 */
struct str template_expand(struct pool *pool, struct str text,
    const struct vars *vars, enum template_place place, size_t max);

#endif
