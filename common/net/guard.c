/* guard.c: which addresses strangers may make us talk to */
/* SPDX-License-Identifier: MIT */
#include "net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "base/network_list.h"
#include "base/settings.h"

struct range {
	uint8_t addr[16];
	unsigned bits;
};

/* IANA: IPv4 Special-Purpose Address Registry without what everybody reaches,
 * and one more. */
static const struct range closed4[] = {
	{ { 0 }, 8 },		      /* this network */
	{ { 10 }, 8 },		      /* private */
	{ { 100, 64 }, 10 },	      /* shared; 100.100.100.200 */
	{ { 127 }, 8 },		      /* loopback */
	{ { 168, 63, 129, 16 }, 32 }, /* Azure's host; looks public */
	{ { 169, 254 }, 16 },	      /* link; 169.254.169.254, .170.2 */
	{ { 172, 16 }, 12 },	      /* private */
	{ { 192, 0, 0 }, 24 },	      /* protocol assignments */
	{ { 192, 0, 2 }, 24 },	      /* documentation */
	{ { 192, 88, 99 }, 24 },      /* 6to4 relays */
	{ { 192, 168 }, 16 },	      /* private */
	{ { 198, 18 }, 15 },	      /* benchmarks */
	{ { 198, 51, 100 }, 24 },     /* documentation */
	{ { 203, 0, 113 }, 24 },      /* documentation */
	{ { 224 }, 4 },		      /* multicast */
	{ { 240 }, 4 },		      /* reserved; 255.255.255.255 */
};

/* Only 2000::/3 is open at all, so of that: the IPv6 registry. */
static const struct range open6 = { { 0x20 }, 3 };
static const struct range closed6[] = {
	{ { 0x20, 0x01, 0x00 }, 23 },	    /* protocols; Teredo, ORCHID */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x3f, 0xff }, 20 },		    /* documentation */
};

/* IPv4 inside: where its four bytes stand. */
static const struct {
	struct range range;
	size_t at;
} wrapped[] = {
	{ { { [10] = 0xff, [11] = 0xff }, 96 }, 12 }, /* mapped */
	{ { { 0x00, 0x64, 0xff, 0x9b }, 96 }, 12 },   /* NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2 },		      /* 6to4 */
};

static bool is_inside(const uint8_t *addr, const struct range *r)
{
	unsigned whole = r->bits / 8, rest = r->bits % 8;

	if (memcmp(addr, r->addr, whole) != 0)
		return false;
	return rest == 0 ||
	       (addr[whole] >> (8 - rest)) == (r->addr[whole] >> (8 - rest));
}

static bool is_public4(const uint8_t *addr)
{
	for (size_t i = 0; i < COUNT_OF(closed4); i++) {
		if (is_inside(addr, &closed4[i]))
			return false;
	}
	return true;
}

static bool is_public6(const uint8_t *addr)
{
	for (size_t i = 0; i < COUNT_OF(wrapped); i++) {
		if (is_inside(addr, &wrapped[i].range))
			return is_public4(addr + wrapped[i].at);
	}
	for (size_t i = 0; i < COUNT_OF(closed6); i++) {
		if (is_inside(addr, &closed6[i]))
			return false;
	}
	return is_inside(addr, &open6);
}

/* The bytes of an address, 4 or 16; 0 for another family. */
static size_t get_bytes(
    const struct sockaddr *addr, uint8_t out[16], unsigned *port_r)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	if (addr->sa_family == AF_INET) {
		memcpy(&four, addr, sizeof(four));
		memcpy(out, &four.sin_addr, 4);
		*port_r = ntohs(four.sin_port);
		return 4;
	}
	if (addr->sa_family != AF_INET6)
		return 0;
	memcpy(&six, addr, sizeof(six));
	memcpy(out, &six.sin6_addr, 16);
	*port_r = ntohs(six.sin6_port);
	return 16;
}

bool guard_is_public(const struct sockaddr *addr)
{
	uint8_t bytes[16];
	unsigned port;

	switch (get_bytes(addr, bytes, &port)) {
	case 4:
		return is_public4(bytes);
	case 16:
		return is_public6(bytes);
	default:
		return false;
	}
}

static struct str allow_list(const struct guard *g)
{
	return str_of(g->settings->outside_allow);
}

bool guard_allows(const struct guard *g, const struct sockaddr *addr)
{
	uint8_t bytes[16];
	unsigned port;
	size_t n = get_bytes(addr, bytes, &port);

	/* where it goes is what was asked for, whoever makes the socket */
	if (n == 0 || port != g->port)
		return false;
	return guard_is_public(addr) ||
	       network_list_has_address(allow_list(g), bytes, n, port) ||
	       network_list_has_name(allow_list(g), g->host, port);
}

/* With the address when the host is one. */
static bool read_literal(const struct guard *g, struct sockaddr_storage *out)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6,
		.sin6_port = htons((uint16_t)g->port) };
	struct sockaddr_in four = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)g->port) };
	char text[INET6_ADDRSTRLEN];

	memset(out, 0, sizeof(*out));
	if (g->host.n >= sizeof(text))
		return false;
	memcpy(text, g->host.p, g->host.n);
	text[g->host.n] = '\0';
	if (inet_pton(AF_INET, text, &four.sin_addr) == 1)
		memcpy(out, &four, sizeof(four));
	else if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1)
		memcpy(out, &six, sizeof(six));
	else
		return false;
	return true;
}

static bool is_name(struct str host)
{
	struct str rest = host, label;

	while (str_split(&rest, '.', &label)) {
		if (label.n == 0 || label.n > 63)
			return false;
		for (size_t i = 0; i < label.n; i++) {
			char c = label.p[i];

			if (!(c >= 'a' && c <= 'z') &&
			    !(c >= '0' && c <= '9') && c != '-' && c != '_')
				return false;
		}
	}
	/* 127.0.0.0x1 and the like: an address for some, a name for others */
	return host.n > 0 && host.n <= 253 &&
	       !(label.p[0] >= '0' && label.p[0] <= '9');
}

/* Names that mean something inside of a network only. */
static bool is_inner_name(struct str host)
{
	static const char *const ends[] = { ".local", ".localhost",
		".localdomain", ".internal", ".intranet", ".lan", ".home.arpa",
		".onion" };

	for (size_t i = 0; i < COUNT_OF(ends); i++) {
		if (str_ends(host, str_of(ends[i])))
			return true;
	}
	return str_index(host, '.') == host.n;
}

const char *guard_refuses(const struct guard *g, bool is_https)
{
	struct sockaddr_storage literal;
	bool is_literal = read_literal(g, &literal), is_listed;
	const struct sockaddr *addr = (const struct sockaddr *)&literal;
	uint8_t bytes[16];
	unsigned port;

	if (!is_literal && !is_name(g->host))
		return "The URL's host is not one.";
	is_listed = network_list_has_name(allow_list(g), g->host, g->port);
	if (is_literal && !is_listed)
		is_listed = network_list_has_address(allow_list(g), bytes,
		    get_bytes(addr, bytes, &port), g->port);
	/* A neighbour that the operator has named needs no more. */
	if (is_listed)
		return NULL;
	if (!is_https && !g->settings->outside_http)
		return "The URL must begin with https://.";
	if (!network_ports_have(str_of(g->settings->outside_ports), g->port))
		return "The URL's port is not one that may be used.";
	if (is_literal ? !guard_is_public(addr) : is_inner_name(g->host))
		return "The URL's host is in a network that must not be "
		       "reached.";
	return NULL;
}
