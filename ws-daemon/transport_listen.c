/*
 * transport_listen.c: the listening socket: who is let in, and how fast
 *
 * libwebsockets would accept for as long as somebody waits: clients that
 * connect again as fast as they are cut then keep everybody else from being
 * heard. Here a few are accepted per turn of the loop, the others wait in the
 * system's queue; and who is refused costs no memory. When many come for long,
 * the queue is emptied at a fixed rate: those who are connected already do not
 * wait for those who come and go.
 */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "address.h"
#include "base/clock.h"
#include "base/log.h"
#include "bucket.h"
#include "drops.h"
#include "timer.h"
#include "transport_loop.h"
#include "transport_wire.h"

/* Per turn of the loop. */
#define ACCEPTS_MAX 2
/* How long nobody is accepted when the budget is used up. */
#define PAUSE_MS 20

static uv_poll_t listener;
static int listen_fd = -1;
static int port;
static struct bucket budget;
static struct timer pause_timer;

/* False, and why in the drops, when it is to be closed. */
static bool may_stay(const struct sockaddr_storage *peer, struct address **a_r)
{
	const struct sockaddr *sa = (const struct sockaddr *)peer;
	const void *ip = &((const struct sockaddr_in *)sa)->sin_addr;
	char text[INET6_ADDRSTRLEN] = "";

	*a_r = NULL;
	if (transport_lws_count() >= transport_connections_max()) {
		drops_count(DROP_CONNECTIONS);
		return false;
	}
	/* Behind a proxy all have the proxy's address; then only sessions are
	 * counted, by what the proxy says (eio.c). */
	if (transport_conf->trust_proxy)
		return true;
	if (sa->sa_family == AF_INET6)
		ip = &((const struct sockaddr_in6 *)sa)->sin6_addr;
	if (!inet_ntop(sa->sa_family, ip, text, sizeof(text)) ||
	    address_add(str_of(text), ADDRESS_WIRE, a_r))
		return true;
	drops_count(DROP_ADDRESS_CONNECTIONS);
	return false;
}

/* False when nobody waits. */
static bool accept_one(void)
{
	struct sockaddr_storage peer = { 0 };
	socklen_t n = sizeof(peer);
	struct address *address;
	int one = 1;
	int fd = accept4(listen_fd, (struct sockaddr *)&peer, &n,
	    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR)
			log_warn("accept error=\"%s\"", strerror(errno));
		return false;
	}
	if (!may_stay(&peer, &address)) {
		close(fd);
		return true;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	transport_lws_adopt(fd, address);
	return true;
}

static void on_readable(uv_poll_t *handle, int status, int events)
{
	int64_t now = clock_mono_ms();

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPTS_MAX; i++) {
		if (transport_conf->accept_burst > 0 &&
		    !bucket_take(&budget, 1, transport_conf->accept_burst,
			transport_conf->accept_refill_ms, now)) {
			drops_count(DROP_ACCEPTS);
			uv_poll_stop(handle);
			timer_set(&pause_timer, PAUSE_MS);
			return;
		}
		if (!accept_one())
			return;
	}
}

static void on_pause(struct timer *t)
{
	(void)t;
	if (listen_fd >= 0)
		uv_poll_start(&listener, UV_READABLE, on_readable);
}

static int bind_one(const struct addrinfo *ai)
{
	int one = 1, zero = 0;
	int fd = socket(
	    ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (ai->ai_family == AF_INET6)
		(void)setsockopt(
		    fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Every address of this machine: IPv6, which takes IPv4 as well, if it can. */
static int bind_host(const char *host, const char *service)
{
	static const int families[] = { AF_INET6, AF_INET };
	int fd = -1;

	for (size_t i = 0; fd < 0 && i < COUNT_OF(families); i++) {
		struct addrinfo hints = { .ai_family = families[i],
			.ai_socktype = SOCK_STREAM,
			.ai_flags = AI_PASSIVE | AI_NUMERICSERV };
		struct addrinfo *list;

		if (getaddrinfo(host, service, &hints, &list) != 0)
			continue;
		fd = bind_one(list);
		freeaddrinfo(list);
	}
	return fd;
}

enum err_code transport_listen_open(
    uv_loop_t *loop, const struct transport_conf *conf, struct err *err)
{
	bool any = !conf->host || !conf->host[0] || !strcmp(conf->host, "*");
	struct sockaddr_storage addr;
	socklen_t n = sizeof(addr);
	char service[16];

	snprintf(service, sizeof(service), "%d", conf->port);
	listen_fd = bind_host(any ? NULL : conf->host, service);
	if (listen_fd < 0)
		return err_set(err, ERR_CONFLICT,
		    "Cannot listen on %s port %d: in use, or not an address "
		    "of this machine.",
		    any ? "*" : conf->host, conf->port);
	if (getsockname(listen_fd, (struct sockaddr *)&addr, &n) < 0)
		return err_set(
		    err, ERR_INTERNAL, "No port: %s.", strerror(errno));
	port = addr.ss_family == AF_INET6
		   ? ntohs(((struct sockaddr_in6 *)&addr)->sin6_port)
		   : ntohs(((struct sockaddr_in *)&addr)->sin_port);
	bucket_init(&budget, conf->accept_burst, conf->accept_refill_ms,
	    clock_mono_ms());
	timer_init(&pause_timer, on_pause);
	uv_poll_init(loop, &listener, listen_fd);
	uv_poll_start(&listener, UV_READABLE, on_readable);
	return ERR_OK;
}

void transport_listen_close(void)
{
	if (listen_fd < 0)
		return;
	timer_stop(&pause_timer);
	if (uv_handle_get_loop((uv_handle_t *)&listener) &&
	    !uv_is_closing((uv_handle_t *)&listener))
		uv_close((uv_handle_t *)&listener, NULL);
	close(listen_fd);
	listen_fd = -1;
}

int transport_port(void)
{
	return port;
}
