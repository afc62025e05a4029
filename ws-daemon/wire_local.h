/* wire_local.h: whether a connection comes from this very machine */
/* SPDX-License-Identifier: MIT */
#ifndef WIRE_LOCAL_H
#define WIRE_LOCAL_H

#include <stdbool.h>
#include <sys/socket.h>

/* From the loopback interface, or from the address that it went to; IPv4 in
 * IPv6 included. */
bool wire_is_local(
    const struct sockaddr_storage *peer, const struct sockaddr_storage *own);

#endif
