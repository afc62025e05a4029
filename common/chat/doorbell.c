/* doorbell.c: one datagram that tells the daemons of this host to look */
/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "chat/chat.h"

/* Set before there are threads, only read afterwards. */
static int bell = -1;
static struct sockaddr_un address;

void doorbell_open(const char *path)
{
	size_t n = path == NULL ? 0 : strlen(path);

	if (bell >= 0)
		close(bell);
	bell = -1;
	if (n == 0)
		return;
	if (n >= sizeof(address.sun_path)) {
		log_warn("doorbell_path_too_long path=%s", path);
		return;
	}
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, path, n + 1);
	bell = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

void doorbell_ring(void)
{
	ssize_t ignored;

	if (bell < 0)
		return;
	/* No daemon: nobody to wake. Queue full: a wake-up is due anyway. */
	ignored = sendto(bell, "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
	    (struct sockaddr *)(void *)&address, sizeof(address));
	(void)ignored;
}
