/* sio-echo.c: a Socket.IO server without chat: what protocol tests and load
 * generators talk to */
/* SPDX-License-Identifier: MIT */
#include "sio-echo.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/rnd.h"
#include "room.h"
#include "timer.h"

/*
 * Namespaces "/" and "/custom". On connect: event `auth` with the CONNECT
 * payload. On "/": `message` is answered by `message-back` and
 * `message-with-ack` is acknowledged, both with the same arguments; `join`
 * puts the socket into the room that it names, `all` sends its second argument
 * to the room in its first as event `all`, `leave` leaves it; `disconnect-me`
 * is answered by `41`, `close-me` by the end of the connection. `ask` sends its
 * arguments but the first back as event `question`, which wants an answer
 * within so many milliseconds as the first says; then comes event `answer` with
 * what the client answered, or `no-answer` with the reason. Besides it serves
 * conversations in memory (sio-echo-chat.c). With --engine there is no
 * Socket.IO at all (sio-echo-engine.c).
 */

static void on_connect(struct sio_socket *s, const struct json *auth)
{
	struct pool *pool = pool_new();

	sio_accept(s);
	sio_emit(s, "auth", auth ? json_text(pool, auth) : STR("{}"));
	pool_free(&pool);
}

/* The items from that one on, without brackets. */
static struct str items(struct pool *pool, const struct json *args, size_t from)
{
	static struct buf b;

	buf_clear(&b);
	for (size_t i = from; i < json_count(args); i++) {
		if (i > from)
			buf_byte(&b, ',');
		buf_put(&b, json_text(pool, json_at(args, i)));
	}
	return buf_str(&b);
}

/* The arguments behind the name. */
static struct str arguments(const struct sio_event *ev, size_t from)
{
	return items(ev->pool, ev->args, from);
}

static void on_answer(
    struct sio_socket *s, const struct sio_answer *answer, void *data)
{
	struct sio_packet *p;

	(void)data;
	if (answer->kind != SIO_ANSWERED) {
		sio_emit(s, "no-answer",
		    answer->kind == SIO_ANSWER_LATE ? STR("\"timeout\"")
						    : STR("\"gone\""));
		return;
	}
	p = sio_packet_new_binary(sio_namespace(s), "answer",
	    items(answer->pool, answer->args, 0), answer->attachments,
	    answer->attachment_count);
	sio_send(s, p);
	sio_packet_unref(&p);
}

static void ask(struct sio_socket *s, const struct sio_event *ev)
{
	int64_t timeout_ms;

	if (!json_i64(json_at(ev->args, 1), 1, 3600000, &timeout_ms) ||
	    !sio_emit_ack_binary(s, "question", arguments(ev, 2),
		ev->attachments, ev->attachment_count, timeout_ms, on_answer,
		NULL))
		sio_emit(s, "no-answer", STR("\"refused\""));
}

static void send_back(struct sio_socket *s, const struct sio_event *ev)
{
	struct sio_packet *p =
	    sio_packet_new_binary(sio_namespace(s), "message-back",
		arguments(ev, 1), ev->attachments, ev->attachment_count);

	sio_send(s, p);
	sio_packet_unref(&p);
}

static void send_all(struct sio_socket *s, const struct sio_event *ev)
{
	struct sio_packet *p =
	    sio_packet_new(sio_namespace(s), "all", arguments(ev, 2));

	room_send(json_str(json_at(ev->args, 1)), p, NULL);
	sio_packet_unref(&p);
}

static void on_event(struct sio_socket *s, const struct sio_event *ev)
{
	struct str room = json_str(json_at(ev->args, 1));

	if (!str_eq(sio_namespace(s), STR("/")) || echo_chat(s, ev))
		return;
	if (str_eq(ev->name, STR("message")))
		send_back(s, ev);
	else if (str_eq(ev->name, STR("message-with-ack")) && ev->has_ack)
		sio_ack_binary(s, ev->ack_id, arguments(ev, 1), ev->attachments,
		    ev->attachment_count);
	else if (str_eq(ev->name, STR("join")) && room.n > 0 && ev->has_ack)
		sio_ack(s, ev->ack_id,
		    room_join(s, room) ? STR("true") : STR("false"));
	else if (str_eq(ev->name, STR("leave")))
		room_leave(s, room);
	else if (str_eq(ev->name, STR("all")))
		send_all(s, ev);
	else if (str_eq(ev->name, STR("ask")))
		ask(s, ev);
	else if (str_eq(ev->name, STR("disconnect-me")))
		sio_disconnect(s, false);
	else if (str_eq(ev->name, STR("close-me")))
		sio_disconnect(s, true);
}

static void on_disconnect(struct sio_socket *s, const char *reason)
{
	log_debug(
	    "disconnect id=%.*s reason=\"%s\"", STR_ARG(sio_id(s)), reason);
}

static void on_stop(void)
{
	transport_stop(2000);
}

static const char *const namespaces[] = { "/", "/custom", NULL };

static const struct sio_app app = { .on_connect = on_connect,
	.on_event = on_event,
	.on_disconnect = on_disconnect,
	.namespaces = namespaces };

int main(int argc, char **argv)
{
	static struct echo_options o;
	struct err err = { 0 };

	echo_options_read(&o, argc, argv);
	log_open("sio-echo", o.log_file, o.is_verbose ? LOG_DEBUG : LOG_INFO);
	o.transport.on_stop = on_stop;
	o.transport.on_hangup = log_reopen;
	rnd_init();
	timer_start();
	if (o.is_engine)
		eio_start(&o.protocol, &echo_engine);
	else
		sio_start(&o.protocol, &app);
	if (transport_open(&o.transport, &err) != ERR_OK) {
		fprintf(stderr, "sio-echo: %s\n", err.text);
		return 1;
	}
	printf("%d\n", transport_port());
	fflush(stdout);
	transport_run();
	if (o.is_engine)
		eio_fini();
	else
		sio_fini();
	return 0;
}
