/* test_doorbell.c: the datagram that wakes the daemons */
/* SPDX-License-Identifier: MIT */
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "chat/chat.h"
#include "unit.h"

static char path[96];

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

static int listen_at(const char *at)
{
	memmove(path, at, strlen(at) + 1);
	unlink(at);
	return listen_at_path();
}

static void every_path_of_a_list_is_rung(void)
{
	char first[96], second[104], list[500], long_path[200], c;
	int a, b;

	snprintf(first, sizeof(first), "%s", path);
	snprintf(second, sizeof(second), "%s-2", path);
	memset(long_path, 'x', sizeof(long_path) - 1);
	long_path[sizeof(long_path) - 1] = '\0';
	snprintf(list, sizeof(list), "  %s  %s /nowhere/bell\t%s ", first,
	    long_path, second);
	a = listen_at(first);
	b = listen_at(second);
	doorbell_open(list);
	doorbell_ring();
	CU_ASSERT_EQUAL(recv(a, &c, 1, 0), 1);
	CU_ASSERT_EQUAL(recv(b, &c, 1, 0), 1);
	close(a);
	close(b);
	unlink(first);
}

static void a_list_is_taken_apart(void)
{
	char p[DOORBELL_PATH_SIZE];
	const char *rest = doorbell_next(" /a /b", p);

	CU_ASSERT_STRING_EQUAL(p, "/a");
	rest = doorbell_next(rest, p);
	CU_ASSERT_STRING_EQUAL(p, "/b");
	CU_ASSERT_PTR_NULL(doorbell_next(rest, p));
	CU_ASSERT_STRING_EQUAL(p, "");
	CU_ASSERT_PTR_NULL(doorbell_next(NULL, p));
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
	{ "every path of a list is rung", every_path_of_a_list_is_rung },
	{ "a list is taken apart", a_list_is_taken_apart },
	{ "a full queue does not block", a_full_queue_does_not_block },
	{ "no path and a long one do nothing",
	    no_path_and_a_long_one_do_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_doorbell = { "doorbell", NULL, NULL, set_up, tear_down,
	tests };
