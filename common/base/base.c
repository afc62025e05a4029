/* base.c: heap memory that is there or ends the process */
/* SPDX-License-Identifier: MIT */
#include "base/base.h"

#include <unistd.h>

/* Nothing here may allocate, so no stdio and no log. */
static void die_no_memory(void)
{
	static const char text[] = "out of memory\n";

	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	abort();
}

void *mem_new(size_t size)
{
	void *p = calloc(1, size ? size : 1);

	if (p == NULL)
		die_no_memory();
	return p;
}

void *mem_resize(void *p, size_t size)
{
	void *q = realloc(p, size ? size : 1);

	if (q == NULL)
		die_no_memory();
	return q;
}

char *mem_strdup(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		die_no_memory();
	return p;
}
