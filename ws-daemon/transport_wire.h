/* transport_wire.h: the connection as the transport's files share it */
/* SPDX-License-Identifier: MIT */
#ifndef TRANSPORT_WIRE_H
#define TRANSPORT_WIRE_H

#include <libwebsockets.h>

#include "base/list.h"
#include "bucket.h"
#include "transport.h"
#include "wire.h"

enum wire_role {
	WIRE_IDLE,    /* between two requests */
	WIRE_REQUEST, /* its body is being read */
	WIRE_HELD,    /* waits for wire_answer, reads nothing */
	WIRE_SENDING, /* waits for the socket to take the rest of the answer */
	WIRE_WS
};

/* The budget of packets is asked once for so many, or for all that it can
 * hold. */
#define WIRE_PACKETS 64

struct address;

/* One TCP connection; made and freed with its wsi. */
struct wire {
	struct lws *wsi;
	void *user;
	struct address *address; /* NULL: not counted */
	struct list node;	 /* of all */
	struct list watch; /* of those whose end libwebsockets would not see */
	enum wire_role role;
	bool in_callback; /* of its own: the return value may end it */
	bool ends;	  /* to be cut at the end of the callback */
	/* HTTP */
	bool keep_alive;
	bool is_head;
	bool is_chunked;
	bool skips_body; /* answered before its body was there */
	struct wire_chunks chunks;
	/* WebSocket */
	bool is_closing; /* wire_close was called */
	bool close_sent;
	uint16_t packets; /* since the budget was last asked */
	int close_code;
	unsigned hold_at, hold_first, hold_last; /* transport_hold.c's */
	size_t hold_bytes;
	struct buf in;	/* body or message as it comes in */
	struct buf out; /* answer on its way to the next write */
	/* Bytes of it that are gone; of a closed WebSocket: bytes that came in
	 * and were thrown away. */
	size_t sent;
	union {
		int64_t answer_until_ms; /* HTTP */
		struct bucket budget;	 /* WebSocket: of packets */
	};
};

extern const struct transport_conf *transport_conf;
extern bool transport_is_stopping;

/* transport.c */
/* Connections at once. */
size_t transport_connections_max(void);

/* transport_tls.c */
bool transport_tls_is_on(const struct transport_conf *conf);
/* Whether certificate and key can be read and fit; ERR_INVALID. */
MUST_CHECK enum err_code transport_tls_check(
    const struct transport_conf *conf, struct err *err);
/* The context that libwebsockets has made for the listening socket. */
void transport_tls_use(void *ssl_ctx);
/* Reads the files again; a fault is logged and the old ones stay. */
void transport_tls_reload(void);
void transport_tls_end(void);
/*
 * Sends past libwebsockets, in plain or through TLS: how many bytes were taken,
 * 0 when there is no room just now, -1 when the connection is broken.
 */
ssize_t transport_tls_send(struct lws *wsi, const char *p, size_t n);

/* transport_lws.c */
/* The wire of wsi, made when it is new. */
struct wire *transport_wire(struct lws *wsi);
/* The client went away: tells eio.c once. */
void transport_gone(struct wire *w);
/* Cuts the connection, now or when its callback ends. */
void transport_cut(struct wire *w);

/* transport_watch.c */
/* Looks from time to time whether the client of w is still there and, for
 * one that is sent to, whether there is room again. */
void transport_watch(struct wire *w);
void transport_unwatch(struct wire *w);

/* How many packets the budget is asked for at a time. */
int64_t transport_packets_step(void);
/* Takes so many out of the budget of w; false when it holds fewer. */
bool transport_packets_take(struct wire *w, int64_t now_ms);
/* Reads nothing of w for a while: it has sent too much. */
void transport_pause(struct wire *w);
/* The limits have changed: who may be read again by the new ones is. */
void transport_pause_again(void);

/* transport_http.c */
/* The request line and headers; slices live until the next call. False when
 * the request cannot be served at all. */
bool transport_request(struct wire *w, struct wire_request *r_r);
bool transport_path_ok(struct lws *wsi);
/* Each returns what the callback of libwebsockets returns. */
int transport_on_http(struct wire *w);
int transport_on_body(struct wire *w, struct str part);
int transport_on_body_end(struct wire *w);
int transport_on_http_writable(struct wire *w);
/* Lets a parked connection go on: a writable callback follows. */
void transport_unpark(struct wire *w);
/* Answers a request to upgrade that is refused. */
int transport_refuse(struct wire *w, const struct wire_answer *a);

/* transport_hold.c */
/* Until transport_release WebSocket packets are kept, and leave then, those of
 * each connection by one write. On the loop, outside of its callbacks. */
void transport_hold(void);
void transport_release(void);
/* Keeps p for w; false when nothing is kept just now. */
bool transport_hold_add(struct wire *w, struct packet *p);
/* w ends. */
void transport_hold_drop(struct wire *w);
void transport_hold_fini(void);

/* transport_ws.c */
int transport_on_upgrade(struct wire *w, const char *protocol);
int transport_on_established(struct wire *w);
int transport_on_receive(struct wire *w, struct str part);
int transport_on_ws_writable(struct wire *w);
int transport_on_peer_close(struct wire *w);

#endif
