/* eio_ws.c: Engine.IO over WebSocket: sessions born there, and the upgrade */
/* SPDX-License-Identifier: MIT */
#include "drops.h"
#include "eio_session.h"
#include "metrics.h"

static struct buf text;

bool eio_on_upgrade(const struct wire_request *r, struct wire_answer *answer_r)
{
	struct err err = { 0 };
	struct eio_query q;
	struct eio_session *s;
	enum eio_refusal refusal;

	eio_query_parse(r->query, &q);
	s = eio_session_find(q.sid);
	refusal = eio_check(
	    r, &q, (struct eio_known){ s != NULL, s && s->is_websocket });
	memset(answer_r, 0, sizeof(*answer_r));
	if (refusal == EIO_ACCEPTED && !s && eio_refuses_new) {
		metrics_add_of(METRIC_REFUSALS, "stopping", 1);
		answer_r->status = 503;
		return false;
	}
	if (refusal == EIO_ACCEPTED && !s)
		refusal = eio_session_check(r, &q, &err);
	if (refusal == EIO_ACCEPTED)
		return true;
	if (refusal != EIO_FORBIDDEN)
		drops_count(DROP_BAD_REQUEST);
	buf_clear(&text);
	eio_refusal_count(refusal);
	buf_puts(&text, eio_refusal_text(refusal, err.text));
	/* As the reference does it: 400 and the bare text, always. */
	*answer_r = (struct wire_answer){ .status = 400,
		.type = "text/plain; charset=UTF-8",
		.body = buf_str(&text) };
	return false;
}

static void on_timeout(struct timer *t)
{
	eio_upgrade_drop(
	    LIST_OF(t, struct eio_upgrade, timeout)->session, true);
}

static void on_noop(struct timer *t)
{
	eio_poll_end(LIST_OF(t, struct eio_upgrade, noop)->session, EIO_NOOP);
}

static void upgrade_start(struct eio_session *s, struct wire *w)
{
	struct eio_upgrade *u = mem_new(sizeof(*u));

	u->session = s;
	u->wire = w;
	timer_init(&u->timeout, on_timeout);
	timer_init(&u->noop, on_noop);
	timer_set(&u->timeout, eio_conf->upgrade_timeout_ms);
	s->upgrade = u;
	wire_set_user(w, s);
}

void eio_upgrade_drop(struct eio_session *s, bool close)
{
	struct eio_upgrade *u = s->upgrade;

	if (!u)
		return;
	s->upgrade = NULL;
	timer_stop(&u->timeout);
	timer_stop(&u->noop);
	if (close)
		wire_close(u->wire, 0);
	free(u);
}

/*
 * After `2probe` the client waits until its poll returns. The first GET is
 * ended at once and each later one after a pause: without the later ones
 * clients hang until the next ping, without the pause they poll in a circle.
 */
void eio_upgrade_on_get(struct eio_session *s)
{
	struct eio_upgrade *u = s->upgrade;

	if (!u->is_probed)
		return;
	if (u->has_noop) {
		timer_set(&u->noop, eio_conf->noop_pause_ms);
		return;
	}
	u->has_noop = true;
	eio_poll_end(s, EIO_NOOP);
}

static void upgrade_done(struct eio_session *s)
{
	struct wire *w = s->upgrade->wire;

	eio_upgrade_drop(s, false);
	metrics_add(METRIC_UPGRADES, 1);
	metrics_add_of(METRIC_CONNECTIONS, "polling", -1);
	metrics_add_of(METRIC_CONNECTIONS, "websocket", 1);
	s->is_websocket = true;
	s->ws = w;
	eio_poll_end(s, EIO_NOOP);
	eio_beat_start(s);
	eio_ws_flush(s);
}

static void candidate_probe(struct eio_session *s)
{
	struct packet *p = packet_text(STR("3probe"));
	enum wire_sent sent = wire_send(s->upgrade->wire, p);

	packet_unref(&p);
	if (sent == WIRE_LATER) {
		/* Somebody probes without ever reading. */
		eio_upgrade_drop(s, true);
		return;
	}
	s->upgrade->is_probed = true;
	if (s->get)
		eio_upgrade_on_get(s);
}

static void candidate_message(struct eio_session *s, struct str data)
{
	if (str_eq(data, STR("2probe"))) {
		candidate_probe(s);
	} else if (str_eq(data, STR("5"))) {
		upgrade_done(s);
	} else {
		eio_upgrade_drop(s, true);
	}
}

void eio_on_open(struct wire *w, const struct wire_request *r)
{
	struct eio_query q;
	struct eio_session *s;
	struct packet *p;

	eio_query_parse(r->query, &q);
	if (q.sid.n > 0) {
		s = eio_session_find(q.sid);
		/* Accepted and closed, not refused: some clients throw on a
		 * 400 when they come late. */
		if (!s || s->is_websocket || s->upgrade ||
		    s->state != EIO_LIVE || s->is_doomed)
			wire_close(w, 0);
		else
			upgrade_start(s, w);
		return;
	}
	if (!str_eq(q.transport, STR("websocket"))) {
		wire_close(w, 0);
		return;
	}
	s = eio_session_new(r, true, q.wants_base64);
	eio_enter(s);
	s->ws = w;
	wire_set_user(w, s);
	buf_clear(&text);
	eio_open_put(&text, str_of(s->sid), false, eio_conf->ping_interval_ms,
	    eio_conf->ping_timeout_ms, eio_conf->max_payload);
	p = packet_text(buf_str(&text));
	eio_send(s, p);
	packet_unref(&p);
	eio_app->on_open(s);
	eio_leave(s);
}

void eio_on_message(struct wire *w, struct str data, bool is_binary)
{
	struct eio_session *s = wire_user(w);
	struct eio_packet p;

	eio_enter(s);
	if (s->upgrade && s->upgrade->wire == w)
		candidate_message(s, is_binary ? STR_EMPTY : data);
	else if (s->state != EIO_LIVE || s->is_doomed)
		; /* a client that has not heard of the close */
	else if (is_binary)
		eio_app->on_binary(s, data);
	else if (!eio_packet_parse(data, &p)) {
		drops_count(DROP_BAD_ENGINE);
		eio_fail(s, "parse error");
	} else
		eio_take(s, &p);
	eio_leave(s);
}

/* Binary data for a client that asked for base64 at its handshake. */
static struct packet *spell(const struct eio_session *s, struct packet *p)
{
	struct packet *base64;
	struct buf b;

	if (!p->is_binary || !s->wants_base64)
		return packet_ref(p);
	buf_init(&b, 0);
	eio_packet_put(&b, p);
	base64 = packet_text(buf_str(&b));
	buf_fini(&b);
	return base64;
}

void eio_ws_flush(struct eio_session *s)
{
	struct packet *p;

	while (s->ws && (p = outq_first(&s->out))) {
		struct packet *spelt = spell(s, p);
		enum wire_sent sent = wire_send(s->ws, spelt);

		packet_unref(&spelt);
		if (sent == WIRE_LATER)
			return;
		outq_shift(&s->out);
	}
	if (s->state == EIO_CLOSING)
		eio_fail(s, "forced close");
}

void eio_on_writable(struct wire *w)
{
	struct eio_session *s = wire_user(w);

	if (s->get == w) {
		eio_poll_writable(s);
	} else if (s->ws == w) {
		eio_enter(s);
		eio_ws_flush(s);
		eio_leave(s);
	}
}

void eio_on_gone(struct wire *w)
{
	struct eio_session *s = wire_user(w);

	eio_enter(s);
	if (s->upgrade && s->upgrade->wire == w) {
		eio_upgrade_drop(s, false);
	} else {
		/* Its own end must not be answered. */
		if (s->get == w)
			s->get = NULL;
		if (s->post == w)
			s->post = NULL;
		if (s->ws == w)
			s->ws = NULL;
		eio_fail(s, "transport close");
	}
	eio_leave(s);
}
