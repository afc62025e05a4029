/* guard.h: which addresses strangers may make us talk to */
/* SPDX-License-Identifier: MIT */
#ifndef NET_GUARD_H
#define NET_GUARD_H

#include "base/str.h"

struct settings;
struct sockaddr;

/*
 * Whether it is an address of the public internet: not one of the networks of
 * the IANA's registries of special purposes, nor where a cloud keeps its
 * secrets. IPv4 inside IPv6 (mapped, NAT64, 6to4) is judged as IPv4. Families
 * other than these two are none.
 */
bool guard_is_public(const struct sockaddr *addr);

/* What a request is meant for. */
struct guard {
	const struct settings *settings;
	struct str host; /* lower case, no brackets, no dot at its end */
	unsigned port;
};

/* Public, or the operator has it in outside_allow. */
bool guard_allows(const struct guard *g, const struct sockaddr *addr);

/* The rules on scheme, port and name of a URL, before anything is looked up:
 * NULL, or a sentence that says what is wrong. */
const char *guard_refuses(const struct guard *g, bool is_https);

#endif
