/* main.c: runs the unit suites, all or the one that is named */
/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <unistd.h>

#include "base/rnd.h"
#include "suites.h"
#include "tests/fake/runner.h"
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

static void keep_files(bool is_start)
{
	if (is_start) {
		if (mkdtemp(folder) == NULL)
			exit(EXIT_FAILURE);
		return;
	}
	while (files > 0) {
		snprintf(path, sizeof(path), "%s/%u", folder, --files);
		unlink(path);
	}
	rmdir(folder);
}

int main(int argc, char **argv)
{
	rnd_init();
	return runner_run(
	    suites, COUNT_OF(suites), argc > 1 ? argv[1] : NULL, keep_files);
}
