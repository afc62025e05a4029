/* test_base.c: heap memory */
/* SPDX-License-Identifier: MIT */
#include "base/base.h"

#include "unit.h"

static void new_memory_is_zeroed(void)
{
	unsigned char *p = mem_new(1000);
	unsigned sum = 0;

	for (size_t i = 0; i < 1000; i++)
		sum += p[i];
	CU_ASSERT_EQUAL(sum, 0);
	free(p);
}

static void no_bytes_are_memory_too(void)
{
	void *p = mem_new(0);

	CU_ASSERT_PTR_NOT_NULL(p);
	p = mem_resize(p, 0);
	CU_ASSERT_PTR_NOT_NULL(p);
	free(p);
}

static void resizing_keeps_the_bytes(void)
{
	char *p = mem_strdup("abc");

	p = mem_resize(p, 100000);
	CU_ASSERT_STRING_EQUAL(p, "abc");
	free(p);
}

static CU_TestInfo tests[] = {
	{ "new memory is zeroed", new_memory_is_zeroed },
	{ "no bytes are memory too", no_bytes_are_memory_too },
	{ "resizing keeps the bytes", resizing_keeps_the_bytes },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_base = { "base", NULL, NULL, NULL, NULL, tests };
