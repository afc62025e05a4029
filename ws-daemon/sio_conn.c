/* sio_conn.c: what clients send: packets to connects, events and ends */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "drops.h"
#include "eio.h"
#include "metrics.h"
#include "sio_conn.h"

/* Memory of the packet in hand; binary packets that wait have their own. */
static struct pool *pool;

void sio_conn_start(void)
{
	pool = pool_new();
}

void sio_conn_stop(void)
{
	pool_free(&pool);
}

static void copy_handshake(
    const struct eio_handshake *from, struct sio_handshake *to)
{
	to->query = from->query;
	to->cookie = from->cookie;
	to->origin = from->origin;
	to->host = from->host;
	to->address = from->address;
}

static enum err_code check(const struct eio_handshake *from, struct err *err)
{
	struct sio_handshake hs;

	if (!sio_app->check_handshake)
		return ERR_OK;
	copy_handshake(from, &hs);
	return sio_app->check_handshake(&hs, err);
}

static void on_connect_timeout(struct timer *t)
{
	struct sio_conn *conn = LIST_OF(t, struct sio_conn, connect);

	drops_count(DROP_CONNECT);
	eio_close(conn->eio, "connect timeout");
}

static void on_open(struct eio_session *eio)
{
	struct sio_conn *conn = mem_new(sizeof(*conn));

	conn->eio = eio;
	copy_handshake(eio_handshake(eio), &conn->handshake);
	list_init(&conn->sockets);
	timer_init(&conn->connect, on_connect_timeout);
	timer_set(&conn->connect, sio_conf->connect_timeout_ms);
	eio_set_data(eio, conn);
}

/* The first that was accepted: the one that the client knows. */
static struct str name(const struct sio_conn *conn)
{
	const struct list *node;

	list_each (node, &conn->sockets) {
		const struct sio_socket *s =
		    LIST_OF(node, struct sio_socket, node);

		if (s->is_accepted)
			return sio_id(s);
	}
	return STR("-");
}

static struct str name_of(const struct eio_session *eio)
{
	return name(eio_data(eio));
}

static void partial_drop(struct sio_conn *conn)
{
	struct pool *own;

	if (!conn->partial)
		return;
	own = conn->partial->pool;
	timer_stop(&conn->partial->timeout);
	conn->partial = NULL; /* it lies in that pool */
	pool_free(&own);
}

static void on_close(struct eio_session *eio, const char *reason)
{
	struct sio_conn *conn = eio_data(eio);

	timer_stop(&conn->connect);
	partial_drop(conn);
	/* The program tells of those that it has accepted. */
	if (list_empty(&conn->sockets))
		log_debug("close sid=- addr=%.*s reason=\"%s\"",
		    STR_ARG(conn->handshake.address), reason);
	while (!list_empty(&conn->sockets))
		sio_socket_end(
		    LIST_OF(conn->sockets.next, struct sio_socket, node),
		    reason);
	eio_set_data(eio, NULL);
	free(conn);
}

/* The client broke a rule; conn is gone afterwards. */
static void drop(struct sio_conn *conn, enum drop reason, const char *why)
{
	drops_count(reason);
	log_debug("parse_error sid=%.*s addr=%.*s why=\"%s\"",
	    STR_ARG(name(conn)), STR_ARG(conn->handshake.address), why);
	eio_close(conn->eio, "parse error");
}

static void fail(struct sio_conn *conn, const char *why)
{
	drop(conn, DROP_BAD_SOCKET, why);
}

static struct str known_namespace(struct str name)
{
	for (size_t i = 0; sio_app->namespaces[i]; i++)
		if (str_eq(name, str_of(sio_app->namespaces[i])))
			return str_of(sio_app->namespaces[i]);
	return STR_EMPTY;
}

static void take_connect(
    struct sio_conn *conn, const struct sio_head *h, const struct json *auth)
{
	struct str nsp = known_namespace(h->nsp);
	struct packet *p;

	/* Each refusal is an answer: a small packet that asks for one. */
	if (conn->refused >= sio_conf->namespaces_max) {
		drop(conn, DROP_NAMESPACES, "too many namespaces");
		return;
	}
	if (nsp.n == 0) {
		metrics_add_of(METRIC_REFUSALS, "bad_namespace", 1);
		conn->refused++;
		p = sio_encode(SIO_CONNECT_ERROR, 0, h->nsp, NULL,
		    STR("{\"message\":\"Invalid namespace\"}"));
		eio_send(conn->eio, p);
		packet_unref(&p);
		return;
	}
	if (sio_socket_find(conn, nsp)) {
		fail(conn, "connected twice");
		return;
	}
	if (sio_socket_count(conn) + conn->refused >=
	    sio_conf->namespaces_max) {
		drop(conn, DROP_NAMESPACES, "too many namespaces");
		return;
	}
	sio_app->on_connect(sio_socket_new(conn, nsp), auth);
}

static void take_event(struct sio_socket *s, const struct sio_head *h,
    const struct json *args, const struct str *attachments, struct pool *mem)
{
	const struct json *name = json_at(args, 0);
	struct sio_event ev = { .args = args,
		.pool = mem,
		.has_ack = h->has_ack,
		.ack_id = h->ack_id,
		.attachments = attachments,
		.attachment_count = h->attachments };

	/* `42` without anything: no event, as in Node. */
	if (!args)
		return;
	ev.name = json_type(name) == JSON_STRING ? json_str(name)
						 : json_text(mem, name);
	sio_app->on_event(s, &ev);
}

/* A whole packet; conn may be gone afterwards. */
static void take(struct sio_conn *conn, const struct sio_head *h,
    const struct json *payload, const struct str *attachments, struct pool *mem)
{
	struct sio_socket *s;

	if (h->type == SIO_CONNECT) {
		take_connect(conn, h, payload);
		return;
	}
	s = sio_socket_find(conn, h->nsp);
	if (!s || !s->is_accepted)
		fail(conn, "namespace not connected");
	else if (h->type == SIO_DISCONNECT)
		sio_socket_end(s, "client namespace disconnect");
	else if (h->type == SIO_EVENT || h->type == SIO_BINARY_EVENT)
		take_event(s, h, payload, attachments, mem);
	else if (h->has_ack)
		sio_asked_answer(s, h->ack_id,
		    &(struct sio_answer){ .args = payload,
			.pool = mem,
			.attachments = attachments,
			.attachment_count = h->attachments });
}

static void on_attachments_timeout(struct timer *t)
{
	drop(LIST_OF(t, struct sio_partial, timeout)->conn, DROP_ATTACHMENTS,
	    "attachments did not come");
}

/* Waits for the attachments of a packet that may be taken. */
static void start_partial(struct sio_conn *conn, struct str text)
{
	struct pool *own = pool_new();
	struct sio_partial *part = pool_alloc(own, sizeof(*part));

	/* The head's slices and the tree must outlive this frame. */
	text = str_copy(own, text);
	part->pool = own;
	part->conn = conn;
	conn->partial = part;
	timer_init(&part->timeout, on_attachments_timeout);
	timer_set(&part->timeout, sio_conf->attachments_timeout_ms);
	if (!sio_head_parse(text, &part->head) ||
	    json_parse(own, part->head.payload, &part->payload, NULL) != ERR_OK)
		fail(conn, "changed its mind"); /* parsed once before */
}

static void on_text(struct eio_session *eio, struct str text)
{
	struct sio_conn *conn = eio_data(eio);
	const struct json *payload = NULL;
	struct sio_head h;

	if (conn->partial) {
		fail(conn, "text instead of an attachment");
		return;
	}
	if (!sio_head_parse(text, &h) || h.nsp.n > sio_conf->namespace_max) {
		fail(conn, "no packet");
	} else if (h.attachments > sio_conf->attachments_max) {
		drop(conn, DROP_ATTACHMENTS, "too many attachments");
	} else if (h.payload.n > 0 &&
		   json_parse_deep(pool, h.payload, sio_conf->json_depth_max,
		       &payload, NULL) != ERR_OK) {
		fail(conn, "invalid JSON");
	} else if (!sio_payload_check(&h, payload)) {
		fail(conn, "invalid payload");
	} else if (h.attachments > 0) {
		start_partial(conn, text);
	} else {
		take(conn, &h, payload, NULL, pool);
	}
	pool_reset(pool);
}

static void on_binary(struct eio_session *eio, struct str bytes)
{
	struct sio_conn *conn = eio_data(eio);
	struct sio_partial *part = conn->partial;
	struct pool *own;

	if (!part) {
		fail(conn, "unexpected binary data");
		return;
	}
	if (part->bytes + bytes.n > sio_conf->attachments_bytes_max) {
		drop(conn, DROP_ATTACHMENTS, "attachments too large");
		return;
	}
	part->bytes += bytes.n;
	part->attachments[part->count++] = str_copy(part->pool, bytes);
	if (part->count < part->head.attachments)
		return;
	timer_stop(&part->timeout);
	conn->partial = NULL; /* conn may not survive what follows */
	own = part->pool;
	take(conn, &part->head, part->payload, part->attachments, own);
	pool_free(&own);
}

const struct eio_app sio_eio_app = {
	.check = check,
	.on_open = on_open,
	.on_text = on_text,
	.on_binary = on_binary,
	.name = name_of,
	.on_close = on_close,
};
