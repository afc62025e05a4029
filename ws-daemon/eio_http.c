/* eio_http.c: the query and the fixed answers of Engine.IO */
/* SPDX-License-Identifier: MIT */
#include "eio_http.h"

#include "base/json_out.h"
#include "base/valid.h"
#include "metrics.h"

void eio_query_parse(struct str query, struct eio_query *q_r)
{
	struct str part;

	memset(q_r, 0, sizeof(*q_r));
	while (str_split(&query, '&', &part)) {
		size_t n = str_index(part, '=');
		struct str name = str_head(part, n);
		struct str value = str_from(part, n + 1);

		if (str_eq(name, STR("transport")))
			q_r->transport = value;
		else if (str_eq(name, STR("sid")))
			q_r->sid = value;
		else if (str_eq(name, STR("EIO")))
			q_r->version = value;
		else if (str_eq(name, STR("b64")))
			q_r->wants_base64 = value.n > 0;
	}
}

/* As Node: TAB, printable ASCII and anything above. */
static bool has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

enum eio_refusal eio_check(const struct wire_request *r,
    const struct eio_query *q, struct eio_known known)
{
	bool websocket = str_eq(q->transport, STR("websocket"));

	if (!websocket && !str_eq(q->transport, STR("polling")))
		return EIO_BAD_TRANSPORT;
	if (has_control(r->origin))
		return EIO_BAD_REQUEST;
	if (q->sid.n > 0) {
		if (!known.exists)
			return EIO_BAD_SID;
		if (!r->is_upgrade && websocket != known.is_websocket)
			return EIO_BAD_REQUEST;
		return EIO_ACCEPTED;
	}
	if (r->method != WIRE_GET)
		return EIO_BAD_METHOD;
	if (websocket && !r->is_upgrade)
		return EIO_BAD_REQUEST;
	return EIO_ACCEPTED;
}

enum eio_refusal eio_check_version(const struct eio_query *q)
{
	return str_eq(q->version, STR("4")) ? EIO_ACCEPTED : EIO_BAD_VERSION;
}

const char *eio_refusal_text(enum eio_refusal refusal, const char *text)
{
	static const char *const messages[] = {
		[EIO_BAD_TRANSPORT] = "Transport unknown",
		[EIO_BAD_SID] = "Session ID unknown",
		[EIO_BAD_METHOD] = "Bad handshake method",
		[EIO_BAD_REQUEST] = "Bad request",
		[EIO_FORBIDDEN] = "Forbidden",
		[EIO_BAD_VERSION] = "Unsupported protocol version",
	};

	assert(refusal < EIO_ACCEPTED);
	return refusal == EIO_FORBIDDEN && text && text[0] ? text
							   : messages[refusal];
}

void eio_refusal_count(enum eio_refusal refusal)
{
	static const char *const reasons[] = {
		[EIO_BAD_TRANSPORT] = "bad_transport",
		[EIO_BAD_SID] = "bad_sid",
		[EIO_BAD_METHOD] = "bad_method",
		[EIO_BAD_REQUEST] = "bad_request",
		[EIO_FORBIDDEN] = "forbidden",
		[EIO_BAD_VERSION] = "bad_version",
	};

	assert(refusal < EIO_ACCEPTED);
	metrics_add_of(METRIC_REFUSALS, reasons[refusal], 1);
}

void eio_refusal_put(struct buf *b, enum eio_refusal refusal, const char *text,
    struct wire_answer *a_r)
{
	buf_printf(b, "{\"code\":%d,\"message\":", (int)refusal);
	json_out_quote(b, str_of(eio_refusal_text(refusal, text)));
	buf_byte(b, '}');
	a_r->status = refusal == EIO_FORBIDDEN ? 403 : 400;
	a_r->type = "application/json";
	a_r->body = buf_str(b);
}

void eio_cors_put(struct buf *b, const struct eio_conf *conf, struct str origin)
{
	struct str list = str_trim(str_of(conf->cors));

	if (list.n == 0)
		return;
	if (str_eq(list, STR("*"))) {
		buf_puts(b, "Access-Control-Allow-Origin: *\r\n");
	} else {
		buf_puts(b, "Vary: Origin\r\n");
		/* Only what equals a row of ours is ever echoed. */
		if (origin.n > 0 && !has_control(origin) &&
		    valid_origin_listed(list, origin)) {
			buf_puts(b, "Access-Control-Allow-Origin: ");
			buf_put(b, origin);
			buf_puts(b, "\r\n");
		}
	}
}

void eio_preflight_put(struct buf *b, struct str requested_headers)
{
	buf_puts(b,
	    "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\r\n"
	    "Vary: Access-Control-Request-Headers\r\n");
	if (requested_headers.n > 0 && !has_control(requested_headers)) {
		buf_puts(b, "Access-Control-Allow-Headers: ");
		buf_put(b, requested_headers);
		buf_puts(b, "\r\n");
	}
}
