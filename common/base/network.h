/* network.h: which network an address belongs to, for throttles */
/* SPDX-License-Identifier: MIT */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include "base/str.h"

#define NETWORK_SIZE 48

/*
 * IPv4 as it is, also when mapped into IPv6; IPv6 as its /64, since one
 * customer has at least that many addresses. What is no address stays as it
 * is, cut off. out must have NETWORK_SIZE bytes.
 */
const char *network_of(struct str address, char *out);
/* An IPv4 or IPv6 address. */
bool network_is_address(struct str address);
/* 127.0.0.0/8, ::1, or no address at all (a Unix socket). */
bool network_is_loopback(struct str address);

#endif
