/* transport.c: the event loop: libuv, libwebsockets and what they call */
/* SPDX-License-Identifier: MIT */
#include "transport.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"
#include "timer.h"
#include "transport_wire.h"

/*
 * libwebsockets runs inside of our libuv loop (its own poll() loop costs time
 * per connection at every wake-up, and its libuv loop takes our signals).
 * Timers are our own (its timers are a sorted list).
 */

#define WATCH_MS       1000 /* for held polls */
#define WATCH_SEND_MS  30   /* while an answer waits for room */
#define RX_BUFFER_SIZE 1024
#define FILES_MAX      65536

const struct transport_conf *transport_conf;
bool transport_is_stopping;

static uv_loop_t loop;
static uv_prepare_t before_poll;
static uv_check_t after_poll;
static bool is_polling;
static uv_timer_t tick;
static uv_async_t wake;
static pthread_mutex_t wake_lock = PTHREAD_MUTEX_INITIALIZER;
static bool can_wake; /* under wake_lock: wake is open */
static uv_poll_t bell;
static uv_signal_t signals[3];
static int bell_fd = -1;
static struct lws_context *context;
static struct lws_vhost *vhost;
static struct list wires;
static struct list watched;
static struct timer watch_timer;
static bool is_sending; /* one of them may be; so the timer is a short one */
static int64_t stop_at_ms;

struct wire *transport_wire(struct lws *wsi)
{
	struct wire *w = lws_get_opaque_user_data(wsi);

	if (w)
		return w;
	w = mem_new(sizeof(*w));
	w->wsi = wsi;
	list_init(&w->node);
	list_init(&w->watch);
	list_add(&wires, &w->node);
	buf_init(&w->in, 0);
	buf_init(&w->out, 0);
	lws_set_opaque_user_data(wsi, w);
	return w;
}

static void wire_free(struct wire *w)
{
	list_del(&w->node);
	list_del(&w->watch);
	buf_fini(&w->in);
	buf_fini(&w->out);
	free(w);
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

/* POLLRDHUP is seen behind data that nobody has read, a peek is not. */
static const short hung_up = POLLRDHUP | POLLHUP | POLLERR;

bool wire_is_gone(const struct wire *w)
{
	struct pollfd fd = { .fd = lws_get_socket_fd(w->wsi),
		.events = POLLRDHUP };

	return poll(&fd, 1, 0) > 0 && (fd.revents & hung_up);
}

void transport_watch(struct wire *w)
{
	list_del(&w->watch);
	list_add(&watched, &w->watch);
	if (w->role == WIRE_SENDING && !is_sending)
		timer_set(&watch_timer, WATCH_SEND_MS);
	else if (!timer_is_set(&watch_timer))
		timer_set(&watch_timer, WATCH_MS);
	is_sending |= w->role == WIRE_SENDING;
}

void transport_unwatch(struct wire *w)
{
	list_del(&w->watch);
}

static void watch_one(struct wire *w, short seen)
{
	bool sends = w->role == WIRE_SENDING;

	is_sending |= sends;
	if ((seen & hung_up) ||
	    (sends && clock_mono_ms() > w->answer_until_ms)) {
		transport_gone(w);
		transport_cut(w);
	} else if (sends && (seen & POLLOUT)) {
		transport_unpark(w);
	}
}

/* Up to 256 of *todo in one system call; they go back to `watched`. */
static void watch_batch(struct list *todo)
{
	struct wire *batch[256];
	struct pollfd fds[256];
	nfds_t n = 0;

	while (n < COUNT_OF(batch) && !list_empty(todo)) {
		struct wire *w = LIST_OF(todo->next, struct wire, watch);

		list_del(&w->watch);
		list_add(&watched, &w->watch);
		batch[n] = w;
		fds[n].fd = lws_get_socket_fd(w->wsi);
		fds[n].events = POLLRDHUP;
		if (w->role == WIRE_SENDING)
			fds[n].events |= POLLOUT;
		fds[n].revents = 0;
		n++;
	}
	if (poll(fds, n, 0) < 0)
		return;
	/* One that ends may end or answer another; none is freed before the
	 * loop comes to it. */
	for (nfds_t i = 0; i < n; i++)
		if (!list_empty(&batch[i]->watch))
			watch_one(batch[i], fds[i].revents);
}

static void on_watch(struct timer *t)
{
	struct list todo = watched;

	if (list_empty(&watched))
		return;
	todo.next->prev = &todo;
	todo.prev->next = &todo;
	list_init(&watched);
	is_sending = false;
	while (!list_empty(&todo))
		watch_batch(&todo);
	timer_set(t, is_sending ? WATCH_SEND_MS : WATCH_MS);
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

/* Every callback of libwebsockets: one call each. */
static int on_lws(struct lws *wsi, enum lws_callback_reasons reason, void *user,
    void *in, size_t len)
{
	struct str part = { in, len };
	struct wire *w;

	(void)user;
	if (is_pipelined(reason))
		return -1;
	switch (reason) {
	case LWS_CALLBACK_FILTER_NETWORK_CONNECTION:
		return transport_is_stopping ? -1 : 0;
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
		w = lws_get_opaque_user_data(wsi);
		if (w) {
			on_closed(w);
			lws_set_opaque_user_data(wsi, NULL);
			wire_free(w);
		}
		return 0;
	default:
		return 0;
	}
}

static const struct lws_protocols protocols[] = {
	/* Index 0 serves HTTP and every WebSocket that asks for no
	 * subprotocol. tx_packet_size 0 would cut what is sent into pieces of
	 * the receive buffer. */
	{ .name = "eio",
	    .callback = on_lws,
	    .rx_buffer_size = RX_BUFFER_SIZE,
	    .tx_packet_size = 1 << 30 },
	{ .name = NULL },
};

static void on_lws_log(int level, const char *line)
{
	struct str s = str_trim(str_of(line));

	/* Its errors are mostly what clients did. */
	if (level == LLL_ERR)
		log_warn("lws text=\"%.*s\"", STR_ARG(s));
	else
		log_debug("lws text=\"%.*s\"", STR_ARG(s));
}

/* Nothing that is still on its way to a client. */
static bool is_drained(void)
{
	struct list *node;

	list_each (node, &wires) {
		struct wire *w = LIST_OF(node, struct wire, node);

		if (w->role >= WIRE_HELD)
			return false;
	}
	return true;
}

/* Before the loop sleeps: until when? */
static void on_before_poll(uv_prepare_t *handle)
{
	int64_t now = clock_mono_ms();
	int64_t ms = timer_next(now);

	(void)handle;
	is_polling = true;
	if (transport_is_stopping) {
		if (now >= stop_at_ms || is_drained()) {
			uv_stop(&loop);
			ms = 0;
		} else if (ms < 0 || ms > stop_at_ms - now) {
			ms = stop_at_ms - now;
		}
	}
	uv_update_time(&loop);
	if (ms < 0)
		uv_timer_stop(&tick);
	else
		uv_timer_start(&tick, tick.timer_cb, (uint64_t)ms, 0);
}

static void on_after_poll(uv_check_t *handle)
{
	(void)handle;
	is_polling = false;
}

static void on_tick(uv_timer_t *handle)
{
	(void)handle;
	timer_run(clock_mono_ms());
}

static void on_wake(uv_async_t *handle)
{
	(void)handle;
	if (transport_conf->on_wake)
		transport_conf->on_wake();
}

static void on_signal(uv_signal_t *handle, int number)
{
	static bool told;

	(void)handle;
	if (number == SIGHUP) {
		if (transport_conf->on_hangup)
			transport_conf->on_hangup();
	} else if (!told && transport_conf->on_stop) {
		told = true;
		transport_conf->on_stop();
	}
}

static void on_bell(uv_poll_t *handle, int status, int events)
{
	char bytes[16];

	(void)handle;
	(void)status;
	(void)events;
	/* One look at the database for all who rang. */
	while (recv(bell_fd, bytes, sizeof(bytes), MSG_DONTWAIT) >= 0)
		;
	if (transport_conf->on_doorbell)
		transport_conf->on_doorbell();
}

static enum err_code open_bell(const char *path, struct err *err)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t n = strlen(path);

	if (n >= sizeof(addr.sun_path))
		return err_set(
		    err, ERR_INVALID, "The path of the doorbell is too long.");
	memcpy(addr.sun_path, path, n + 1);
	bell_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bell_fd < 0)
		return err_set(
		    err, ERR_INTERNAL, "No socket: %s.", strerror(errno));
	/* What a killed daemon left behind. */
	(void)unlink(path);
	if (bind(bell_fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    chmod(path, 0660) < 0)
		return err_set(err, ERR_CONFLICT, "Cannot bind %s: %s.", path,
		    strerror(errno));
	uv_poll_init(&loop, &bell, bell_fd);
	uv_poll_start(&bell, UV_READABLE, on_bell);
	return ERR_OK;
}

static void raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	/* libwebsockets has tables of this size. */
	limit.rlim_cur = MIN_OF(limit.rlim_max, FILES_MAX);
	if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
		log_warn("files_limit error=\"%s\"", strerror(errno));
}

static enum err_code open_lws(
    const struct transport_conf *conf, struct err *err)
{
	/* No WebSocket pings of its own: Engine.IO has them. */
	static const lws_retry_bo_t no_pings = { 0 };
	void *loops[] = { &loop };
	bool any = !conf->host || !conf->host[0] || !strcmp(conf->host, "*");
	struct lws_context_creation_info info = { .port = conf->port,
		.iface = any ? NULL : conf->host,
		.protocols = protocols,
		.gid = (gid_t)-1,
		.uid = (uid_t)-1,
		.options = LWS_SERVER_OPTION_LIBUV |
			   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_VALIDATE_UTF8,
		.foreign_loops = loops,
		.max_http_header_data2 = 16384,
		.pt_serv_buf_size = 16384,
		.timeout_secs = 20,
		.keepalive_timeout = 75,
		.retry_and_idle_policy = &no_pings,
		.vhost_name = "eio" };

	if (!any && !strchr(conf->host, ':'))
		info.options |= LWS_SERVER_OPTION_DISABLE_IPV6;
	lws_set_log_level(LLL_ERR | LLL_WARN, on_lws_log);
	context = lws_create_context(&info);
	if (!context)
		return err_set(err, ERR_INTERNAL,
		    "libwebsockets does not start: is the package "
		    "libwebsockets-evlib-uv installed?");
	vhost = lws_create_vhost(context, &info);
	if (!vhost)
		return err_set(err, ERR_CONFLICT,
		    "Cannot listen on %s port %d: in use, or not an address "
		    "of this machine.",
		    any ? "*" : conf->host, conf->port);
	return ERR_OK;
}

static void close_all(void);

static void set_can_wake(bool yes)
{
	pthread_mutex_lock(&wake_lock);
	can_wake = yes;
	pthread_mutex_unlock(&wake_lock);
}

enum err_code transport_open(const struct transport_conf *conf, struct err *err)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	enum err_code code;

	transport_conf = conf;
	transport_is_stopping = false;
	list_init(&wires);
	list_init(&watched);
	timer_init(&watch_timer, on_watch);
	raise_files();
	signal(SIGPIPE, SIG_IGN);
	uv_loop_init(&loop);
	uv_prepare_init(&loop, &before_poll);
	uv_prepare_start(&before_poll, on_before_poll);
	uv_check_init(&loop, &after_poll);
	uv_check_start(&after_poll, on_after_poll);
	uv_timer_init(&loop, &tick);
	uv_timer_start(&tick, on_tick, 0, 0);
	uv_async_init(&loop, &wake, on_wake);
	set_can_wake(true);
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		uv_signal_init(&loop, &signals[i]);
		uv_signal_start(&signals[i], on_signal, numbers[i]);
	}
	code = open_lws(conf, err);
	if (code == ERR_OK && conf->doorbell && conf->doorbell[0])
		code = open_bell(conf->doorbell, err);
	if (code != ERR_OK)
		close_all();
	return code;
}

int transport_port(void)
{
	return lws_get_vhost_listen_port(vhost);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

/* Our own handles first; then libwebsockets, whose own go in two steps. */
static void close_all(void)
{
	set_can_wake(false);
	uv_close((uv_handle_t *)&before_poll, NULL);
	uv_close((uv_handle_t *)&after_poll, NULL);
	uv_close((uv_handle_t *)&tick, NULL);
	uv_close((uv_handle_t *)&wake, NULL);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		uv_close((uv_handle_t *)&signals[i], NULL);
	if (bell_fd >= 0) {
		if (uv_handle_get_loop((uv_handle_t *)&bell))
			uv_close((uv_handle_t *)&bell, NULL);
		(void)unlink(transport_conf->doorbell);
	}
	if (context) {
		lws_context_destroy(context);
		for (int i = 0; i < 100 && uv_run(&loop, UV_RUN_NOWAIT); i++)
			;
		lws_context_destroy(context);
		context = NULL;
	}
	uv_walk(&loop, close_handle, NULL);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop) != 0)
		log_warn("loop_not_closed");
	if (bell_fd >= 0)
		close(bell_fd);
	bell_fd = -1;
}

void transport_run(void)
{
	uv_run(&loop, UV_RUN_DEFAULT);
	close_all();
}

void transport_stop(int64_t drain_ms)
{
	if (transport_is_stopping)
		return;
	transport_is_stopping = true;
	stop_at_ms = clock_mono_ms() + drain_ms;
	eio_on_stop();
}

void transport_wake(void)
{
	/* Workers outlive the loop, and libuv aborts on a closed handle. */
	pthread_mutex_lock(&wake_lock);
	if (can_wake)
		uv_async_send(&wake);
	pthread_mutex_unlock(&wake_lock);
}
