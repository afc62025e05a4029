/* proxy.h: stands between a connection and the server and loses an answer */
/* SPDX-License-Identifier: MIT */
#ifndef PROXY_H
#define PROXY_H

#include <sys/types.h>

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

/*
 * What a client sends is counted from now on. The n-th (from 1) is the last:
 * with is_after it is carried out, its answer lost; else it does not reach the
 * server. Then the connection ends, and before it the process pid, if one is
 * given, by kill -9.
 */
void proxy_cut_at(unsigned n, bool is_after, pid_t pid);
/* Whether that has happened since. */
bool proxy_has_cut(void);

#endif
