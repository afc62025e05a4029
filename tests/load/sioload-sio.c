/* sioload-sio.c: Engine.IO and Socket.IO packets, looked at only as far as
 * needed, and the sending */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

static bool is_ok(struct str ack)
{
	return memmem(ack.p, ack.n, "\"ok\":true", 9) ||
	       memmem(ack.p, ack.n, "\"ok\": true", 10);
}

static void put_who(struct buf *b, const struct client *c)
{
	int me = (int)(c - clients);

	buf_puts(b, "{\"conversation_id\":\"");
	buf_puts(b, options_conversation(c->room));
	buf_puts(b, "\",\"external_id\":\"");
	buf_puts(b, options_external_id(c->room, me));
	buf_byte(b, '"');
}

void sio_join(struct client *c)
{
	struct buf b = { 0 };

	buf_puts(&b, "420[\"join_conversation\",");
	put_who(&b, c);
	buf_puts(&b, "}]");
	c->state = CLIENT_JOINING;
	ws_send_text(c, buf_str(&b));
	buf_fini(&b);
}

/* A place for the time of ack `id`; twice as many when it is taken. */
static struct pending *pending_add(struct client *c, uint32_t id)
{
	struct pending *old = c->pending;
	uint32_t cap = c->pending_cap;

	if (cap == 0) {
		c->pending = mem_new(sizeof(*old));
		c->pending_cap = 1;
	} else if (old[id & (cap - 1)].sent_at != 0) {
		c->pending_cap = cap * 2;
		c->pending = mem_new(sizeof(*old) * c->pending_cap);
		for (uint32_t i = 0; i < cap; i++)
			if (old[i].sent_at != 0)
				c->pending[old[i].id & (cap * 2 - 1)] = old[i];
		free(old);
		return pending_add(c, id);
	}
	return &c->pending[id & (c->pending_cap - 1)];
}

static void put_content(struct buf *b, const struct client *c, int64_t at)
{
	static char filler[256];
	struct stamp stamp = { .run = run.id,
		.client = (uint32_t)(c - clients),
		.number = c->number,
		.at = at - run.started };
	char text[STAMP_SIZE];
	size_t left = (size_t)opt.payload - STAMP_SIZE, n;

	if (filler[0] == '\0')
		memset(filler, 'x', sizeof(filler));
	stamp_put(text, &stamp);
	buf_bytes(b, text, sizeof(text));
	for (; left > 0; left -= n) {
		n = MIN_OF(left, sizeof(filler));
		buf_bytes(b, filler, n);
	}
}

void sio_send_message(struct client *c)
{
	static struct buf b;
	struct pending *p;
	int64_t at;

	if (c->state != CLIENT_JOINED)
		return;
	at = now_ns();
	c->number++;
	p = pending_add(c, ++c->last_ack);
	*p = (struct pending){ .id = c->last_ack, .sent_at = at };
	buf_clear(&b);
	buf_puts(&b, "42");
	buf_u64(&b, c->last_ack);
	buf_puts(&b, "[\"send_message\",");
	put_who(&b, c);
	buf_puts(&b, ",\"sender_type\":\"end_user\",\"content\":\"");
	put_content(&b, c, at);
	if (opt.is_stored)
		buf_printf(&b, "\",\"client_id\":\"%04x-%d-%u", run.id,
		    (int)(c - clients), c->number);
	buf_puts(&b, "\"}]");
	run.total.sent++;
	if (run.is_measured)
		run.measured.sent++;
	ws_send_text(c, buf_str(&b));
}

static void on_sent(struct client *c, uint32_t id, struct str ack)
{
	struct pending *p = NULL;

	if (c->pending_cap > 0)
		p = &c->pending[id & (c->pending_cap - 1)];
	if (!p || p->sent_at == 0 || p->id != id) {
		fault(&run.faults.unexpected_acks, "client %d: ack %u",
		    (int)(c - clients), id);
		return;
	}
	if (is_ok(ack)) {
		c->acked++;
		run.total.acked++;
		count_acked(c);
		if (run.is_measured) {
			run.measured.acked++;
			if (p->sent_at >= run.measured_from)
				histogram_add(&run.ack, run.now - p->sent_at);
		}
	} else {
		c->refused++;
		fault(&run.faults.refused, "client %d: %.*s",
		    (int)(c - clients), (int)MIN_OF(ack.n, 150), ack.p);
	}
	p->sent_at = 0;
	if (run.is_sending && opt.is_closed)
		sio_send_message(c);
}

static void on_joined(struct client *c, struct str ack)
{
	char why[160];

	if (c->state != CLIENT_JOINING) {
		fault(&run.faults.unexpected_acks, "client %d: ack 0",
		    (int)(c - clients));
	} else if (is_ok(ack)) {
		c->state = CLIENT_JOINED;
		run.joined++;
	} else {
		(void)snprintf(why, sizeof(why), "%.*s",
		    (int)MIN_OF(ack.n, sizeof(why) - 1), ack.p);
		net_close(c, why);
	}
}

static void on_ack(struct client *c, struct str text)
{
	size_t i = 0;
	uint32_t id = 0;

	while (i < text.n && text.p[i] >= '0' && text.p[i] <= '9')
		id = id * 10 + (uint32_t)(text.p[i++] - '0');
	if (id == 0)
		on_joined(c, str_from(text, i));
	else
		on_sent(c, id, str_from(text, i));
}

static void on_named(struct client *c)
{
	if (c->state != CLIENT_ENTERING)
		return;
	c->state = CLIENT_CONNECTED;
	run.connected++;
}

static void on_packet(struct client *c, struct str text)
{
	struct stamp stamp;
	char why[160];

	switch (text.n > 0 ? text.p[0] : '\0') {
	case '0':
		on_named(c);
		break;
	case '2':
		if (stamp_find(text, &stamp))
			count_delivery(c, &stamp);
		break;
	case '3':
		on_ack(c, str_from(text, 1));
		break;
	case '1':
		net_close(c, "disconnected by the server");
		break;
	case '4':
		(void)snprintf(why, sizeof(why), "%.*s",
		    (int)MIN_OF(text.n, sizeof(why) - 1), text.p);
		net_close(c, why);
		break;
	default:
		fault(&run.faults.malformed, "client %d: %.*s",
		    (int)(c - clients), (int)MIN_OF(text.n, 100), text.p);
	}
}

void sio_on_text(struct client *c, struct str text)
{
	switch (text.n > 0 ? text.p[0] : '\0') {
	case '4':
		on_packet(c, str_from(text, 1));
		break;
	case '2':
		ws_send_text(c, STR("3"));
		break;
	case '0':
		if (c->state != CLIENT_OPENING)
			break;
		c->state = CLIENT_ENTERING;
		ws_send_text(c, STR("40"));
		break;
	case '1':
		net_close(c, "ended by the server");
		break;
	case '6':
		break;
	default:
		fault(&run.faults.malformed, "client %d: %.*s",
		    (int)(c - clients), (int)MIN_OF(text.n, 100), text.p);
	}
}
