/* test_chat_rate.c: how much one visitor may send */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "base/clock.h"
#include "fixture.h"
#include "harness.h"

#define BURST	 3
#define MINUTE_S 60

static struct fixture f;
static const struct chat_rate rate = { BURST, MINUTE_S * 1000 };

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code say(const char *client_id)
{
	struct chat_send in = {
		.conversation_id = f.c.id,
		.content = STR("hello"),
		.client_id = str_of(client_id),
		.rate = rate,
	};
	struct chat_sent sent;

	return chat_send(f.db, f.pool, &f.visitor, &in, &sent, &f.err);
}

static size_t say_until_refused(void)
{
	size_t n = 0;

	while (n < 100 && say(NULL) == ERR_OK)
		n++;
	return n;
}

/* As if everything had been said so much earlier. */
static void age(int seconds)
{
	harness_sql(f.db,
	    pool_printf(f.pool,
		"UPDATE messages SET created_at = created_at - INTERVAL %d "
		"SECOND;\n",
		seconds));
}

static void a_burst_is_free_and_the_next_waits(void)
{
	CU_ASSERT_EQUAL(say_until_refused(), BURST);
	CU_ASSERT_EQUAL(f.err.code, ERR_RATE_LIMITED);
	CU_ASSERT(f.err.retry_after_s > 0);
	CU_ASSERT(f.err.retry_after_s <= MINUTE_S);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), BURST);
}

static void they_come_back_one_by_one(void)
{
	say_until_refused();
	age(MINUTE_S);
	CU_ASSERT_EQUAL(say_until_refused(), 1);
	age(2 * MINUTE_S);
	CU_ASSERT_EQUAL(say_until_refused(), 2);
	age(100 * MINUTE_S);
	CU_ASSERT_EQUAL(say_until_refused(), BURST);
}

/* Not even by keeping at the limit for long: what is behind the look back
 * counts as taken. */
static void who_never_rests_gains_nothing(void)
{
	size_t n = say_until_refused();

	for (int i = 0; i < 8 * BURST; i++) {
		age(MINUTE_S);
		n += say_until_refused();
	}
	CU_ASSERT(n <= BURST + 8 * BURST);
	CU_ASSERT(n >= 8 * BURST - 1);
}

static void resent_messages_are_free(void)
{
	ASSERT_OK(say("a"));
	say_until_refused();
	ASSERT_OK(say("a"));
	ASSERT_OK(say("a"));
	CU_ASSERT_EQUAL(say("b"), ERR_RATE_LIMITED);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), BURST);
	age(MINUTE_S);
	ASSERT_OK(say("b"));
	ASSERT_OK(say("b"));
}

/* What came by a socket, without a rate, counts; what others say does not. */
static void all_that_the_visitor_said_counts(void)
{
	fixture_say(&f, &f.visitor, "by socket");
	for (int i = 0; i < 2 * BURST; i++)
		fixture_say(&f, &f.ada, "an agent");
	CU_ASSERT_EQUAL(say_until_refused(), BURST - 1);
	for (int i = 0; i < 2 * BURST; i++)
		fixture_say(&f, &f.visitor, "by socket");
	/* A bucket is never emptier than empty. */
	age(MINUTE_S);
	CU_ASSERT_EQUAL(say_until_refused(), 1);
	age(100 * MINUTE_S);
	CU_ASSERT_EQUAL(say_until_refused(), BURST);
}

static void agents_are_not_counted(void)
{
	struct chat_send in = {
		.conversation_id = f.c.id,
		.content = STR("hello"),
		.rate = rate,
	};
	struct chat_sent sent;

	for (int i = 0; i < 2 * BURST; i++)
		ASSERT_OK(chat_send(f.db, f.pool, &f.ada, &in, &sent, &f.err));
}

struct sender {
	size_t n;
};

static void *run_sender(void *arg)
{
	struct sender *s = arg;
	struct pool *pool = pool_new();
	struct db *db = harness_db();
	struct chat_send in = {
		.conversation_id = f.c.id,
		.content = STR("hello"),
		.rate = rate,
	};
	struct chat_sent sent;
	struct err err;

	for (int i = 0; i < 2 * BURST; i++)
		s->n +=
		    chat_send(db, pool, &f.visitor, &in, &sent, &err) == ERR_OK;
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

static void programs_share_one_bucket(void)
{
	struct sender a = { 0 }, b = { 0 };
	pthread_t thread;

	pthread_create(&thread, NULL, run_sender, &a);
	run_sender(&b);
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(a.n + b.n, BURST);
}

static CU_TestInfo tests[] = {
	{ "a burst is free and the next waits",
	    a_burst_is_free_and_the_next_waits },
	{ "they come back one by one", they_come_back_one_by_one },
	{ "who never rests gains nothing", who_never_rests_gains_nothing },
	{ "resent messages are free", resent_messages_are_free },
	{ "all that the visitor said counts",
	    all_that_the_visitor_said_counts },
	{ "agents are not counted", agents_are_not_counted },
	{ "programs share one bucket", programs_share_one_bucket },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_rate = { "chat_rate", NULL, NULL, set_up, tear_down,
	tests };
