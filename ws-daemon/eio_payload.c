/* eio_payload.c: Engine.IO 4 packets as bytes */
/* SPDX-License-Identifier: MIT */
#include "eio_payload.h"

bool eio_packet_parse(struct str text, struct eio_packet *p_r)
{
	if (text.n == 0)
		return false;
	p_r->data = str_from(text, 1);
	if (text.p[0] == 'b') {
		p_r->type = EIO_BINARY;
		return true;
	}
	if (text.p[0] < '0' || text.p[0] > '6')
		return false;
	p_r->type = (enum eio_type)(text.p[0] - '0');
	return true;
}

size_t eio_payload_count(struct str body)
{
	size_t n = 1;

	for (size_t i = 0; i < body.n; i++)
		n += body.p[i] == EIO_SEPARATOR;
	return n;
}

bool eio_payload_next(struct str *rest, struct str *record_r)
{
	size_t n;

	if (!rest->p)
		return false;
	n = str_index(*rest, EIO_SEPARATOR);
	*record_r = str_head(*rest, n);
	/* A separator at the very end leaves an empty record, which is a
	 * fault of the sender (and one in Node). */
	*rest = n < rest->n ? str_make(rest->p + n + 1, rest->n - n - 1)
			    : STR_EMPTY;
	return true;
}

void eio_packet_put(struct buf *b, const struct packet *p)
{
	if (!p->is_binary) {
		buf_bytes(b, p->data, p->n);
		return;
	}
	buf_byte(b, 'b');
	buf_base64(b, p->data, p->n);
}

static size_t record_size(const struct packet *p)
{
	return p->is_binary ? 1 + ((size_t)p->n + 2) / 3 * 4 : p->n;
}

size_t eio_payload_put(
    struct buf *b, struct outq *q, size_t packets_max, size_t bytes_max)
{
	size_t n = 0;
	struct packet *p;

	while (n < packets_max && (p = outq_first(q))) {
		if (n > 0) {
			if (b->n + 1 + record_size(p) > bytes_max)
				break;
			buf_byte(b, EIO_SEPARATOR);
		}
		eio_packet_put(b, p);
		outq_shift(q);
		n++;
	}
	return n;
}

void eio_open_put(struct buf *b, struct str sid, bool may_upgrade,
    int64_t ping_interval_ms, int64_t ping_timeout_ms, size_t payload_max)
{
	buf_puts(b, "0{\"sid\":\"");
	buf_put(b, sid);
	buf_puts(b, "\",\"upgrades\":[");
	if (may_upgrade)
		buf_puts(b, "\"websocket\"");
	buf_puts(b, "],\"pingInterval\":");
	buf_i64(b, ping_interval_ms);
	buf_puts(b, ",\"pingTimeout\":");
	buf_i64(b, ping_timeout_ms);
	buf_puts(b, ",\"maxPayload\":");
	buf_u64(b, payload_max);
	buf_byte(b, '}');
}
