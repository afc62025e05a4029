/* eio_poll.c: Engine.IO over HTTP requests: handshakes, polls and posts */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "drops.h"
#include "eio_session.h"
#include "metrics.h"

static const char text_plain[] = "text/plain; charset=UTF-8";

/* What answers are made in; nothing of it outlives the answer. */
static struct buf lines, body;

static void answer(struct wire *w, int status, const char *type,
    struct str text, struct str origin)
{
	struct wire_answer a = { .status = status, .type = type, .body = text };

	buf_clear(&lines);
	eio_cors_put(&lines, eio_conf, origin);
	a.headers = buf_str(&lines);
	wire_answer(w, &a);
}

static void refuse(struct wire *w, const struct wire_request *r,
    enum eio_refusal refusal, const char *text)
{
	struct wire_answer a = { 0 };

	if (refusal != EIO_FORBIDDEN)
		drops_count(DROP_BAD_REQUEST);
	buf_clear(&body);
	eio_refusal_count(refusal);
	eio_refusal_put(&body, refusal, text, &a);
	answer(w, a.status, a.type, a.body, r->origin);
}

void eio_poll_end(struct eio_session *s, enum eio_type type)
{
	struct wire *w = s->get;
	char digit = (char)('0' + type);

	if (!w)
		return;
	s->get = NULL;
	answer(w, 200, text_plain, str_make(&digit, 1), s->handshake.origin);
}

/* Answers the GET with what waits; the session may be over afterwards. */
static void poll_flush(struct eio_session *s)
{
	struct wire *w = s->get;

	buf_clear(&body);
	eio_payload_put(&body, &s->out, eio_conf->poll_packets_max,
	    eio_conf->poll_bytes_max);
	if (s->state == EIO_CLOSING && !outq_first(&s->out)) {
		if (body.n > 0)
			buf_byte(&body, EIO_SEPARATOR);
		eio_packet_put(&body, eio_control(EIO_CLOSE));
	} else if (body.n == 0) {
		eio_packet_put(&body, eio_control(EIO_NOOP));
	}
	s->get = NULL;
	answer(w, 200, text_plain, buf_str(&body), s->handshake.origin);
	if (s->state == EIO_CLOSING && !outq_first(&s->out))
		eio_fail(s, "forced close");
}

void eio_poll_writable(struct eio_session *s)
{
	eio_enter(s);
	poll_flush(s);
	eio_leave(s);
}

static void handshake(
    struct wire *w, const struct wire_request *r, const struct eio_query *q)
{
	struct err err = { 0 };
	enum eio_refusal refusal = eio_session_check(r, q, &err);
	struct eio_session *s;

	if (refusal != EIO_ACCEPTED) {
		refuse(w, r, refusal, err.text);
		return;
	}
	s = eio_session_new(r, false, q->wants_base64);
	buf_clear(&body);
	eio_open_put(&body, str_of(s->sid), true, eio_conf->ping_interval_ms,
	    eio_conf->ping_timeout_ms, eio_conf->max_payload);
	answer(w, 200, text_plain, buf_str(&body), r->origin);
	eio_app->on_open(s);
}

static void on_get(
    struct eio_session *s, struct wire *w, const struct wire_request *r)
{
	if (s->get && wire_is_gone(s->get)) {
		/* Its client left and this one is late: as if the sweep had
		 * come first. */
		eio_fail(s, "transport close");
		refuse(w, r, EIO_BAD_SID, NULL);
		return;
	}
	if (s->get) {
		eio_fail(s, "transport error"); /* answers the first with 1 */
		answer(w, 400, NULL, STR_EMPTY, r->origin);
		return;
	}
	s->get = w;
	wire_set_user(w, s);
	if (outq_first(&s->out) || s->state == EIO_CLOSING)
		poll_flush(s);
	else if (s->upgrade)
		eio_upgrade_on_get(s);
}

static void on_post(
    struct eio_session *s, struct wire *w, const struct wire_request *r)
{
	if (s->get && wire_is_gone(s->get)) {
		eio_fail(s, "transport close");
		refuse(w, r, EIO_BAD_SID, NULL);
	} else if (s->post) {
		eio_fail(s, "transport error"); /* resets the first */
		answer(w, 400, NULL, STR_EMPTY, r->origin);
	} else if (str_eq(r->content_type, STR("application/octet-stream"))) {
		/* Version 3's framing. */
		eio_fail(s, "transport error");
		answer(w, 400, NULL, STR_EMPTY, r->origin);
	} else if (r->length > (int64_t)eio_conf->max_payload) {
		drops_count(DROP_PAYLOAD);
		answer(w, 413, NULL, STR_EMPTY, r->origin);
	} else {
		s->post = w;
		wire_set_user(w, s);
	}
}

static void preflight(struct wire *w, const struct wire_request *r)
{
	struct wire_answer a = { .status = 204 };

	buf_clear(&lines);
	eio_cors_put(&lines, eio_conf, r->origin);
	eio_preflight_put(&lines, r->cors_headers);
	a.headers = buf_str(&lines);
	wire_answer(w, &a);
}

void eio_on_request(struct wire *w, const struct wire_request *r)
{
	struct eio_query q;
	struct eio_session *s;
	enum eio_refusal refusal;

	if (r->method == WIRE_OPTIONS && eio_conf->cors && eio_conf->cors[0]) {
		preflight(w, r);
		return;
	}
	eio_query_parse(r->query, &q);
	s = eio_session_find(q.sid);
	refusal = eio_check(
	    r, &q, (struct eio_known){ s != NULL, s && s->is_websocket });
	if (refusal != EIO_ACCEPTED) {
		refuse(w, r, refusal, NULL);
		return;
	}
	if (!s && eio_refuses_new) {
		metrics_add_of(METRIC_REFUSALS, "stopping", 1);
		answer(w, 503, NULL, STR_EMPTY, r->origin);
		return;
	}
	if (!s) {
		handshake(w, r, &q);
		return;
	}
	eio_enter(s);
	if (s->is_websocket) /* ?transport=websocket without Upgrade */
		refuse(w, r, EIO_BAD_REQUEST, NULL);
	else if (r->method == WIRE_GET)
		on_get(s, w, r);
	else if (r->method == WIRE_POST)
		on_post(s, w, r);
	else
		answer(w, 500, NULL, STR_EMPTY, r->origin);
	eio_leave(s);
}

static void take_records(struct eio_session *s, struct str rest)
{
	struct eio_packet p;
	struct str record;

	if (rest.n > 0 &&
	    eio_payload_count(rest) > eio_conf->post_packets_max) {
		drops_count(DROP_POST_PACKETS);
		eio_fail(s, "parse error");
		return;
	}
	if (rest.n == 0 || !valid_utf8(rest)) {
		drops_count(DROP_BAD_ENGINE);
		eio_fail(s, "parse error");
		return;
	}
	while (s->state == EIO_LIVE && eio_payload_next(&rest, &record)) {
		if (!eio_packet_parse(record, &p)) {
			drops_count(DROP_BAD_ENGINE);
			eio_fail(s, "parse error");
			break;
		}
		eio_take(s, &p);
	}
}

void eio_on_body(struct wire *w, struct str text, bool too_large)
{
	struct eio_session *s = wire_user(w);

	eio_enter(s);
	s->post = NULL;
	if (too_large) {
		drops_count(DROP_PAYLOAD);
		answer(w, 413, NULL, STR_EMPTY, s->handshake.origin);
	} else {
		if (s->state == EIO_LIVE)
			take_records(s, text);
		/* Node says so even when the session ended by it. */
		answer(w, 200, "text/html", STR("ok"), s->handshake.origin);
	}
	eio_leave(s);
}
