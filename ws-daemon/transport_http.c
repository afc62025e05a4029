/* transport_http.c: HTTP requests of libwebsockets to eio.c and back */
/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/network.h"
#include "transport_wire.h"
#include "wire_local.h"

/* Answers above this get a socket buffer that holds most of them whole. */
#define SMALL_ANSWER (16 * 1024)

static struct buf request_text;

static int refuse_with(struct wire *w, int status, const char *text);

/* A header's value behind what the buffer has; room was made before. */
static struct str put_header(struct lws *wsi, enum lws_token_indexes token)
{
	struct buf *b = &request_text;
	int len = lws_hdr_total_length(wsi, token);
	char *start = b->p + b->n;
	int n;

	if (len <= 0)
		return STR_EMPTY;
	/* Fragments are joined with commas, which lws does not count. */
	n = lws_hdr_copy(wsi, start, (int)(b->cap - b->n), token);
	if (n <= 0)
		return STR_EMPTY;
	n = (int)strlen(start);
	b->n += (size_t)n + 1;
	return str_make(start, (size_t)n);
}

/*
 * The query again as it was: libwebsockets has cut it at '&' and decoded each
 * part, so that a part may hold any byte.
 */
static struct str put_query(struct lws *wsi)
{
	struct buf *b = &request_text;
	size_t start = b->n;
	static char part[TRANSPORT_HEADERS_MAX + 1];
	int n;

	for (int i = 0; (n = lws_hdr_copy_fragment(wsi, part, sizeof(part),
			     WSI_TOKEN_HTTP_URI_ARGS, i)) >= 0;
	     i++) {
		struct str s = str_make(part, (size_t)n);
		size_t eq = str_index(s, '=');

		if (i > 0)
			buf_byte(b, '&');
		buf_percent(b, str_head(s, eq));
		if (eq < s.n) {
			buf_byte(b, '=');
			buf_percent(b, str_from(s, eq + 1));
		}
	}
	return str_make(b->p + start, b->n - start);
}

/*
 * X-Forwarded-For grows at its end: the last address is the one that our own
 * proxy saw, those before it are the client's word. A proxy on this machine is
 * believed without a setting: who else could have connected from here may use
 * all there is anyway (address.c).
 */
static struct str client_address(struct lws *wsi)
{
	static char text[64];
	struct str peer, list;
	size_t i;

	text[0] = '\0';
	lws_get_peer_simple(wsi, text, sizeof(text));
	peer = str_of(text);
	if (!transport_conf->trust_proxy && !network_is_loopback(peer))
		return peer;
	list = put_header(wsi, WSI_TOKEN_X_FORWARDED_FOR);
	for (i = list.n; i > 0 && list.p[i - 1] != ','; i--)
		;
	list = str_trim(str_from(list, i));
	return network_is_address(list) ? list : peer;
}

static enum wire_method method(struct wire *w)
{
	w->is_head = false;
	if (lws_hdr_total_length(w->wsi, WSI_TOKEN_GET_URI) > 0)
		return WIRE_GET;
	if (lws_hdr_total_length(w->wsi, WSI_TOKEN_POST_URI) > 0)
		return WIRE_POST;
	if (lws_hdr_total_length(w->wsi, WSI_TOKEN_OPTIONS_URI) > 0)
		return WIRE_OPTIONS;
	w->is_head = lws_hdr_total_length(w->wsi, WSI_TOKEN_HEAD_URI) > 0;
	return WIRE_OTHER;
}

static bool header_is(
    struct lws *wsi, enum lws_token_indexes token, const char *value)
{
	char text[32];

	return lws_hdr_copy(wsi, text, sizeof(text), token) > 0 &&
	       str_ieq(str_of(text), str_of(value));
}

/* As libwebsockets decides it in lws_http_action. */
static bool keeps_alive(struct lws *wsi)
{
	if (header_is(wsi, WSI_TOKEN_CONNECTION, "close"))
		return false;
	return header_is(wsi, WSI_TOKEN_HTTP, "HTTP/1.1") ||
	       header_is(wsi, WSI_TOKEN_CONNECTION, "keep-alive");
}

/* False when the length is not one number or is said in two ways: what is
 * read differently by a proxy is a way to smuggle requests. */
static bool body_length(struct wire *w, int64_t *length_r)
{
	bool coded =
	    lws_hdr_total_length(w->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0;
	bool counted =
	    lws_hdr_total_length(w->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0;
	char text[32];
	uint64_t n;

	*length_r = 0;
	w->is_chunked = coded;
	if (coded) {
		*length_r = -1;
		return !counted &&
		       header_is(
			   w->wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING, "chunked");
	}
	if (!counted)
		return true;
	if (lws_hdr_copy(w->wsi, text, sizeof(text),
		WSI_TOKEN_HTTP_CONTENT_LENGTH) <= 0 ||
	    !str_u64(str_of(text), 0, INT64_MAX, &n))
		return false;
	*length_r = (int64_t)n;
	return true;
}

bool transport_request(struct wire *w, struct wire_request *r_r)
{
	static const enum lws_token_indexes tokens[] = {
		WSI_TOKEN_HTTP_URI_ARGS, WSI_TOKEN_HTTP_COOKIE,
		WSI_TOKEN_ORIGIN, WSI_TOKEN_HOST, WSI_TOKEN_X_FORWARDED_FOR,
		WSI_TOKEN_HTTP_CONTENT_TYPE, WSI_TOKEN_HTTP_AC_REQUEST_HEADERS
	};
	size_t room = 0;

	for (size_t i = 0; i < COUNT_OF(tokens); i++)
		room += (size_t)lws_hdr_total_length(w->wsi, tokens[i]) + 64;
	/* Slices point into it: it must not move. %XX triples the query. */
	buf_clear(&request_text);
	buf_reserve(&request_text, room * 3);
	memset(r_r, 0, sizeof(*r_r));
	r_r->method = method(w);
	r_r->cookie = put_header(w->wsi, WSI_TOKEN_HTTP_COOKIE);
	r_r->origin = put_header(w->wsi, WSI_TOKEN_ORIGIN);
	r_r->host = put_header(w->wsi, WSI_TOKEN_HOST);
	r_r->content_type = put_header(w->wsi, WSI_TOKEN_HTTP_CONTENT_TYPE);
	r_r->cors_headers =
	    put_header(w->wsi, WSI_TOKEN_HTTP_AC_REQUEST_HEADERS);
	r_r->address = client_address(w->wsi);
	r_r->query = put_query(w->wsi);
	w->keep_alive = keeps_alive(w->wsi);
	return body_length(w, &r_r->length);
}

static struct str path_of(struct lws *wsi)
{
	static const enum lws_token_indexes uris[] = { WSI_TOKEN_GET_URI,
		WSI_TOKEN_POST_URI, WSI_TOKEN_OPTIONS_URI, WSI_TOKEN_PUT_URI,
		WSI_TOKEN_PATCH_URI, WSI_TOKEN_DELETE_URI, WSI_TOKEN_HEAD_URI };
	static char path[TRANSPORT_HEADERS_MAX + 1];
	int n = -1;

	for (size_t i = 0; n < 0 && i < COUNT_OF(uris); i++)
		if (lws_hdr_total_length(wsi, uris[i]) > 0)
			n = lws_hdr_copy_fragment(
			    wsi, path, sizeof(path), uris[i], 0);
	return n > 0 ? str_make(path, (size_t)n) : STR_EMPTY;
}

bool transport_path_ok(struct lws *wsi)
{
	return str_starts(path_of(wsi), str_of(transport_conf->path));
}

/* From this machine, and no proxy says that it is for somebody else. */
static bool is_local(struct lws *wsi)
{
	struct sockaddr_storage peer, own;
	socklen_t n_peer = sizeof(peer), n_own = sizeof(own);
	int fd = lws_get_socket_fd(wsi);

	return lws_hdr_total_length(wsi, WSI_TOKEN_X_FORWARDED_FOR) == 0 &&
	       lws_hdr_custom_length(wsi, "forwarded:", 10) < 0 &&
	       getpeername(fd, (struct sockaddr *)&peer, &n_peer) == 0 &&
	       getsockname(fd, (struct sockaddr *)&own, &n_own) == 0 &&
	       wire_is_local(&peer, &own);
}

static int answer_page(struct wire *w, const struct wire_request *r)
{
	struct wire_answer a = { .status = 200 };

	if (transport_conf->on_page && (r->method == WIRE_GET || w->is_head) &&
	    r->length == 0 && is_local(w->wsi) &&
	    transport_conf->on_page(path_of(w->wsi), &a))
		return transport_refuse(w, &a);
	return refuse_with(w, 404, "Not found.");
}

static void make_answer(struct wire *w, const struct wire_answer *a)
{
	buf_clear(&w->out);
	wire_put_answer(&w->out, a, w->keep_alive, w->is_head);
}

/*
 * Sends as much of the answer as the socket takes; ends the transaction when
 * that was all and the socket would take more. Until then the connection is
 * parked as a held one is, for the same reason: in all states between the
 * request and the next libwebsockets spins on whatever the client sends,
 * even its FIN. So the bytes go past libwebsockets' own buffer.
 */
static int send_answer(struct wire *w)
{
	struct pollfd room = { .fd = lws_get_socket_fd(w->wsi),
		.events = POLLOUT };
	ssize_t n = 1;

	while (w->sent < w->out.n && n > 0) {
		n = transport_tls_send(
		    w->wsi, w->out.p + w->sent, w->out.n - w->sent);
		if (n > 0)
			w->sent += (size_t)n;
	}
	if (n < 0)
		return -1;
	if (w->sent < w->out.n || poll(&room, 1, 0) != 1) {
		w->role = WIRE_SENDING;
		transport_watch(w);
		return lws_rx_flow_control(w->wsi, 0) < 0 ? -1 : 0;
	}
	w->role = WIRE_IDLE;
	buf_fini(&w->out);
	buf_init(&w->out, 0);
	return w->keep_alive && !lws_http_transaction_completed(w->wsi) ? 0
									: -1;
}

static int write_answer(struct wire *w)
{
	int size = (int)transport_conf->send_buffer;

	w->sent = 0;
	w->role = WIRE_IDLE;
	transport_unwatch(w);
	if (w->out.n > SMALL_ANSWER)
		(void)setsockopt(lws_get_socket_fd(w->wsi), SOL_SOCKET,
		    SO_SNDBUF, &size, sizeof(size));
	lws_set_timeout(w->wsi, NO_PENDING_TIMEOUT, 0);
	w->answer_until_ms =
	    clock_mono_ms() + transport_conf->answer_timeout_ms;
	return send_answer(w);
}

int transport_refuse(struct wire *w, const struct wire_answer *a)
{
	w->keep_alive = false;
	make_answer(w, a);
	return write_answer(w);
}

static int refuse_with(struct wire *w, int status, const char *text)
{
	struct wire_answer a = { .status = status,
		.type = "text/plain; charset=UTF-8",
		.body = str_of(text) };

	return transport_refuse(w, &a);
}

/* What eio.c did with the request, in the terms of libwebsockets. */
static int finish(struct wire *w)
{
	w->in_callback = false;
	if (w->ends)
		return -1;
	return w->out.n > 0 ? write_answer(w) : 0;
}

/* No answer yet: keep the client, but not its 4 kB of headers. */
static int hold(struct wire *w)
{
	w->role = WIRE_HELD;
	/* State "doing transaction" is never read: without this, a client that
	 * hangs up makes the loop spin. transport_watch sees it instead. */
	if (lws_rx_flow_control(w->wsi, 0) < 0)
		return -1;
	lws_set_timeout(w->wsi, NO_PENDING_TIMEOUT, 0);
	lws_http_headers_detach(w->wsi);
	transport_watch(w);
	return 0;
}

static int begin_body(struct wire *w, const struct wire_request *r)
{
	buf_fini(&w->in);
	buf_init(&w->in, eio_payload_max());
	memset(&w->chunks, 0, sizeof(w->chunks));
	if (r->length > 0 || w->is_chunked ||
	    lws_hdr_total_length(w->wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0)
		return 0;
	/* Neither length nor coding: no body (RFC 9112 §6.3), though
	 * libwebsockets would wait for 100 MB. */
	w->keep_alive = false;
	return transport_on_body_end(w);
}

int transport_on_http(struct wire *w)
{
	struct wire_request r;
	bool ok;
	int n;

	transport_unwatch(w);
	w->role = WIRE_REQUEST;
	w->skips_body = false;
	buf_clear(&w->out);
	ok = transport_request(w, &r);
	if (!transport_path_ok(w->wsi))
		return answer_page(w, &r);
	if (transport_is_stopping)
		return refuse_with(w, 503, "The server is stopping.");
	if (!ok || (r.method != WIRE_POST && r.length != 0))
		return refuse_with(w, 400, "A body that is not expected.");
	w->in_callback = true;
	eio_on_request(w, &r);
	if (w->out.n > 0 || w->ends) {
		/* A body still to come is read away, if it can be. */
		w->skips_body = r.length != 0;
		if (r.length < 0 ||
		    r.length > (int64_t)transport_conf->discard_max)
			w->keep_alive = false;
		return finish(w);
	}
	n = r.method == WIRE_POST ? begin_body(w, &r) : hold(w);
	w->in_callback = false;
	return n;
}

int transport_on_body(struct wire *w, struct str part)
{
	enum wire_chunked state = WIRE_CHUNKS_MORE;

	if (w->skips_body || w->role != WIRE_REQUEST)
		return 0;
	if (w->is_chunked)
		state = wire_chunks_add(&w->chunks, part, &w->in);
	else
		buf_put(&w->in, part);
	if (state == WIRE_CHUNKS_BAD)
		return -1;
	if (!buf_failed(&w->in) && state != WIRE_CHUNKS_END)
		return 0;
	/* libwebsockets does not know where a chunked body ends. */
	w->keep_alive = false;
	return transport_on_body_end(w);
}

int transport_on_body_end(struct wire *w)
{
	if (w->skips_body || w->role != WIRE_REQUEST || !w->user)
		return 0;
	w->in_callback = true;
	w->skips_body = true;
	eio_on_body(w, buf_str(&w->in), buf_failed(&w->in));
	buf_fini(&w->in);
	buf_init(&w->in, 0);
	return finish(w);
}

int transport_on_http_writable(struct wire *w)
{
	if (w->role == WIRE_SENDING) {
		transport_unwatch(w);
		return send_answer(w);
	}
	if (w->role != WIRE_HELD)
		return 0;
	if (w->out.n == 0 && w->user) {
		w->in_callback = true;
		eio_on_writable(w);
	}
	return finish(w);
}

void transport_unpark(struct wire *w)
{
	/* libwebsockets ignores a connection that it does not read. */
	if (lws_rx_flow_control(w->wsi, 1) < 0)
		transport_cut(w);
	else
		lws_callback_on_writable(w->wsi);
}

void wire_wake(struct wire *w)
{
	if (w->role == WIRE_HELD)
		transport_unpark(w);
}

void wire_answer(struct wire *w, const struct wire_answer *a)
{
	w->user = NULL;
	make_answer(w, a);
	if (w->role == WIRE_HELD && !w->in_callback)
		transport_unpark(w);
}
