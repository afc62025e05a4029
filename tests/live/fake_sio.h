/* fake_sio.h: sockets and rooms that write down what they are sent */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_SIO_H
#define FAKE_SIO_H

#include "sio.h"

/* A client with these headers asks to CONNECT; either may be NULL. */
struct sio_socket *fake_sio_connect(const char *cookie, const char *origin);
/* The same with a query and a payload. */
struct sio_socket *fake_sio_connect_with(const char *cookie, const char *origin,
    const char *query, const char *auth);
/* As sio.c does it: out of its rooms, then on_disconnect, then gone. */
void fake_sio_disconnect(struct sio_socket *s);
/* The client sends ["name", payload...]; ack < 0: it wants none. */
void fake_sio_event(struct sio_socket *s, const char *args, int64_t ack);
bool fake_sio_is_accepted(const struct sio_socket *s);
/*
 * What came since the last call, one line each: "name args" or "ack N args".
 * The text lives until the next call.
 */
const char *fake_sio_take(struct sio_socket *s);
/* As fake_sio_take, with only the seqs of message_received: "3,4,5". */
const char *fake_sio_seqs(struct sio_socket *s);
/* From now on so many bytes wait for its client. */
void fake_sio_set_waiting(struct sio_socket *s, size_t bytes);
void fake_sio_end(void);

#endif
