/* test_chat_updates.c: what a client that comes back wants to know */
/* SPDX-License-Identifier: MIT */
#include "fixture.h"

static struct fixture f;
static struct chat_updates u;

static void set_up(void)
{
	fixture_make(&f);
	fixture_say(&f, &f.visitor, "one");
	fixture_say(&f, &f.ada, "two");
	fixture_say(&f, &f.ben, "three");
}

static void tear_down(void)
{
	fixture_free(&f);
}

static void get(const struct chat_actor *who, uint64_t after)
{
	FATAL_OK(chat_updates(f.db, f.pool, who, f.c.id, &after, &u, &f.err));
}

static void what_is_behind_the_cursor_comes(void)
{
	get(&f.visitor, 1);
	CU_ASSERT_EQUAL(u.last_seq, 3);
	CU_ASSERT_EQUAL_FATAL(u.missed.n, 2);
	CU_ASSERT_EQUAL(u.missed.items[0].seq, 2);
	CU_ASSERT_FALSE(u.has_more);
	CU_ASSERT_EQUAL(u.agents.n, 2);
	get(&f.visitor, 2);
	CU_ASSERT_EQUAL_FATAL(u.agents.n, 1);
	CU_ASSERT(id_eq(u.agents.items[0].id, f.ben.user_id));
	get(&f.ada, 0);
	CU_ASSERT_EQUAL(u.missed.n, 3);
	CU_ASSERT_EQUAL(u.agents.n, 0);
}

static void nothing_is_behind_the_newest(void)
{
	get(&f.visitor, 3);
	CU_ASSERT_EQUAL(u.last_seq, 3);
	CU_ASSERT_EQUAL(u.missed.n, 0);
	get(&f.visitor, 1000);
	CU_ASSERT_EQUAL(u.last_seq, 3);
	CU_ASSERT_EQUAL(u.missed.n, 0);
	CU_ASSERT_FALSE(u.has_more);
	/* And nothing without a cursor. */
	FATAL_OK(
	    chat_updates(f.db, f.pool, &f.visitor, f.c.id, NULL, &u, &f.err));
	CU_ASSERT_EQUAL(u.last_seq, 3);
	CU_ASSERT_EQUAL(u.missed.n, 0);
}

static void much_comes_in_parts(void)
{
	for (int i = 3; i < CHAT_HISTORY_MAX + 5; i++)
		fixture_say(&f, &f.ada, "more");
	get(&f.visitor, 0);
	CU_ASSERT_EQUAL(u.missed.n, CHAT_HISTORY_MAX);
	CU_ASSERT(u.has_more);
	CU_ASSERT_EQUAL(u.last_seq, CHAT_HISTORY_MAX + 5);
	get(&f.visitor, CHAT_HISTORY_MAX);
	CU_ASSERT_EQUAL(u.missed.n, 5);
	CU_ASSERT_FALSE(u.has_more);
	get(&f.visitor, 5);
	CU_ASSERT_EQUAL(u.missed.n, CHAT_HISTORY_MAX);
	CU_ASSERT_FALSE(u.has_more);
}

static CU_TestInfo tests[] = {
	{ "what is behind the cursor comes", what_is_behind_the_cursor_comes },
	{ "nothing is behind the newest", nothing_is_behind_the_newest },
	{ "much comes in parts", much_comes_in_parts },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_updates = { "chat_updates", NULL, NULL, set_up,
	tear_down, tests };
