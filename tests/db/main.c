/* main.c: runs the suites that need a database, all or the one named */
/* SPDX-License-Identifier: MIT */
#include <CUnit/Basic.h>

#include "base/log.h"
#include "base/rnd.h"
#include "harness.h"
#include "suites.h"

static CU_SuiteInfo *const suites[] = {
#define SUITE(name) &suite_##name,
#include "suites.h"
};

/* How many were registered; 0 when none has that name. */
static size_t add_suites(const char *only)
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(suites); i++) {
		CU_SuiteInfo one[] = { *suites[i], CU_SUITE_INFO_NULL };

		if (only != NULL && strcmp(only, suites[i]->pName) != 0)
			continue;
		if (CU_register_suites(one) != CUE_SUCCESS) {
			fprintf(stderr, "%s: %s\n", suites[i]->pName,
			    CU_get_error_msg());
			exit(EXIT_FAILURE);
		}
		n++;
	}
	return n;
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	const char *log_path = getenv("TEST_LOG");
	unsigned run, failed;

	rnd_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	/* Failures are provoked here by the dozen. */
	log_open(
	    "test-db", log_path != NULL ? log_path : "/dev/null", LOG_DEBUG);
	if (CU_initialize_registry() != CUE_SUCCESS)
		return EXIT_FAILURE;
	if (add_suites(only) == 0) {
		fprintf(stderr, "There is no suite %s.\n", only);
		return EXIT_FAILURE;
	}
	harness_start();
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	run = CU_get_number_of_tests_run();
	/* a suite that could not be set up has run none of its tests */
	failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
	harness_stop();
	printf("\n%u passed, %u failed\n", run - MIN_OF(run, failed), failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
