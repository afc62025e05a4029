/* replay.c: runs a fuzzing entry on files, without a fuzzing engine */
/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/drive.h"

/* Of the sanitizers, when the program is built with them. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*fn)(void));

/* Which file it was, when one ends the program. */
static char path[512];

static void tell(void)
{
	char text[600];
	int n = snprintf(text, sizeof(text), "\nended by %s\n", path);

	if (write(STDERR_FILENO, text, (size_t)n) < 0)
		_exit(EXIT_FAILURE);
}

static void on_abort(int number)
{
	(void)number;
	tell();
}

static void run_file(void)
{
	struct stat st;
	uint8_t *data;
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	/* Exactly as large as the file: reading on is a fault. */
	data = malloc((size_t)st.st_size + !st.st_size);
	n = read(fd, data, (size_t)st.st_size);
	close(fd);
	if (n == st.st_size)
		LLVMFuzzerTestOneInput(data, (size_t)n);
	free(data);
}

int main(int argc, char **argv)
{
	unsigned files = 0;
	struct dirent *entry;
	DIR *dir;

	signal(SIGABRT, on_abort);
	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(tell);
	for (int i = 1; i < argc; i++) {
		if (!(dir = opendir(argv[i]))) {
			snprintf(path, sizeof(path), "%s", argv[i]);
			run_file();
			files++;
			continue;
		}
		while ((entry = readdir(dir)) != NULL) {
			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof(path), "%s/%s", argv[i],
			    entry->d_name);
			run_file();
			files++;
		}
		closedir(dir);
	}
	printf("%u inputs\n", files);
	return files > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
