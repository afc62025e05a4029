/* transport_bell.c: what wakes the loop beside clients: signals, the doorbell,
 * other threads */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "transport_loop.h"
#include "transport_wire.h"

static uv_async_t wake;
static pthread_mutex_t wake_lock = PTHREAD_MUTEX_INITIALIZER;
static bool can_wake; /* under wake_lock: wake is open */
static uv_signal_t signals[3];
static uv_poll_t bell;
static int bell_fd = -1;

static void on_wake(uv_async_t *handle)
{
	(void)handle;
	if (!transport_conf->on_wake)
		return;
	transport_hold();
	transport_conf->on_wake();
	transport_release();
}

static void on_signal(uv_signal_t *handle, int number)
{
	static bool told;

	(void)handle;
	if (number == SIGHUP) {
		/* First: the log is opened again there. */
		if (transport_conf->on_hangup)
			transport_conf->on_hangup();
		transport_tls_reload();
		transport_pause_again();
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

static void set_can_wake(bool yes)
{
	pthread_mutex_lock(&wake_lock);
	can_wake = yes;
	pthread_mutex_unlock(&wake_lock);
}

void transport_bell_start(uv_loop_t *loop)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	uv_async_init(loop, &wake, on_wake);
	set_can_wake(true);
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		uv_signal_init(loop, &signals[i]);
		uv_signal_start(&signals[i], on_signal, numbers[i]);
	}
}

enum err_code transport_bell_open(
    uv_loop_t *loop, const char *path, struct err *err)
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
	uv_poll_init(loop, &bell, bell_fd);
	uv_poll_start(&bell, UV_READABLE, on_bell);
	return ERR_OK;
}

void transport_bell_close(void)
{
	set_can_wake(false);
	uv_close((uv_handle_t *)&wake, NULL);
	for (size_t i = 0; i < COUNT_OF(signals); i++)
		uv_close((uv_handle_t *)&signals[i], NULL);
	if (bell_fd < 0)
		return;
	if (uv_handle_get_loop((uv_handle_t *)&bell))
		uv_close((uv_handle_t *)&bell, NULL);
	(void)unlink(transport_conf->doorbell);
}

void transport_bell_end(void)
{
	if (bell_fd >= 0)
		close(bell_fd);
	bell_fd = -1;
}

void transport_wake(void)
{
	/* Workers outlive the loop, and libuv aborts on a closed handle. */
	pthread_mutex_lock(&wake_lock);
	if (can_wake)
		uv_async_send(&wake);
	pthread_mutex_unlock(&wake_lock);
}
