/* buf.c: growing output with a limit and a failure that sticks */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <stdarg.h>

#define CAP_MIN 64

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_fini(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->failed = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

bool buf_failed(const struct buf *b)
{
	return b->failed;
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

/* Whether n more bytes and the NUL have room now. */
static bool grow(struct buf *b, size_t n)
{
	size_t need = b->n + n + 1, cap;

	if (b->failed)
		return false;
	if (need <= b->n || (b->max != 0 && n > b->max - b->n)) {
		b->failed = true;
		return false;
	}
	if (need <= b->cap)
		return true;
	cap = MAX_OF(b->cap + b->cap / 2, (size_t)CAP_MIN);
	cap = MAX_OF(cap, need);
	b->p = mem_resize(b->p, cap);
	b->cap = cap;
	return true;
}

void buf_reserve(struct buf *b, size_t n)
{
	/* More than fits is no failure until somebody writes it. */
	if (b->max != 0)
		n = MIN_OF(n, b->max - b->n);
	if (grow(b, n))
		b->p[b->n] = '\0';
}

void buf_byte(struct buf *b, char c)
{
	if (!grow(b, 1))
		return;
	b->p[b->n++] = c;
	b->p[b->n] = '\0';
}

void buf_bytes(struct buf *b, const void *p, size_t n)
{
	if (n == 0 || !grow(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_put(struct buf *b, struct str s)
{
	buf_bytes(b, s.p, s.n);
}

void buf_puts(struct buf *b, const char *s)
{
	buf_bytes(b, s, strlen(s));
}

void buf_u64(struct buf *b, uint64_t v)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	buf_bytes(b, digits + at, sizeof(digits) - at);
}

void buf_i64(struct buf *b, int64_t v)
{
	if (v >= 0) {
		buf_u64(b, (uint64_t)v);
		return;
	}
	buf_byte(b, '-');
	buf_u64(b, 0 - (uint64_t)v);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	if (!grow(b, (size_t)n))
		return;
	va_start(ap, fmt);
	vsnprintf(b->p + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void buf_html(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			buf_puts(b, "&amp;");
			break;
		case '<':
			buf_puts(b, "&lt;");
			break;
		case '>':
			buf_puts(b, "&gt;");
			break;
		case '"':
			buf_puts(b, "&quot;");
			break;
		case '\'':
			buf_puts(b, "&#39;");
			break;
		default:
			buf_byte(b, s.p[i]);
		}
	}
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

void buf_percent(struct buf *b, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_unreserved(s.p[i])) {
			buf_byte(b, s.p[i]);
			continue;
		}
		buf_byte(b, '%');
		buf_byte(b, digits[c >> 4]);
		buf_byte(b, digits[c & 15]);
	}
}

bool buf_unpercent(struct buf *b, struct str s, bool plus)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			if (s.n - i < 3 ||
			    !str_unhex(str_make(s.p + i + 1, 2), &c, 1))
				return false;
			i += 2;
		} else if (c == '+' && plus) {
			c = ' ';
		}
		buf_byte(b, c);
	}
	return true;
}

static const char base64_std[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64_url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void put_base64(
    struct buf *b, const uint8_t *p, size_t n, const char *alphabet, bool pad)
{
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v = (uint32_t)p[i] << 16;

		if (left > 1)
			v |= (uint32_t)p[i + 1] << 8;
		if (left > 2)
			v |= p[i + 2];
		buf_byte(b, alphabet[v >> 18]);
		buf_byte(b, alphabet[v >> 12 & 63]);
		if (left > 1)
			buf_byte(b, alphabet[v >> 6 & 63]);
		else if (pad)
			buf_byte(b, '=');
		if (left > 2)
			buf_byte(b, alphabet[v & 63]);
		else if (pad)
			buf_byte(b, '=');
	}
}

void buf_base64(struct buf *b, const void *p, size_t n)
{
	put_base64(b, p, n, base64_std, true);
}

void buf_base64url(struct buf *b, const void *p, size_t n)
{
	put_base64(b, p, n, base64_url, false);
}

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

bool buf_unbase64(struct buf *b, struct str s)
{
	uint32_t v = 0;
	unsigned bits = 0;

	/* Padding, if there is any, must fill the last group. */
	if (s.n > 0 && s.n % 4 == 0 && s.p[s.n - 1] == '=') {
		s.n--;
		if (s.p[s.n - 1] == '=')
			s.n--;
	}
	if (s.n % 4 == 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int value = base64_value(s.p[i]);

		if (value < 0)
			return false;
		v = v << 6 | (uint32_t)value;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_byte(b, (char)(v >> bits & 255));
		}
	}
	/* RFC 4648 §3.5: left-over bits must be zero, so that one value has
	 * one spelling */
	return (v & ((1U << bits) - 1)) == 0;
}
