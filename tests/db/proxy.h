/* proxy.h: stands between a connection and the server and loses an answer */
/* SPDX-License-Identifier: MIT */
#ifndef PROXY_H
#define PROXY_H

#include "base/settings.h"

/* A socket that leads to the server of the harness, in a thread of its own.
 * The settings that it returns are the harness's but for the socket. */
const struct settings *proxy_start(void);
void proxy_stop(void);
/*
 * The next COMMIT reaches the server and is carried out there, but its answer
 * is not passed on: both ends are closed.
 */
void proxy_lose_next_commit(void);
/* Whether that has happened since. */
bool proxy_has_lost(void);

#endif
