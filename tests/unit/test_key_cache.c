/* test_key_cache.c: how long a process believes what it knows of an API key */
/* SPDX-License-Identifier: MIT */
#include "key_cache.h"

#include "base/clock.h"
#include "base/settings.h"
#include "tests/fake/time.h"
#include "unit.h"

#define SECRET STR("sk-one")

static struct settings settings;
static struct key_cache *cache;
static struct pool *pool;

static void setup(void)
{
	settings.key_cache_ms = 1000;
	cache = key_cache_new(&settings);
	pool = pool_new();
}

static void teardown(void)
{
	key_cache_free(&cache);
	pool_free(&pool);
}

static void put(struct str secret, struct str name, int64_t expires_at)
{
	struct api_key key = { .name = name,
		.last4 = STR("abcd"),
		.workspace_name = STR("Shop"),
		.can_write = true,
		.expires_at = expires_at };

	key_cache_put(cache, secret, &key, clock_mono_ms());
}

static bool has(struct str secret)
{
	struct api_key key;

	return key_cache_get(cache, pool, secret, &key);
}

static void a_key_is_known_for_a_moment(void)
{
	struct api_key key;

	CU_ASSERT_FALSE(has(SECRET));
	put(SECRET, STR("first"), 0);
	CU_ASSERT_FALSE(has(STR("sk-two")));
	fake_time_add_ms(999);
	CU_ASSERT_TRUE_FATAL(key_cache_get(cache, pool, SECRET, &key));
	CU_ASSERT_TRUE(str_eq(key.name, STR("first")));
	CU_ASSERT_TRUE(str_eq(key.last4, STR("abcd")));
	CU_ASSERT_TRUE(str_eq(key.workspace_name, STR("Shop")));
	CU_ASSERT_TRUE(key.can_write);
	fake_time_add_ms(1);
	CU_ASSERT_FALSE(has(SECRET));
	put(SECRET, STR("second"), 0);
	CU_ASSERT_TRUE(has(SECRET));
	/* what was handed out before is its holder's */
	CU_ASSERT_TRUE(str_eq(key.name, STR("first")));
}

static void it_counts_from_the_question(void)
{
	struct api_key key = { .name = STR("slow") };
	int64_t asked_ms = clock_mono_ms();

	fake_time_add_ms(1000);
	key_cache_put(cache, SECRET, &key, asked_ms);
	CU_ASSERT_FALSE(has(SECRET));
}

static void an_end_is_an_end(void)
{
	put(SECRET, STR("short"), clock_now_us() + 500000);
	CU_ASSERT_TRUE(has(SECRET));
	fake_time_add_ms(500);
	CU_ASSERT_FALSE(has(SECRET));
}

static void nothing_is_kept_when_told_so(void)
{
	settings.key_cache_ms = 0;
	put(SECRET, STR("first"), 0);
	CU_ASSERT_FALSE(has(SECRET));
}

static void one_of_two_in_a_slot_is_known(void)
{
	size_t known = 0;
	char secret[32];

	for (unsigned i = 0; i < KEY_CACHE_SLOTS + 1; i++) {
		snprintf(secret, sizeof(secret), "sk-%u", i);
		put(str_of(secret), STR("many"), 0);
		CU_ASSERT_TRUE(has(str_of(secret)));
	}
	for (unsigned i = 0; i < KEY_CACHE_SLOTS + 1; i++) {
		snprintf(secret, sizeof(secret), "sk-%u", i);
		known += has(str_of(secret));
	}
	CU_ASSERT_TRUE(known > 0 && known <= KEY_CACHE_SLOTS);
}

static CU_TestInfo tests[] = {
	{ "a key is known for a moment", a_key_is_known_for_a_moment },
	{ "it counts from the question", it_counts_from_the_question },
	{ "an end is an end", an_end_is_an_end },
	{ "nothing is kept when told so", nothing_is_kept_when_told_so },
	{ "one of two in a slot is known", one_of_two_in_a_slot_is_known },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_key_cache = { "key_cache", NULL, NULL, setup, teardown,
	tests };
