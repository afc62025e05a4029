/* sioload-net.c: sockets and epoll */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define EVENTS_MAX 512
#define READ_MAX   65536

/* How many addresses of 127.0.0.0/8 there are to choose from. */
#define SOURCES 16000000

static int epoll_fd = -1;
static struct sockaddr_in server;
static bool is_local; /* sources may be spread */

void net_start(void)
{
	server.sin_family = AF_INET;
	server.sin_port = htons((uint16_t)opt.port);
	if (inet_pton(AF_INET, opt.host, &server.sin_addr) != 1) {
		fprintf(stderr, "sioload: not an IPv4 address: %s\n", opt.host);
		exit(2);
	}
	is_local = ntohl(server.sin_addr.s_addr) >> 24 == 127;
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (epoll_fd < 0) {
		perror("sioload: epoll");
		exit(1);
	}
}

static void client_fini(struct client *c)
{
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	buf_fini(&c->in);
	buf_fini(&c->fragments);
	buf_fini(&c->out);
	free(c->pending);
}

void net_stop(void)
{
	for (int i = 0; i < opt.clients; i++)
		client_fini(&clients[i]);
	close(epoll_fd);
}

static void watch(struct client *c, int op, uint32_t events)
{
	struct epoll_event ev = { .events = events, .data.ptr = c };

	if (epoll_ctl(epoll_fd, op, c->fd, &ev) < 0)
		net_close(c, "epoll_ctl failed");
}

/* 127.0.1.0 and what follows: never the server's own address. */
static bool bind_source(int fd, int i)
{
	int addresses = opt.addresses > 0 ? opt.addresses : SOURCES;
	struct sockaddr_in source = { .sin_family = AF_INET };
	int one = 1;

	source.sin_addr.s_addr =
	    htonl(0x7f000100u + (uint32_t)(i % addresses % SOURCES));
	/* The port is chosen by connect(2): each address has all of them. */
	return setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one,
		   sizeof(one)) == 0 &&
	       bind(fd, (struct sockaddr *)&source, sizeof(source)) == 0;
}

void net_connect(int i)
{
	struct client *c = &clients[i];
	int one = 1;

	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	c->state = CLIENT_CONNECTING;
	if (c->fd < 0 || (is_local && !bind_source(c->fd, i))) {
		net_close(c, strerror(errno));
		return;
	}
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(c->fd, (struct sockaddr *)&server, sizeof(server)) < 0 &&
	    errno != EINPROGRESS) {
		net_close(c, strerror(errno));
		return;
	}
	watch(c, EPOLL_CTL_ADD, EPOLLIN | EPOLLOUT);
}

void net_close(struct client *c, const char *why)
{
	static const char *const states[] = { "new", "connecting", "upgrading",
		"opening", "entering", "connected", "joining", "joined",
		"closed" };

	if (c->state == CLIENT_CLOSED)
		return;
	if (c->state < CLIENT_JOINED)
		run.failed++;
	if (why)
		fault(c->state < CLIENT_JOINED ? &run.faults.unconnected
					       : &run.faults.closed,
		    "client %d (%s): %s", (int)(c - clients), states[c->state],
		    why);
	c->state = CLIENT_CLOSED;
	/* Its buffers may be in use by the caller: see net_stop. */
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

static void set_wants_write(struct client *c, bool yes)
{
	if (c->wants_write == yes)
		return;
	c->wants_write = yes;
	watch(c, EPOLL_CTL_MOD, yes ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

/* How many bytes were taken; the connection may be closed afterwards. */
static size_t push(struct client *c, const void *bytes, size_t n)
{
	ssize_t sent = send(c->fd, bytes, n, MSG_NOSIGNAL);

	if (sent >= 0)
		return (size_t)sent;
	if (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
		net_close(c, strerror(errno));
	return 0;
}

void net_send(struct client *c, const void *bytes, size_t n)
{
	size_t taken = 0;

	if (c->state == CLIENT_CLOSED)
		return;
	if (c->out.n == 0)
		taken = push(c, bytes, n);
	if (taken == n || c->state == CLIENT_CLOSED)
		return;
	buf_bytes(&c->out, (const char *)bytes + taken, n - taken);
	set_wants_write(c, true);
}

static void flush(struct client *c)
{
	size_t taken = push(c, c->out.p, c->out.n);

	if (c->state == CLIENT_CLOSED)
		return;
	memmove(c->out.p, c->out.p + taken, c->out.n - taken);
	c->out.n -= taken;
	if (c->out.n > 0)
		return;
	buf_fini(&c->out);
	set_wants_write(c, false);
}

static void on_connected(struct client *c)
{
	socklen_t n = sizeof(int);
	int error = 0;

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0)
		error = errno;
	if (error != 0) {
		net_close(c, strerror(error));
		return;
	}
	watch(c, EPOLL_CTL_MOD, EPOLLIN);
	ws_upgrade(c);
}

/* One read: level-triggered epoll comes again when there is more. */
static void on_readable(struct client *c)
{
	static uint8_t bytes[READ_MAX];
	ssize_t n = recv(c->fd, bytes, sizeof(bytes), 0);

	if (n > 0) {
		run.now = now_ns();
		run.bytes_in += (uint64_t)n;
		ws_take(c, bytes, (size_t)n);
	} else if (n == 0) {
		net_close(c, "the server hung up");
	} else if (errno != EAGAIN && errno != EINTR) {
		net_close(c, strerror(errno));
	}
}

static void on_event(struct client *c, uint32_t events)
{
	if (c->state == CLIENT_CLOSED)
		return;
	if (c->state == CLIENT_CONNECTING) {
		on_connected(c);
		return;
	}
	if (events & EPOLLOUT && c->out.n > 0)
		flush(c);
	if (c->state != CLIENT_CLOSED &&
	    events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		on_readable(c);
}

void net_poll(int64_t timeout_ns)
{
	struct epoll_event events[EVENTS_MAX];
	struct timespec t = { .tv_sec = timeout_ns / 1000000000,
		.tv_nsec = timeout_ns % 1000000000 };
	int n = epoll_pwait2(
	    epoll_fd, events, EVENTS_MAX, timeout_ns < 0 ? NULL : &t, NULL);

	if (n < 0 && errno != EINTR) {
		perror("sioload: epoll_pwait2");
		exit(1);
	}
	run.now = now_ns();
	for (int i = 0; i < n; i++)
		on_event(events[i].data.ptr, events[i].events);
}
