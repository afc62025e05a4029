/* reach.c: whether the programs of this installation can be reached */
/* SPDX-License-Identifier: MIT */
#include "reach.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "chat/chat.h"

const char *reach_host(const char *ws_host)
{
	static const char *const any[] = { "*", "0.0.0.0", "::" };

	for (size_t i = 0; i < COUNT_OF(any); i++)
		if (strcmp(ws_host, any[i]) == 0)
			return NULL;
	return ws_host;
}

static bool reach(
    const char *path, int type, const char *program, char *note, size_t size)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;
	bool is_up;

	if (path[0] == '\0') {
		snprintf(note, size, "not set");
		return true;
	}
	if (strlen(path) >= sizeof(to.sun_path)) {
		snprintf(note, size, "%.150s is longer than %zu bytes", path,
		    sizeof(to.sun_path) - 1);
		return false;
	}
	memcpy(to.sun_path, path, strlen(path) + 1);
	/* Not to wait where the queue is full: somebody is there then. */
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	is_up =
	    fd >= 0 && (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0 ||
			   errno == EAGAIN);
	if (is_up)
		snprintf(note, size, "%.150s", path);
	else
		snprintf(note, size,
		    "%.100s: %s; is %s running, and as a user who may open "
		    "it?",
		    path, strerror(errno), program);
	if (fd >= 0)
		close(fd);
	return is_up;
}

bool reach_fcgi(const struct settings *s, char *note, size_t size)
{
	return reach(s->fcgi_socket, SOCK_STREAM, "fcgi-app", note, size);
}

bool reach_doorbells(const struct settings *s, char *note, size_t size)
{
	const char *rest = s->doorbell;
	char path[DOORBELL_PATH_SIZE];

	if (rest[0] == '\0')
		return reach(rest, SOCK_DGRAM, "ws-daemon", note, size);
	while ((rest = doorbell_next(rest, path)) != NULL) {
		if (path[0] == '\0') {
			snprintf(note, size, "a path is longer than %d bytes",
			    DOORBELL_PATH_SIZE - 1);
			return false;
		}
		if (!reach(path, SOCK_DGRAM, "ws-daemon", note, size))
			return false;
	}
	snprintf(note, size, "%.280s", s->doorbell);
	return true;
}
