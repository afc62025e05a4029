/* fields.h: name=value pairs of a query or a form */
/* SPDX-License-Identifier: MIT */
#ifndef FIELDS_H
#define FIELDS_H

#include "base/err.h"
#include "base/id.h"
#include "base/pool.h"

#define FIELDS_MAX 32

struct fields {
	size_t n;
	struct {
		struct str name;
		struct str value;
	} items[FIELDS_MAX];
	struct err err; /* first fault of the readers below */
};

/*
 * application/x-www-form-urlencoded. ERR_BAD_REQUEST for a broken escape,
 * text that is no UTF-8, a NUL, or more than FIELDS_MAX pairs.
 */
MUST_CHECK enum err_code fields_parse(
    struct fields *f, struct pool *pool, struct str text, struct err *err);

/* The first of that name; empty (p NULL) when absent. */
struct str fields_find(const struct fields *f, const char *name);

/*
 * Readers with a failure that sticks: fields_end gives the first fault as
 * ERR_BAD_REQUEST. An absent or empty field gives the fallback.
 */
struct str fields_str(struct fields *f, const char *name, size_t max);
uint64_t fields_u64(struct fields *f, const char *name, uint64_t min,
    uint64_t max, uint64_t other);
struct id fields_id(struct fields *f, const char *name);
/* The place in the list of names (NULL ends it) where the value stands. */
size_t fields_enum(
    struct fields *f, const char *name, const char *const *names, size_t other);
MUST_CHECK enum err_code fields_end(const struct fields *f, struct err *err);

#endif
