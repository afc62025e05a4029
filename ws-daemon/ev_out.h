/* ev_out.h: the events that go out, each spelt in one place */
/* SPDX-License-Identifier: MIT */
#ifndef EV_OUT_H
#define EV_OUT_H

#include "chat/chat.h"
#include "sio.h"

#define EV_OUT_ROOM_SIZE 56

/* Names of rooms, in out. */
struct str ev_out_room_conversation(struct id id, char out[EV_OUT_ROOM_SIZE]);
struct str ev_out_room_queue(
    struct id workspace_id, char out[EV_OUT_ROOM_SIZE]);
struct str ev_out_room_presence(
    struct id workspace_id, char out[EV_OUT_ROOM_SIZE]);

/* `message_received`; one reference, the caller's. */
struct sio_packet *ev_out_message(const struct chat_message *m);

/* Each of these makes one packet and sends it to the room that it is for. */

/* `conversation_updated` to the queue. */
void ev_out_updated(struct id workspace_id, const struct chat_message *m);

struct ev_out_assigned {
	struct id conversation_id;
	struct id agent_id;
	struct str agent_name;
	int64_t assigned_at;
};

/* `conversation_assigned` to the queue and to the conversation. */
void ev_out_assigned(struct id workspace_id, const struct ev_out_assigned *a);

/* `messages_read` and `messages_delivered` to the queue and to the
 * conversation; side is the reader's, the receiver's. */
void ev_out_read(struct id conversation_id, enum chat_sender side,
    const struct chat_seen *seen);
void ev_out_delivered(struct id conversation_id, enum chat_sender side,
    const struct chat_delivered *delivered);

/* `typing_indicator` and `typing_cleared` to the conversation, but not to
 * except; name may be empty. */
void ev_out_typing(struct id conversation_id, enum chat_sender side,
    struct str name, const struct sio_socket *except);
void ev_out_typing_cleared(struct id conversation_id, enum chat_sender side,
    const struct sio_socket *except);

/* `message_delta` to the conversation, but not to who is behind with reading:
 * the message comes whole. payload is daemons_put_delta's. */
void ev_out_delta(struct id conversation_id, struct str payload);

/* `agent_status_changed` to the workspace's presence room. */
void ev_out_status(struct id workspace_id, struct id user_id, bool is_online);

/* `conversation_handoff` to the workspace's queue: the bot has handed over. */
void ev_out_handoff(struct id workspace_id, struct id conversation_id);

/* `queue_cursor` to every queue. */
void ev_out_cursor(uint64_t cursor);

/* An event whose payload another program wrote down for us, as it is. At least
 * one of the two rooms. */
struct ev_out_payload {
	const char *event;
	struct str payload;
	struct id workspace_id;
	struct id conversation_id;
	bool to_queue;
	bool to_conversation;
};

void ev_out_payload(const struct ev_out_payload *o);

#endif
