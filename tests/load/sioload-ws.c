/* sioload-ws.c: the client's side of RFC 6455: upgrade and frames */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

#include <endian.h>

/* More in one frame or one answer is taken for nonsense. */
#define FRAME_MAX  (64u << 20)
#define ANSWER_MAX 16384

enum {
	OP_MORE = 0,
	OP_TEXT = 1,
	OP_BINARY = 2,
	OP_CLOSE = 8,
	OP_PING = 9,
	OP_PONG = 10
};

struct frame {
	bool is_final;
	unsigned op;
	const uint8_t *data;
	size_t n;
};

void ws_upgrade(struct client *c)
{
	struct buf b = { 0 };

	/* The answer's proof is not looked at: hence always the same key. */
	buf_printf(&b,
	    "GET %s?EIO=4&transport=websocket HTTP/1.1\r\n"
	    "Host: %s:%d\r\n"
	    "Upgrade: websocket\r\n"
	    "Connection: Upgrade\r\n"
	    "Sec-WebSocket-Key: c2lvbG9hZCBoYXMgb25seQ==\r\n"
	    "Sec-WebSocket-Version: 13\r\n\r\n",
	    opt.path, opt.host, opt.port);
	c->state = CLIENT_UPGRADING;
	net_send(c, b.p, b.n);
	buf_fini(&b);
}

/* Eight bytes at a time: the masking of what is sent costs us, not them. */
static void mask(uint8_t *p, size_t n, uint32_t key)
{
	uint64_t two = (uint64_t)key << 32 | key, word;
	size_t i;

	for (i = 0; i + 8 <= n; i += 8) {
		memcpy(&word, p + i, 8);
		word ^= two;
		memcpy(p + i, &word, 8);
	}
	for (; i < n; i++)
		p[i] ^= ((const uint8_t *)&two)[i & 7];
}

static void send_frame(struct client *c, unsigned op, struct str data)
{
	static struct buf b;
	uint32_t key = 0x9d2c5680u ^ (uint32_t)(c - clients) * 2654435761u;
	uint8_t head[10] = { (uint8_t)(0x80 | op) };
	size_t n = 2;

	if (data.n < 126) {
		head[1] = (uint8_t)(0x80 | data.n);
	} else if (data.n < 65536) {
		uint16_t len = htobe16((uint16_t)data.n);

		head[1] = 0x80 | 126;
		memcpy(head + 2, &len, 2);
		n = 4;
	} else {
		uint64_t len = htobe64(data.n);

		head[1] = 0x80 | 127;
		memcpy(head + 2, &len, 8);
		n = 10;
	}
	buf_clear(&b);
	buf_bytes(&b, head, n);
	buf_bytes(&b, &key, 4);
	buf_put(&b, data);
	mask((uint8_t *)b.p + n + 4, data.n, key);
	net_send(c, b.p, b.n);
}

void ws_send_text(struct client *c, struct str text)
{
	send_frame(c, OP_TEXT, text);
}

/* Bytes used of an answer to the upgrade; 0 when it is not whole yet. */
static size_t take_answer(struct client *c, const uint8_t *p, size_t n)
{
	const uint8_t *end = memmem(p, n, "\r\n\r\n", 4);
	struct str line = { (const char *)p, n };

	if (!end) {
		if (n > ANSWER_MAX)
			net_close(c, "an endless answer to the upgrade");
		return 0;
	}
	if (!str_starts(line, STR("HTTP/1.1 101"))) {
		char why[80];

		line = str_head(line, str_index(line, '\r'));
		(void)snprintf(why, sizeof(why), "%.*s",
		    (int)MIN_OF(line.n, sizeof(why) - 1), line.p);
		net_close(c, why);
		return 0;
	}
	c->state = CLIENT_OPENING;
	return (size_t)(end - p) + 4;
}

static void malformed(struct client *c, const char *what)
{
	fault(&run.faults.malformed, "client %d: %s", (int)(c - clients), what);
	net_close(c, what);
}

/* Bytes of the frame at p; 0 when it is not whole yet, or the connection was
 * closed for it. */
static size_t read_frame(
    struct client *c, const uint8_t *p, size_t n, struct frame *f)
{
	uint64_t len;
	size_t head = 2;

	if (n < 2)
		return 0;
	if (p[0] & 0x70 || p[1] & 0x80) {
		malformed(c, "a frame with a mask or reserved bits");
		return 0;
	}
	len = p[1];
	if (len == 126) {
		if (n < 4)
			return 0;
		len = (uint64_t)p[2] << 8 | p[3];
		head = 4;
	} else if (len == 127) {
		if (n < 10)
			return 0;
		memcpy(&len, p + 2, 8);
		len = be64toh(len);
		head = 10;
	}
	if (len > FRAME_MAX) {
		malformed(c, "a frame that is too large");
		return 0;
	}
	if (n - head < len)
		return 0;
	*f = (struct frame){ .is_final = p[0] & 0x80,
		.op = p[0] & 0x0f,
		.data = p + head,
		.n = len };
	return head + len;
}

static void take_data(struct client *c, const struct frame *f)
{
	struct str data = { (const char *)f->data, f->n };
	bool is_more = f->op == OP_MORE;

	if (is_more != (c->fragment != 0)) {
		malformed(c, "a fragment out of place");
		return;
	}
	if (f->is_final && !is_more) {
		if (f->op == OP_TEXT)
			sio_on_text(c, data);
		return;
	}
	if (!is_more)
		c->fragment = (uint8_t)f->op;
	if (c->fragments.n + data.n > FRAME_MAX) {
		malformed(c, "a message that is too large");
		return;
	}
	buf_put(&c->fragments, data);
	if (!f->is_final)
		return;
	if (c->fragment == OP_TEXT)
		sio_on_text(c, buf_str(&c->fragments));
	c->fragment = 0;
	buf_fini(&c->fragments);
}

static void take_close(struct client *c, const struct frame *f)
{
	char why[64] = "closed without a code";

	if (f->n >= 2)
		(void)snprintf(why, sizeof(why), "closed with code %d",
		    f->data[0] << 8 | f->data[1]);
	send_frame(c, OP_CLOSE, str_make((const char *)f->data, f->n));
	net_close(c, why);
}

static void take_frame(struct client *c, const struct frame *f)
{
	if (f->op <= OP_BINARY)
		take_data(c, f);
	else if (f->op == OP_CLOSE)
		take_close(c, f);
	else if (f->op == OP_PING)
		send_frame(c, OP_PONG, str_make((const char *)f->data, f->n));
	else if (f->op != OP_PONG)
		malformed(c, "a frame of unknown kind");
}

/* Handles what is whole; the bytes used. */
static size_t take_whole(struct client *c, const uint8_t *p, size_t n)
{
	struct frame f;
	size_t used = 0, step;

	if (c->state == CLIENT_UPGRADING)
		used = take_answer(c, p, n);
	while (c->state > CLIENT_UPGRADING && c->state != CLIENT_CLOSED &&
	       (step = read_frame(c, p + used, n - used, &f)) > 0) {
		take_frame(c, &f);
		used += step;
	}
	return used;
}

void ws_take(struct client *c, const uint8_t *bytes, size_t n)
{
	size_t used;

	if (c->in.n == 0) {
		used = take_whole(c, bytes, n);
		if (used < n && c->state != CLIENT_CLOSED)
			buf_bytes(&c->in, bytes + used, n - used);
		return;
	}
	buf_bytes(&c->in, bytes, n);
	used = take_whole(c, (const uint8_t *)c->in.p, c->in.n);
	if (c->state == CLIENT_CLOSED)
		return;
	memmove(c->in.p, c->in.p + used, c->in.n - used);
	c->in.n -= used;
	if (c->in.n == 0)
		buf_fini(&c->in);
}
