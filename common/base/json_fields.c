/* json_fields.c: reads one request's fields with a failure that sticks */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"

#include <stdarg.h>

#include "base/id.h"
#include "base/valid.h"

void json_fields_init(struct json_fields *f, const struct json *object)
{
	f->object = object;
	err_clear(&f->err);
	if (json_type(object) != JSON_OBJECT)
		err_set(&f->err, ERR_BAD_REQUEST, "A JSON object is needed.");
}

/* Only the first fault is told. */
static void PRINTF(2, 3) fault(struct json_fields *f, const char *fmt, ...)
{
	char text[sizeof(f->err.text)];
	va_list ap;

	if (f->err.code != ERR_OK)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(&f->err, ERR_BAD_REQUEST, "%s", text);
}

/* The member; NULL when it is absent, null, or of another type (a fault). */
static const struct json *member(struct json_fields *f, const char *name,
    enum json_type type, const char *type_text)
{
	const struct json *v = json_get(f->object, name);

	if (json_type(v) == JSON_NULL)
		return NULL;
	if (json_type(v) == type)
		return v;
	fault(f, "%s must be %s.", name, type_text);
	return NULL;
}

/* s, when count of its units fit. */
static struct str fitting(struct json_fields *f, const char *name, struct str s,
    size_t count, const char *units, size_t min, size_t max)
{
	if (count >= min && count <= max)
		return s;
	if (count == 0)
		fault(f, "%s is missing.", name);
	else if (min > 0)
		fault(f, "%s must have %zu to %zu %s.", name, min, max, units);
	else
		fault(f, "%s must have at most %zu %s.", name, max, units);
	return STR_EMPTY;
}

struct str json_fields_str(
    struct json_fields *f, const char *name, size_t min, size_t max)
{
	struct str s = json_str(member(f, name, JSON_STRING, "text"));

	return fitting(f, name, s, valid_utf8_count(s), "characters", min, max);
}

struct str json_fields_bytes(
    struct json_fields *f, const char *name, size_t min, size_t max)
{
	struct str s = json_str(member(f, name, JSON_STRING, "text"));

	return fitting(f, name, s, s.n, "bytes", min, max);
}

int64_t json_fields_i64(struct json_fields *f, const char *name, int64_t min,
    int64_t max, int64_t other)
{
	const struct json *v = member(f, name, JSON_NUMBER, "a number");
	int64_t number = other;

	if (v != NULL && !json_i64(v, min, max, &number))
		fault(f, "%s must be a whole number from %lld to %lld.", name,
		    (long long)min, (long long)max);
	return number;
}

bool json_fields_bool(struct json_fields *f, const char *name, bool other)
{
	return json_bool(member(f, name, JSON_BOOL, "true or false"), other);
}

void json_fields_id(
    struct json_fields *f, const char *name, bool required, uint8_t id16[16])
{
	struct str s = json_str(member(f, name, JSON_STRING, "text"));
	struct id id = ID_NONE;

	if (s.n > 0 && !id_parse(s, &id))
		fault(f, "%s must be a ULID or UUID.", name);
	if (s.n == 0 && required)
		fault(f, "%s is missing.", name);
	memcpy(id16, id.b, sizeof(id.b));
}

const struct json *json_fields_get(
    struct json_fields *f, const char *name, enum json_type type)
{
	static const char *const texts[] = { "null", "true or false",
		"a number", "text", "an array", "an object" };

	return member(f, name, type, texts[type]);
}

enum err_code json_fields_end(struct json_fields *f, struct err *err)
{
	if (f->err.code != ERR_OK && err != NULL)
		*err = f->err;
	return f->err.code;
}
