/* sio-echo.h: what the parts of sio-echo know of each other */
/* SPDX-License-Identifier: MIT */
#ifndef SIO_ECHO_H
#define SIO_ECHO_H

#include "sio.h"

struct eio_app;

/* Rooms and messages in memory (sio-echo-chat.c); false when ev is none of
 * its events. */
bool echo_chat(struct sio_socket *s, const struct sio_event *ev);

/* Engine.IO alone: every message comes back (sio-echo-engine.c). */
extern const struct eio_app echo_engine;

#endif
