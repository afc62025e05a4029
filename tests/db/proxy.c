/* proxy.c: stands between a connection and the server and loses an answer */
/* SPDX-License-Identifier: MIT */
#include "proxy.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/str.h"
#include "harness.h"

static struct settings settings;
static char path[128];
static int listener = -1;
static pthread_t thread;
static bool is_armed, has_lost;
static unsigned left; /* that pass before the cut; 0: none is wanted */
static bool is_cut_after, has_cut;
static pid_t victim;

static struct sockaddr_un address_of(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	assert(strlen(name) < sizeof(a.sun_path));
	memcpy(a.sun_path, name, strlen(name));
	return a;
}

static int connect_to_server(void)
{
	struct sockaddr_un a = address_of(harness_settings()->db_socket);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd >= 0 && connect(fd, (void *)&a, sizeof(a)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool must_cut(void)
{
	unsigned n = __atomic_load_n(&left, __ATOMIC_SEQ_CST);

	if (n > 0)
		__atomic_store_n(&left, n - 1, __ATOMIC_SEQ_CST);
	return n == 1;
}

static bool cut(int server, char *p, size_t n)
{
	if (is_cut_after && send(server, p, n, MSG_NOSIGNAL) == (ssize_t)n)
		(void)!read(server, p, n);
	__atomic_store_n(&has_cut, true, __ATOMIC_SEQ_CST);
	if (victim > 0)
		kill(victim, SIGKILL);
	return false;
}

/* Passes on what is there; false at the end of the connection, or when this
 * was the answer to lose. */
static bool pass(int from, int to, bool is_client)
{
	static char chunk[65536];
	ssize_t n = read(from, chunk, sizeof(chunk));
	struct str text;

	if (n <= 0)
		return false;
	if (is_client && must_cut())
		return cut(to, chunk, (size_t)n);
	if (send(to, chunk, (size_t)n, MSG_NOSIGNAL) != n)
		return false;
	text = str_make(chunk, (size_t)n);
	if (!is_client || str_search(text, STR("COMMIT")) == text.n ||
	    !__atomic_exchange_n(&is_armed, false, __ATOMIC_SEQ_CST))
		return true;
	(void)!read(to, chunk, sizeof(chunk)); /* it is carried out now */
	__atomic_store_n(&has_lost, true, __ATOMIC_SEQ_CST);
	return false;
}

/* One connection at a time is enough for the tests. */
static void serve(int client)
{
	int server = connect_to_server();
	struct pollfd fds[] = { { client, POLLIN, 0 }, { server, POLLIN, 0 } };
	bool is_open = server >= 0;

	while (is_open && poll(fds, 2, -1) > 0) {
		if (fds[0].revents != 0)
			is_open = pass(client, server, true);
		if (is_open && fds[1].revents != 0)
			is_open = pass(server, client, false);
	}
	if (server >= 0)
		close(server);
	close(client);
}

static void *run(void *arg)
{
	int client;

	(void)arg;
	while ((client = accept(listener, NULL, NULL)) >= 0)
		serve(client);
	return NULL;
}

const struct settings *proxy_start(void)
{
	struct sockaddr_un a;

	settings = *harness_settings();
	snprintf(path, sizeof(path), "%s.proxy", settings.db_socket);
	settings.db_socket = path;
	a = address_of(path);
	listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (void *)&a, sizeof(a)) != 0 ||
	    listen(listener, 8) != 0 ||
	    pthread_create(&thread, NULL, run, NULL) != 0)
		abort();
	return &settings;
}

void proxy_stop(void)
{
	shutdown(listener, SHUT_RDWR);
	pthread_join(thread, NULL);
	close(listener);
	unlink(path);
}

void proxy_lose_next_commit(void)
{
	__atomic_store_n(&has_lost, false, __ATOMIC_SEQ_CST);
	__atomic_store_n(&is_armed, true, __ATOMIC_SEQ_CST);
}

bool proxy_has_lost(void)
{
	return __atomic_load_n(&has_lost, __ATOMIC_SEQ_CST);
}

void proxy_cut_at(unsigned n, bool is_after, pid_t pid)
{
	is_cut_after = is_after;
	victim = pid;
	__atomic_store_n(&has_cut, false, __ATOMIC_SEQ_CST);
	__atomic_store_n(&left, n, __ATOMIC_SEQ_CST);
}

bool proxy_has_cut(void)
{
	return __atomic_load_n(&has_cut, __ATOMIC_SEQ_CST);
}
