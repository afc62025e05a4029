/* sio-echo.c: a Socket.IO server without chat: what protocol tests and load
 * generators talk to */
/* SPDX-License-Identifier: MIT */
#include "sio-echo.h"

#include <getopt.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/rnd.h"
#include "eio.h"
#include "room.h"
#include "timer.h"
#include "transport.h"

/*
 * Namespaces "/" and "/custom". On connect: event `auth` with the CONNECT
 * payload. On "/": `message` is answered by `message-back` and
 * `message-with-ack` is acknowledged, both with the same arguments; `join`
 * puts the socket into the room that it names, `all` sends its second argument
 * to the room in its first as event `all`, `leave` leaves it; `disconnect-me`
 * is answered by `41`, `close-me` by the end of the connection. Besides it
 * serves conversations in memory (sio-echo-chat.c). With --engine there is no
 * Socket.IO at all (sio-echo-engine.c).
 */

static struct eio_conf conf = EIO_CONF_DEFAULT;
static struct transport_conf transport = { TRANSPORT_LIMITS,
	.host = "127.0.0.1", .path = "/socket.io/" };
static bool is_engine;

static void on_connect(struct sio_socket *s, const struct json *auth)
{
	struct pool *pool = pool_new();

	sio_accept(s);
	sio_emit(s, "auth", auth ? json_text(pool, auth) : STR("{}"));
	pool_free(&pool);
}

/* The arguments behind the name, without brackets. */
static struct str arguments(const struct sio_event *ev, size_t from)
{
	static struct buf b;

	buf_clear(&b);
	for (size_t i = from; i < json_count(ev->args); i++) {
		if (i > from)
			buf_byte(&b, ',');
		buf_put(&b, json_text(ev->pool, json_at(ev->args, i)));
	}
	return buf_str(&b);
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

static int64_t number(const char *text)
{
	int64_t v = 0;

	if (!str_i64(str_of(text), 0, INT32_MAX, &v)) {
		fprintf(stderr, "sio-echo: not a number: %s\n", text);
		exit(2);
	}
	return v;
}

static const char usage[] =
    "usage: sio-echo [--host 127.0.0.1] [--port P] [--path /socket.io/]\n"
    "    [--ping-interval 25000] [--ping-timeout 20000]\n"
    "    [--connect-timeout 45000] [--upgrade-timeout 10000]\n"
    "    [--max-payload 1000000] [--queue-max 4194304]\n"
    "    [--cors '*'] [--tls-cert F --tls-key F] [--trust-proxy]\n"
    "    [--connections-max N] [--accept-burst N] [--packet-burst N]\n"
    "    [--namespaces-max N] [--engine] [--verbose]\n"
    "Milliseconds and bytes. Prints its port, 0 being any free one.\n";

static const struct option options[] = {
	{ "port", required_argument, NULL, 'p' },
	{ "host", required_argument, NULL, 'h' },
	{ "path", required_argument, NULL, 'P' },
	{ "ping-interval", required_argument, NULL, 'i' },
	{ "ping-timeout", required_argument, NULL, 't' },
	{ "connect-timeout", required_argument, NULL, 'c' },
	{ "upgrade-timeout", required_argument, NULL, 'u' },
	{ "max-payload", required_argument, NULL, 'm' },
	{ "queue-max", required_argument, NULL, 'q' },
	{ "cors", required_argument, NULL, 'o' },
	{ "tls-cert", required_argument, NULL, 'C' },
	{ "tls-key", required_argument, NULL, 'K' },
	{ "trust-proxy", no_argument, NULL, 'x' },
	{ "connections-max", required_argument, NULL, 'n' },
	{ "accept-burst", required_argument, NULL, 'a' },
	{ "packet-burst", required_argument, NULL, 'b' },
	{ "namespaces-max", required_argument, NULL, 'N' },
	{ "engine", no_argument, NULL, 'e' },
	{ "verbose", no_argument, NULL, 'v' },
	{ NULL, 0, NULL, 0 },
};

static void set_number(int c, int64_t v)
{
	if (c == 'p')
		transport.port = (int)v;
	else if (c == 'i')
		conf.ping_interval_ms = v;
	else if (c == 't')
		conf.ping_timeout_ms = v;
	else if (c == 'c')
		conf.connect_timeout_ms = v;
	else if (c == 'u')
		conf.upgrade_timeout_ms = v;
	else if (c == 'm')
		conf.max_payload = conf.attachments_bytes_max = (size_t)v;
	else if (c == 'n')
		transport.connections_max = v;
	else if (c == 'a')
		transport.accept_burst = v;
	else if (c == 'b')
		transport.packet_burst = v;
	else if (c == 'N')
		conf.namespaces_max = (size_t)v;
	else
		conf.queue_max = (size_t)v;
}

static void read_options(int argc, char **argv)
{
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'P') {
			transport.path = optarg;
		} else if (c == 'h') {
			transport.host = optarg;
		} else if (c == 'o') {
			conf.cors = optarg;
		} else if (c == 'e') {
			is_engine = true;
		} else if (c == 'C') {
			transport.tls_cert = optarg;
		} else if (c == 'K') {
			transport.tls_key = optarg;
		} else if (c == 'x') {
			transport.trust_proxy = true;
		} else if (c == 'v') {
			log_open("sio-echo", NULL, LOG_DEBUG);
		} else if (c == '?') {
			fputs(usage, stderr);
			exit(2);
		} else {
			set_number(c, number(optarg));
		}
	}
}

int main(int argc, char **argv)
{
	struct err err = { 0 };

	log_open("sio-echo", NULL, LOG_INFO);
	transport.on_stop = on_stop;
	read_options(argc, argv);
	rnd_init();
	timer_start();
	if (is_engine)
		eio_start(&conf, &echo_engine);
	else
		sio_start(&conf, &app);
	if (transport_open(&transport, &err) != ERR_OK) {
		fprintf(stderr, "sio-echo: %s\n", err.text);
		return 1;
	}
	printf("%d\n", transport_port());
	fflush(stdout);
	transport_run();
	if (is_engine)
		eio_fini();
	else
		sio_fini();
	return 0;
}
