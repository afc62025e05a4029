/* http_get.c: one HTTP request, and a look into what /metrics answers */
/* SPDX-License-Identifier: MIT */
#include "http_get.h"

#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tls.h"

#define TIMEOUT_MS 2000 /* a person waits */
#define ANSWER_MAX (1 << 20)

/* For connect, too. */
static void limit_waiting(int fd, int64_t ms)
{
	struct timeval t = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof(t));
}

static int connect_to(const struct addrinfo *list)
{
	int fd = -1;

	for (; list != NULL && fd < 0; list = list->ai_next) {
		fd = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC,
		    list->ai_protocol);
		if (fd < 0)
			continue;
		limit_waiting(fd, TIMEOUT_MS);
		if (connect(fd, list->ai_addr, list->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	return fd;
}

static bool send_all(int fd, struct tls *tls, struct str s)
{
	while (s.n > 0) {
		ssize_t n = tls ? tls_send(tls, s.p, s.n)
				: send(fd, s.p, s.n, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		s = str_from(s, (size_t)n);
	}
	return true;
}

/* Until the other side closes: HTTP/1.0 was asked for. */
static bool read_all(int fd, struct tls *tls, struct buf *b)
{
	int64_t until = clock_mono_ms() + TIMEOUT_MS;
	char block[16384];
	ssize_t n;

	while ((n = tls ? tls_recv(tls, block, sizeof(block))
			: recv(fd, block, sizeof(block), 0)) > 0) {
		buf_bytes(b, block, (size_t)n);
		if (buf_failed(b) || clock_mono_ms() > until)
			return false;
	}
	return n == 0;
}

static bool take_answer(struct str text, int *status_r, struct str *body_r)
{
	size_t end = str_search(text, STR("\r\n\r\n"));
	uint64_t status;

	if (!str_starts(text, STR("HTTP/1.")) || end == text.n ||
	    !str_u64(str_head(str_from(text, 9), 3), 100, 599, &status))
		return false;
	*status_r = (int)status;
	*body_r = str_from(text, end + 4);
	return true;
}

static bool ask(int fd, bool by_tls, struct str request, struct buf *answer)
{
	struct tls *tls = by_tls ? tls_open(fd) : NULL;
	bool ok = (tls || !by_tls) && send_all(fd, tls, request) &&
		  read_all(fd, tls, answer);

	tls_close(&tls);
	return ok;
}

enum err_code http_get(struct pool *pool, const struct http_server *to,
    const char *path, int *status_r, struct str *body_r, struct err *err)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	int fd, failed = getaddrinfo(to->host, to->port, &hints, &list);
	const char *name = to->host != NULL ? to->host : "localhost";
	enum err_code code = ERR_OK;
	struct str request;
	struct buf b;
	int64_t since;

	if (failed)
		return err_set(err, ERR_UNAVAILABLE, "%.150s: %s", name,
		    gai_strerror(failed));
	fd = connect_to(list);
	freeaddrinfo(list);
	if (fd < 0)
		return err_set(err, ERR_UNAVAILABLE, "%.150s port %s: %s", name,
		    to->port, strerror(errno));
	request = str_of(pool_printf(pool,
	    "GET %s HTTP/1.0\r\nHost: %s:%s\r\n\r\n", path, name, to->port));
	buf_init(&b, ANSWER_MAX);
	since = clock_mono_ms();
	if (!ask(fd, to->by_tls, request, &b) ||
	    !take_answer(str_copy(pool, buf_str(&b)), status_r, body_r))
		code = err_set(err, ERR_UNAVAILABLE,
		    clock_mono_ms() - since < TIMEOUT_MS
			? "%.150s port %s does not answer as it should"
			: "%.150s port %s: no answer within 2 s",
		    name, to->port);
	buf_fini(&b);
	close(fd);
	return code;
}

double http_metric(struct str page, const char *series)
{
	struct str name = str_of(series), line;

	while (str_split(&page, '\n', &line))
		if (str_starts(line, name) && line.n > name.n &&
		    line.p[name.n] == ' ')
			return strtod(line.p + name.n + 1, NULL);
	return 0;
}
