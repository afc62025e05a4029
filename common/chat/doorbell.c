/* doorbell.c: one datagram that tells the daemons of this host to look */
/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "chat/chat.h"

/* Set before there are threads, only read afterwards. */
static int bell = -1;
static struct sockaddr_un addresses[DOORBELLS_MAX];
static size_t n_addresses;

const char *doorbell_next(const char *paths, char path_r[DOORBELL_PATH_SIZE])
{
	size_t n;

	path_r[0] = '\0';
	if (paths == NULL)
		return NULL;
	paths += strspn(paths, " \t");
	n = strcspn(paths, " \t");
	if (n == 0)
		return NULL;
	if (n < DOORBELL_PATH_SIZE) {
		memcpy(path_r, paths, n);
		path_r[n] = '\0';
	} else {
		log_warn("doorbell_path_too_long path=%.*s", (int)n, paths);
	}
	return paths + n;
}

static void add(const char *path)
{
	struct sockaddr_un *a = &addresses[n_addresses];

	if (path[0] == '\0')
		return;
	if (n_addresses == DOORBELLS_MAX) {
		log_warn("doorbell_left_out path=%s", path);
		return;
	}
	a->sun_family = AF_UNIX;
	memcpy(a->sun_path, path, strlen(path) + 1);
	n_addresses++;
}

void doorbell_open(const char *paths)
{
	char path[DOORBELL_PATH_SIZE];

	if (bell >= 0)
		close(bell);
	bell = -1;
	n_addresses = 0;
	while ((paths = doorbell_next(paths, path)) != NULL)
		add(path);
	if (n_addresses > 0)
		bell = socket(
		    AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void doorbell_ring(void)
{
	ssize_t ignored;
	size_t i;

	if (bell < 0)
		return;
	/* No daemon: nobody to wake. Queue full: a wake-up is due anyway. */
	for (i = 0; i < n_addresses; i++) {
		const struct sockaddr_un *a = &addresses[i];

		ignored = sendto(bell, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
		    (const struct sockaddr *)(const void *)a, sizeof(*a));
		(void)ignored;
	}
}
