/*
 * transport_lws.c: libwebsockets: its context, its callbacks, its connections
 *
 * libwebsockets runs inside of our libuv loop (its own poll() loop costs time
 * per connection at every wake-up, and its libuv loop takes our signals).
 */
/* SPDX-License-Identifier: MIT */
#include "address.h"
#include "base/clock.h"
#include "base/log.h"
#include "timer.h"
#include "transport_loop.h"
#include "transport_wire.h"

/* Lines of libwebsockets in the log per second: they are mostly what clients
 * did, and a flood of bad clients must not become a flood of lines. */
#define LINES_PER_S 10

static bool is_polling;
static struct lws_context *context;
static struct lws_vhost *vhost;
static struct list wires;
static size_t wire_count;
/* Whom the connection that is being accepted comes from. */
static struct address *newcomer;

struct wire *transport_wire(struct lws *wsi)
{
	struct wire *w = lws_get_opaque_user_data(wsi);

	if (w)
		return w;
	w = mem_new(sizeof(*w));
	w->wsi = wsi;
	w->address = newcomer;
	newcomer = NULL;
	list_init(&w->node);
	list_init(&w->watch);
	list_add(&wires, &w->node);
	buf_init(&w->in, 0);
	buf_init(&w->out, 0);
	lws_set_opaque_user_data(wsi, w);
	wire_count++;
	return w;
}

static void wire_free(struct wire *w)
{
	address_del(&w->address, ADDRESS_WIRE);
	list_del(&w->node);
	list_del(&w->watch);
	buf_fini(&w->in);
	buf_fini(&w->out);
	transport_hold_drop(w);
	free(w);
	wire_count--;
}

void transport_gone(struct wire *w)
{
	void *user = w->user;

	transport_unwatch(w);
	if (!user)
		return;
	eio_on_gone(w);
	w->user = NULL;
}

void transport_cut(struct wire *w)
{
	if (w->in_callback)
		w->ends = true;
	else
		lws_set_timeout(
		    w->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
}

void wire_set_user(struct wire *w, void *user)
{
	w->user = user;
}

void *wire_user(const struct wire *w)
{
	return w->user;
}

void wire_reset(struct wire *w)
{
	w->user = NULL;
	transport_unwatch(w);
	transport_cut(w);
}

static int on_closed(struct wire *w)
{
	w->in_callback = true; /* there is nothing left to cut */
	transport_gone(w);
	w->in_callback = false;
	return 0;
}

/*
 * libwebsockets 4.1.6 keeps what is left of a segment behind one request and
 * goes through it when the loop is idle. It then hands the head of the second
 * request out as its body (lws_http_action looks at its buffer before what it
 * parsed is taken off). So a request that does not come from the socket gets
 * the connection closed; proxies and browsers never send one.
 */
static bool is_pipelined(enum lws_callback_reasons reason)
{
	return !is_polling && (reason == LWS_CALLBACK_HTTP ||
				  reason == LWS_CALLBACK_HTTP_CONFIRM_UPGRADE);
}

static int on_destroy(struct lws *wsi)
{
	struct wire *w = lws_get_opaque_user_data(wsi);

	if (!w)
		return 0;
	on_closed(w);
	lws_set_opaque_user_data(wsi, NULL);
	wire_free(w);
	return 0;
}

/* Every callback of libwebsockets: one call each. */
static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user,
    void *in, size_t len)
{
	struct str part = { in, len };
	struct wire *w;

	if (is_pipelined(reason))
		return -1;
	switch (reason) {
	case LWS_CALLBACK_SERVER_NEW_CLIENT_INSTANTIATED:
		(void)transport_wire(wsi);
		return 0;
	case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
		transport_tls_use(user);
		return 0;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return transport_on_upgrade(transport_wire(wsi), in);
	case LWS_CALLBACK_ESTABLISHED:
		return transport_on_established(transport_wire(wsi));
	case LWS_CALLBACK_RECEIVE:
		return transport_on_receive(transport_wire(wsi), part);
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return transport_on_ws_writable(transport_wire(wsi));
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		return transport_on_peer_close(transport_wire(wsi));
	case LWS_CALLBACK_HTTP:
		return transport_on_http(transport_wire(wsi));
	case LWS_CALLBACK_HTTP_BODY:
		return transport_on_body(transport_wire(wsi), part);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return transport_on_body_end(transport_wire(wsi));
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return transport_on_http_writable(transport_wire(wsi));
	case LWS_CALLBACK_CLOSED:
	case LWS_CALLBACK_CLOSED_HTTP:
		w = lws_get_opaque_user_data(wsi);
		return w ? on_closed(w) : 0;
	case LWS_CALLBACK_WSI_DESTROY:
		return on_destroy(wsi);
	default:
		return 0;
	}
}

static struct lws_protocols protocols[] = {
	/* Index 0 serves HTTP and every WebSocket that asks for no
	 * subprotocol. tx_packet_size 0 would cut what is sent into pieces of
	 * the receive buffer. */
	{ .name = "eio", .callback = on_lws, .tx_packet_size = 1 << 30 },
	{ .name = NULL },
};

static void on_lws_log(int level, const char *line)
{
	static int64_t second;
	static unsigned lines;
	struct str s = str_trim(str_of(line));
	int64_t now = clock_mono_ms() / 1000;

	if (now != second) {
		if (lines > LINES_PER_S)
			log_warn("lws suppressed=%u", lines - LINES_PER_S);
		second = now;
		lines = 0;
	}
	/* Its errors are mostly what clients did. */
	if (level != LLL_ERR)
		log_debug("lws text=\"%.*s\"", STR_ARG(s));
	else if (++lines <= LINES_PER_S)
		log_warn("lws text=\"%.*s\"", STR_ARG(s));
}

bool transport_lws_is_drained(void)
{
	struct list *node;

	list_each (node, &wires) {
		struct wire *w = LIST_OF(node, struct wire, node);

		if (w->role >= WIRE_HELD)
			return false;
	}
	return true;
}

void transport_lws_set_polling(bool yes)
{
	is_polling = yes;
}

/* It counts in seconds. */
static unsigned seconds(int64_t ms)
{
	return (unsigned)MAX_OF((ms + 999) / 1000, 1);
}

enum err_code transport_lws_open(
    uv_loop_t *loop, const struct transport_conf *conf, struct err *err)
{
	/* No WebSocket pings of its own: Engine.IO has them. */
	static const lws_retry_bo_t no_pings = { 0 };
	void *loops[] = { loop };
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.options = LWS_SERVER_OPTION_LIBUV |
			   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_VALIDATE_UTF8,
		.foreign_loops = loops,
		.max_http_header_data2 = (unsigned)conf->headers_max,
		.pt_serv_buf_size = (unsigned)conf->headers_max,
		.timeout_secs = seconds(conf->header_timeout_ms),
		.keepalive_timeout = (int)seconds(conf->keepalive_timeout_ms),
		.retry_and_idle_policy = &no_pings,
		.vhost_name = "eio"
	};

	list_init(&wires);
	protocols[0].rx_buffer_size = conf->rx_buffer;
	if (transport_tls_is_on(conf)) {
		enum err_code code = transport_tls_check(conf, err);

		if (code != ERR_OK)
			return code;
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
		/* Its default offers h2, which our callbacks do not speak. */
		info.alpn = "http/1.1";
		info.ssl_cert_filepath = conf->tls_cert;
		info.ssl_private_key_filepath = conf->tls_key;
		if (conf->tls_ciphers && conf->tls_ciphers[0])
			info.ssl_cipher_list = conf->tls_ciphers;
	}
	lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
	context = lws_create_context(&info);
	if (!context)
		return err_set(err, ERR_INTERNAL,
		    "libwebsockets does not start: is the package "
		    "libwebsockets-evlib-uv installed?");
	vhost = lws_create_vhost(context, &info);
	if (!vhost)
		return err_set(
		    err, ERR_INTERNAL, "libwebsockets does not start.");
	return ERR_OK;
}

void transport_lws_close(uv_loop_t *loop)
{
	if (!context)
		return;
	lws_context_destroy(context);
	for (int i = 0; i < 100 && uv_run(loop, UV_RUN_NOWAIT); i++)
		;
	lws_context_destroy(context);
	context = NULL;
}

size_t transport_lws_count(void)
{
	return wire_count;
}

void transport_lws_adopt(int fd, struct address *address)
{
	newcomer = address; /* goes to the wire that is made meanwhile */
	(void)lws_adopt_socket_vhost(vhost, fd); /* closes fd when it fails */
	address_del(&newcomer, ADDRESS_WIRE);
}
