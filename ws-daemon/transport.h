/* transport.h: the event loop, HTTP and WebSocket (the only user of
 * libwebsockets and libuv) */
/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include "base/err.h"
#include "base/str.h"

struct wire_answer;

/*
 * The programs' side of the loop. What passes between the transport and eio.c
 * stands in wire.h.
 */
struct transport_conf {
	const char *host; /* an address; NULL, "" or "*": all */
	int port;	  /* 0: any free one */
	const char *path; /* "/socket.io/" */
	bool trust_proxy;
	/* PEM files; both NULL or "": no TLS. Read again at SIGHUP. */
	const char *tls_cert;
	const char *tls_key;
	const char *tls_ciphers; /* of TLS 1.2, as OpenSSL names them */
	/* TRANSPORT_LIMITS has the usual values. */
	int64_t header_timeout_ms;    /* for a request to be complete */
	int64_t keepalive_timeout_ms; /* between two requests */
	int64_t answer_timeout_ms;    /* for an answer to be read */
	int64_t close_timeout_ms;     /* for a WebSocket's close frames */
	int64_t watch_ms;	      /* between looks at who holds a poll */
	size_t headers_max;	      /* bytes of one request's headers */
	size_t rx_buffer;     /* bytes per WebSocket for what comes in */
	size_t send_buffer;   /* of the kernel, for a large answer */
	size_t discard_max;   /* of a refused body; beyond it: closed */
	int64_t accept_burst; /* connections at once; 0: any */
	int64_t accept_refill_ms;
	int64_t packet_burst; /* WebSocket messages at once; 0: any */
	int64_t packet_refill_ms;
	int64_t files_max;
	int64_t files_reserve;	 /* of those, not for clients */
	int64_t connections_max; /* 0: all but the reserve */
	/* Datagram socket bound at this path for doorbells; NULL or "": none */
	const char *doorbell;
	void (*on_doorbell)(void);
	/* Something called transport_wake; runs on the loop's thread. */
	void (*on_wake)(void);
	/* SIGTERM or SIGINT came: runs once on the loop's thread. */
	void (*on_stop)(void);
	/* SIGHUP came, for example to open the log again. May be NULL. */
	void (*on_hangup)(void);
	/*
	 * A GET of another path than the above, from this very machine and not
	 * through a proxy. False: there is no such page. What the answer holds
	 * lives until the next call. May be NULL.
	 */
	bool (*on_page)(struct str path, struct wire_answer *answer_r);
};

/* What headers_max may be. */
#define TRANSPORT_HEADERS_MAX 65535

#define TRANSPORT_LIMITS                                                       \
	.header_timeout_ms = 20000, .keepalive_timeout_ms = 75000,             \
	.answer_timeout_ms = 30000, .close_timeout_ms = 5000,                  \
	.watch_ms = 1000, .headers_max = 16384, .rx_buffer = 1024,             \
	.send_buffer = 512 << 10, .discard_max = 8 << 20, .files_max = 65536,  \
	.files_reserve = 64, .packet_refill_ms = 1, .accept_refill_ms = 1

/*
 * Opens the listening socket and raises the limit of open files to what is
 * allowed. A busy port or an address that is not ours is ERR_CONFLICT, a
 * certificate that cannot be used ERR_INVALID. After timer_start and sio_start; conf must live on.
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
