/* eio_payload.h: Engine.IO 4 packets as bytes; pure */
/* SPDX-License-Identifier: MIT */
#ifndef EIO_PAYLOAD_H
#define EIO_PAYLOAD_H

#include "base/buf.h"
#include "outq.h"

/* The digits of the protocol; binary data has none. */
enum eio_type {
	EIO_OPEN,
	EIO_CLOSE,
	EIO_PING,
	EIO_PONG,
	EIO_MESSAGE,
	EIO_UPGRADE,
	EIO_NOOP,
	EIO_BINARY, /* data is base64 still, when it came as 'b...' */
};

#define EIO_SEPARATOR '\x1e'

struct eio_packet {
	enum eio_type type;
	struct str data; /* behind the digit, of the same memory */
};

/* One text frame or one record of a polling body; false when it is none. */
MUST_CHECK bool eio_packet_parse(struct str text, struct eio_packet *p_r);

/* Number of records in a polling body. */
size_t eio_payload_count(struct str body);
/* Takes the first record off *rest; false when none is left. Start with the
 * whole body, which is not empty. */
bool eio_payload_next(struct str *rest, struct str *record_r);

/*
 * Moves packets from q into one polling body, as many as fit. Returns how
 * many; a first packet is always taken.
 */
size_t eio_payload_put(
    struct buf *b, struct outq *q, size_t packets_max, size_t bytes_max);
/* The record of one packet, without separator. */
void eio_packet_put(struct buf *b, const struct packet *p);

/* `0{"sid":...}` */
void eio_open_put(struct buf *b, struct str sid, bool may_upgrade,
    int64_t ping_interval_ms, int64_t ping_timeout_ms, size_t payload_max);

#endif
