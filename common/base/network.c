/* network.c: which network an address belongs to, for throttles */
/* SPDX-License-Identifier: MIT */
#include "base/network.h"

#include <arpa/inet.h>

/* True with 4 or 16 bytes in b. */
static bool parse(struct str s, uint8_t b[16], size_t *n_r)
{
	char text[INET6_ADDRSTRLEN];

	if (!s.n || s.n >= sizeof(text))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	*n_r = 4;
	if (inet_pton(AF_INET, text, b) == 1)
		return true;
	*n_r = 16;
	if (inet_pton(AF_INET6, text, b) != 1)
		return false;
	if (!memcmp(b, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12)) {
		memmove(b, b + 12, 4);
		*n_r = 4;
	}
	return true;
}

const char *network_of(struct str address, char *out)
{
	uint8_t b[16];
	size_t n;

	if (!parse(address, b, &n)) {
		snprintf(out, NETWORK_SIZE, "%.*s",
		    STR_ARG(str_head(address, NETWORK_SIZE - 1)));
	} else if (n == 4) {
		inet_ntop(AF_INET, b, out, NETWORK_SIZE);
	} else {
		memset(b + 8, 0, 8);
		inet_ntop(AF_INET6, b, out, NETWORK_SIZE);
	}
	return out;
}

bool network_is_address(struct str address)
{
	uint8_t b[16];
	size_t n;

	return parse(address, b, &n);
}

bool network_is_loopback(struct str address)
{
	static const uint8_t one[16] = { [15] = 1 };
	uint8_t b[16];
	size_t n;

	if (!parse(address, b, &n))
		return true;
	return n == 4 ? b[0] == 127 : !memcmp(b, one, sizeof(one));
}
