/* test_map.c: hash map */
/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "unit.h"

#define MANY 3000

static int values[MANY];

static struct str key_of(int i, char out[16])
{
	snprintf(out, 16, "key-%d", i);
	return str_of(out);
}

static struct map *many(void)
{
	struct map *map = map_new();
	char key[16];

	for (int i = 0; i < MANY; i++)
		CU_ASSERT_PTR_NULL(map_set(map, key_of(i, key), &values[i]));
	return map;
}

static void what_was_set_is_found(void)
{
	struct map *map = many();
	char key[16];

	CU_ASSERT_EQUAL(map_count(map), MANY);
	for (int i = 0; i < MANY; i++)
		CU_ASSERT_PTR_EQUAL(map_find(map, key_of(i, key)), &values[i]);
	CU_ASSERT_PTR_NULL(map_find(map, STR("key-")));
	CU_ASSERT_PTR_NULL(map_find(map, STR_EMPTY));
	map_free(&map);
	CU_ASSERT_PTR_NULL(map);
	map_free(&map);
}

static void setting_again_gives_the_old_value(void)
{
	struct map *map = map_new();

	CU_ASSERT_PTR_NULL(map_set(map, STR("a"), &values[0]));
	CU_ASSERT_PTR_EQUAL(map_set(map, STR("a"), &values[1]), &values[0]);
	CU_ASSERT_PTR_EQUAL(map_find(map, STR("a")), &values[1]);
	CU_ASSERT_EQUAL(map_count(map), 1);
	map_free(&map);
}

static void keys_are_any_bytes(void)
{
	struct map *map = map_new();

	map_set(map, STR("a\0b"), &values[0]);
	map_set(map, STR("a\0c"), &values[1]);
	map_set(map, STR_EMPTY, &values[2]);
	map_set(map, STR("a"), &values[3]);
	CU_ASSERT_PTR_EQUAL(map_find(map, STR("a\0b")), &values[0]);
	CU_ASSERT_PTR_EQUAL(map_find(map, STR("a\0c")), &values[1]);
	CU_ASSERT_PTR_EQUAL(map_find(map, STR("")), &values[2]);
	CU_ASSERT_PTR_EQUAL(map_find(map, STR("a")), &values[3]);
	map_free(&map);
}

static void deleted_entries_are_gone(void)
{
	struct map *map = many();
	char key[16];

	for (int i = 0; i < MANY; i += 2)
		CU_ASSERT_PTR_EQUAL(map_del(map, key_of(i, key)), &values[i]);
	CU_ASSERT_PTR_NULL(map_del(map, key_of(0, key)));
	CU_ASSERT_EQUAL(map_count(map), MANY / 2);
	for (int i = 0; i < MANY; i++)
		CU_ASSERT_PTR_EQUAL(map_find(map, key_of(i, key)),
		    i % 2 == 0 ? NULL : &values[i]);
	map_free(&map);
}

static void coming_and_going_does_not_fill_it(void)
{
	struct map *map = map_new();
	char key[16];

	for (int i = 0; i < 100000; i++) {
		map_set(map, key_of(i, key), &values[0]);
		CU_ASSERT_PTR_NOT_NULL(map_del(map, key_of(i, key)));
	}
	CU_ASSERT_EQUAL(map_count(map), 0);
	map_free(&map);
}

static void a_walk_sees_each_entry_once(void)
{
	struct map *map = many();
	unsigned seen[MANY] = { 0 };
	size_t pos = 0, n = 0;
	struct str key;
	void *value;

	/* each is deleted by the very key that the walk gave */
	while (map_next(map, &pos, &key, &value)) {
		seen[(int *)value - values]++;
		if (n++ % 3 == 0)
			CU_ASSERT_PTR_EQUAL(map_del(map, key), value);
	}
	CU_ASSERT_EQUAL(n, MANY);
	for (int i = 0; i < MANY; i++)
		CU_ASSERT_EQUAL(seen[i], 1);
	CU_ASSERT_EQUAL(map_count(map), MANY - MANY / 3);
	map_free(&map);
}

static CU_TestInfo tests[] = {
	{ "what was set is found", what_was_set_is_found },
	{ "setting again gives the old value",
	    setting_again_gives_the_old_value },
	{ "keys are any bytes", keys_are_any_bytes },
	{ "deleted entries are gone", deleted_entries_are_gone },
	{ "coming and going does not fill it",
	    coming_and_going_does_not_fill_it },
	{ "a walk sees each entry once and may delete it",
	    a_walk_sees_each_entry_once },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_map = { "map", NULL, NULL, NULL, NULL, tests };
