/* test_chat_receipt.c: how far each side of a conversation is */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "fixture.h"
#include "harness.h"

#define MESSAGES 20

static struct fixture f;
static struct chat_delivered done;

static void set_up(void)
{
	fixture_make(&f);
	for (int i = 0; i < MESSAGES; i++)
		fixture_say(&f, i % 2 ? &f.ada : &f.visitor, "hello");
}

static void tear_down(void)
{
	fixture_free(&f);
}

static struct chat_conversation see(void)
{
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	return c;
}

static bool is(struct chat_receipt r, uint64_t delivered, uint64_t read)
{
	return r.delivered_seq == delivered && r.read_seq == read;
}

static void deliver(const struct chat_actor *who, uint64_t seq)
{
	FATAL_OK(chat_mark_delivered(
	    f.db, f.pool, who, f.c.id, seq, ID_NONE, &done, &f.err));
}

static struct id message_at(uint64_t seq)
{
	struct chat_messages list = { .n = 0 };

	FATAL_OK(chat_history_after(
	    f.db, f.pool, &f.ada, f.c.id, seq - 1, 1, &list, &f.err));
	return list.items[0].id;
}

static struct chat_seen mark(const struct chat_actor *who, uint64_t seq)
{
	struct id id = message_at(seq);
	struct chat_seen seen;

	FATAL_OK(chat_mark_read(
	    f.db, f.pool, who, f.c.id, &id, 1, ID_NONE, &seen, &f.err));
	return seen;
}

static void each_side_has_its_own(void)
{
	CU_ASSERT(is(see().visitor_receipt, 0, 0));
	CU_ASSERT(is(see().agent_receipt, 0, 0));
	deliver(&f.visitor, 4);
	CU_ASSERT(done.is_grown);
	CU_ASSERT_EQUAL(done.seq, 4);
	deliver(&f.ada, 6);
	CU_ASSERT(is(see().visitor_receipt, 4, 0));
	CU_ASSERT(is(see().agent_receipt, 6, 0));
	CU_ASSERT(id_eq(done.workspace_id, f.ada.workspace_id));
}

static void it_only_grows(void)
{
	deliver(&f.ada, 6);
	deliver(&f.ben, 3);
	CU_ASSERT_FALSE(done.is_grown);
	CU_ASSERT_EQUAL(done.seq, 6);
	deliver(&f.ben, 6);
	CU_ASSERT_FALSE(done.is_grown);
	deliver(&f.ben, 7);
	CU_ASSERT(done.is_grown);
	deliver(&f.ada, 0);
	CU_ASSERT_EQUAL(done.seq, 7);
	CU_ASSERT(is(see().agent_receipt, 7, 0));
	CU_ASSERT_EQUAL(fixture_notified(&f, "delivered"), 2);
}

static void it_never_passes_the_newest_message(void)
{
	deliver(&f.ada, INT64_MAX);
	CU_ASSERT_EQUAL(done.seq, MESSAGES);
	deliver(&f.ada, MESSAGES + 1);
	CU_ASSERT_FALSE(done.is_grown);
	fixture_say(&f, &f.visitor, "one more");
	deliver(&f.ada, INT64_MAX);
	CU_ASSERT(done.is_grown);
	CU_ASSERT_EQUAL(done.seq, MESSAGES + 1);
}

static void growth_is_told_and_nothing_else_changes(void)
{
	struct chat_conversation before = see(), after;
	struct str payload;

	deliver(&f.visitor, 2);
	payload = fixture_payload(&f);
	CU_ASSERT_EQUAL(
	    str_search(payload,
		str_of(pool_printf(f.pool,
		    "{\"conversation_id\":\"%s\",\"seq\":2,"
		    "\"receiver_type\":\"end_user\",\"delivered_at\":\"",
		    id_text(f.c.id)))),
	    0);
	after = see();
	CU_ASSERT_EQUAL(after.updated_at, before.updated_at);
	CU_ASSERT_EQUAL(after.last_seq, before.last_seq);
	CU_ASSERT_EQUAL(fixture_notified(&f, "delivered"), 1);
}

static void reading_is_receiving(void)
{
	struct chat_seen seen = mark(&f.ada, 5);

	CU_ASSERT_EQUAL(seen.seq, 5);
	CU_ASSERT(is(see().agent_receipt, 5, 5));
	deliver(&f.ada, 8);
	seen = mark(&f.ben, 3);
	CU_ASSERT_EQUAL(seen.n, 1);
	CU_ASSERT_EQUAL(seen.seq, 5);
	CU_ASSERT(is(see().agent_receipt, 8, 5));
	CU_ASSERT(is(see().visitor_receipt, 0, 0));
	seen = mark(&f.visitor, 8);
	CU_ASSERT(is(see().visitor_receipt, 8, 8));
	CU_ASSERT(str_search(fixture_payload(&f), STR("\"seq\":8,")) <
		  fixture_payload(&f).n);
	CU_ASSERT_EQUAL(fixture_notified(&f, "read"), 3);
	CU_ASSERT_EQUAL(fixture_notified(&f, "delivered"), 1);
}

static void ones_own_messages_are_not_read(void)
{
	struct chat_seen seen = mark(&f.visitor, 5);

	CU_ASSERT_EQUAL(seen.n, 0);
	CU_ASSERT_FALSE(seen.is_news);
	CU_ASSERT(is(see().visitor_receipt, 0, 0));
	CU_ASSERT_EQUAL(fixture_notified(&f, "read"), 0);
}

/* As after the upgrade of a database in which nothing was counted yet. */
static void what_was_read_before_raises_it_once(void)
{
	mark(&f.ada, 5);
	harness_sql(f.db, "UPDATE conversations SET agent_read_seq = 0, "
			  "agent_delivered_seq = 0;\n");
	CU_ASSERT(mark(&f.ada, 5).is_news);
	CU_ASSERT(is(see().agent_receipt, 5, 5));
	CU_ASSERT_FALSE(mark(&f.ada, 5).is_news);
	CU_ASSERT_EQUAL(fixture_notified(&f, "read"), 2);
}

struct reader {
	struct chat_actor who;
	size_t grown;
	bool is_fine;
};

/* Upwards and downwards at once: whoever is last, the highest stays. */
static void *run_reader(void *arg)
{
	struct reader *r = arg;
	struct pool *pool = pool_new();
	struct db *db = harness_db();
	struct chat_delivered d;
	uint64_t before = 0;
	struct err err;

	r->is_fine = true;
	for (uint64_t i = 1; i <= MESSAGES; i++) {
		r->is_fine = r->is_fine &&
			     chat_mark_delivered(db, pool, &r->who, f.c.id, i,
				 ID_NONE, &d, &err) == ERR_OK &&
			     d.seq >= i && d.seq >= before;
		before = d.seq;
		r->grown += d.is_grown;
	}
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

static void two_readers_at_once_lose_nothing(void)
{
	struct reader readers[] = { { .who = f.ada }, { .who = f.ben },
		{ .who = f.visitor } };
	pthread_t threads[COUNT_OF(readers)];
	size_t i;

	for (i = 0; i < COUNT_OF(readers); i++)
		pthread_create(&threads[i], NULL, run_reader, &readers[i]);
	for (i = 0; i < COUNT_OF(readers); i++) {
		pthread_join(threads[i], NULL);
		CU_ASSERT(readers[i].is_fine);
	}
	CU_ASSERT(is(see().agent_receipt, MESSAGES, 0));
	CU_ASSERT(is(see().visitor_receipt, MESSAGES, 0));
	/* Each step of a side was told by one of the two. */
	CU_ASSERT_EQUAL(readers[0].grown + readers[1].grown, MESSAGES);
	CU_ASSERT_EQUAL(readers[2].grown, MESSAGES);
	CU_ASSERT_EQUAL(fixture_notified(&f, "delivered"), 2 * MESSAGES);
}

static CU_TestInfo tests[] = {
	{ "each side has its own", each_side_has_its_own },
	{ "it only grows", it_only_grows },
	{ "it never passes the newest message",
	    it_never_passes_the_newest_message },
	{ "growth is told and nothing else changes",
	    growth_is_told_and_nothing_else_changes },
	{ "reading is receiving", reading_is_receiving },
	{ "one's own messages are not read", ones_own_messages_are_not_read },
	{ "what was read before raises it once",
	    what_was_read_before_raises_it_once },
	{ "two readers at once lose nothing",
	    two_readers_at_once_lose_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_receipt = { "chat_receipt", NULL, NULL, set_up,
	tear_down, tests };
