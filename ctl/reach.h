/* reach.h: whether the programs of this installation can be reached */
/* SPDX-License-Identifier: MIT */
#ifndef REACH_H
#define REACH_H

#include "base/settings.h"

/* Where a daemon that listens at ws_host can be reached from this machine:
 * NULL is getaddrinfo's word for loopback. */
const char *reach_host(const char *ws_host);
/* Whether somebody listens there, or nothing is set; the note says which. */
bool reach_fcgi(const struct settings *s, char *note, size_t size);
bool reach_doorbells(const struct settings *s, char *note, size_t size);

#endif
