/* wire.c: HTTP text: answers out, chunked bodies in */
/* SPDX-License-Identifier: MIT */
#include "wire.h"

static const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{ 200, "OK" },
		{ 204, "No Content" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 413, "Payload Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		if (texts[i].status == status)
			return texts[i].text;
	return "Unknown";
}

void wire_put_answer(
    struct buf *b, const struct wire_answer *a, bool keep_alive, bool is_head)
{
	buf_printf(b, "HTTP/1.1 %d %s\r\n", a->status, status_text(a->status));
	if (a->type)
		buf_printf(b, "Content-Type: %s\r\n", a->type);
	/* X-Accel-Buffering: nginx must not hold polls back. */
	buf_printf(b,
	    "Content-Length: %zu\r\n"
	    "Cache-Control: no-store\r\n"
	    "X-Accel-Buffering: no\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Connection: %s\r\n",
	    a->body.n, keep_alive ? "keep-alive" : "close");
	buf_put(b, a->headers);
	buf_puts(b, "\r\n");
	if (!is_head)
		buf_put(b, a->body);
}

enum {
	CHUNK_SIZE, /* must be 0: where a zeroed struct starts */
	CHUNK_EXT,
	CHUNK_DATA,
	CHUNK_DATA_END,
	TRAILER_START,
	TRAILER_LINE,
	TRAILERS_END,
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One byte outside of chunk data; false when it does not belong there. */
static bool chunk_byte(struct wire_chunks *c, char b)
{
	int digit;

	switch (c->state) {
	case CHUNK_SIZE:
		digit = hex_digit(b);
		if (digit >= 0) {
			c->left = c->left << 4 | (unsigned)digit;
			return ++c->digits <= 8;
		}
		if (c->digits == 0)
			return false;
		c->state = CHUNK_EXT;
		/* fall through */
	case CHUNK_EXT:
		if (b != '\n')
			return true;
		c->digits = 0;
		c->state = c->left > 0 ? CHUNK_DATA : TRAILER_START;
		return true;
	case CHUNK_DATA_END:
		if (b == '\n')
			c->state = CHUNK_SIZE;
		return b == '\n' || b == '\r';
	case TRAILER_START:
		if (b == '\n')
			c->state = TRAILERS_END;
		else if (b != '\r')
			c->state = TRAILER_LINE;
		return true;
	case TRAILER_LINE:
		if (b == '\n')
			c->state = TRAILER_START;
		return true;
	default:
		return false;
	}
}

enum wire_chunked wire_chunks_add(
    struct wire_chunks *c, struct str in, struct buf *body)
{
	size_t i = 0;

	while (i < in.n && c->state != TRAILERS_END) {
		if (c->state == CHUNK_DATA) {
			size_t n = MIN_OF(c->left, in.n - i);

			buf_bytes(body, in.p + i, n);
			i += n;
			c->left -= n;
			if (c->left == 0)
				c->state = CHUNK_DATA_END;
		} else if (!chunk_byte(c, in.p[i++])) {
			return WIRE_CHUNKS_BAD;
		}
	}
	return c->state == TRAILERS_END ? WIRE_CHUNKS_END : WIRE_CHUNKS_MORE;
}

void wire_put_frame(struct buf *b, const struct packet *p)
{
	size_t shift;

	buf_byte(b, (char)(0x80 | (p->is_binary ? 2 : 1)));
	if (p->n < 126) {
		buf_byte(b, (char)p->n);
	} else {
		shift = p->n < 65536 ? 16 : 64;
		buf_byte(b, shift == 16 ? 126 : 127);
		while (shift > 0) {
			shift -= 8;
			buf_byte(b, (char)((uint64_t)p->n >> shift));
		}
	}
	buf_bytes(b, p->data, p->n);
}
