/* str.c: slices: a pointer and a length, never owned */
/* SPDX-License-Identifier: MIT */
#include "base/str.h"

#include "base/pool.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_of(const char *s)
{
	return (struct str){ s, s == NULL ? 0 : strlen(s) };
}

struct str str_make(const char *p, size_t n)
{
	return (struct str){ p, n };
}

/* memcmp's pointers must not be NULL even for no bytes. */
static bool bytes_eq(const char *a, const char *b, size_t n)
{
	return n == 0 || memcmp(a, b, n) == 0;
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && bytes_eq(a.p, b.p, a.n);
}

bool str_ieq(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	}
	return true;
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && bytes_eq(s.p, prefix.p, prefix.n);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 ||
		   bytes_eq(s.p + s.n - suffix.n, suffix.p, suffix.n));
}

size_t str_index(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;

	return at ? (size_t)(at - s.p) : s.n;
}

size_t str_search(struct str s, struct str needle)
{
	const char *at;

	if (needle.n == 0)
		return 0;
	if (needle.n > s.n)
		return s.n;
	at = memmem(s.p, s.n, needle.p, needle.n);
	return at ? (size_t)(at - s.p) : s.n;
}

struct str str_from(struct str s, size_t i)
{
	if (i >= s.n)
		i = s.n;
	return (struct str){ s.p ? s.p + i : NULL, s.n - i };
}

struct str str_head(struct str s, size_t n)
{
	return (struct str){ s.p, MIN_OF(s.n, n) };
}

struct str str_trim(struct str s)
{
	while (s.n > 0 && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n > 0 && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_split(struct str *rest, char c, struct str *part_r)
{
	size_t i;

	if (rest->p == NULL)
		return false;
	i = str_index(*rest, c);
	*part_r = str_head(*rest, i);
	*rest = i < rest->n ? str_from(*rest, i + 1) : STR_EMPTY;
	return true;
}

char *str_dup(struct pool *pool, struct str s)
{
	return pool_strndup(pool, s.p, s.n);
}

struct str str_copy(struct pool *pool, struct str s)
{
	return (struct str){ str_dup(pool, s), s.n };
}

struct str str_lower(struct pool *pool, struct str s)
{
	char *p = str_dup(pool, s);

	for (size_t i = 0; i < s.n; i++)
		p[i] = lower(p[i]);
	return (struct str){ p, s.n };
}

bool str_u64(struct str s, uint64_t min, uint64_t max, uint64_t *v_r)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned char)s.p[i] - (unsigned)'0';

		if (digit > 9 || v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	if (v < min || v > max)
		return false;
	*v_r = v;
	return true;
}

bool str_i64(struct str s, int64_t min, int64_t max, int64_t *v_r)
{
	bool negative = s.n > 0 && s.p[0] == '-';
	uint64_t limit = (uint64_t)INT64_MAX + negative;
	uint64_t u;
	int64_t v;

	if (!str_u64(negative ? str_from(s, 1) : s, 0, limit, &u))
		return false;
	/* -2^63 has no positive counterpart in int64_t */
	v = !negative ? (int64_t)u : u == 0 ? 0 : -(int64_t)(u - 1) - 1;
	if (v < min || v > max)
		return false;
	*v_r = v;
	return true;
}

struct str str_hex(struct pool *pool, const void *bytes, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = bytes;
	char *p = pool_alloc(pool, n * 2 + 1);

	for (size_t i = 0; i < n; i++) {
		p[i * 2] = digits[b[i] >> 4];
		p[i * 2 + 1] = digits[b[i] & 15];
	}
	return (struct str){ p, n * 2 };
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool str_unhex(struct str s, void *out, size_t out_n)
{
	uint8_t *b = out;

	if (s.n % 2 != 0 || s.n / 2 != out_n)
		return false;
	for (size_t i = 0; i < out_n; i++) {
		int high = hex_value(s.p[i * 2]);
		int low = hex_value(s.p[i * 2 + 1]);

		if (high < 0 || low < 0)
			return false;
		b[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
