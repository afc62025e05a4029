/* test_doorbell.c: the datagram that wakes the daemons */
/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "chat/chat.h"
#include "unit.h"

static char path[64];

static int listen_at_path(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	CU_ASSERT_EQUAL_FATAL(bind(fd, (void *)&a, sizeof(a)), 0);
	return fd;
}

static void set_up(void)
{
	snprintf(path, sizeof(path), "/tmp/baraza-bell-%d", (int)getpid());
}

static void tear_down(void)
{
	doorbell_open(NULL);
	unlink(path);
}

static void a_ring_arrives(void)
{
	int fd = listen_at_path();
	char c;

	doorbell_open(path);
	doorbell_ring();
	CU_ASSERT_EQUAL(recv(fd, &c, 1, 0), 1);
	CU_ASSERT_EQUAL(recv(fd, &c, 1, 0), -1);
	close(fd);
}

static void a_daemon_that_comes_later_is_found(void)
{
	char c;
	int fd;

	doorbell_open(path);
	doorbell_ring();
	fd = listen_at_path();
	doorbell_ring();
	CU_ASSERT_EQUAL(recv(fd, &c, 1, 0), 1);
	close(fd);
}

static void a_full_queue_does_not_block(void)
{
	int fd = listen_at_path();

	doorbell_open(path);
	for (int i = 0; i < 10000; i++)
		doorbell_ring();
	close(fd);
}

static void no_path_and_a_long_one_do_nothing(void)
{
	char text[300];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	doorbell_open("");
	doorbell_ring();
	doorbell_open(NULL);
	doorbell_ring();
	doorbell_open(text);
	doorbell_ring();
}

static CU_TestInfo tests[] = {
	{ "a ring arrives", a_ring_arrives },
	{ "a daemon that comes later is found",
	    a_daemon_that_comes_later_is_found },
	{ "a full queue does not block", a_full_queue_does_not_block },
	{ "no path and a long one do nothing",
	    no_path_and_a_long_one_do_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_doorbell = { "doorbell", NULL, NULL, set_up, tear_down,
	tests };
