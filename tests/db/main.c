/* main.c: runs the suites that need a database, all or the one named */
/* SPDX-License-Identifier: MIT */
#include "base/log.h"
#include "base/rnd.h"
#include "harness.h"
#include "suites.h"
#include "tests/fake/runner.h"

static CU_SuiteInfo *const suites[] = {
#define SUITE(name) &suite_##name,
#include "suites.h"
};

static void around(bool is_start)
{
	if (is_start)
		harness_start();
	else
		harness_stop();
}

int main(int argc, char **argv)
{
	const char *log_path = getenv("TEST_LOG");

	rnd_init();
	/* Failures are provoked here by the dozen. */
	log_open(
	    "test-db", log_path != NULL ? log_path : "/dev/null", LOG_DEBUG);
	return runner_run(
	    suites, COUNT_OF(suites), argc > 1 ? argv[1] : NULL, around);
}
