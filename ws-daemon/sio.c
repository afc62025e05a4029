/* sio.c: sockets: one client in one namespace, and what is sent to it */
/* SPDX-License-Identifier: MIT */
#include "sio.h"

#include "base/json_out.h"
#include "base/map.h"
#include "base/rnd.h"
#include "metrics.h"
#include "sio_conn.h"

const struct eio_conf *sio_conf;
const struct sio_app *sio_app;

static struct map *by_handle;
static uint64_t last_handle;

void sio_start(const struct eio_conf *conf, const struct sio_app *app)
{
	sio_conf = conf;
	sio_app = app;
	by_handle = map_new();
	sio_conn_start();
	eio_start(conf, &sio_eio_app);
}

void sio_fini(void)
{
	eio_fini();
	sio_conn_stop();
	map_free(&by_handle);
}

static struct str handle_key(const uint64_t *handle)
{
	return str_make((const char *)handle, sizeof(*handle));
}

struct sio_socket *sio_socket_new(struct sio_conn *conn, struct str nsp)
{
	struct sio_socket *s = mem_new(sizeof(*s));
	uint8_t bytes[15];
	struct buf id;

	rnd_bytes(bytes, sizeof(bytes));
	buf_init(&id, 0);
	buf_base64url(&id, bytes, sizeof(bytes));
	assert(id.n == SIO_ID_SIZE - 1);
	memcpy(s->id, id.p, id.n);
	buf_fini(&id);

	s->conn = conn;
	s->nsp = nsp;
	s->handle = ++last_handle;
	room_set_init(&s->rooms);
	list_init(&s->asked);
	list_init(&s->node);
	list_add(&conn->sockets, &s->node);
	map_set(by_handle, handle_key(&s->handle), s);
	return s;
}

struct sio_socket *sio_socket_find(struct sio_conn *conn, struct str nsp)
{
	struct list *node;

	list_each (node, &conn->sockets) {
		struct sio_socket *s = LIST_OF(node, struct sio_socket, node);

		if (str_eq(s->nsp, nsp))
			return s;
	}
	return NULL;
}

unsigned sio_socket_count(const struct sio_conn *conn)
{
	const struct list *node;
	unsigned n = 0;

	list_each (node, &conn->sockets)
		n++;
	return n;
}

void sio_socket_end(struct sio_socket *s, const char *reason)
{
	list_del(&s->node);
	map_del(by_handle, handle_key(&s->handle));
	room_leave_all(s);
	if (s->is_accepted) {
		/* Nothing that the program sends now goes out. */
		s->is_accepted = false;
		sio_asked_end(s);
		sio_app->on_disconnect(s, reason);
		room_leave_all(s);
	}
	free(s);
}

struct sio_socket *sio_find(uint64_t handle)
{
	return map_find(by_handle, handle_key(&handle));
}

uint64_t sio_handle(const struct sio_socket *s)
{
	return s->handle;
}

const struct sio_handshake *sio_handshake(const struct sio_socket *s)
{
	return &s->conn->handshake;
}

struct address *sio_address(const struct sio_socket *s)
{
	return eio_address(s->conn->eio);
}

struct str sio_id(const struct sio_socket *s)
{
	return str_make(s->id, SIO_ID_SIZE - 1);
}

struct str sio_namespace(const struct sio_socket *s)
{
	return s->nsp;
}

const char *sio_transport(const struct sio_socket *s)
{
	return eio_transport(s->conn->eio);
}

void sio_set_data(struct sio_socket *s, void *data)
{
	s->data = data;
}

void *sio_data(const struct sio_socket *s)
{
	return s->data;
}

struct room_set *sio_rooms(struct sio_socket *s)
{
	return &s->rooms;
}

unsigned sio_rooms_max(void)
{
	return sio_conf->rooms_max;
}

/* A packet that goes to this socket alone. */
static void send_own(
    struct sio_socket *s, enum sio_type type, struct str payload)
{
	struct packet *p = sio_encode(type, 0, s->nsp, NULL, payload);

	eio_send(s->conn->eio, p);
	packet_unref(&p);
}

void sio_accept(struct sio_socket *s)
{
	struct buf b;

	if (s->is_accepted)
		return;
	s->is_accepted = true;
	timer_stop(&s->conn->connect);
	buf_init(&b, 0);
	buf_printf(&b, "{\"sid\":\"%s\"}", s->id);
	send_own(s, SIO_CONNECT, buf_str(&b));
	buf_fini(&b);
}

void sio_refuse(struct sio_socket *s, const char *message, struct str data)
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "{\"message\":");
	json_out_quote(&b, str_of(message));
	if (data.n > 0) {
		buf_puts(&b, ",\"data\":");
		buf_put(&b, data);
	}
	buf_byte(&b, '}');
	send_own(s, SIO_CONNECT_ERROR, buf_str(&b));
	buf_fini(&b);
	s->conn->refused++;
	sio_socket_end(s, "refused");
}

static void disconnect(struct sio_socket *s)
{
	if (s->is_accepted)
		send_own(s, SIO_DISCONNECT, STR_EMPTY);
	sio_socket_end(s, "server namespace disconnect");
}

void sio_disconnect(struct sio_socket *s, bool close)
{
	struct sio_conn *conn = s->conn;

	/* The program's own on_disconnect is running for it. */
	if (list_empty(&s->node))
		return;
	if (!close) {
		disconnect(s);
		return;
	}
	while (!list_empty(&conn->sockets))
		disconnect(
		    LIST_OF(conn->sockets.next, struct sio_socket, node));
	eio_close(conn->eio, "forced close");
}

void sio_close(struct sio_socket *s)
{
	if (!list_empty(&s->node))
		eio_close(s->conn->eio, "forced close");
}

bool sio_socket_send(struct sio_socket *s, const struct sio_packet *p)
{
	if (!s->is_accepted)
		return false;
	for (unsigned i = 0; i < p->count; i++)
		eio_send(s->conn->eio, p->parts[i]);
	return true;
}

void sio_send(struct sio_socket *s, struct sio_packet *p)
{
	size_t bytes = 0;

	if (!sio_socket_send(s, p))
		return;
	for (unsigned i = 0; i < p->count; i++)
		bytes += p->parts[i]->n;
	metrics_add(METRIC_DELIVERIES, 1);
	metrics_add(METRIC_DELIVERED_BYTES, (int64_t)bytes);
}

size_t sio_waiting(const struct sio_socket *s)
{
	return eio_waiting(s->conn->eio);
}

void sio_emit(struct sio_socket *s, const char *event, struct str args)
{
	struct sio_packet *p = sio_packet_new(s->nsp, event, args);

	(void)sio_socket_send(s, p);
	sio_packet_unref(&p);
}

void sio_ack_binary(struct sio_socket *s, uint64_t ack_id, struct str args,
    const struct str *attachments, size_t n)
{
	struct sio_packet *p;
	struct buf b;

	buf_init(&b, 0);
	buf_byte(&b, '[');
	buf_put(&b, args);
	buf_byte(&b, ']');
	p = sio_packet_make(sio_encode(n > 0 ? SIO_BINARY_ACK : SIO_ACK, n,
				s->nsp, &ack_id, buf_str(&b)),
	    attachments, n);
	(void)sio_socket_send(s, p);
	sio_packet_unref(&p);
	buf_fini(&b);
}

void sio_ack(struct sio_socket *s, uint64_t ack_id, struct str args)
{
	sio_ack_binary(s, ack_id, args, NULL, 0);
}
