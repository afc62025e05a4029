/* test_flow_cache.c: flows that are parsed once and shared by threads */
/* SPDX-License-Identifier: MIT */
#include "bot/flow_cache.h"

#include <pthread.h>

#include "bot/engine.h"
#include "unit.h"

#define SMALL "{\"hello\":{\"message\":\"Hi\"}}"

static void set_up(void)
{
	flow_cache_clear();
}

static size_t kept(void)
{
	size_t flows, bytes;

	flow_cache_count(&flows, &bytes);
	CU_ASSERT(bytes <= FLOW_CACHE_BYTES);
	CU_ASSERT_EQUAL(bytes == 0, flows == 0);
	return flows;
}

/* Adds it and lets it go. */
static void add(struct id id, uint64_t version, const char *json)
{
	struct flow_cached *c = flow_cache_add(id, version, str_of(json));

	CU_ASSERT_PTR_NOT_NULL_FATAL(c);
	flow_cache_release(&c);
	CU_ASSERT_PTR_NULL(c);
}

static bool is_there(struct id id, uint64_t version)
{
	struct flow_cached *c = flow_cache_find(id, version);
	bool is = c != NULL;

	flow_cache_release(&c);
	return is;
}

static void a_flow_is_parsed_once(void)
{
	struct id id = id_new();
	struct flow_cached *a, *b;

	CU_ASSERT_PTR_NULL(flow_cache_find(id, 1));
	a = flow_cache_add(id, 1, STR(SMALL));
	b = flow_cache_find(id, 1);
	CU_ASSERT_PTR_EQUAL(a, b);
	CU_ASSERT_EQUAL(a->flow->n, 1);
	CU_ASSERT_PTR_NULL(flow_cache_find(id, 2));
	CU_ASSERT_PTR_NULL(flow_cache_find(id_new(), 1));
	flow_cache_release(&a);
	/* Two that have missed it at the same time. */
	a = flow_cache_add(id, 1, STR(SMALL));
	CU_ASSERT_PTR_EQUAL(a, b);
	flow_cache_release(&a);
	flow_cache_release(&b);
	CU_ASSERT_EQUAL(kept(), 1);
}

static void what_is_unsound_is_not_kept(void)
{
	CU_ASSERT_PTR_NULL(flow_cache_add(id_new(), 1, STR("{")));
	CU_ASSERT_EQUAL(kept(), 0);
}

static void the_least_wanted_goes_first(void)
{
	struct id ids[FLOW_CACHE_MAX + 1];

	for (size_t i = 0; i <= FLOW_CACHE_MAX; i++) {
		ids[i] = id_new();
		add(ids[i], 1, SMALL);
		CU_ASSERT(is_there(ids[0], 1));
	}
	CU_ASSERT(is_there(ids[0], 1));
	CU_ASSERT_FALSE(is_there(ids[1], 1));
	CU_ASSERT(is_there(ids[2], 1));
	CU_ASSERT(kept() <= FLOW_CACHE_MAX);
}

/* A flow with one state that says n bytes. */
static char *large(size_t n)
{
	static const char head[] = "{\"hello\":{\"message\":\"Hi\",\"note\":\"";
	char *json = malloc(sizeof(head) + n + sizeof("\"}}"));

	memcpy(json, head, sizeof(head));
	memset(json + strlen(head), 'x', n);
	memcpy(json + strlen(head) + n, "\"}}", sizeof("\"}}"));
	return json;
}

static void the_bytes_are_bounded(void)
{
	char *json = large(FLOW_CACHE_BYTES / 8);
	struct flow_cached *held;
	struct id first = id_new();

	held = flow_cache_add(first, 1, str_of(json));
	for (int i = 0; i < 20; i++) {
		add(id_new(), 1, json);
		CU_ASSERT(kept() >= 1);
	}
	CU_ASSERT(kept() < 8);
	/* Who holds one that had to go goes on with it. */
	CU_ASSERT_FALSE(is_there(first, 1));
	CU_ASSERT_EQUAL(held->flow->n, 1);
	flow_cache_release(&held);
	free(json);
}

/* n states with a pattern that takes some kilobytes. */
static char *with_patterns(int n)
{
	size_t size = 64 + (size_t)n * 160, at = 1;
	char *json = malloc(size);

	json[0] = '{';
	for (int i = 0; i < n; i++)
		at += (size_t)snprintf(json + at, size - at,
		    "%s\"s%d\":{\"transitions\":[{\"condition\":{\"type\":"
		    "\"regex\",\"value\":\"(abcdefghij){900}\"},"
		    "\"target\":\"s0\"}]}",
		    i > 0 ? "," : "", i);
	snprintf(json + at, size - at, "}");
	return json;
}

static void a_flow_that_is_too_large_is_not_kept(void)
{
	char *json = with_patterns(FLOW_STATES_MAX);
	struct flow_cached *held;
	struct id huge = id_new();

	add(id_new(), 1, SMALL);
	held = flow_cache_add(huge, 1, str_of(json));
	CU_ASSERT_PTR_NOT_NULL_FATAL(held);
	CU_ASSERT_EQUAL(held->flow->n, FLOW_STATES_MAX);
	CU_ASSERT_FALSE(is_there(huge, 1));
	CU_ASSERT_EQUAL(kept(), 1);
	flow_cache_release(&held);
	free(json);
}

static void patterns_count_among_the_bytes(void)
{
	size_t flows, plain, with;

	add(id_new(), 1,
	    "{\"a\":{\"transitions\":[{\"condition\":{\"type\":\"exact\","
	    "\"value\":\"x\"},\"target\":\"a\"}]}}");
	flow_cache_count(&flows, &plain);
	flow_cache_clear();
	add(id_new(), 1,
	    "{\"a\":{\"transitions\":[{\"condition\":{\"type\":\"regex\","
	    "\"value\":\"(abcdefghij){1500}\"},\"target\":\"a\"}]}}");
	flow_cache_count(&flows, &with);
	CU_ASSERT(with > plain + 15000);
}

#define THREADS 4
#define ROUNDS	400
#define FLOWS	6

static struct id shared[FLOWS];

/* Each takes, runs and lets go, while the others push them out. */
static void *work(void *arg)
{
	unsigned seed = *(unsigned *)arg;
	struct pool *pool = pool_new();
	size_t wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		size_t k = (size_t)rand_r(&seed) % FLOWS;
		char *json = NULL;
		struct engine_input in = { .state = STR_EMPTY };
		struct engine_output out;
		struct flow_cached *c = flow_cache_find(shared[k], 1);

		if (c == NULL) {
			json = large(FLOW_CACHE_BYTES / 16 + k);
			c = flow_cache_add(shared[k], 1, str_of(json));
			free(json);
		}
		if (rand_r(&seed) % 16 == 0)
			flow_cache_clear();
		in.flow = c->flow;
		engine_step(pool, &in, &out);
		wrong += !id_eq(c->id, shared[k]) || out.messages.n != 1;
		flow_cache_release(&c);
		pool_reset(pool);
	}
	pool_free(&pool);
	return (void *)wrong;
}

static void threads_share_them(void)
{
	pthread_t threads[THREADS];
	unsigned seeds[THREADS];
	void *wrong;

	for (size_t i = 0; i < FLOWS; i++)
		shared[i] = id_new();
	for (unsigned i = 0; i < THREADS; i++) {
		seeds[i] = i;
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&threads[i], NULL, work, &seeds[i]), 0);
	}
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &wrong);
		CU_ASSERT_PTR_NULL(wrong);
	}
	flow_cache_clear();
	CU_ASSERT_EQUAL(kept(), 0);
}

static CU_TestInfo tests[] = {
	{ "a flow is parsed once", a_flow_is_parsed_once },
	{ "what is unsound is not kept", what_is_unsound_is_not_kept },
	{ "the least wanted goes first", the_least_wanted_goes_first },
	{ "the bytes are bounded", the_bytes_are_bounded },
	{ "a flow that is too large is not kept",
	    a_flow_that_is_too_large_is_not_kept },
	{ "patterns count among the bytes", patterns_count_among_the_bytes },
	{ "threads share them", threads_share_them },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_flow_cache = { "flow_cache", NULL, NULL, set_up, set_up,
	tests };
