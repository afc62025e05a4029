/* server.c: an HTTP server that says what a test wants, and counts */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/server.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST_MAX 65536

static struct {
	int fd;
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock;
	struct str answer;
	bool is_silent;
	unsigned connections;
	char request[REQUEST_MAX];
	size_t request_n;
} server = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool is_whole(struct str in)
{
	size_t end = str_search(in, STR("\r\n\r\n"));
	size_t at = str_search(in, STR("Content-Length: "));
	struct str number = str_from(in, at + 16);
	uint64_t n = 0;

	(void)str_u64(
	    str_head(number, str_index(number, '\r')), 0, REQUEST_MAX, &n);
	return end < in.n && in.n >= end + 4 + n;
}

static void serve(int fd)
{
	static char got[REQUEST_MAX];
	size_t got_n = 0;
	struct str text;
	char byte;

	while (!is_whole(str_make(got, got_n))) {
		ssize_t n = read(fd, got + got_n, REQUEST_MAX - got_n);

		if (n <= 0)
			break;
		got_n += (size_t)n;
	}
	/* who says nothing only wants to know when it is served */
	if (got_n > 0) {
		memcpy(server.request, got, got_n);
		server.request_n = got_n;
	}
	text = server.answer;
	while (text.n > 0) {
		ssize_t n = send(fd, text.p, text.n, MSG_NOSIGNAL);

		if (n <= 0)
			break;
		text = str_from(text, (size_t)n);
	}
	if (server.is_silent)
		(void)!read(fd, &byte, 1); /* until the client goes */
	close(fd);
}

static void *run(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(server.fd, NULL, NULL)) >= 0) {
		pthread_mutex_lock(&server.lock);
		server.connections++;
		serve(fd);
		pthread_mutex_unlock(&server.lock);
	}
	return NULL;
}

/* Of both families where there are both, so that nothing is refused for want of
 * one. */
static bool listen_any(void)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
	struct sockaddr_in four = { .sin_family = AF_INET };
	socklen_t n = sizeof(four);
	int off = 0;

	server.fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (server.fd < 0 ||
	    setsockopt(
		server.fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) != 0 ||
	    bind(server.fd, (struct sockaddr *)&six, sizeof(six)) != 0) {
		server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (bind(server.fd, (struct sockaddr *)&four, n) != 0)
			return false;
	}
	n = sizeof(six);
	/* the port stands at the same place in both */
	if (listen(server.fd, 50) != 0 ||
	    getsockname(server.fd, (struct sockaddr *)&six, &n) != 0)
		return false;
	server.port = ntohs(six.sin6_port);
	return true;
}

bool fake_server_start(void)
{
	return listen_any() &&
	       pthread_create(&server.thread, NULL, run, NULL) == 0;
}

void fake_server_stop(void)
{
	shutdown(server.fd, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.fd);
	server.answer = STR_EMPTY;
	server.is_silent = false;
}

unsigned fake_server_port(void)
{
	return server.port;
}

void fake_server_answer(struct str text, bool is_silent)
{
	server.answer = text;
	server.is_silent = is_silent;
}

struct str fake_server_request(void)
{
	return str_make(server.request, server.request_n);
}

/* They are accepted in order: one more tells when those before are served. */
unsigned fake_server_settle(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)server.port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char some[4096];
	unsigned n;

	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0)
		abort();
	shutdown(fd, SHUT_WR);
	while (read(fd, some, sizeof(some)) > 0)
		;
	close(fd);
	pthread_mutex_lock(&server.lock);
	n = --server.connections;
	pthread_mutex_unlock(&server.lock);
	return n;
}
