/* json_scan.c: whether bytes are exactly one JSON value (RFC 8259) */
/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"

#include <math.h>

#include "base/valid.h"

#define NUMBER_BYTES_MAX 63 /* what cJSON looks at */

/*
 * Every step returns false after the first fault, which stays in `fault`.
 * Recursion is as deep as depth_max allows and no deeper.
 */
struct scan {
	const char *p;
	const char *end;
	const char *fault; /* NULL, or what is wrong at p */
	unsigned depth_left;
};

static bool fail(struct scan *s, const char *fault)
{
	if (s->fault == NULL)
		s->fault = fault;
	return false;
}

/* The next byte, -1 at the end. */
static int peek(const struct scan *s)
{
	return s->p < s->end ? (unsigned char)*s->p : -1;
}

static bool take(struct scan *s, char c)
{
	if (peek(s) != c)
		return false;
	s->p++;
	return true;
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
				    *s->p == '\n' || *s->p == '\r'))
		s->p++;
}

static bool take_digits(struct scan *s)
{
	const char *start = s->p;

	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	return s->p > start || fail(s, "a digit is missing");
}

static bool is_in_range(const char *start, size_t n)
{
	char text[NUMBER_BYTES_MAX + 1];

	memcpy(text, start, n);
	text[n] = '\0';
	return isfinite(strtod(text, NULL));
}

static bool scan_number(struct scan *s)
{
	const char *start = s->p;

	if (!take(s, '-') && (peek(s) < '0' || peek(s) > '9'))
		return fail(s, "a value is missing");
	/* a zero stands alone in front of the point */
	if (!take(s, '0') && !take_digits(s))
		return false;
	if (take(s, '.') && !take_digits(s))
		return false;
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+'))
			take(s, '-');
		if (!take_digits(s))
			return false;
	}
	if (s->p - start > NUMBER_BYTES_MAX)
		return fail(s, "a number is too long");
	return is_in_range(start, (size_t)(s->p - start)) ||
	       fail(s, "a number is too large");
}

/* The four digits behind \u. */
static bool take_hex4(struct scan *s, unsigned *v_r)
{
	uint8_t bytes[2];

	if (s->end - s->p < 4 || !str_unhex(str_make(s->p, 4), bytes, 2))
		return fail(s, "\\u needs four hexadecimal digits");
	*v_r = (unsigned)bytes[0] << 8 | bytes[1];
	s->p += 4;
	return true;
}

static bool scan_unicode_escape(struct scan *s)
{
	unsigned high, low = 0;

	if (!take_hex4(s, &high))
		return false;
	if (high == 0)
		return fail(s, "a string holds a NUL character");
	if (high < 0xD800 || high > 0xDFFF)
		return true;
	if (high > 0xDBFF || !take(s, '\\') || !take(s, 'u'))
		return fail(s, "half of a surrogate pair stands alone");
	if (!take_hex4(s, &low))
		return false;
	return (low >= 0xDC00 && low <= 0xDFFF) ||
	       fail(s, "half of a surrogate pair stands alone");
}

static bool scan_escape(struct scan *s)
{
	int c = peek(s);

	/* strchr would find its own NUL */
	if (c <= 0 || strchr("\"\\/bfnrtu", c) == NULL)
		return fail(s, "an escape is unknown");
	s->p++;
	return c != 'u' || scan_unicode_escape(s);
}

static bool scan_string(struct scan *s)
{
	s->p++;
	for (;;) {
		int c = peek(s);

		if (c < 0)
			return fail(s, "a string has no end");
		if (c < 0x20)
			return fail(s, "a control character must be escaped");
		s->p++;
		if (c == '"')
			return true;
		if (c == '\\' && !scan_escape(s))
			return false;
	}
}

static bool scan_word(struct scan *s, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return fail(s, "a value is missing");
	s->p += n;
	return true;
}

static bool scan_value(struct scan *s);

static bool scan_member(struct scan *s)
{
	skip_space(s);
	if (peek(s) != '"')
		return fail(s, "a member's name is missing");
	if (!scan_string(s))
		return false;
	skip_space(s);
	return take(s, ':') ? scan_value(s) : fail(s, "a colon is missing");
}

/* Items or members between brackets; the opening one is at p. */
static bool scan_group(struct scan *s, char close, bool (*item)(struct scan *))
{
	if (s->depth_left == 0)
		return fail(s, "it is nested too deeply");
	s->depth_left--;
	s->p++;
	skip_space(s);
	if (!take(s, close)) {
		do {
			if (!item(s))
				return false;
			skip_space(s);
		} while (take(s, ','));
		if (!take(s, close))
			return fail(s, "a comma or bracket is missing");
	}
	s->depth_left++;
	return true;
}

static bool scan_value(struct scan *s)
{
	skip_space(s);
	switch (peek(s)) {
	case '{':
		return scan_group(s, '}', scan_member);
	case '[':
		return scan_group(s, ']', scan_value);
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true");
	case 'f':
		return scan_word(s, "false");
	case 'n':
		return scan_word(s, "null");
	default:
		return scan_number(s);
	}
}

enum err_code json_scan_check(
    struct str text, unsigned depth_max, struct err *err)
{
	const char *start = text.p ? text.p : "";
	struct scan s = { start, start + text.n, NULL, depth_max };

	if (!valid_utf8(text))
		return err_set(
		    err, ERR_BAD_REQUEST, "The JSON text is not UTF-8.");
	if (scan_value(&s)) {
		skip_space(&s);
		if (s.p < s.end)
			fail(&s, "something stands behind the value");
	}
	if (s.fault == NULL)
		return ERR_OK;
	return err_set(err, ERR_BAD_REQUEST,
	    "The JSON text is broken at byte %zu: %s.", (size_t)(s.p - start),
	    s.fault);
}
