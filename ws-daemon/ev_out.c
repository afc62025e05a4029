/* ev_out.c: the events that go out, each spelt in one place */
/* SPDX-License-Identifier: MIT */
#include "ev_out.h"

#include "base/buf.h"
#include "base/json_out.h"
#include "chat/chat.h"
#include "chat/chat_events.h"
#include "metrics.h"
#include "peer.h"
#include "room.h"

/* Bytes: whom more waits for gets no pieces of messages. */
#define DELTA_WAITING_MAX 16384

static struct str room_name(const char *before, struct id id, const char *after,
    char out[EV_OUT_ROOM_SIZE])
{
	char text[ID_UUID_SIZE];
	int n = snprintf(
	    out, EV_OUT_ROOM_SIZE, "%s:%s%s", before, id_uuid(id, text), after);

	assert(n > 0 && n < EV_OUT_ROOM_SIZE);
	return str_make(out, (size_t)n);
}

struct str ev_out_room_conversation(struct id id, char out[EV_OUT_ROOM_SIZE])
{
	return room_name("conv", id, "", out);
}

struct str ev_out_room_queue(struct id workspace_id, char out[EV_OUT_ROOM_SIZE])
{
	return room_name("org", workspace_id, ":queue", out);
}

struct str ev_out_room_presence(
    struct id workspace_id, char out[EV_OUT_ROOM_SIZE])
{
	return room_name("org", workspace_id, ":presence", out);
}

static void begin(struct buf *b, struct json_out *j)
{
	buf_init(b, 0);
	json_out_init(j, b);
	json_out_object(j, NULL);
}

static struct sio_packet *end(
    struct buf *b, struct json_out *j, const char *event)
{
	struct sio_packet *p;

	json_out_end(j);
	p = sio_packet_new(STR("/"), event, buf_str(b));
	buf_fini(b);
	return p;
}

static void send_to(
    struct str room, struct sio_packet *p, const struct sio_socket *except)
{
	room_send(room, p, except);
	sio_packet_unref(&p);
}

/* To the members of either room, once to who is in both. */
static void send_to_both(
    struct str queue, struct str conversation, struct sio_packet *p)
{
	void *pos = NULL;
	struct sio_socket *s;

	room_send(queue, p, NULL);
	while ((s = room_next(conversation, &pos)))
		if (!room_has(s, queue))
			sio_send(s, p);
	sio_packet_unref(&p);
}

struct sio_packet *ev_out_message(const struct chat_message *m)
{
	struct chat_message fresh = *m;
	struct json_out j;
	struct buf b;
	struct sio_packet *p;

	/* Who has read it is no business of visitors, and nobody has yet. */
	fresh.read_by = STR_EMPTY;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	chat_put_message(&j, NULL, &fresh, false);
	p = sio_packet_new(STR("/"), "message_received", buf_str(&b));
	buf_fini(&b);
	return p;
}

void ev_out_updated(struct id workspace_id, const struct chat_message *m)
{
	char room[EV_OUT_ROOM_SIZE];
	struct str name = ev_out_room_queue(workspace_id, room);
	struct json_out j;
	struct buf b;

	if (room_size(name) == 0)
		return;
	begin(&b, &j);
	chat_put_updated(&j, m);
	send_to(name, end(&b, &j, "conversation_updated"), NULL);
}

void ev_out_assigned(struct id workspace_id, const struct ev_out_assigned *a)
{
	char queue[EV_OUT_ROOM_SIZE], room[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	json_out_uuid(&j, "conversation_id", a->conversation_id);
	json_out_uuid(&j, "assigned_to", a->agent_id);
	json_out_time(&j, "assigned_at", a->assigned_at);
	json_out_object(&j, "agent");
	json_out_str(&j, "display_name", a->agent_name);
	json_out_end(&j);
	send_to_both(ev_out_room_queue(workspace_id, queue),
	    ev_out_room_conversation(a->conversation_id, room),
	    end(&b, &j, "conversation_assigned"));
}

void ev_out_read(struct id conversation_id, enum chat_sender side,
    const struct chat_seen *seen)
{
	char queue[EV_OUT_ROOM_SIZE], room[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	chat_put_read(&j, conversation_id, side, seen);
	send_to_both(ev_out_room_queue(seen->workspace_id, queue),
	    ev_out_room_conversation(conversation_id, room),
	    end(&b, &j, "messages_read"));
}

void ev_out_delivered(struct id conversation_id, enum chat_sender side,
    const struct chat_delivered *delivered)
{
	char queue[EV_OUT_ROOM_SIZE], room[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	chat_put_delivered(&j, conversation_id, side, delivered);
	send_to_both(ev_out_room_queue(delivered->workspace_id, queue),
	    ev_out_room_conversation(conversation_id, room),
	    end(&b, &j, "messages_delivered"));
}

void ev_out_typing(struct id conversation_id, enum chat_sender side,
    struct str name, const struct sio_socket *except)
{
	char room[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	json_out_uuid(&j, "conversation_id", conversation_id);
	json_out_cstr(&j, "sender_type", chat_sender_name(side));
	if (name.n > 0)
		json_out_str(&j, "sender_name", name);
	send_to(ev_out_room_conversation(conversation_id, room),
	    end(&b, &j, "typing_indicator"), except);
}

void ev_out_typing_cleared(struct id conversation_id, enum chat_sender side,
    const struct sio_socket *except)
{
	char room[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	json_out_uuid(&j, "conversation_id", conversation_id);
	json_out_cstr(&j, "sender_type", chat_sender_name(side));
	send_to(ev_out_room_conversation(conversation_id, room),
	    end(&b, &j, "typing_cleared"), except);
}

void ev_out_delta(struct id conversation_id, struct str payload)
{
	char name[EV_OUT_ROOM_SIZE];
	struct str room = ev_out_room_conversation(conversation_id, name);
	struct sio_packet *p;
	struct sio_socket *s;
	void *pos = NULL;

	if (room_size(room) == 0)
		return;
	p = sio_packet_new(STR("/"), "message_delta", payload);
	while ((s = room_next(room, &pos))) {
		if (sio_waiting(s) < DELTA_WAITING_MAX)
			sio_send(s, p);
		else
			metrics_add_of(METRIC_DELTAS, "skipped", 1);
	}
	sio_packet_unref(&p);
}

void ev_out_status(struct id workspace_id, struct id user_id, bool is_online)
{
	char room[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	json_out_uuid(&j, "agent_id", user_id);
	json_out_cstr(&j, "status", is_online ? "online" : "offline");
	send_to(ev_out_room_presence(workspace_id, room),
	    end(&b, &j, "agent_status_changed"), NULL);
}

void ev_out_handoff(struct id workspace_id, struct id conversation_id)
{
	char queue[EV_OUT_ROOM_SIZE];
	struct json_out j;
	struct buf b;

	begin(&b, &j);
	json_out_uuid(&j, "conversation_id", conversation_id);
	send_to(ev_out_room_queue(workspace_id, queue),
	    end(&b, &j, "conversation_handoff"), NULL);
}

void ev_out_cursor(uint64_t cursor)
{
	struct json_out j;
	struct buf b;
	struct sio_packet *p;

	begin(&b, &j);
	json_out_u64(&j, "cursor", cursor);
	p = end(&b, &j, "queue_cursor");
	peer_send_queues(p);
	sio_packet_unref(&p);
}

void ev_out_payload(const struct ev_out_payload *o)
{
	char queue[EV_OUT_ROOM_SIZE], room[EV_OUT_ROOM_SIZE];
	struct sio_packet *p = sio_packet_new(STR("/"), o->event, o->payload);
	struct str to_queue = ev_out_room_queue(o->workspace_id, queue);
	struct str to_room = ev_out_room_conversation(o->conversation_id, room);

	if (!o->to_conversation)
		send_to(to_queue, p, NULL);
	else if (!o->to_queue)
		send_to(to_room, p, NULL);
	else
		send_to_both(to_queue, to_room, p);
}
