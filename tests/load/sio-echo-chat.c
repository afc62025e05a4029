/* sio-echo-chat.c: conversations in memory, as the peers of the benchmark have
 * them */
/* SPDX-License-Identifier: MIT */
#include "sio-echo.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "room.h"

/*
 *	join_conversation {conversation_id}     ack {ok:true}
 *	send_message {conversation_id, content, sender_type, external_id}
 *	    ack {ok:true, id}; message_received to all of the room
 *	user_typing {conversation_id, sender_type}
 *	    typing_indicator to the others of the room
 */

static uint64_t last_id;

/* "conv:" and the id; a slice of the event's pool. */
static struct str room_of(const struct sio_event *ev, const struct json *in)
{
	struct str id = json_str(json_get(in, "conversation_id"));

	return str_of(pool_printf(ev->pool, "conv:%.*s", STR_ARG(id)));
}

static void copy(struct json_out *out, const struct json *in, const char *name)
{
	json_out_str(out, name, json_str(json_get(in, name)));
}

static void join(
    struct sio_socket *s, const struct sio_event *ev, const struct json *in)
{
	bool ok = room_join(s, room_of(ev, in));

	if (ev->has_ack)
		sio_ack(s, ev->ack_id,
		    ok ? STR("{\"ok\":true}") : STR("{\"ok\":false}"));
}

static void tell(const struct sio_socket *s, struct str room, const char *event,
    struct str args, const struct sio_socket *except)
{
	struct sio_packet *p = sio_packet_new(sio_namespace(s), event, args);

	room_send(room, p, except);
	sio_packet_unref(&p);
}

static void send_ack(struct sio_socket *s, uint64_t ack_id, const char *id)
{
	struct json_out out;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&out, &b);
	json_out_object(&out, NULL);
	json_out_bool(&out, "ok", true);
	json_out_cstr(&out, "id", id);
	json_out_end(&out);
	sio_ack(s, ack_id, buf_str(&b));
	buf_fini(&b);
}

static void send_message(
    struct sio_socket *s, const struct sio_event *ev, const struct json *in)
{
	const char *id =
	    pool_printf(ev->pool, "%llu", (unsigned long long)++last_id);
	struct json_out out;
	struct buf b;

	if (ev->has_ack)
		send_ack(s, ev->ack_id, id);
	buf_init(&b, 0);
	json_out_init(&out, &b);
	json_out_object(&out, NULL);
	json_out_cstr(&out, "id", id);
	copy(&out, in, "conversation_id");
	copy(&out, in, "content");
	copy(&out, in, "sender_type");
	copy(&out, in, "external_id");
	json_out_time(&out, "created_at", clock_now_us());
	json_out_end(&out);
	tell(s, room_of(ev, in), "message_received", buf_str(&b), NULL);
	buf_fini(&b);
}

static void user_typing(
    struct sio_socket *s, const struct sio_event *ev, const struct json *in)
{
	struct json_out out;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&out, &b);
	json_out_object(&out, NULL);
	copy(&out, in, "conversation_id");
	copy(&out, in, "sender_type");
	json_out_end(&out);
	tell(s, room_of(ev, in), "typing_indicator", buf_str(&b), s);
	buf_fini(&b);
}

bool echo_chat(struct sio_socket *s, const struct sio_event *ev)
{
	const struct json *in = json_at(ev->args, 1);

	if (str_eq(ev->name, STR("send_message")))
		send_message(s, ev, in);
	else if (str_eq(ev->name, STR("join_conversation")))
		join(s, ev, in);
	else if (str_eq(ev->name, STR("user_typing")))
		user_typing(s, ev, in);
	else
		return false;
	return true;
}
