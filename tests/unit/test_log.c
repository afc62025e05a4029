/* test_log.c: log lines */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "tests/fake/time.h"
#include "unit.h"

static char text[8192];

/* Standard error is the runner's again after each test. */
static void close_log(void)
{
	log_context_clear();
	log_open("test-unit", NULL, LOG_INFO);
}

static void a_line_has_time_level_program_and_context(void)
{
	const char *path = unit_file("");
	int64_t now = clock_now_us();
	char want[300];

	fake_time_set(FAKE_TIME_START);
	log_open("fcgi-app", path, LOG_INFO);
	log_context("req=%d ws=%s", 7, "acme");
	log_info("login user=%s", "a@b.c");
	log_context(NULL);
	log_warn("slow ms=%d", 5);
	close_log();
	snprintf(want, sizeof(want),
	    "2026-01-15T08:23:10.123456Z info fcgi-app[%ld] req=7 ws=acme "
	    "login user=a@b.c\n"
	    "2026-01-15T08:23:10.123456Z warn fcgi-app[%ld] slow ms=5\n",
	    (long)getpid(), (long)getpid());
	CU_ASSERT(unit_same(unit_read(path, text, sizeof(text)), want));
	fake_time_set(now);
}

static void control_characters_cannot_begin_a_line(void)
{
	const char *path = unit_file("");
	struct str s;

	log_open("x", path, LOG_INFO);
	log_context("a=\r\n");
	log_error("event b=\n2026 c=\x1b[31m d=\x7f\te=\xC3\xA9");
	close_log();
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT_EQUAL(str_index(s, '\n'), s.n - 1);
	CU_ASSERT(str_ends(
	    s, STR("a=\\x0d\\n event b=\\n2026 c=\\x1b[31m d=\\x7f\\x09e="
		   "\xC3\xA9\n")));
}

static void quieter_levels_are_left_out(void)
{
	const char *path = unit_file("");
	struct str s;

	log_open("x", path, LOG_WARN);
	log_error("one");
	log_warn("two");
	log_info("three");
	log_debug("four");
	close_log();
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT(str_search(s, STR("one")) < s.n);
	CU_ASSERT(str_search(s, STR("two")) < s.n);
	CU_ASSERT(str_search(s, STR("three")) == s.n);
	CU_ASSERT(str_search(s, STR("four")) == s.n);
}

static void a_long_line_is_cut_and_ends(void)
{
	const char *path = unit_file("");
	char *longest = mem_new(9000);
	struct str s;

	memset(longest, 1, 8999);
	log_open("x", path, LOG_INFO);
	log_context("%.200s", longest);
	log_info("%s", longest);
	close_log();
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT(s.n > 4000 && s.n <= 4096);
	CU_ASSERT_EQUAL(s.p[s.n - 1], '\n');
	free(longest);
}

static void after_rotation_lines_go_to_the_new_file(void)
{
	char path[64], old[80];
	struct str s;

	snprintf(path, sizeof(path), "%s", unit_file(""));
	snprintf(old, sizeof(old), "%s.old", path);
	log_open("x", path, LOG_INFO);
	log_info("before");
	CU_ASSERT_EQUAL(rename(path, old), 0);
	log_info("between");
	log_reopen();
	log_info("after");
	close_log();
	s = unit_read(old, text, sizeof(text));
	CU_ASSERT(str_search(s, STR("between")) < s.n);
	CU_ASSERT(str_search(s, STR("after")) == s.n);
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT(str_search(s, STR("between")) == s.n);
	CU_ASSERT(str_search(s, STR("after")) < s.n);
	unlink(old);
}

static void *log_own_context(void *arg)
{
	(void)arg;
	log_info("thread");
	log_context("own=1");
	return NULL;
}

static void each_thread_has_its_own_context(void)
{
	const char *path = unit_file("");
	pthread_t thread;
	struct str s;

	log_open("x", path, LOG_INFO);
	log_context("req=1");
	CU_ASSERT_EQUAL_FATAL(
	    pthread_create(&thread, NULL, log_own_context, NULL), 0);
	pthread_join(thread, NULL);
	log_info("main");
	close_log();
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT(str_search(s, STR("] thread\n")) < s.n);
	CU_ASSERT(str_search(s, STR("] req=1 main\n")) < s.n);
}

static void levels_have_names(void)
{
	enum log_level level = LOG_ERROR;

	CU_ASSERT(log_level_parse("debug", &level));
	CU_ASSERT_EQUAL(level, LOG_DEBUG);
	CU_ASSERT_FALSE(log_level_parse("Debug", &level));
	CU_ASSERT_FALSE(log_level_parse("", &level));
}

static size_t count_lines(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

static void what_strangers_cause_is_bounded(void)
{
	static struct log_kind kind, other;
	const char *path = unit_file("");
	struct str s;

	log_open("x", path, LOG_INFO);
	for (int i = 0; i < 100; i++)
		log_warn_some(&kind, "flood i=%d", i);
	log_warn_some(&other, "alone");
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT_EQUAL(count_lines(s), LOG_SOME + 1);
	CU_ASSERT(str_ends(s, STR("] alone\n")));
	CU_ASSERT_EQUAL(str_search(s, STR("suppressed")), s.n);
	fake_time_add_ms(1000);
	log_warn_some(&kind, "flood i=%d", 100);
	log_warn_some(&kind, "flood i=%d", 101);
	close_log();
	s = unit_read(path, text, sizeof(text));
	CU_ASSERT(str_search(s, STR("flood i=100 suppressed=95\n")) < s.n);
	CU_ASSERT(str_ends(s, STR("flood i=101\n")));
}

static void the_level_may_change(void)
{
	const char *path = unit_file("");

	log_open("x", path, LOG_ERROR);
	log_info("one");
	log_set_level(LOG_INFO);
	log_info("two");
	close_log();
	CU_ASSERT_EQUAL(count_lines(unit_read(path, text, sizeof(text))), 1);
}

static CU_TestInfo tests[] = {
	{ "a line has time, level, program and context",
	    a_line_has_time_level_program_and_context },
	{ "control characters cannot begin a line",
	    control_characters_cannot_begin_a_line },
	{ "quieter levels are left out", quieter_levels_are_left_out },
	{ "a long line is cut and ends", a_long_line_is_cut_and_ends },
	{ "after rotation lines go to the new file",
	    after_rotation_lines_go_to_the_new_file },
	{ "each thread has its own context", each_thread_has_its_own_context },
	{ "levels have names", levels_have_names },
	{ "what strangers cause is bounded", what_strangers_cause_is_bounded },
	{ "the level may change", the_level_may_change },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_log = { "log", NULL, NULL, NULL, NULL, tests };
