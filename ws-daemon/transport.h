/* transport.h: the event loop, HTTP and WebSocket (the only user of
 * libwebsockets and libuv) */
/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include "base/err.h"
#include "base/str.h"

/*
 * The programs' side of the loop. What passes between the transport and eio.c
 * stands in wire.h.
 */
struct transport_conf {
	const char *host; /* an address; NULL, "" or "*": all */
	int port;	  /* 0: any free one */
	const char *path; /* "/socket.io/" */
	bool trust_proxy;
	/* Datagram socket bound at this path for doorbells; NULL or "": none */
	const char *doorbell;
	void (*on_doorbell)(void);
	/* Something called transport_wake; runs on the loop's thread. */
	void (*on_wake)(void);
	/* SIGTERM or SIGINT came: runs once on the loop's thread. */
	void (*on_stop)(void);
	/* SIGHUP came, for example to open the log again. May be NULL. */
	void (*on_hangup)(void);
};

/*
 * Opens the listening socket and raises the limit of open files to what is
 * allowed. A busy port or an address that is not ours is ERR_CONFLICT. After
 * timer_start and sio_start; conf must live on.
 */
MUST_CHECK enum err_code transport_open(
    const struct transport_conf *conf, struct err *err);
/* The port in use. */
int transport_port(void);
/* Runs the loop until transport_stop; then frees everything. */
void transport_run(void);
/*
 * From the loop's thread: stops accepting, sends every WebSocket a close frame
 * 1001 and every held poll its end, and lets transport_run return once they
 * are gone, at the latest after drain_ms.
 */
void transport_stop(int64_t drain_ms);
/* From any thread, after transport_open: on_wake runs soon; nothing happens
 * once transport_run has returned. */
void transport_wake(void);

#endif
