/* fields.c: name=value pairs of a query or a form */
/* SPDX-License-Identifier: MIT */
#include "fields.h"

#include "base/buf.h"
#include "base/valid.h"

static bool decode(struct pool *pool, struct str s, struct str *out_r)
{
	struct buf b;
	bool ok;

	buf_init(&b, 0);
	ok = buf_unpercent(&b, s, true);
	*out_r = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return ok && valid_utf8(*out_r) && str_index(*out_r, '\0') == out_r->n;
}

enum err_code fields_parse(
    struct fields *f, struct pool *pool, struct str text, struct err *err)
{
	struct str pair, name;

	f->n = 0;
	err_clear(&f->err);
	while (text.n && str_split(&text, '&', &pair)) {
		if (!pair.n)
			continue;
		if (f->n == FIELDS_MAX)
			return err_set(err, ERR_BAD_REQUEST,
			    "There are more than %d parameters.", FIELDS_MAX);
		name = str_head(pair, str_index(pair, '='));
		if (!decode(pool, name, &f->items[f->n].name) ||
		    !decode(pool, str_from(pair, name.n + 1),
			&f->items[f->n].value))
			return err_set(err, ERR_BAD_REQUEST,
			    "A parameter is not UTF-8 text in URL encoding.");
		f->n++;
	}
	return ERR_OK;
}

struct str fields_find(const struct fields *f, const char *name)
{
	struct str wanted = str_of(name);
	size_t i;

	for (i = 0; i < f->n; i++)
		if (str_eq(f->items[i].name, wanted))
			return f->items[i].value;
	return STR_EMPTY;
}

static void fault(struct fields *f, const char *name, const char *what)
{
	if (!f->err.code)
		err_set(&f->err, ERR_BAD_REQUEST, "%s: %s", name, what);
}

struct str fields_str(struct fields *f, const char *name, size_t max)
{
	struct str v = fields_find(f, name);

	if (!valid_text(v, false) || valid_utf8_count(v) > max) {
		fault(f, name, "is too long or holds control characters.");
		return STR_EMPTY;
	}
	return v;
}

uint64_t fields_u64(struct fields *f, const char *name, uint64_t min,
    uint64_t max, uint64_t other)
{
	struct str v = fields_find(f, name);

	if (v.n && !str_u64(v, min, max, &other)) {
		char text[80];

		snprintf(text, sizeof(text),
		    "must be a whole number from %llu to %llu.",
		    (unsigned long long)min, (unsigned long long)max);
		fault(f, name, text);
	}
	return other;
}

struct id fields_id(struct fields *f, const char *name)
{
	struct str v = fields_find(f, name);
	struct id id = ID_NONE;

	if (v.n && !id_parse(v, &id))
		fault(f, name, "is not an id.");
	return id;
}

size_t fields_enum(
    struct fields *f, const char *name, const char *const *names, size_t other)
{
	struct str v = fields_find(f, name);
	size_t i;

	if (!v.n)
		return other;
	for (i = 0; names[i]; i++)
		if (str_eq(v, str_of(names[i])))
			return i;
	fault(f, name, "has an unknown value.");
	return other;
}

enum err_code fields_end(const struct fields *f, struct err *err)
{
	if (f->err.code && err)
		*err = f->err;
	return f->err.code;
}
