/* json_out.c: JSON that goes outside, written straight into a buffer */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"

#include <math.h>

#include "base/clock.h"
#include "base/valid.h"

void json_out_init(struct json_out *j, struct buf *buf)
{
	j->buf = buf;
	j->depth = 0;
}

/* What stands in front of a value: comma and name. */
static void begin(struct json_out *j, const char *name)
{
	if (j->depth == 0) {
		assert(name == NULL);
		return;
	}
	assert(j->level[j->depth - 1].array == (name == NULL));
	if (j->level[j->depth - 1].filled)
		buf_byte(j->buf, ',');
	j->level[j->depth - 1].filled = true;
	if (name != NULL) {
		json_out_quote(j->buf, str_of(name));
		buf_byte(j->buf, ':');
	}
}

static void enter(struct json_out *j, const char *name, bool array)
{
	begin(j, name);
	assert(j->depth < JSON_OUT_DEPTH_MAX);
	j->level[j->depth].array = array;
	j->level[j->depth].filled = false;
	j->depth++;
	buf_byte(j->buf, array ? '[' : '{');
}

void json_out_object(struct json_out *j, const char *name)
{
	enter(j, name, false);
}

void json_out_array(struct json_out *j, const char *name)
{
	enter(j, name, true);
}

void json_out_end(struct json_out *j)
{
	assert(j->depth > 0);
	j->depth--;
	buf_byte(j->buf, j->level[j->depth].array ? ']' : '}');
}

void json_out_str(struct json_out *j, const char *name, struct str s)
{
	begin(j, name);
	json_out_quote(j->buf, s);
}

void json_out_str_or_null(struct json_out *j, const char *name, struct str s)
{
	if (s.n == 0)
		json_out_null(j, name);
	else
		json_out_str(j, name, s);
}

void json_out_cstr(struct json_out *j, const char *name, const char *s)
{
	json_out_str(j, name, str_of(s));
}

void json_out_u64(struct json_out *j, const char *name, uint64_t v)
{
	begin(j, name);
	buf_u64(j->buf, v);
}

void json_out_num(struct json_out *j, const char *name, double v)
{
	char text[32];

	if (!isfinite(v)) {
		json_out_null(j, name); /* JSON has no word for it */
		return;
	}
	begin(j, name);
	/* the shorter spelling when it reads back as the same number */
	snprintf(text, sizeof(text), "%.15g", v);
	if (strtod(text, NULL) != v)
		snprintf(text, sizeof(text), "%.17g", v);
	buf_puts(j->buf, text);
}

void json_out_bool(struct json_out *j, const char *name, bool v)
{
	begin(j, name);
	buf_puts(j->buf, v ? "true" : "false");
}

void json_out_null(struct json_out *j, const char *name)
{
	begin(j, name);
	buf_puts(j->buf, "null");
}

void json_out_uuid(struct json_out *j, const char *name, struct id id)
{
	char text[ID_UUID_SIZE];

	if (id_is_none(id))
		json_out_null(j, name);
	else
		json_out_cstr(j, name, id_uuid(id, text));
}

void json_out_ulid(struct json_out *j, const char *name, struct id id)
{
	char text[ID_ULID_SIZE];

	if (id_is_none(id))
		json_out_null(j, name);
	else
		json_out_cstr(j, name, id_ulid(id, text));
}

void json_out_time_s(struct json_out *j, const char *name, int64_t us)
{
	char text[CLOCK_ISO_SIZE];

	if (us == 0) {
		json_out_null(j, name);
		return;
	}
	clock_iso(us, text);
	memcpy(text + sizeof("2026-02-18T14:35:00") - 1, "Z", 2);
	json_out_cstr(j, name, text);
}

void json_out_time(struct json_out *j, const char *name, int64_t us)
{
	char text[CLOCK_ISO_SIZE];

	if (us == 0)
		json_out_null(j, name);
	else
		json_out_cstr(j, name, clock_iso(us, text));
}

void json_out_json(struct json_out *j, const char *name, struct str json)
{
	if (json.n == 0) {
		json_out_null(j, name);
		return;
	}
	begin(j, name);
	buf_put(j->buf, json);
}

/* The character behind the backslash, 0 when c needs \u or nothing. */
static char short_escape(char c)
{
	switch (c) {
	case '"':
	case '\\':
		return c;
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	default:
		return 0;
	}
}

static void quote_ascii(struct buf *b, char c)
{
	char escape = short_escape(c);

	if (escape != 0) {
		buf_byte(b, '\\');
		buf_byte(b, escape);
	} else if ((unsigned char)c < 0x20) {
		buf_printf(b, "\\u%04x", (unsigned)c);
	} else {
		buf_byte(b, c);
	}
}

/* Bytes at the beginning that stand in JSON as they are: most of most texts. */
static size_t count_plain(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 || c >= 0x80 || c == '"' || c == '\\')
			break;
	}
	return i;
}

void json_out_quote(struct buf *b, struct str s)
{
	buf_byte(b, '"');
	while (s.n > 0) {
		size_t n = count_plain(s);
		struct str one;
		bool ok;

		buf_bytes(b, s.p, n);
		s = str_from(s, n);
		if (s.n == 0)
			break;
		one = str_head(s, valid_utf8_char(s, &ok));
		if (!ok)
			buf_puts(b, "\xEF\xBF\xBD");
		else if (one.n == 1)
			quote_ascii(b, one.p[0]);
		/* line ends to JavaScript before ES2019 */
		else if (str_eq(one, STR("\xE2\x80\xA8")))
			buf_puts(b, "\\u2028");
		else if (str_eq(one, STR("\xE2\x80\xA9")))
			buf_puts(b, "\\u2029");
		else
			buf_put(b, one);
		s = str_from(s, one.n);
	}
	buf_byte(b, '"');
}
