/* transport_bell.c: what wakes the loop beside clients: signals, the doorbell,
 * other threads */
/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "transport_loop.h"
#include "transport_wire.h"

/* How long a daemon that is about to end may keep the doorbell from us, and
 * how often we look. */
#define HANDOVER_MS 5000
#define LOOK_MS	    50

static uv_async_t wake;
static pthread_mutex_t wake_lock = PTHREAD_MUTEX_INITIALIZER;
static bool can_wake; /* under wake_lock: wake is open */
static uv_signal_t signals[3];
static uv_poll_t bell;
static int bell_fd = -1;
static struct stat bound; /* what stands at the path, if it is still ours */

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

/* Whether somebody hears what is sent to this address. */
static bool is_heard(const struct sockaddr_un *addr)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool yes = fd >= 0 && (connect(fd, (const struct sockaddr *)addr,
				   sizeof(*addr)) == 0 ||
				  errno == EPROTOTYPE);

	if (fd >= 0)
		close(fd);
	return yes;
}

/* A daemon that runs keeps its doorbell; one that ends gives it up soon. */
static enum err_code make_room(const struct sockaddr_un *addr, struct err *err)
{
	const char *path = addr->sun_path;
	int64_t until = clock_mono_ms() + HANDOVER_MS;
	struct stat st;

	while (lstat(path, &st) == 0) {
		if (!S_ISSOCK(st.st_mode))
			return err_set(err, ERR_CONFLICT,
			    "The doorbell %s is no socket.", path);
		if (!is_heard(addr)) {
			/* What a killed daemon left behind. */
			(void)unlink(path);
			break;
		}
		if (clock_mono_ms() >= until)
			return err_set(err, ERR_CONFLICT,
			    "Another program listens at the doorbell %s: each "
			    "ws-daemon needs a doorbell of its own.",
			    path);
		(void)poll(NULL, 0, LOOK_MS);
	}
	return ERR_OK;
}

enum err_code transport_bell_open(
    uv_loop_t *loop, const char *path, struct err *err)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	size_t n = strlen(path);
	enum err_code code;

	if (n >= sizeof(addr.sun_path))
		return err_set(
		    err, ERR_INVALID, "The path of the doorbell is too long.");
	memcpy(addr.sun_path, path, n + 1);
	code = make_room(&addr, err);
	if (code != ERR_OK)
		return code;
	bell_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (bell_fd < 0)
		return err_set(
		    err, ERR_INTERNAL, "No socket: %s.", strerror(errno));
	memset(&bound, 0, sizeof(bound));
	if (bind(bell_fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    chmod(path, 0660) < 0 || lstat(path, &bound) < 0)
		return err_set(err, ERR_CONFLICT, "Cannot bind %s: %s.", path,
		    strerror(errno));
	uv_poll_init(loop, &bell, bell_fd);
	uv_poll_start(&bell, UV_READABLE, on_bell);
	return ERR_OK;
}

/* Somebody may have put another one there. */
static void take_down(void)
{
	struct stat st;

	if (lstat(transport_conf->doorbell, &st) == 0 &&
	    st.st_dev == bound.st_dev && st.st_ino == bound.st_ino)
		(void)unlink(transport_conf->doorbell);
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
	take_down();
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
