/* address.h: what the clients of one address may use together */
/* SPDX-License-Identifier: MIT */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "base/str.h"

/*
 * An address is an IPv4 address or an IPv6 /64. The loopback addresses are
 * exempt: a proxy on this machine without trust_proxy hides everybody behind
 * them. All of it runs on the loop's thread.
 */
struct address;

struct address_limits {
	size_t connections_max; /* sessions, and twice as many sockets */
	int64_t handshake_burst;
	int64_t handshake_refill_ms;
	int64_t event_burst; /* cost units */
	int64_t event_refill_ms;
	size_t addresses_max; /* known at once; more are not limited */
};

/* What is counted of an address. */
enum address_kind { ADDRESS_WIRE, ADDRESS_SESSION, ADDRESS__KINDS };

/* limits must live on; what they hold may change. Without this call nobody is
 * limited. */
void address_start(const struct address_limits *limits);
void address_fini(void);

/* Takes one handshake from the address's budget; false: there was none. */
bool address_take_handshake(struct str text);
/* Whether one more session would be too many. */
bool address_has_room(struct str text);
/*
 * Counts one. False when that is too many, then it is not counted. *a_r is
 * NULL for who is exempt; otherwise it goes back with address_del.
 */
MUST_CHECK bool address_add(
    struct str text, enum address_kind kind, struct address **a_r);
/* Sets *a NULL; accepts NULL. */
void address_del(struct address **a, enum address_kind kind);
/* Takes the cost of an event; a may be NULL, who is never refused. */
bool address_take_event(struct address *a, int64_t cost, int64_t now_ms);

/* Addresses that are known just now. */
size_t address_count(void);

#endif
