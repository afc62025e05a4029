/* sio_packet.c: Socket.IO 5 packets as bytes */
/* SPDX-License-Identifier: MIT */
#include "sio_packet.h"

#include "base/json_out.h"
#include "base/valid.h"

static bool is_digit(struct str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* `<count>-`; no more of it than two digits. */
static bool parse_attachments(struct str *rest, unsigned *count_r)
{
	size_t n = str_index(*rest, '-');
	uint64_t count;

	if (n == rest->n || n > 2 ||
	    !str_u64(str_head(*rest, n), 0, SIO_ATTACHMENTS_MAX, &count))
		return false;
	*count_r = (unsigned)count;
	*rest = str_from(*rest, n + 1);
	return true;
}

/* `/name,`, or `/name` up to the end. */
static bool parse_namespace(struct str *rest, struct str *nsp_r)
{
	size_t n;

	*nsp_r = STR("/");
	if (rest->n == 0 || rest->p[0] != '/')
		return true;
	n = str_index(*rest, ',');
	*nsp_r = str_head(*rest, n);
	*rest = str_from(*rest, n + 1);
	/* It is sent back in an error and written to the log. */
	return n <= SIO_NAMESPACE_MAX && valid_text(*nsp_r, false);
}

/* Digits up to the payload: as many as fit without rounding. */
static bool parse_ack_id(struct str *rest, struct sio_head *h)
{
	size_t n = 0;

	while (is_digit(*rest, n))
		n++;
	if (n == 0)
		return true;
	h->has_ack = true;
	if (n > 19 || !str_u64(str_head(*rest, n), 0, UINT64_MAX, &h->ack_id))
		return false;
	*rest = str_from(*rest, n);
	return true;
}

bool sio_head_parse(struct str text, struct sio_head *h_r)
{
	struct str rest;

	memset(h_r, 0, sizeof(*h_r));
	if (text.n == 0 || text.p[0] < '0' || text.p[0] > '6')
		return false;
	h_r->type = (enum sio_type)(text.p[0] - '0');
	rest = str_from(text, 1);
	if ((h_r->type == SIO_BINARY_EVENT || h_r->type == SIO_BINARY_ACK) &&
	    !parse_attachments(&rest, &h_r->attachments))
		return false;
	if (!parse_namespace(&rest, &h_r->nsp) || !parse_ack_id(&rest, h_r))
		return false;
	h_r->payload = rest;
	return true;
}

/* Every placeholder anywhere in v names an attachment that comes. */
static bool check_placeholders(const struct json *v, unsigned attachments)
{
	int64_t num;

	if (json_type(v) == JSON_OBJECT &&
	    json_bool(json_get(v, "_placeholder"), false))
		return json_i64(
		    json_get(v, "num"), 0, (int64_t)attachments - 1, &num);
	if (json_type(v) != JSON_OBJECT && json_type(v) != JSON_ARRAY)
		return true;
	for (const struct json *i = json_next(v, NULL); i; i = json_next(v, i))
		if (!check_placeholders(i, attachments))
			return false;
	return true;
}

static bool is_reserved(struct str name)
{
	static const char *const reserved[] = { "connect", "connect_error",
		"disconnect", "disconnecting", "newListener",
		"removeListener" };

	for (size_t i = 0; i < COUNT_OF(reserved); i++)
		if (str_eq(name, str_of(reserved[i])))
			return true;
	return false;
}

static bool check_event(const struct json *payload)
{
	const struct json *name = json_at(payload, 0);

	if (json_type(payload) != JSON_ARRAY || !name)
		return false;
	if (json_type(name) == JSON_STRING)
		return !is_reserved(json_str(name));
	return json_type(name) == JSON_NUMBER;
}

bool sio_payload_check(const struct sio_head *h, const struct json *payload)
{
	switch (h->type) {
	case SIO_CONNECT:
		return !payload || json_type(payload) == JSON_OBJECT;
	case SIO_DISCONNECT:
		return !payload;
	case SIO_EVENT:
		return !payload || check_event(payload);
	case SIO_BINARY_EVENT:
		return payload && check_event(payload) &&
		       check_placeholders(payload, h->attachments);
	case SIO_ACK:
		return !payload || json_type(payload) == JSON_ARRAY;
	case SIO_BINARY_ACK:
		return payload && json_type(payload) == JSON_ARRAY &&
		       check_placeholders(payload, h->attachments);
	case SIO_CONNECT_ERROR:
		return false;
	}
	return false;
}

struct packet *sio_encode(enum sio_type type, size_t attachments,
    struct str nsp, const uint64_t *ack_id, struct str payload)
{
	struct packet *p;
	struct buf b;

	buf_init(&b, 0);
	buf_reserve(&b, payload.n + nsp.n + 32);
	buf_byte(&b, '4');
	buf_byte(&b, (char)('0' + type));
	if (attachments > 0) {
		buf_u64(&b, attachments);
		buf_byte(&b, '-');
	}
	if (!str_eq(nsp, STR("/"))) {
		buf_put(&b, nsp);
		buf_byte(&b, ',');
	}
	if (ack_id)
		buf_u64(&b, *ack_id);
	buf_put(&b, payload);
	p = packet_text(buf_str(&b));
	buf_fini(&b);
	return p;
}

struct sio_packet *sio_packet_make(
    struct packet *text, const struct str *attachments, size_t n)
{
	struct sio_packet *p;

	assert(n <= SIO_ATTACHMENTS_MAX);
	p = mem_new(sizeof(*p) + (n + 1) * sizeof(p->parts[0]));
	p->refs = 1;
	p->count = (unsigned)n + 1;
	p->parts[0] = text;
	for (size_t i = 0; i < n; i++) {
		struct packet *part = packet_new(attachments[i].n, true);

		if (attachments[i].n > 0)
			memcpy(part->data, attachments[i].p, attachments[i].n);
		p->parts[i + 1] = part;
	}
	return p;
}

struct sio_packet *sio_packet_event(struct str nsp, const char *event,
    const uint64_t *ack_id, struct str args, const struct str *attachments,
    size_t n)
{
	struct packet *text;
	struct buf b;

	buf_init(&b, 0);
	buf_reserve(&b, args.n + 64);
	buf_byte(&b, '[');
	json_out_quote(&b, str_of(event));
	if (args.n > 0)
		buf_byte(&b, ',');
	buf_put(&b, args);
	buf_byte(&b, ']');
	text = sio_encode(
	    n > 0 ? SIO_BINARY_EVENT : SIO_EVENT, n, nsp, ack_id, buf_str(&b));
	buf_fini(&b);
	return sio_packet_make(text, attachments, n);
}

struct sio_packet *sio_packet_new_binary(struct str nsp, const char *event,
    struct str args, const struct str *attachments, size_t n)
{
	return sio_packet_event(nsp, event, NULL, args, attachments, n);
}

struct sio_packet *sio_packet_new(
    struct str nsp, const char *event, struct str args)
{
	return sio_packet_new_binary(nsp, event, args, NULL, 0);
}

void sio_packet_unref(struct sio_packet **p)
{
	struct sio_packet *gone = *p;

	*p = NULL;
	if (!gone || --gone->refs > 0)
		return;
	for (unsigned i = 0; i < gone->count; i++)
		packet_unref(&gone->parts[i]);
	free(gone);
}
