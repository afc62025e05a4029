/* main.c: runs the unit suites, all or the one that is named */
/* SPDX-License-Identifier: MIT */
#include <CUnit/Basic.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/rnd.h"
#include "suites.h"
#include "unit.h"

static CU_SuiteInfo *const suites[] = {
#define SUITE(name) &suite_##name,
#include "suites.h"
};

static char folder[] = "/tmp/baraza-unit-XXXXXX";
static char path[64];
static unsigned files;

bool unit_same(struct str got, const char *want)
{
	if (str_eq(got, str_of(want)))
		return true;
	printf("\n      got: %.*s\n     want: %s\n", STR_ARG(got), want);
	return false;
}

bool unit_case(bool ok, size_t i, const char *text)
{
	if (!ok)
		printf("\n     case %zu: %s\n", i, text);
	return ok;
}

const char *unit_file(const char *text)
{
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u", folder, files++);
	file = fopen(path, "we");
	if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	return path;
}

struct str unit_read(const char *name, char *out, size_t size)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

	if (fd >= 0)
		close(fd);
	out[n < 0 ? 0 : n] = '\0';
	return str_make(out, n < 0 ? 0 : (size_t)n);
}

static void remove_files(void)
{
	while (files > 0) {
		snprintf(path, sizeof(path), "%s/%u", folder, --files);
		unlink(path);
	}
	rmdir(folder);
}

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
	unsigned run, failed;

	rnd_init();
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (mkdtemp(folder) == NULL || CU_initialize_registry() != CUE_SUCCESS)
		return EXIT_FAILURE;
	if (add_suites(only) == 0) {
		fprintf(stderr, "There is no suite %s.\n", only);
		remove_files();
		return EXIT_FAILURE;
	}
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	run = CU_get_number_of_tests_run();
	/* a suite that could not be set up has run none of its tests */
	failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	CU_cleanup_registry();
	remove_files();
	printf("\n%u passed, %u failed\n", run - MIN_OF(run, failed), failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
