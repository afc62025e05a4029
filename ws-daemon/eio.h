/* eio.h: an Engine.IO 4 server: sessions over polling and WebSocket */
/* SPDX-License-Identifier: MIT */
#ifndef EIO_H
#define EIO_H

#include "base/err.h"
#include "base/str.h"

/*
 * Knows nothing of sockets (wire.h) nor of Socket.IO (sio.h). All of it runs
 * on the loop's thread.
 */

struct packet;
/* One client, over whichever transport, from its handshake to its end. */
struct eio_session;

/* All numbers of this layer and of the one above. They may change while it
 * runs, but for what a client was told at its handshake. */
struct eio_conf {
	int64_t ping_interval_ms;
	int64_t ping_timeout_ms;
	int64_t upgrade_timeout_ms;
	int64_t connect_timeout_ms; /* until the first namespace is joined */
	int64_t attachments_timeout_ms; /* from a packet to its last one */
	int64_t noop_pause_ms;		/* between two noops in an upgrade */
	int64_t close_poll_ms;	/* a closed session waits for its last GET */
	int64_t close_ws_ms;	/* a closed WebSocket for its last packets */
	size_t max_payload;	/* bytes per packet and per POST */
	size_t attachments_max; /* per packet, at most SIO_ATTACHMENTS_MAX */
	size_t attachments_bytes_max; /* of one packet together */
	size_t post_packets_max;
	size_t poll_packets_max;
	size_t poll_bytes_max;	 /* of one poll, unless one packet has more */
	size_t queue_max;	 /* bytes waiting for one connection */
	unsigned rooms_max;	 /* per socket */
	size_t acks_max;	 /* asked for and not given, per socket */
	size_t namespaces_max;	 /* joined or refused, per connection */
	size_t namespace_max;	 /* bytes, at most SIO_NAMESPACE_MAX */
	unsigned json_depth_max; /* at most JSON_DEPTH_MAX */
	const char *cors; /* NULL or "": none; "*"; origins with blanks */
};

/*
 * The usual values of the reference implementation, where it has them. 16
 * packets: python-engineio refuses a 17th; 128 kB: they fit the socket's
 * buffer (transport_http.c). The pause of noops: without it clients poll in a
 * circle.
 */
#define EIO_CONF_DEFAULT                                                       \
	{                                                                      \
		.ping_interval_ms = 25000, .ping_timeout_ms = 20000,           \
		.upgrade_timeout_ms = 10000, .connect_timeout_ms = 45000,      \
		.attachments_timeout_ms = 60000, .noop_pause_ms = 50,          \
		.close_poll_ms = 30000, .close_ws_ms = 5000,                   \
		.max_payload = 1000000, .attachments_max = 10,                 \
		.attachments_bytes_max = 1000000, .post_packets_max = 1000,    \
		.poll_packets_max = 16, .poll_bytes_max = 128 << 10,           \
		.queue_max = 4 << 20, .rooms_max = 100, .namespaces_max = 32,  \
		.acks_max = 100, .namespace_max = 128, .json_depth_max = 32    \
	}

struct address;

/* What the first HTTP request of the session said; lives as long as it. */
struct eio_handshake {
	struct str query;   /* behind the '?' */
	struct str cookie;  /* the Cookie header */
	struct str origin;  /* the Origin header */
	struct str host;    /* the Host header */
	struct str address; /* the client's */
};

/* The layer above. */
struct eio_app {
	/* Before a session is made; a failure gives HTTP 403 (400 to who asks
	 * for a WebSocket). May be NULL. */
	enum err_code (*check)(const struct eio_handshake *hs, struct err *err);
	void (*on_open)(struct eio_session *s);
	void (*on_text)(struct eio_session *s, struct str text);
	void (*on_binary)(struct eio_session *s, struct str bytes);
	/* What the layer above calls it, for the log. May be NULL. */
	struct str (*name)(const struct eio_session *s);
	/* Once per session; it must not be used afterwards. */
	void (*on_close)(struct eio_session *s, const char *reason);
};

/* Once per process, after timer_start and rnd_init; both must live on. */
void eio_start(const struct eio_conf *conf, const struct eio_app *app);
/* The daemon is about to end: new sessions are refused with 503, which clients
 * take for a lost connection; present ones go on. */
void eio_refuse_new(void);
/* Ends all sessions at once, without a word to the clients. */
void eio_fini(void);

void eio_set_data(struct eio_session *s, void *data);
void *eio_data(const struct eio_session *s);
/* "polling" or "websocket", as it is now. */
const char *eio_transport(const struct eio_session *s);
const struct eio_handshake *eio_handshake(const struct eio_session *s);
/* What its address may use; NULL when it is exempt. */
struct address *eio_address(const struct eio_session *s);

/*
 * Queues one packet (text begins with the digit 4) with a reference of its
 * own. Never calls back: who exceeds queue_max is closed by the loop.
 */
void eio_send(struct eio_session *s, struct packet *p);
/* What waits for the client, in bytes. */
size_t eio_waiting(const struct eio_session *s);
/*
 * Closes after what was sent before has gone out: close frame or packet `1`.
 * on_close comes before this returns.
 */
void eio_close(struct eio_session *s, const char *reason);

#endif
