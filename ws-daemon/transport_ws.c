/* transport_ws.c: WebSockets of libwebsockets to eio.c and back */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "drops.h"
#include "transport_wire.h"

_Static_assert(LWS_PRE <= PACKET_PRE, "no room for a frame header");

/* For a close frame to leave, and for the client's to come; libwebsockets
 * counts in seconds. */
static int close_timeout_s(void)
{
	return (int)MAX_OF((transport_conf->close_timeout_ms + 999) / 1000, 1);
}

int transport_on_upgrade(struct wire *w, const char *protocol)
{
	static const char plain[] = "text/plain; charset=UTF-8";
	struct wire_answer a = { .status = 400, .type = plain };
	struct wire_request r;
	bool ok = transport_request(w, &r);

	r.is_upgrade = true;
	if (!transport_path_ok(w->wsi)) {
		a.status = 404;
		a.body = STR("Not found.");
	} else if (transport_is_stopping) {
		a.status = 503;
		a.body = STR("The server is stopping.");
	} else if (!ok || r.length != 0 ||
		   !str_ieq(str_of(protocol), STR("websocket"))) {
		a.body = STR("Only WebSocket is spoken here.");
	} else if (eio_on_upgrade(&r, &a)) {
		return 0;
	}
	/* Negative: nothing more of it is looked at. */
	(void)transport_refuse(w, &a);
	return -1;
}

/*
 * The close frame as raw bytes, after what lies in libwebsockets' own buffer.
 * lws_close_reason cannot make one without a code, and Debian's build closes
 * twice where a writable callback ends (a debugging aid for libuv), so that
 * its frame is never sent. The client's frame comes to transport_on_peer_close.
 */
static int send_close(struct wire *w)
{
	unsigned char bytes[LWS_PRE + 4];
	unsigned char *frame = bytes + LWS_PRE;
	size_t n = w->close_code ? 4 : 2;

	if (w->close_sent)
		return 0;
	if (lws_partial_buffered(w->wsi)) {
		lws_callback_on_writable(w->wsi);
		return 0;
	}
	frame[0] = 0x88; /* final, opcode 8 */
	frame[1] = (unsigned char)(n - 2);
	frame[2] = (unsigned char)(w->close_code >> 8);
	frame[3] = (unsigned char)w->close_code;
	w->close_sent = true;
	lws_set_timeout(w->wsi, PENDING_TIMEOUT_CLOSE_ACK, close_timeout_s());
	return lws_write(w->wsi, frame, n, LWS_WRITE_HTTP) < 0 ? -1 : 0;
}

static int finish(struct wire *w)
{
	w->in_callback = false;
	if (w->ends)
		return -1;
	return w->is_closing ? send_close(w) : 0;
}

int transport_on_established(struct wire *w)
{
	struct wire_request r;

	(void)transport_request(w, &r);
	r.is_upgrade = true;
	w->role = WIRE_WS;
	bucket_init(&w->budget, transport_conf->packet_burst,
	    transport_conf->packet_refill_ms, clock_mono_ms());
	w->in_callback = true;
	eio_on_open(w, &r);
	return finish(w);
}

static void too_large(struct wire *w)
{
	drops_count(DROP_PAYLOAD);
	transport_gone(w);
	wire_close(w, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE);
}

/*
 * Who sends more packets than anybody does waits, instead of being closed: then
 * it would only connect again, with a new budget.
 */
static void count_packet(struct wire *w)
{
	if (++w->packets < transport_packets_step() || !w->user)
		return;
	w->packets = 0;
	if (transport_packets_take(w, clock_mono_ms()))
		return;
	drops_count(DROP_PACKETS);
	transport_pause(w);
}

/* libwebsockets gives pieces of the size of its small buffer. */
static void receive(struct wire *w, struct str part)
{
	size_t left = lws_remaining_packet_payload(w->wsi);
	bool is_whole = lws_is_final_fragment(w->wsi) && left == 0;

	if (w->in.n + part.n + left > eio_payload_max()) {
		too_large(w);
		return;
	}
	if (is_whole && w->in.n == 0) {
		eio_on_message(w, part, lws_frame_is_binary(w->wsi));
		return;
	}
	if (w->in.n == 0)
		buf_reserve(&w->in, part.n + left);
	buf_put(&w->in, part);
	if (!is_whole)
		return;
	eio_on_message(w, buf_str(&w->in), lws_frame_is_binary(w->wsi));
	buf_fini(&w->in);
	buf_init(&w->in, 0);
}

int transport_on_receive(struct wire *w, struct str part)
{
	if (!w->user) {
		/* Closed, and the client has not heard of it; one that never
		 * will is cut. */
		w->sent += part.n;
		return w->sent > eio_payload_max() ? -1 : 0;
	}
	w->in_callback = true;
	receive(w, part);
	if (w->in.n == 0)
		count_packet(w);
	return finish(w);
}

int transport_on_ws_writable(struct wire *w)
{
	w->in_callback = true;
	if (w->user && !w->is_closing)
		eio_on_writable(w);
	return finish(w);
}

int transport_on_peer_close(struct wire *w)
{
	if (w->close_sent)
		return -1;
	w->in_callback = true;
	transport_gone(w);
	w->in_callback = false;
	return 0;
}

enum wire_sent wire_send(struct wire *w, struct packet *p)
{
	if (lws_partial_buffered(w->wsi)) {
		lws_callback_on_writable(w->wsi);
		return WIRE_LATER;
	}
	if (transport_hold_add(w, p))
		return WIRE_SENT;
	/* At once, not in the next writable callback: half the cost. When the
	 * socket takes only a part, libwebsockets copies the rest. */
	if (lws_write(w->wsi, p->data, p->n,
		p->is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < 0)
		transport_cut(w);
	return WIRE_SENT;
}

void wire_close(struct wire *w, int code)
{
	w->user = NULL;
	w->is_closing = true;
	w->close_code = code;
	if (w->in_callback)
		return;
	lws_set_timeout(w->wsi, PENDING_TIMEOUT_CLOSE_SEND, close_timeout_s());
	lws_callback_on_writable(w->wsi);
}
