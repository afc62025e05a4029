/* runner.c: runs CUnit suites and says how many passed */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/runner.h"

#include <CUnit/Basic.h>

/* How many were registered; 0 when none has that name. */
static size_t add_suites(
    CU_SuiteInfo *const *suites, size_t n, const char *only)
{
	size_t added = 0;

	for (size_t i = 0; i < n; i++) {
		CU_SuiteInfo one[] = { *suites[i], CU_SUITE_INFO_NULL };

		if (only != NULL && strcmp(only, suites[i]->pName) != 0)
			continue;
		if (CU_register_suites(one) != CUE_SUCCESS) {
			fprintf(stderr, "%s: %s\n", suites[i]->pName,
			    CU_get_error_msg());
			exit(EXIT_FAILURE);
		}
		added++;
	}
	return added;
}

int runner_run(CU_SuiteInfo *const *suites, size_t n, const char *only,
    void (*around)(bool is_start))
{
	unsigned run, failed;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (CU_initialize_registry() != CUE_SUCCESS)
		return EXIT_FAILURE;
	if (add_suites(suites, n, only) == 0) {
		fprintf(stderr, "There is no suite %s.\n", only);
		return EXIT_FAILURE;
	}
	if (around != NULL)
		around(true);
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	run = CU_get_number_of_tests_run();
	/* a suite that could not be set up has run none of its tests */
	failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
	if (around != NULL)
		around(false);
	printf("\n%u passed, %u failed\n", run - MIN_OF(run, failed), failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
