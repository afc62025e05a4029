/* network_list.c: lists of networks, hosts and ports in settings */
/* SPDX-License-Identifier: MIT */
#include "base/network_list.h"

#include <arpa/inet.h>

#define NAME_MAX_BYTES 253
#define MAPPED	       "\0\0\0\0\0\0\0\0\0\0\xff\xff"

/* One row. An IPv4 network is kept as the one that it is mapped to. */
struct row {
	struct str name; /* empty: an address */
	uint8_t addr[16];
	unsigned bits;
	unsigned port; /* 0: any */
};

static bool is_divider(char c)
{
	return c == ' ' || c == ',' || c == '\t' || c == '\r' || c == '\n';
}

static bool next(struct str *rest, struct str *row_r)
{
	size_t n = 0;

	while (rest->n > 0 && is_divider(rest->p[0]))
		*rest = str_from(*rest, 1);
	while (n < rest->n && !is_divider(rest->p[n]))
		n++;
	*row_r = str_head(*rest, n);
	*rest = str_from(*rest, n);
	return n > 0;
}

/* 16 bytes; *bits_r: how many an address of its kind has. */
static bool read_address(struct str s, uint8_t out[16], unsigned *bits_r)
{
	char text[INET6_ADDRSTRLEN];

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	memcpy(out, MAPPED, 12);
	*bits_r = 32;
	if (inet_pton(AF_INET, text, out + 12) == 1)
		return true;
	*bits_r = 128;
	return inet_pton(AF_INET6, text, out) == 1;
}

static bool read_network(struct str s, struct row *row)
{
	size_t slash = str_index(s, '/');
	unsigned bits;
	uint64_t n;

	if (!read_address(str_head(s, slash), row->addr, &bits))
		return false;
	n = bits;
	if (slash < s.n && !str_u64(str_from(s, slash + 1), 0, bits, &n))
		return false;
	row->bits = (unsigned)n + 128 - bits;
	return true;
}

static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_' && c != '.')
			return false;
	}
	return s.n > 0 && s.n <= NAME_MAX_BYTES && s.p[s.n - 1] != '.';
}

static bool read_row(struct str s, struct row *row)
{
	size_t colon = s.n, end;
	uint64_t port;

	*row = (struct row){ .port = 0 };
	if (read_network(s, row))
		return true;
	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	if (colon == 0 || !str_u64(str_from(s, colon), 1, 65535, &port))
		return false;
	row->port = (unsigned)port;
	s = str_head(s, colon - 1);
	if (str_starts(s, STR("["))) {
		end = str_index(s, ']');
		return end + 1 == s.n &&
		       read_network(str_make(s.p + 1, end - 1), row);
	}
	if (read_network(s, row))
		return row->bits >= 96; /* ::1:80 could be an address */
	row->name = s;
	return is_name(s);
}

bool network_list_is_sound(struct str list)
{
	struct str text;
	struct row row;

	while (next(&list, &text)) {
		if (!read_row(text, &row))
			return false;
	}
	return true;
}

static bool is_inside(const uint8_t *addr, const struct row *row)
{
	unsigned whole = row->bits / 8, rest = row->bits % 8;

	if (memcmp(addr, row->addr, whole) != 0)
		return false;
	return rest == 0 ||
	       (addr[whole] >> (8 - rest)) == (row->addr[whole] >> (8 - rest));
}

bool network_list_has_address(
    struct str list, const uint8_t *addr, size_t n, unsigned port)
{
	uint8_t wide[16];
	struct str text;
	struct row row;

	assert(n == 4 || n == 16);
	memcpy(wide, MAPPED, 12);
	memcpy(n == 4 ? wide + 12 : wide, addr, n);
	while (next(&list, &text)) {
		if (read_row(text, &row) && row.name.n == 0 &&
		    (row.port == 0 || row.port == port) &&
		    is_inside(wide, &row))
			return true;
	}
	return false;
}

bool network_list_has_name(struct str list, struct str name, unsigned port)
{
	struct str text;
	struct row row;

	while (next(&list, &text)) {
		if (read_row(text, &row) && row.port == port &&
		    row.name.n > 0 && str_eq(row.name, name))
			return true;
	}
	return false;
}

static bool read_range(struct str s, uint64_t *first_r, uint64_t *last_r)
{
	size_t dash = str_index(s, '-');

	if (!str_u64(str_head(s, dash), 1, 65535, first_r))
		return false;
	*last_r = *first_r;
	return dash == s.n ||
	       str_u64(str_from(s, dash + 1), *first_r, 65535, last_r);
}

bool network_ports_are_sound(struct str list)
{
	uint64_t first, last;
	struct str text;

	while (next(&list, &text)) {
		if (!read_range(text, &first, &last))
			return false;
	}
	return true;
}

bool network_ports_have(struct str list, unsigned port)
{
	uint64_t first, last;
	struct str text;

	while (next(&list, &text)) {
		if (read_range(text, &first, &last) && port >= first &&
		    port <= last)
			return true;
	}
	return false;
}
