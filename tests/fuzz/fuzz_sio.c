/* fuzz_sio.c: Socket.IO packets, through sessions of Engine.IO */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/log.h"
#include "base/rnd.h"
#include "eio.h"
#include "room.h"
#include "sio.h"
#include "sio_packet.h"
#include "tests/fuzz/drive.h"
#include "timer.h"

static struct eio_conf conf = EIO_CONF_DEFAULT;

static struct pool *pool;
static uint64_t last_handle;
static unsigned accepted;

static void accept(struct sio_socket *s)
{
	accepted++;
	sio_set_data(s, &accepted);
	sio_accept(s);
}

static void on_connect(struct sio_socket *s, const struct json *auth)
{
	MUST(sio_data(s) == NULL);
	MUST(!auth || json_type(auth) == JSON_OBJECT);
	if (json_bool(json_get(auth, "refuse"), false)) {
		sio_refuse(s, "No.", json_text(pool, auth));
	} else if (json_bool(json_get(auth, "later"), false)) {
		last_handle = sio_handle(s);
	} else {
		accept(s);
		sio_emit(
		    s, "hello", auth ? json_text(pool, auth) : STR("null"));
	}
}

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

static void tell(
    const struct sio_socket *except, struct str nsp, const struct sio_event *ev)
{
	struct sio_packet *p = sio_packet_new_binary(nsp, "told",
	    arguments(ev, 2), ev->attachments, ev->attachment_count);

	room_send(json_str(json_at(ev->args, 1)), p, except);
	sio_packet_unref(&p);
}

static void answer_last(bool yes)
{
	struct sio_socket *s = sio_find(last_handle);

	last_handle = 0;
	if (!s)
		return;
	if (yes)
		accept(s);
	else
		sio_refuse(s, "Too \"late\".", STR_EMPTY);
}

/* Events that end the socket; it must not be used after them. */
static bool end_by(struct sio_socket *s, struct str name)
{
	if (str_eq(name, STR("kick")))
		sio_disconnect(s, false);
	else if (str_eq(name, STR("close")))
		sio_disconnect(s, true);
	else if (str_eq(name, STR("lose")))
		sio_close(s);
	else
		return false;
	return true;
}

static void on_event(struct sio_socket *s, const struct sio_event *ev)
{
	struct str room = json_str(json_at(ev->args, 1));
	size_t bytes = 0;

	MUST(sio_data(s) == &accepted);
	MUST(json_count(ev->args) > 0);
	MUST(ev->attachment_count <= SIO_ATTACHMENTS_MAX);
	for (size_t i = 0; i < ev->attachment_count; i++)
		bytes += ev->attachments[i].n;
	MUST(bytes <= conf.attachments_bytes_max);
	if (end_by(s, ev->name))
		return;
	if (str_eq(ev->name, STR("join")) && room.n > 0)
		MUST(room_join(s, room) == room_has(s, room));
	else if (str_eq(ev->name, STR("leave")))
		room_leave(s, room);
	else if (str_eq(ev->name, STR("tell")))
		tell(NULL, sio_namespace(s), ev);
	else if (str_eq(ev->name, STR("others")))
		tell(s, sio_namespace(s), ev);
	else if (str_eq(ev->name, STR("accept")))
		answer_last(true);
	else if (str_eq(ev->name, STR("refuse")))
		answer_last(false);
	else if (ev->has_ack)
		sio_ack_binary(s, ev->ack_id, arguments(ev, 1), ev->attachments,
		    ev->attachment_count);
}

static void on_disconnect(struct sio_socket *s, const char *reason)
{
	MUST(sio_data(s) == &accepted && reason[0] != '\0');
	MUST(accepted > 0);
	accepted--;
	/* The loop's thread may well send to it once more. */
	sio_emit(s, "gone", STR_EMPTY);
	sio_set_data(s, NULL);
}

static const char *const namespaces[] = { "/", "/custom", NULL };
static const struct sio_app app = { .on_connect = on_connect,
	.on_event = on_event,
	.on_disconnect = on_disconnect,
	.namespaces = namespaces };

/* Clients drop a connection on which one packet is not as it must be. */
static void on_packet(struct str data, bool is_binary, unsigned *follows)
{
	const struct json *payload = NULL;
	struct sio_head h;

	if (is_binary || str_starts(data, STR("b"))) {
		MUST(!follows || *follows > 0);
		if (follows)
			(*follows)--;
		return;
	}
	if (!str_starts(data, STR("4")))
		return;
	MUST(!follows || *follows == 0);
	for (size_t i = 0; i < data.n; i++)
		MUST((unsigned char)data.p[i] >= ' ');
	MUST(sio_head_parse(str_from(data, 1), &h));
	if (h.payload.n > 0)
		MUST(json_parse(pool, h.payload, &payload, NULL) == ERR_OK);
	if (h.type == SIO_CONNECT || h.type == SIO_CONNECT_ERROR)
		MUST(json_type(payload) == JSON_OBJECT);
	else if (h.type != SIO_DISCONNECT)
		MUST(json_type(payload) == JSON_ARRAY);
	if (follows)
		*follows = h.attachments;
}

/* Small, so that short inputs reach the limits. */
static void set_limits(void)
{
	conf.max_payload = 1000;
	conf.attachments_bytes_max = 1000;
	conf.queue_max = 5000;
	conf.rooms_max = 3;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	log_open("fuzz", NULL, LOG_ERROR);
	rnd_init();
	timer_start();
	set_limits();
	pool = pool_new();
	drive_on_packet = on_packet;
	sio_start(&conf, &app);
	drive(data, n);
	sio_fini();
	drive_end();
	MUST(accepted == 0);
	MUST(room_count() == 0);
	pool_free(&pool);
	last_handle = 0;
	return 0;
}
