/* eio.c: sessions, from the handshake to the end: heartbeat, closing, sending */
/* SPDX-License-Identifier: MIT */
#include "eio.h"

#include "address.h"
#include "base/log.h"
#include "base/map.h"
#include "base/rnd.h"
#include "drops.h"
#include "eio_session.h"
#include "metrics.h"

const struct eio_conf *eio_conf;
const struct eio_app *eio_app;

bool eio_refuses_new;

static struct map *by_sid;
static struct list sessions;
static struct packet *controls[EIO_NOOP + 1];

void eio_start(const struct eio_conf *conf, const struct eio_app *app)
{
	eio_conf = conf;
	eio_app = app;
	eio_refuses_new = false;
	by_sid = map_new();
	list_init(&sessions);
	for (int i = 0; i <= EIO_NOOP; i++) {
		char digit = (char)('0' + i);

		controls[i] = packet_text(str_make(&digit, 1));
	}
}

void eio_refuse_new(void)
{
	eio_refuses_new = true;
}

size_t eio_payload_max(void)
{
	return eio_conf->max_payload;
}

struct packet *eio_control(enum eio_type type)
{
	return controls[type];
}

static void session_free(struct eio_session *s)
{
	address_del(&s->address, ADDRESS_SESSION);
	outq_fini(&s->out);
	free(s->handshake_text);
	free(s);
}

void eio_enter(struct eio_session *s)
{
	s->users++;
}

void eio_leave(struct eio_session *s)
{
	assert(s->users > 0);
	if (--s->users == 0 && s->state == EIO_GONE)
		session_free(s);
}

const char *eio_transport(const struct eio_session *s)
{
	return s->is_websocket ? "websocket" : "polling";
}

struct eio_session *eio_session_find(struct str sid)
{
	return map_find(by_sid, sid);
}

static struct str keep(char **p, struct str s)
{
	char *start = *p;

	if (s.n > 0)
		memcpy(start, s.p, s.n);
	*p += s.n;
	return str_make(start, s.n);
}

/* One block for all of it: most of what an idle connection costs. */
static void keep_handshake(struct eio_session *s, const struct wire_request *r)
{
	char *p = mem_new(r->query.n + r->cookie.n + r->origin.n + r->host.n +
			  r->address.n + 1);

	s->handshake_text = p;
	s->handshake.query = keep(&p, r->query);
	s->handshake.cookie = keep(&p, r->cookie);
	s->handshake.origin = keep(&p, r->origin);
	s->handshake.host = keep(&p, r->host);
	s->handshake.address = keep(&p, r->address);
}

static void on_beat(struct timer *t)
{
	struct eio_session *s = LIST_OF(t, struct eio_session, beat);

	eio_enter(s);
	if (s->is_doomed) {
		static struct log_kind kind;

		drops_count(DROP_SLOW);
		log_warn_some(&kind,
		    "slow_consumer sid=%.*s addr=%.*s queue_max=%zu",
		    STR_ARG(eio_app->name ? eio_app->name(s) : STR("-")),
		    STR_ARG(s->handshake.address), eio_conf->queue_max);
		eio_fail(s, "slow consumer");
	} else if (s->state == EIO_CLOSING) {
		eio_fail(s, "forced close");
	} else if (s->awaits_pong) {
		drops_count(DROP_PING);
		eio_fail(s, "ping timeout");
	} else {
		s->awaits_pong = true;
		timer_set(&s->beat, s->ping_timeout_ms);
		eio_send(s, eio_control(EIO_PING));
	}
	eio_leave(s);
}

void eio_beat_start(struct eio_session *s)
{
	if (s->is_doomed || s->state != EIO_LIVE)
		return;
	s->awaits_pong = false;
	timer_set(&s->beat, s->ping_interval_ms);
}

enum eio_refusal eio_session_check(
    const struct wire_request *r, const struct eio_query *q, struct err *err)
{
	static const char many[] = "Too many connections";
	struct eio_handshake hs = { r->query, r->cookie, r->origin, r->host,
		r->address };

	if (!address_take_handshake(r->address)) {
		drops_count(DROP_HANDSHAKES);
		(void)err_set(err, ERR_RATE_LIMITED, many);
		return EIO_FORBIDDEN;
	}
	if (!address_has_room(r->address)) {
		drops_count(DROP_ADDRESS_SESSIONS);
		(void)err_set(err, ERR_RATE_LIMITED, many);
		return EIO_FORBIDDEN;
	}
	if (eio_app->check && eio_app->check(&hs, err) != ERR_OK)
		return EIO_FORBIDDEN;
	return eio_check_version(q);
}

struct eio_session *eio_session_new(
    const struct wire_request *r, bool is_websocket, bool wants_base64)
{
	struct eio_session *s = mem_new(sizeof(*s));
	uint8_t bytes[15];
	struct buf sid;

	rnd_bytes(bytes, sizeof(bytes));
	buf_init(&sid, 0);
	buf_base64url(&sid, bytes, sizeof(bytes));
	assert(sid.n == EIO_SID_SIZE - 1);
	memcpy(s->sid, sid.p, sid.n);
	buf_fini(&sid);

	s->is_websocket = is_websocket;
	s->wants_base64 = wants_base64;
	s->ping_interval_ms = (uint32_t)eio_conf->ping_interval_ms;
	s->ping_timeout_ms = (uint32_t)eio_conf->ping_timeout_ms;
	outq_init(&s->out);
	timer_init(&s->beat, on_beat);
	keep_handshake(s, r);
	/* Checked just before; one above the limit does no harm. */
	(void)!address_add(r->address, ADDRESS_SESSION, &s->address);
	list_init(&s->node);
	list_add(&sessions, &s->node);
	metrics_add_of(METRIC_CONNECTS, eio_transport(s), 1);
	metrics_add_of(METRIC_CONNECTIONS, eio_transport(s), 1);
	map_set(by_sid, str_of(s->sid), s);
	eio_beat_start(s);
	return s;
}

static void tell_app(struct eio_session *s, const char *reason)
{
	metrics_add_of(METRIC_DISCONNECTS, reason, 1);
	eio_app->on_close(s, reason);
}

/* The client hears of it where there is a way, and the way is shut. */
static void shut_wires(struct eio_session *s)
{
	struct wire *ws = s->ws;
	struct wire *post = s->post;

	eio_upgrade_drop(s, true);
	eio_poll_end(s, EIO_CLOSE);
	s->ws = NULL;
	s->post = NULL;
	if (post)
		wire_reset(post);
	if (ws && s->is_doomed)
		wire_reset(ws);
	else if (ws)
		wire_close(ws, 0);
}

void eio_fail(struct eio_session *s, const char *reason)
{
	enum eio_state was = s->state;

	if (was == EIO_GONE)
		return;
	metrics_add_of(METRIC_CONNECTIONS, eio_transport(s), -1);
	eio_enter(s);
	s->state = EIO_GONE;
	map_del(by_sid, str_of(s->sid));
	list_del(&s->node);
	timer_stop(&s->beat);
	shut_wires(s);
	outq_clear(&s->out);
	if (was == EIO_LIVE)
		tell_app(s, reason);
	eio_leave(s);
}

void eio_close(struct eio_session *s, const char *reason)
{
	if (s->state != EIO_LIVE)
		return;
	eio_enter(s);
	s->state = EIO_CLOSING;
	eio_upgrade_drop(s, true);
	tell_app(s, reason);
	if (!s->is_doomed)
		timer_set(&s->beat, s->is_websocket ? eio_conf->close_ws_ms
						    : eio_conf->close_poll_ms);
	eio_flush(s);
	eio_leave(s);
}

void eio_flush(struct eio_session *s)
{
	if (s->is_websocket)
		eio_ws_flush(s);
	else if (s->get)
		wire_wake(s->get);
}

void eio_send(struct eio_session *s, struct packet *p)
{
	if (s->state != EIO_LIVE || s->is_doomed)
		return;
	metrics_add(METRIC_PACKETS, 1);
	metrics_add(METRIC_BYTES, p->n);
	/* Most connections are idle: their queue never gets a ring. */
	if (s->ws && !outq_first(&s->out) && !s->wants_base64 &&
	    wire_send(s->ws, p) == WIRE_SENT)
		return;
	if (!outq_add(&s->out, p, eio_conf->queue_max)) {
		/* The caller may be walking the members of a room: the loop
		 * ends the session, not this call. */
		s->is_doomed = true;
		outq_clear(&s->out);
		timer_set(&s->beat, 0);
		return;
	}
	eio_flush(s);
}

size_t eio_waiting(const struct eio_session *s)
{
	return s->out.bytes;
}

/* A text frame or record that carries binary data as base64. */
static bool take_base64(struct eio_session *s, struct str data)
{
	struct buf b;
	bool ok;

	buf_init(&b, eio_conf->max_payload);
	ok = buf_unbase64(&b, data) && !buf_failed(&b);
	if (ok)
		eio_app->on_binary(s, buf_str(&b));
	buf_fini(&b);
	return ok;
}

void eio_take(struct eio_session *s, const struct eio_packet *p)
{
	if (s->state != EIO_LIVE || s->is_doomed)
		return;
	switch (p->type) {
	case EIO_MESSAGE:
		eio_app->on_text(s, p->data);
		break;
	case EIO_BINARY:
		if (!take_base64(s, p->data)) {
			drops_count(DROP_BAD_ENGINE);
			eio_fail(s, "parse error");
		}
		break;
	case EIO_PONG:
		eio_beat_start(s);
		break;
	case EIO_PING:
		/* Only servers ping in version 4. */
		drops_count(DROP_BAD_ENGINE);
		eio_fail(s, "transport error");
		break;
	case EIO_CLOSE:
		eio_poll_end(s, EIO_NOOP);
		eio_fail(s, "transport close");
		break;
	case EIO_OPEN:
	case EIO_UPGRADE:
	case EIO_NOOP:
		break; /* Node ignores them, Swift posts `6` */
	}
}

void eio_on_stop(void)
{
	while (!list_empty(&sessions)) {
		struct eio_session *s =
		    LIST_OF(sessions.next, struct eio_session, node);
		struct wire *ws = s->ws;

		s->ws = NULL;
		/* 1001 and no Socket.IO `41`: the clients reconnect. */
		if (ws)
			wire_close(ws, 1001);
		eio_fail(s, "server shutting down");
	}
}

void eio_fini(void)
{
	eio_on_stop();
	map_free(&by_sid);
	for (int i = 0; i <= EIO_NOOP; i++)
		packet_unref(&controls[i]);
}

void eio_set_data(struct eio_session *s, void *data)
{
	s->data = data;
}

void *eio_data(const struct eio_session *s)
{
	return s->data;
}

const struct eio_handshake *eio_handshake(const struct eio_session *s)
{
	return &s->handshake;
}

struct address *eio_address(const struct eio_session *s)
{
	return s->address;
}
