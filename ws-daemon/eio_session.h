/* eio_session.h: the session as eio.c, eio_poll.c and eio_ws.c share it */
/* SPDX-License-Identifier: MIT */
#ifndef EIO_SESSION_H
#define EIO_SESSION_H

#include "base/list.h"
#include "eio.h"
#include "eio_http.h"
#include "eio_payload.h"
#include "outq.h"
#include "timer.h"
#include "wire.h"

#define EIO_SID_SIZE 21 /* 15 random bytes in base64url and NUL */

enum eio_state {
	EIO_LIVE,
	EIO_CLOSING, /* the program is done with it, the client not yet told */
	EIO_GONE     /* waits for the callbacks that still use it */
};

/* A WebSocket on its way to replace polling. */
struct eio_upgrade {
	struct eio_session *session;
	struct wire *wire;
	bool is_probed;
	bool has_noop;	      /* one GET was ended for it already */
	struct timer timeout; /* for the packet `5` */
	struct timer noop;    /* ends a later GET */
};

struct eio_session {
	struct list node; /* of all sessions, for eio_on_stop and eio_fini */
	/* The key to the session: never logged, never shown to others. */
	char sid[EIO_SID_SIZE];
	enum eio_state state;
	bool is_websocket;
	bool wants_base64;
	bool awaits_pong;
	bool is_doomed; /* exceeded queue_max; `beat` ends it */
	unsigned users; /* callbacks that hold it */
	/* What its client was told, whatever the settings say by now: it gives
	 * up when pings come later than that. */
	uint32_t ping_interval_ms;
	uint32_t ping_timeout_ms;
	struct wire *get;  /* the held GET */
	struct wire *post; /* the POST whose body is being read */
	struct wire *ws;
	struct eio_upgrade *upgrade;
	struct outq out;
	struct timer beat; /* ping, pong timeout, end of a close */
	struct address *address;
	struct eio_handshake handshake;
	char *handshake_text; /* the memory of it */
	void *data;
};

/* What the program set with eio_start. */
extern const struct eio_conf *eio_conf;
extern const struct eio_app *eio_app;
extern bool eio_refuses_new; /* eio_refuse_new was called */

/* eio.c */
/*
 * May there be a session for this request? In the order of the reference: the
 * program first, then the version; before both, what the address may use.
 */
enum eio_refusal eio_session_check(
    const struct wire_request *r, const struct eio_query *q, struct err *err);
struct eio_session *eio_session_new(
    const struct wire_request *r, bool is_websocket, bool wants_base64);
struct eio_session *eio_session_find(struct str sid);
/* A callback works with it: it stays in memory until eio_leave. */
void eio_enter(struct eio_session *s);
void eio_leave(struct eio_session *s);
/* Ends it now: the sid is unknown from here on. */
void eio_fail(struct eio_session *s, const char *reason);
/* One packet of the client's; may end the session. */
void eio_take(struct eio_session *s, const struct eio_packet *p);
/* Pings start anew. */
void eio_beat_start(struct eio_session *s);
/* Sends what waits, as far as the transport takes it. */
void eio_flush(struct eio_session *s);
/* A packet without data, for all sessions. */
struct packet *eio_control(enum eio_type type);

/* eio_poll.c */
/* Ends the held GET, if any, with one packet. */
void eio_poll_end(struct eio_session *s, enum eio_type type);
void eio_poll_writable(struct eio_session *s);

/* eio_ws.c */
/* Forgets the candidate; close tells it so. */
void eio_upgrade_drop(struct eio_session *s, bool close);
/* A GET came while the upgrade goes on. */
void eio_upgrade_on_get(struct eio_session *s);
void eio_ws_flush(struct eio_session *s);

#endif
