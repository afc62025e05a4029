/* sio_packet.h: Socket.IO 5 packets as bytes; the parser is pure */
/* SPDX-License-Identifier: MIT */
#ifndef SIO_PACKET_H
#define SIO_PACKET_H

#include "base/json_in.h"
#include "outq.h"
#include "sio.h"

/* What the reference's own parsers take; settings may say less. */
#define SIO_ATTACHMENTS_MAX 10
#define SIO_NAMESPACE_MAX   1024

enum sio_type {
	SIO_CONNECT,
	SIO_DISCONNECT,
	SIO_EVENT,
	SIO_ACK,
	SIO_CONNECT_ERROR,
	SIO_BINARY_EVENT,
	SIO_BINARY_ACK,
};

/* `<type>[<attachments>-][<nsp>,][<ack id>][<JSON>]` taken apart. */
struct sio_head {
	enum sio_type type;
	unsigned attachments;
	struct str nsp; /* "/" when none is named */
	bool has_ack;
	uint64_t ack_id;
	struct str payload; /* JSON text, not looked at yet; may be empty */
};

/* The data of one Engine.IO message; false when it is no packet. */
MUST_CHECK bool sio_head_parse(struct str text, struct sio_head *h_r);

/*
 * Whether a client may send this: the payload (NULL when there is none) has
 * the form that its type wants, event names are not reserved and placeholders
 * lie within the attachments.
 */
MUST_CHECK bool sio_payload_check(
    const struct sio_head *h, const struct json *payload);

/*
 * The Engine.IO packet "4..." for a Socket.IO packet; ack_id is written when
 * it is not NULL. payload is JSON text, may be empty.
 */
struct packet *sio_encode(enum sio_type type, size_t attachments,
    struct str nsp, const uint64_t *ack_id, struct str payload);

/* One text packet and its attachments. */
struct sio_packet {
	unsigned refs;
	unsigned count;
	struct packet *parts[];
};

/* Takes over the reference to text; copies the attachments. */
struct sio_packet *sio_packet_make(
    struct packet *text, const struct str *attachments, size_t n);
/* sio_packet_new_binary, with an ack id when it is not NULL. */
struct sio_packet *sio_packet_event(struct str nsp, const char *event,
    const uint64_t *ack_id, struct str args, const struct str *attachments,
    size_t n);

#endif
