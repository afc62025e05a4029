/* valid.c: rules for text that people and programs send */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"

#include "base/pool.h"

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z') || is_digit(c);
}

static char to_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/*
 * Length of the sequence that lead begins, 0 when it begins none, and the range
 * of its second byte: RFC 3629 §4, where the odd ranges shut out overlong
 * forms, surrogates and what is above U+10FFFF.
 */
static size_t lead_byte(
    unsigned char lead, unsigned char *min_r, unsigned char *max_r)
{
	*min_r = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
	*max_r = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
	if (lead < 0x80)
		return 1;
	if (lead < 0xC2 || lead > 0xF4)
		return 0;
	return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

size_t valid_utf8_char(struct str s, bool *ok_r)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char min, max;
	size_t n, i;

	assert(s.n > 0);
	n = lead_byte(p[0], &min, &max);
	*ok_r = false;
	if (n == 0)
		return 1;
	for (i = 1; i < n; i++) {
		if (i >= s.n || p[i] < min || p[i] > max)
			return i;
		min = 0x80;
		max = 0xBF;
	}
	*ok_r = true;
	return n;
}

bool valid_utf8(struct str s)
{
	bool ok = true;

	while (s.n > 0 && ok)
		s = str_from(s, valid_utf8_char(s, &ok));
	return ok;
}

size_t valid_utf8_count(struct str s)
{
	size_t count = 0;

	for (size_t i = 0; i < s.n; i++)
		count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	return count;
}

struct str valid_utf8_head(struct str s, size_t n)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (((unsigned char)s.p[i] & 0xC0) != 0x80 && n-- == 0)
			break;
	}
	return str_head(s, i);
}

struct str valid_utf8_cut(struct str s, size_t bytes)
{
	size_t n = MIN_OF(s.n, bytes);

	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80)
		n--;
	return str_head(s, n);
}

/* HTML's and DNS's label: alphanumeric at both ends, hyphens within. */
static bool is_label(struct str s)
{
	if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	}
	return true;
}

bool valid_email(struct str s)
{
	static const struct str marks = STR_INIT(".!#$%&'*+/=?^_`{|}~-");
	size_t at = str_index(s, '@');
	struct str domain = str_from(s, at + 1), label;

	/* RFC 5321 §4.5.3.1.3: a path of 256 with its angle brackets */
	if (s.n > 254 || at == 0 || at == s.n || domain.n == 0)
		return false;
	for (size_t i = 0; i < at; i++) {
		if (!is_alnum(s.p[i]) && str_index(marks, s.p[i]) == marks.n)
			return false;
	}
	while (str_split(&domain, '.', &label)) {
		if (!is_label(label))
			return false;
	}
	return true;
}

bool valid_text(struct str s, bool lines)
{
	if (!valid_utf8(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (lines && (c == '\t' || c == '\n' || c == '\r'))
			continue;
		if (c < 0x20 || c == 0x7F)
			return false;
		/* U+0080-009F are C2 80 to C2 9F */
		if (c == 0xC2 && (unsigned char)s.p[i + 1] < 0xA0)
			return false;
	}
	return true;
}

/* An origin in parts, lower case, without a port that is the scheme's own. */
struct origin {
	char scheme[16];
	char host[256];
	unsigned port; /* 0: the scheme's own */
};

/* Copies in lower case; false when it does not fit. */
static bool copy_lower(char *out, size_t size, struct str s)
{
	if (s.n >= size)
		return false;
	for (size_t i = 0; i < s.n; i++)
		out[i] = to_lower(s.p[i]);
	out[s.n] = '\0';
	return true;
}

/* RFC 3986 §3.1. */
static bool is_scheme(struct str s)
{
	if (s.n == 0 || !is_alnum(s.p[0]) || is_digit(s.p[0]))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && str_index(STR("+-."), s.p[i]) == 3)
			return false;
	}
	return true;
}

/* Loosely: what stands between the brackets cannot leave them. */
static bool is_ipv6(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = to_lower(s.p[i]);

		if (!is_digit(c) && !(c >= 'a' && c <= 'f') && c != ':' &&
		    c != '.')
			return false;
	}
	return s.n > 0;
}

/* '_' is in no host name by DNS, yet browsers open it. */
static bool is_host_label(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_')
			return false;
	}
	return s.n > 0 && s.n <= 63;
}

static bool is_host(struct str s)
{
	struct str label;

	if (s.n == 0)
		return false;
	if (s.p[0] == '[')
		return s.p[s.n - 1] == ']' &&
		       is_ipv6(str_head(str_from(s, 1), s.n - 2));
	if (str_starts(s, STR("*.")))
		s = str_from(s, 2);
	while (str_split(&s, '.', &label)) {
		if (!is_host_label(label))
			return false;
	}
	return true;
}

static unsigned default_port(const char *scheme)
{
	if (strcmp(scheme, "http") == 0 || strcmp(scheme, "ws") == 0)
		return 80;
	if (strcmp(scheme, "https") == 0 || strcmp(scheme, "wss") == 0)
		return 443;
	return 0;
}

static bool parse_origin(struct str s, struct origin *o)
{
	size_t colon = str_search(s, STR("://")), end = 0, digits;
	struct str scheme = str_head(s, colon), host;
	uint64_t port = 0;

	if (colon == s.n || !is_scheme(scheme))
		return false;
	host = str_from(s, colon + 3);
	while (end < host.n && str_index(STR("/?#"), host.p[end]) == 3)
		end++;
	host = str_head(host, end);
	/* the port's colon stands behind the bracket of an IPv6 address */
	digits = str_index(host, ']');
	digits = digits == host.n ? 0 : digits;
	digits += str_index(str_from(host, digits), ':');
	if (digits < host.n) {
		if (!str_u64(str_from(host, digits + 1), 1, 65535, &port))
			return false;
		host = str_head(host, digits);
	}
	if (!is_host(host) ||
	    !copy_lower(o->scheme, sizeof(o->scheme), scheme) ||
	    !copy_lower(o->host, sizeof(o->host), host))
		return false;
	o->port = port == default_port(o->scheme) ? 0 : (unsigned)port;
	return true;
}

bool valid_origin(struct pool *pool, struct str s, struct str *origin_r)
{
	struct origin o;

	if (!parse_origin(s, &o))
		return false;
	*origin_r = str_of(
	    o.port == 0
		? pool_printf(pool, "%s://%s", o.scheme, o.host)
		: pool_printf(pool, "%s://%s:%u", o.scheme, o.host, o.port));
	return true;
}

/* "*.example.com" takes what stands below example.com, not itself. */
static bool host_matches(const char *row, const char *host)
{
	if (row[0] == '*')
		return strlen(host) >= strlen(row) &&
		       str_ends(str_of(host), str_of(row + 1));
	return strcmp(row, host) == 0;
}

static bool row_matches(struct str text, const struct origin *origin)
{
	struct origin row;

	return parse_origin(text, &row) &&
	       strcmp(row.scheme, origin->scheme) == 0 &&
	       row.port == origin->port && host_matches(row.host, origin->host);
}

/* The next row of a list divided by white space or commas. */
static bool next_row(struct str *list, struct str *row_r)
{
	static const struct str dividers = STR_INIT(", \t\r\n");
	size_t n = 0;

	while (list->n > 0 && str_index(dividers, list->p[0]) < dividers.n)
		*list = str_from(*list, 1);
	while (n < list->n && str_index(dividers, list->p[n]) == dividers.n)
		n++;
	*row_r = str_head(*list, n);
	*list = str_from(*list, n);
	return n > 0;
}

bool valid_origin_listed(struct str list, struct str origin)
{
	struct origin parsed;
	bool is_origin = parse_origin(origin, &parsed);
	bool is_empty = true;
	struct str row;

	/* a wildcard is a row's, never a visitor's */
	if (is_origin && parsed.host[0] == '*')
		is_origin = false;
	while (next_row(&list, &row)) {
		is_empty = false;
		if (str_eq(row, STR("*")))
			return true;
		if (is_origin && row_matches(row, &parsed))
			return true;
	}
	return is_empty;
}
