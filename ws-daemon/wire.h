/* wire.h: what passes between the transport (libwebsockets) and eio.c */
/* SPDX-License-Identifier: MIT */
#ifndef WIRE_H
#define WIRE_H

#include "base/buf.h"
#include "outq.h"

/* One HTTP request that waits for its answer, or one WebSocket. */
struct wire;

enum wire_method { WIRE_GET, WIRE_POST, WIRE_OPTIONS, WIRE_OTHER };

/* The slices live until the callback returns. */
struct wire_request {
	enum wire_method method;
	bool is_upgrade;  /* it asks for a WebSocket */
	int64_t length;	  /* of the body; -1 when it is not known yet */
	struct str query; /* behind the '?' */
	struct str cookie;
	struct str origin;
	struct str host;
	struct str address; /* the client's, see transport_conf.trust_proxy */
	struct str content_type;
	struct str cors_headers; /* Access-Control-Request-Headers */
};

struct wire_answer {
	int status;
	const char *type;   /* Content-Type; NULL for none */
	struct str headers; /* whole lines with CR LF */
	struct str body;
};

/*
 * From the transport to eio.c. Once a request was answered or a WebSocket was
 * closed by the functions below, nothing more is heard of it.
 */

/* Bytes that a message or a body may have. */
size_t eio_payload_max(void);
/*
 * The headers of a request for the path. Answered before this returns, or: a
 * POST goes on with eio_on_body, any other request is held until wire_answer.
 */
void eio_on_request(struct wire *w, const struct wire_request *r);
/* The whole body, or too_large and the first part of it. */
void eio_on_body(struct wire *w, struct str body, bool too_large);
/* May it become a WebSocket? Otherwise *answer_r says what to answer; its
 * slices live until the next call. */
bool eio_on_upgrade(const struct wire_request *r, struct wire_answer *answer_r);
/* It has become one. */
void eio_on_open(struct wire *w, const struct wire_request *r);
/* A whole message; text is valid UTF-8. */
void eio_on_message(struct wire *w, struct str data, bool is_binary);
/* After WIRE_LATER, or after wire_wake of a held request. */
void eio_on_writable(struct wire *w);
/* The client went away. */
void eio_on_gone(struct wire *w);
/* The daemon ends: no new sessions, all present ones are closed. */
void eio_on_stop(void);

/*
 * From eio.c to the transport; tests put fake/wire.c in its place. None of
 * these calls back before it returns.
 */

/* What eio.c keeps with it; NULL at first. */
void wire_set_user(struct wire *w, void *user);
void *wire_user(const struct wire *w);
/* Ends the request. */
void wire_answer(struct wire *w, const struct wire_answer *a);
/* eio_on_writable soon, so that what is queued meanwhile goes along. */
void wire_wake(struct wire *w);
/* Whether the client of a held request has hung up. */
bool wire_is_gone(const struct wire *w);
/* Closes without an answer or a close frame. */
void wire_reset(struct wire *w);

enum wire_sent {
	WIRE_SENT,
	WIRE_LATER /* nothing was taken; eio_on_writable follows */
};

/* One WebSocket frame; the header goes into p->pre. A dead connection counts
 * as sent: eio_on_gone follows. */
enum wire_sent wire_send(struct wire *w, struct packet *p);
/* Sends a close frame after what was sent before; code 0 sends an empty one
 * (clients see 1005). */
void wire_close(struct wire *w, int code);

/* Pure parts of the transport. */

/*
 * The answer as HTTP/1.1 text. keep_alive false announces the end of the
 * connection; is_head leaves the body out.
 */
void wire_put_answer(
    struct buf *b, const struct wire_answer *a, bool keep_alive, bool is_head);

/* One whole WebSocket frame of the server's (RFC 6455 §5.2). */
void wire_put_frame(struct buf *b, const struct packet *p);

/* Decodes a chunked body (RFC 9112 §7.1) from pieces of any size; zero it
 * before use. */
struct wire_chunks {
	int state;
	uint64_t left; /* bytes of the current chunk */
	unsigned digits;
};

enum wire_chunked { WIRE_CHUNKS_MORE, WIRE_CHUNKS_END, WIRE_CHUNKS_BAD };

/* Appends the data in `in` to body, which fails above its own limit. */
enum wire_chunked wire_chunks_add(
    struct wire_chunks *c, struct str in, struct buf *body);

#endif
