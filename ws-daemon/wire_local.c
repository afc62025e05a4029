/* wire_local.c: whether a connection comes from this very machine */
/* SPDX-License-Identifier: MIT */
#include "wire_local.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

/* Every address as one of IPv6; false for other families. */
static bool take(const struct sockaddr_storage *from, struct in6_addr *to)
{
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	if (from->ss_family == AF_INET6) {
		memcpy(&six, from, sizeof(six));
		*to = six.sin6_addr;
		return true;
	}
	if (from->ss_family != AF_INET)
		return false;
	memcpy(&four, from, sizeof(four));
	memset(to, 0, sizeof(*to));
	to->s6_addr[10] = to->s6_addr[11] = 0xff;
	memcpy(to->s6_addr + 12, &four.sin_addr, 4);
	return true;
}

bool wire_is_local(
    const struct sockaddr_storage *peer, const struct sockaddr_storage *own)
{
	struct in6_addr a, b;

	if (!take(peer, &a) || !take(own, &b))
		return false;
	return IN6_IS_ADDR_LOOPBACK(&a) ||
	       (IN6_IS_ADDR_V4MAPPED(&a) && a.s6_addr[12] == 127) ||
	       memcmp(&a, &b, sizeof(a)) == 0;
}
