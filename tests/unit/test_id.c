/* test_id.c: ids and their two spellings */
/* SPDX-License-Identifier: MIT */
#include "base/id.h"

#include <pthread.h>

#include "base/clock.h"
#include "tests/fake/time.h"
#include "unit.h"

static void each_new_id_is_greater(void)
{
	struct id last = id_new();

	for (int i = 0; i < 10000; i++) {
		struct id id = id_new();

		CU_ASSERT(id_cmp(last, id) < 0);
		last = id;
		if (i % 100 == 0)
			fake_time_add_ms(1);
	}
	/* the wall clock is set back */
	fake_time_add_ms(-5000);
	CU_ASSERT(id_cmp(last, id_new()) < 0);
	fake_time_add_ms(6000);
}

static void an_id_begins_with_its_milliseconds(void)
{
	struct id id;
	uint64_t ms = 0;

	fake_time_add_ms(1000);
	id = id_new();
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | id.b[i];
	CU_ASSERT_EQUAL(ms, (uint64_t)clock_now_us() / 1000);
}

#define PER_THREAD 2000

static void *make_many(void *arg)
{
	struct id *ids = arg;

	for (int i = 0; i < PER_THREAD; i++)
		ids[i] = id_new();
	return NULL;
}

static int compare(const void *a, const void *b)
{
	return id_cmp(*(const struct id *)a, *(const struct id *)b);
}

static void threads_never_make_the_same_id(void)
{
	static struct id ids[4 * PER_THREAD];
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		CU_ASSERT_EQUAL_FATAL(pthread_create(&threads[i], NULL,
					  make_many, ids + i * PER_THREAD),
		    0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	qsort(ids, COUNT_OF(ids), sizeof(ids[0]), compare);
	for (size_t i = 1; i < COUNT_OF(ids); i++)
		CU_ASSERT_FALSE(id_eq(ids[i - 1], ids[i]));
}

static void both_spellings_name_the_same_id(void)
{
	/* the ULID specification's example, as UUID */
	static const char ulid[] = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
	static const char uuid[] = "01563e3a-b5d3-d676-4c61-efb99302bd5b";
	char text[ID_UUID_SIZE];
	struct id a, b;

	CU_ASSERT(id_parse(str_of(ulid), &a));
	CU_ASSERT(id_parse(str_of(uuid), &b));
	CU_ASSERT(id_eq(a, b));
	CU_ASSERT_STRING_EQUAL(id_ulid(a, text), ulid);
	CU_ASSERT_STRING_EQUAL(id_uuid(a, text), uuid);
	CU_ASSERT_STRING_EQUAL(id_text(a), uuid);
	CU_ASSERT(id_parse(STR("01arz3ndektsv4rrffq69g5fav"), &b));
	CU_ASSERT(id_eq(a, b));
	CU_ASSERT(id_parse(STR("01563E3A-B5D3-D676-4C61-EFB99302BD5B"), &b));
	CU_ASSERT(id_eq(a, b));
}

static void the_extremes_are_spelt(void)
{
	struct id max, back;
	char text[ID_UUID_SIZE];

	memset(max.b, 0xFF, sizeof(max.b));
	CU_ASSERT_STRING_EQUAL(
	    id_ulid(max, text), "7ZZZZZZZZZZZZZZZZZZZZZZZZZ");
	CU_ASSERT(id_parse(str_of(text), &back));
	CU_ASSERT(id_eq(max, back));
	CU_ASSERT_STRING_EQUAL(
	    id_ulid(ID_NONE, text), "00000000000000000000000000");
	CU_ASSERT(id_is_none(ID_NONE));
	CU_ASSERT_FALSE(id_is_none(max));
}

static void what_is_no_id_is_refused(void)
{
	static const char *const cases[] = { "", "01ARZ3NDEKTSV4RRFFQ69G5FA",
		"01ARZ3NDEKTSV4RRFFQ69G5FAVV", "81ARZ3NDEKTSV4RRFFQ69G5FAV",
		"01ARZ3NDEKTSV4RRFFQ69G5FAU", "01ARZ3NDEKTSV4RRFFQ69G5FAI",
		"01ARZ3NDEKTSV4RRFFQ69G5FA-",
		"01563e3ab5d3d6764c61efb99302bd5b",
		"01563e3a-b5d3-d676-4c61-efb99302bd5g",
		"01563e3a-b5d3-d676-4c61efb-99302bd5b",
		"01563e3a-b5d3-d676-4c61-efb99302bd5",
		"{1563e3a-b5d3-d676-4c61-efb99302bd5}" };
	struct id id = ID_NONE;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(
		    unit_case(!id_parse(str_of(cases[i]), &id), i, cases[i]));
	CU_ASSERT(id_is_none(id));
}

static void random_ids_go_there_and_back(void)
{
	char text[ID_UUID_SIZE];

	for (int i = 0; i < 500; i++) {
		struct id id = id_new(), back;

		CU_ASSERT(id_parse(str_of(id_ulid(id, text)), &back));
		CU_ASSERT(id_eq(id, back));
		CU_ASSERT(id_parse(str_of(id_uuid(id, text)), &back));
		CU_ASSERT(id_eq(id, back));
		CU_ASSERT(id_eq(id, id_from_bytes(id_bytes(&id))));
	}
	CU_ASSERT(id_is_none(id_from_bytes(STR("short"))));
	CU_ASSERT(id_is_none(id_from_bytes(STR_EMPTY)));
}

static void the_least_id_of_a_time_divides(void)
{
	struct id id;
	int64_t ms;

	fake_time_add_ms(1000);
	id = id_new();
	ms = id_ms(id);
	CU_ASSERT_EQUAL(ms, clock_now_us() / 1000);
	CU_ASSERT_EQUAL(id_ms(id_from_ms(ms)), ms);
	CU_ASSERT(id_cmp(id_from_ms(ms), id) <= 0);
	CU_ASSERT(id_cmp(id_from_ms(ms + 1), id) > 0);
	CU_ASSERT(id_is_none(id_from_ms(0)));
	CU_ASSERT_EQUAL(id_ms(id_from_ms(INT64_C(253402300799999))),
	    INT64_C(253402300799999));
}

static CU_TestInfo tests[] = {
	{ "the least id of a time divides", the_least_id_of_a_time_divides },
	{ "each new id is greater, when the clock goes back too",
	    each_new_id_is_greater },
	{ "an id begins with its milliseconds",
	    an_id_begins_with_its_milliseconds },
	{ "threads never make the same id", threads_never_make_the_same_id },
	{ "both spellings name the same id", both_spellings_name_the_same_id },
	{ "the extremes are spelt", the_extremes_are_spelt },
	{ "what is no id is refused", what_is_no_id_is_refused },
	{ "ids go there and back", random_ids_go_there_and_back },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_id = { "id", NULL, NULL, NULL, NULL, tests };
