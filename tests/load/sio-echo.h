/* sio-echo.h: what the parts of sio-echo know of each other */
/* SPDX-License-Identifier: MIT */
#ifndef SIO_ECHO_H
#define SIO_ECHO_H

#include "eio.h"
#include "sio.h"
#include "transport.h"

/* Rooms and messages in memory (sio-echo-chat.c); false when ev is none of
 * its events. */
bool echo_chat(struct sio_socket *s, const struct sio_event *ev);

/* Engine.IO alone: every message comes back (sio-echo-engine.c). */
extern const struct eio_app echo_engine;

/* What the command line says (sio-echo-options.c). */
struct echo_options {
	struct eio_conf protocol;
	struct transport_conf transport;
	bool is_engine; /* no Socket.IO */
	bool is_verbose;
	const char *log_file; /* NULL: standard error */
};

/* Exits with status 2 and the usage when there is a fault. */
void echo_options_read(struct echo_options *o, int argc, char **argv);

#endif
