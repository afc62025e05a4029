/* json_in.h: JSON that came from outside (the only user of cJSON) */
/* SPDX-License-Identifier: MIT */
#ifndef JSON_IN_H
#define JSON_IN_H

#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"

#define JSON_DEPTH_MAX 32

/* A value inside a parsed text; lives as long as the pool it came with. */
struct json;

enum json_type {
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};

/*
 * The whole text must be one JSON value (RFC 8259): valid UTF-8, no NUL inside
 * strings, no lone surrogate, depth <= JSON_DEPTH_MAX, nothing behind it but
 * white space. Otherwise ERR_BAD_REQUEST with a sentence.
 */
MUST_CHECK enum err_code json_parse(struct pool *pool, struct str text,
    const struct json **json_r, struct err *err);

/* The same with another depth, at most JSON_DEPTH_MAX. */
MUST_CHECK enum err_code json_parse_deep(struct pool *pool, struct str text,
    unsigned depth_max, const struct json **json_r, struct err *err);

/* The type of v; NULL counts as JSON_NULL. */
enum json_type json_type(const struct json *v);

/* Readers accept NULL and other types and then give the fallback. */
struct str json_str(const struct json *v); /* else STR_EMPTY */
double json_num(const struct json *v, double other);
bool json_bool(const struct json *v, bool other);
/* A whole number in [min, max]; false when v is not one or is beyond 2^53,
 * where JSON readers no longer agree on it. */
bool json_i64(const struct json *v, int64_t min, int64_t max, int64_t *v_r);

/* Member by exact name, NULL when absent or v is no object. Last one wins. */
const struct json *json_get(const struct json *v, const char *name);
/* Item i, NULL when out of range or v is no array. */
const struct json *json_at(const struct json *v, size_t i);
/* Items of an array, members of an object, else 0. */
size_t json_count(const struct json *v);

/*
 * Walks an array's items or an object's members in order: start with NULL,
 * ends with NULL. json_name is the member's name (empty in an array).
 */
const struct json *json_next(
    const struct json *parent, const struct json *current);
struct str json_name(const struct json *v);

/* The value as compact JSON text in the pool. */
struct str json_text(struct pool *pool, const struct json *v);

/*
 * A reader of one request's fields with a failure that sticks: after any
 * number of calls, json_fields_end returns the first fault as ERR_BAD_REQUEST
 * with the field's name in its sentence.
 */
struct json_fields {
	const struct json *object;
	struct err err;
};

void json_fields_init(struct json_fields *f, const struct json *object);
/* Text of min..max characters (Unicode code points); absent or null gives
 * STR_EMPTY unless min > 0, then it is a fault. */
struct str json_fields_str(
    struct json_fields *f, const char *name, size_t min, size_t max);
/* The same, of min..max bytes. */
struct str json_fields_bytes(
    struct json_fields *f, const char *name, size_t min, size_t max);
/* A whole number in [min, max]; absent or null gives other. */
int64_t json_fields_i64(struct json_fields *f, const char *name, int64_t min,
    int64_t max, int64_t other);
bool json_fields_bool(struct json_fields *f, const char *name, bool other);
/* ULID or UUID as 16 bytes into id16; absent is a fault when required,
 * else zeroes. */
void json_fields_id(
    struct json_fields *f, const char *name, bool required, uint8_t id16[16]);
/* A member of a given type (JSON_ARRAY, JSON_OBJECT), NULL when absent. */
const struct json *json_fields_get(
    struct json_fields *f, const char *name, enum json_type type);
MUST_CHECK enum err_code json_fields_end(
    struct json_fields *f, struct err *err);

#endif
