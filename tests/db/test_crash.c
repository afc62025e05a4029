/* test_crash.c: the server dies while messages are being sent */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <unistd.h>

#include "fixture.h"
#include "harness.h"

#define SENDERS 4
#define EACH	60

static struct fixture f;

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

struct sender {
	pthread_t thread;
	size_t number;
	bool has_names; /* gives each message a client_id */
	struct id acked[EACH];
	size_t n_acked;
	size_t n_duplicate;
};

static int n_sent; /* by all */

static void *run_sender(void *arg)
{
	struct sender *s = arg;
	struct db *db = harness_db();
	struct pool *pool = pool_new();
	int i;

	for (i = 0; i < EACH; i++) {
		struct chat_sent sent;
		struct err err;
		char name[32];

		snprintf(name, sizeof(name), "s%zu-%d", s->number, i);
		if (fixture_send(db, pool, &f.visitor, f.c.id, name,
			s->has_names ? name : NULL, &sent, &err) != ERR_OK)
			continue;
		s->acked[s->n_acked++] = sent.message.id;
		s->n_duplicate += sent.is_duplicate;
		__atomic_add_fetch(&n_sent, 1, __ATOMIC_SEQ_CST);
	}
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

/* Waits until that many have been acknowledged in all. */
static void wait_for(int n)
{
	for (int i = 0; i < 2000; i++) {
		if (__atomic_load_n(&n_sent, __ATOMIC_SEQ_CST) >= n)
			return;
		usleep(5000);
	}
	CU_FAIL("the senders stand still");
}

/* How often a message with this id is in the history. */
static size_t stored(const struct chat_messages *all, struct id id)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += id_eq(all->items[i].id, id);
	return n;
}

static struct chat_messages everything(void)
{
	struct chat_messages all = { .n = 0 }, part;

	all.items = pool_alloc(f.pool, SENDERS * EACH * sizeof(*all.items));
	do {
		FATAL_OK(chat_history_after(
		    f.db, f.pool, &f.ada, f.c.id, all.n, 200, &part, &f.err));
		CU_ASSERT_FATAL(all.n + part.n <= SENDERS * EACH);
		memcpy(
		    all.items + all.n, part.items, part.n * sizeof(*all.items));
		all.n += part.n;
	} while (part.n > 0);
	return all;
}

static void burst(bool has_names)
{
	static struct sender senders[SENDERS];
	struct chat_messages all;
	size_t i, k, acked = 0;

	n_sent = 0;
	memset(senders, 0, sizeof(senders));
	for (i = 0; i < SENDERS; i++) {
		senders[i].number = i;
		senders[i].has_names = has_names;
		pthread_create(
		    &senders[i].thread, NULL, run_sender, &senders[i]);
	}
	for (i = 1; i <= 3; i++) {
		wait_for((int)i * 40);
		harness_kill();
		harness_restart();
	}
	for (i = 0; i < SENDERS; i++)
		pthread_join(senders[i].thread, NULL);
	all = everything();
	for (i = 0; i < SENDERS; i++) {
		acked += senders[i].n_acked;
		CU_ASSERT_EQUAL(senders[i].n_duplicate, 0);
		for (k = 0; k < senders[i].n_acked; k++)
			CU_ASSERT_EQUAL(stored(&all, senders[i].acked[k]), 1);
	}
	/* The server was never away for longer than a call tries. */
	CU_ASSERT_EQUAL(acked, SENDERS * EACH);
	CU_ASSERT_EQUAL(all.n, acked);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), all.n);
	CU_ASSERT_TRUE(fixture_is_whole(&f, f.c.id));
}

static void named_messages_survive_the_servers_death(void)
{
	burst(true);
}

static void nameless_messages_survive_it_too(void)
{
	burst(false);
}

static void a_long_absence_is_told(void)
{
	struct chat_assign in = { .conversation_id = f.c.id };
	struct chat_assigned assigned;
	struct chat_sent sent;

	harness_kill();
	CU_ASSERT_EQUAL(fixture_send(f.db, f.pool, &f.visitor, f.c.id, "x",
			    NULL, &sent, &f.err),
	    ERR_UNAVAILABLE);
	CU_ASSERT_EQUAL(f.err.retry_after_s, 1);
	harness_restart();
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 0);
	harness_kill();
	harness_restart();
	ASSERT_OK(chat_assign(f.db, f.pool, &f.ada, &in, &assigned, &f.err));
}

static CU_TestInfo tests[] = {
	{ "named messages survive the server's death",
	    named_messages_survive_the_servers_death },
	{ "nameless messages survive it too",
	    nameless_messages_survive_it_too },
	{ "a long absence is told", a_long_absence_is_told },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_crash = { "crash", NULL, NULL, set_up, tear_down, tests };
