/* network_list.h: lists of networks, hosts and ports in settings */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_NETWORK_LIST_H
#define BASE_NETWORK_LIST_H

#include "base/str.h"

/*
 * Rows divided by blanks or commas, each one of
 *
 *	10.1.0.0/16	fd00:1::/32	any port of these addresses
 *	10.1.2.3	fd00:1::5	any port of this one
 *	127.0.0.1:3000	[::1]:3000	this port of it
 *	mcp.example:80			this port of the host of that name,
 *					whatever its addresses are
 *
 * An IPv4 address that is mapped into IPv6 is the IPv4 address.
 */
bool network_list_is_sound(struct str list);
/* addr: 4 or 16 bytes. */
bool network_list_has_address(
    struct str list, const uint8_t *addr, size_t n, unsigned port);
/* name: lower case, without a dot at its end. */
bool network_list_has_name(struct str list, struct str name, unsigned port);

/* Numbers and ranges: "80 443 8000-8999". */
bool network_ports_are_sound(struct str list);
bool network_ports_have(struct str list, unsigned port);

#endif
