/* peer_log.h: who a socket is, for log lines */
/* SPDX-License-Identifier: MIT */
#ifndef PEER_LOG_H
#define PEER_LOG_H

#include "base/str.h"

struct sio_socket;

/*
 * `sid=... addr=...`, and `user=... workspace=...` of an agent; s may be NULL
 * for one that is gone. sid is the public id, never the session's. Lives until
 * the next call.
 */
const char *peer_log_text(const struct sio_socket *s);

void peer_log_connect(const struct sio_socket *s);
/* With what the connection was; at warn when its client misbehaved. */
void peer_log_disconnect(const struct sio_socket *s, const char *reason);
/* A handshake from a page that may not. */
void peer_log_origin(struct str address, struct str origin);

#endif
