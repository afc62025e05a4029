/* test_key_budget.c: what one key may ask, counted by several processes */
/* SPDX-License-Identifier: MIT */
#include "key_budget.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/settings.h"
#include "tests/fake/time.h"
#include "unit.h"

static char path[128];
static struct settings settings = {
	.key_budget_file = path,
	.key_read_burst = 1000,
	.key_read_rate = 10,
	.key_write_burst = 5,
	.key_write_rate = 2,
	.mcp_probes_per_minute = 3,
};
static struct key_budget *budget;

static void setup(void)
{
	snprintf(path, sizeof(path), "%s", unit_file(""));
	budget = key_budget_open(&settings);
}

static void teardown(void)
{
	key_budget_close(&budget);
}

static struct id id_of(unsigned n)
{
	struct id id = ID_NONE;

	memcpy(id.b + 8, &n, sizeof(n));
	return id;
}

/* Seconds to wait; 0: it was there. */
static unsigned take(
    struct key_budget *b, unsigned key, enum key_budget_kind kind)
{
	struct err err = { 0 };

	return key_budget_take(b, id_of(key), kind, &err) ? err.retry_after_s
							  : 0;
}

static unsigned spend(struct key_budget *b, unsigned key)
{
	unsigned n = 0;

	while (!take(b, key, KEY_BUDGET_READ))
		n++;
	return n;
}

static void a_budget_empties_and_fills_again(void)
{
	unsigned i;

	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 0);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 1);
	/* neither reads nor another key are touched by that */
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_READ), 0);
	CU_ASSERT_EQUAL(take(budget, 2, KEY_BUDGET_WRITE), 0);
	fake_time_add_ms(499);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 1);
	fake_time_add_ms(1);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 0);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 1);
	fake_time_add_ms(3600000);
	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 0);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 1);
}

static void probes_are_counted_by_the_minute(void)
{
	unsigned i;

	for (i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_PROBE), 0);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_PROBE), 20);
	CU_ASSERT_EQUAL(take(budget, 2, KEY_BUDGET_PROBE), 0);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_WRITE), 0);
	fake_time_add_ms(20000);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_PROBE), 0);
	CU_ASSERT_EQUAL(take(budget, 1, KEY_BUDGET_PROBE), 20);
}

static void processes_share_it_and_may_die(void)
{
	struct key_budget *other;
	unsigned total = 0;
	int fds[2], i;
	unsigned n;

	CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
	for (i = 0; i < 4; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			other = key_budget_open(&settings);
			n = spend(other, 7);
			if (write(fds[1], &n, sizeof(n)) != sizeof(n))
				_exit(1);
			kill(getpid(), SIGKILL);
		}
		CU_ASSERT_FATAL(pid > 0);
	}
	for (i = 0; i < 4; i++) {
		CU_ASSERT_EQUAL_FATAL(
		    read(fds[0], &n, sizeof(n)), (ssize_t)sizeof(n));
		total += n;
		wait(NULL);
	}
	close(fds[0]);
	close(fds[1]);
	/* not one too many or too few: none was lost between two of them */
	CU_ASSERT_EQUAL(total, 1000);
	CU_ASSERT_EQUAL(take(budget, 7, KEY_BUDGET_READ), 1);
	/* and one that starts later knows */
	other = key_budget_open(&settings);
	CU_ASSERT_EQUAL(take(other, 7, KEY_BUDGET_READ), 1);
	key_budget_close(&other);
}

static void many_keys_do_not_free_a_spent_one(void)
{
	unsigned i;

	CU_ASSERT_EQUAL(spend(budget, 3), 1000);
	for (i = 10; i < 50000; i++)
		CU_ASSERT_EQUAL(take(budget, i, KEY_BUDGET_READ), 0);
	CU_ASSERT(take(budget, 3, KEY_BUDGET_READ) > 0);
}

static void what_a_host_left_before_it_started_again_does_not_count(void)
{
	struct settings less = settings;
	struct key_budget *other;

	CU_ASSERT_EQUAL(spend(budget, 4), 1000);
	/* A clock that is far behind the file, or a smaller burst. */
	less.key_read_burst = 10;
	other = key_budget_open(&less);
	CU_ASSERT_EQUAL(spend(other, 4), 10);
	key_budget_close(&other);
}

static void without_a_file_a_process_counts_alone(void)
{
	struct settings alone = settings;
	struct key_budget *other;
	char nowhere[] = "/nonexistent/budget", folder[] = "/tmp", empty[] = "";
	char *paths[] = { nowhere, folder, empty };
	size_t i;

	log_open("baraza", "/dev/null", LOG_ERROR);
	for (i = 0; i < COUNT_OF(paths); i++) {
		alone.key_budget_file = paths[i];
		other = key_budget_open(&alone);
		CU_ASSERT_EQUAL(spend(other, 1), 1000);
		key_budget_close(&other);
	}
	log_open("baraza", NULL, LOG_INFO);
}

static CU_TestInfo tests[] = {
	{ "a budget empties and fills again",
	    a_budget_empties_and_fills_again },
	{ "probes are counted by the minute",
	    probes_are_counted_by_the_minute },
	{ "processes share it and may die", processes_share_it_and_may_die },
	{ "many keys do not free a spent one",
	    many_keys_do_not_free_a_spent_one },
	{ "what a host left before it started again does not count",
	    what_a_host_left_before_it_started_again_does_not_count },
	{ "without a file a process counts alone",
	    without_a_file_a_process_counts_alone },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_key_budget = { "key_budget", NULL, NULL, setup, teardown,
	tests };
