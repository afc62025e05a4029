/* events.h: the table of what clients may say */
/* SPDX-License-Identifier: MIT */
#ifndef EVENTS_H
#define EVENTS_H

#include "chat/model.h"
#include "sio.h"

struct peer;

/* Who may send an event. */
#define EVENT_ANYONE   0u
#define EVENT_END_USER 1u
#define EVENT_AGENT    2u

/* Which members its payload may have; see events.c for their limits. */
#define FIELD_NONE	   0u
#define FIELD_CONVERSATION 1u /* conversation_id, required */
#define FIELD_SIDE	   2u /* external_id, sender_type */
#define FIELD_MESSAGE	   4u /* content, content_type, rich_media, client_id */
#define FIELD_SINCE	   8u /* since_seq */
#define FIELD_IDS	   16u /* message_ids, required */
#define FIELD_SEQ	   32u /* seq, required */
#define FIELD_CURSOR	   64u /* since; the payload may be absent */

struct event_fields {
	struct id conversation_id;
	struct str external_id;
	bool has_side; /* sender_type was there */
	enum chat_sender side;
	enum chat_content content_type;
	struct str content;
	struct str rich_media;
	struct str client_id;
	bool has_since;
	uint64_t since_seq;
	bool has_cursor;
	uint64_t cursor;
	size_t n_ids;
	struct id ids[CHAT_IDS_MAX];
	uint64_t seq;
};

/* Where the answer to an event goes; may be copied into jobs. */
struct event_reply {
	uint64_t handle;
	const char *name; /* of the event, for the log */
	bool has_ack;
	uint64_t ack_id;
};

/* An event that has passed its row; lives until run returns. */
struct event_call {
	struct sio_socket *socket;
	struct peer *peer;
	struct pool *pool;
	struct event_reply reply;
	struct event_fields f;
	struct chat_actor actor; /* who it speaks for; not for EVENT_ANYONE */
};

/* A failure is answered by event.c; what goes on in a job answers later. */
typedef enum err_code event_fn(struct event_call *c, struct err *err);

struct event {
	const char *name;
	unsigned who;
	int64_t cost;
	unsigned fields;
	event_fn *run;
	bool is_by_hand; /* no page sends it by itself: a use of the login */
};

extern const struct event events[];
extern const size_t events_n;

/* The row of a name, or NULL. */
const struct event *events_find(struct str name);
/* Reads what the row says out of the payload; ERR_BAD_REQUEST names the first
 * member that does not fit. */
MUST_CHECK enum err_code events_read_fields(const struct event *row,
    const struct json *payload, struct pool *pool, struct event_fields *f,
    struct err *err);

/* ev_message.c, ev_claim.c, ev_join.c, ev_queue.c, ev_typing.c, ev_read.c,
 * ev_delivered.c */
event_fn ev_message_send;
event_fn ev_claim;
event_fn ev_join;
event_fn ev_join_leave;
event_fn ev_queue_join;
event_fn ev_queue_join_presence;
event_fn ev_typing;
event_fn ev_read;
event_fn ev_delivered;

#endif
