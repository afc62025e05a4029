/* test_chat_read.c: the inbox's lists and the history */
/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "harness.h"

static struct fixture f;

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* How many the question finds; ids in list order go to the pool. */
static struct chat_conversations ask(
    const struct chat_actor *who, struct chat_list in, struct str *cursor)
{
	struct chat_conversations list = { .n = 0 };
	struct str unused;

	if (in.limit == 0)
		in.limit = 50;
	FATAL_OK(chat_list(f.db, f.pool, who, &in, &list,
	    cursor != NULL ? cursor : &unused, &f.err));
	return list;
}

static size_t count(const struct chat_actor *who, struct chat_list in)
{
	return ask(who, in, NULL).n;
}

/* Another visitor who has written. */
static struct chat_conversation writer(const char *external_id)
{
	struct chat_conversation c = fixture_open(&f, external_id, false);
	struct chat_actor who = f.visitor;

	who.external_id = str_of(external_id);
	FATAL_OK(fixture_send(
	    f.db, f.pool, &who, c.id, "hello", NULL, NULL, &f.err));
	return c;
}

static void claim(const struct chat_actor *who, struct id conversation_id)
{
	const struct chat_assign in = { .conversation_id = conversation_id };
	struct chat_assigned assigned;

	FATAL_OK(chat_assign(f.db, f.pool, who, &in, &assigned, &f.err));
}

static void filters_tell_who_waits(void)
{
	struct chat_list unassigned = { .filter = CHAT_UNASSIGNED };
	struct chat_list mine = { .filter = CHAT_MINE };
	struct chat_list all = { .filter = CHAT_ALL };
	struct chat_conversation c;

	/* Nobody waits before the visitor has written. */
	CU_ASSERT_EQUAL(count(&f.ada, unassigned), 0);
	CU_ASSERT_EQUAL(count(&f.ada, all), 1);
	c = writer("visitor-2");
	CU_ASSERT_EQUAL(count(&f.ada, unassigned), 1);
	CU_ASSERT_EQUAL(count(&f.ada, all), 2);
	claim(&f.ada, c.id);
	CU_ASSERT_EQUAL(count(&f.ada, unassigned), 0);
	CU_ASSERT_EQUAL(count(&f.ada, mine), 1);
	CU_ASSERT_EQUAL(count(&f.ben, mine), 0);
	CU_ASSERT_EQUAL(count(&f.stranger, all), 0);
}

static void pages_follow_each_other_without_doubles(void)
{
	struct chat_list in = { .filter = CHAT_UNASSIGNED, .limit = 2 };
	struct id seen[5];
	size_t n = 0, i, k;

	for (i = 0; i < 5; i++)
		seen[i] = writer(pool_printf(f.pool, "w%zu", i)).id;
	/* One moment for all: the id decides. */
	harness_sql(f.db,
	    "UPDATE conversations SET updated_at = '2026-01-01 00:00:00';");
	memset(seen, 0, sizeof(seen));
	do {
		struct chat_conversations page = ask(&f.ada, in, &in.cursor);

		for (i = 0; i < page.n && n < 5; i++)
			seen[n++] = page.items[i].id;
	} while (in.cursor.n > 0 && n < 5);
	CU_ASSERT_EQUAL(n, 5);
	CU_ASSERT_EQUAL(in.cursor.n, 0);
	for (i = 0; i < n; i++)
		for (k = 0; k < i; k++)
			CU_ASSERT_FALSE(id_eq(seen[i], seen[k]));
}

static void the_newest_comes_first(void)
{
	struct chat_list in = { .filter = CHAT_ALL };
	struct chat_conversation a = writer("a"), b = writer("b");
	struct chat_conversations list = ask(&f.ada, in, NULL);

	CU_ASSERT_EQUAL_FATAL(list.n, 3);
	CU_ASSERT_TRUE(id_eq(list.items[0].id, b.id));
	CU_ASSERT_TRUE(id_eq(list.items[1].id, a.id));
	CU_ASSERT_TRUE(list.items[0].has_last);
	CU_ASSERT_EQUAL(list.items[0].last.seq, 1);
	CU_ASSERT_TRUE(str_eq(list.items[0].last.content, STR("hello")));
	CU_ASSERT_FALSE(list.items[2].has_last);
	fixture_say(&f, &f.visitor, "now me");
	list = ask(&f.ada, in, NULL);
	CU_ASSERT_TRUE(id_eq(list.items[0].id, f.c.id));
}

static void questions_narrow_the_list(void)
{
	const struct chat_open in = {
		.workspace_id = f.ada.workspace_id,
		.integration_id = f.integration_id,
		.external_id = STR("id_50%"),
		.display_name = STR("Z\xc3\xab"
				    "bra \\ Ltd"),
	};
	struct chat_conversation c;
	struct chat_resolved done;

	FATAL_OK(chat_open(f.db, f.pool, &in, &c, &f.err));
	FATAL_OK(chat_tag(f.db, f.pool, &f.ada, c.id,
	    STR("[\"vip\",\"say \\\"hi\\\"\"]"), ID_NONE, &done, &f.err));
#define ASK(...)                                                               \
	count(&f.ada, (struct chat_list){ .filter = CHAT_ALL, __VA_ARGS__ })
	CU_ASSERT_EQUAL(ASK(.q = STR("z\xc3\xab"
				     "BRA")),
	    1);
	CU_ASSERT_EQUAL(ASK(.q = STR("\\")), 1);
	CU_ASSERT_EQUAL(ASK(.q = STR("50%")), 1);
	CU_ASSERT_EQUAL(ASK(.q = STR("id_")), 1);
	CU_ASSERT_EQUAL(ASK(.q = STR("%")), 1);
	CU_ASSERT_EQUAL(ASK(.q = STR("nobody")), 0);
	CU_ASSERT_EQUAL(ASK(.tag = STR("vip")), 1);
	CU_ASSERT_EQUAL(ASK(.tag = STR("say \"hi\"")), 1);
	CU_ASSERT_EQUAL(ASK(.tag = STR("vi")), 0);
	CU_ASSERT_EQUAL(ASK(.integration_id = f.integration_id), 2);
	CU_ASSERT_EQUAL(ASK(.integration_id = id_new()), 0);
	CU_ASSERT_EQUAL(ASK(.status = STR("open")), 2);
	CU_ASSERT_EQUAL(ASK(.status = STR("resolved")), 0);
	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, c.id, STR_EMPTY, ID_NONE, &done, &f.err));
	CU_ASSERT_EQUAL(ASK(.status = STR("open")), 1);
	CU_ASSERT_EQUAL(ASK(.status = STR("resolved")), 1);
#undef ASK
}

static void bad_questions_are_refused(void)
{
	static const struct chat_list bad[] = {
		{ .limit = 0 },
		{ .limit = 201 },
		{ .limit = 1, .status = { "shut", 4 } },
		{ .limit = 1, .cursor = { "AAAA", 4 } },
		{ .limit = 1, .cursor = { "no base64 at all", 16 } },
		{ .limit = 1,
		    .cursor = { "________________________________", 32 } },
		{ .limit = 1,
		    .cursor = { "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 32 } },
		{ .limit = 1, .q = { "a\0b", 3 } },
		{ .limit = 1, .tag = { "\xff", 1 } },
	};
	struct chat_conversations list;
	struct str cursor;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		enum err_code code = chat_list(
		    f.db, f.pool, &f.ada, &bad[i], &list, &cursor, &f.err);

		CU_ASSERT_EQUAL(code, ERR_BAD_REQUEST);
		if (code != ERR_BAD_REQUEST)
			printf("\n     case %zu\n", i);
	}
}

static void unread_counts_to_99(void)
{
	struct chat_list in = { .filter = CHAT_ALL };
	size_t i;

	for (i = 0; i < 3; i++)
		fixture_say(&f, &f.visitor, "x");
	fixture_say(&f, &f.ada, "y");
	CU_ASSERT_EQUAL(ask(&f.ada, in, NULL).items[0].unread, 3);
	for (i = 0; i < 110; i++)
		fixture_say(&f, &f.visitor, "x");
	CU_ASSERT_EQUAL(ask(&f.ada, in, NULL).items[0].unread, 99);
}

static void history_pages_both_ways(void)
{
	struct chat_messages list;
	size_t i;

	for (i = 1; i <= 10; i++)
		fixture_say(&f, &f.visitor, pool_printf(f.pool, "%zu", i));
	FATAL_OK(chat_history_after(
	    f.db, f.pool, &f.visitor, f.c.id, 7, 100, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 3);
	CU_ASSERT_EQUAL(list.items[0].seq, 8);
	FATAL_OK(chat_history_after(
	    f.db, f.pool, &f.visitor, f.c.id, 2, 3, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 3);
	CU_ASSERT_EQUAL(list.items[2].seq, 5);
	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 4, 2, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 4);
	CU_ASSERT_EQUAL(list.items[0].seq, 5);
	CU_ASSERT_EQUAL(list.items[3].seq, 8);
	CU_ASSERT_TRUE(str_eq(list.items[3].content, STR("8")));
	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 4, 50, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 0);
	CU_ASSERT_EQUAL(chat_history_last(f.db, f.pool, &f.ada, f.c.id, 201, 0,
			    &list, &f.err),
	    ERR_BAD_REQUEST);
}

static void sessions_are_listed_oldest_first(void)
{
	struct chat_sessions list = { .n = 0 };
	struct chat_resolved done[2];
	size_t i;

	for (i = 0; i < 2; i++) {
		fixture_say(&f, &f.visitor, "hello");
		claim(i ? &f.ben : &f.ada, f.c.id);
		FATAL_OK(chat_resolve(f.db, f.pool, &f.ada, f.c.id,
		    STR("[\"done\"]"), ID_NONE, &done[i], &f.err));
	}
	fixture_say(&f, &f.visitor, "once more");
	FATAL_OK(chat_sessions(f.db, f.pool, &f.ada, f.c.id, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 3);
	for (i = 0; i < 2; i++) {
		const struct chat_session *s = &list.items[i];

		CU_ASSERT_TRUE(id_eq(s->id, done[i].session_id));
		CU_ASSERT_TRUE(s->is_resolved);
		CU_ASSERT_TRUE(id_eq(s->resolved_by, f.ada.user_id));
		CU_ASSERT_EQUAL(s->resolved_at, done[i].resolved_at);
		CU_ASSERT_TRUE(id_eq(
		    s->assigned_agent_id, i ? f.ben.user_id : f.ada.user_id));
		CU_ASSERT_TRUE(str_eq(s->tags, STR("[\"done\"]")));
	}
	CU_ASSERT_FALSE(list.items[2].is_resolved);
	CU_ASSERT_TRUE(id_is_none(list.items[2].resolved_by));
	CU_ASSERT_EQUAL(
	    chat_sessions(f.db, f.pool, &f.stranger, f.c.id, &list, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    chat_sessions(f.db, f.pool, &f.visitor, f.c.id, &list, &f.err),
	    ERR_FORBIDDEN);
}

static void the_newest_fifty_sessions_are_listed(void)
{
	struct chat_sessions list = { .n = 0 };
	struct chat_resolved done;
	size_t i;

	for (i = 0; i < CHAT_SESSIONS_MAX + 2; i++) {
		fixture_say(&f, &f.visitor, "hello");
		FATAL_OK(chat_resolve(f.db, f.pool, &f.ada, f.c.id, STR_EMPTY,
		    ID_NONE, &done, &f.err));
	}
	FATAL_OK(chat_sessions(f.db, f.pool, &f.ada, f.c.id, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, CHAT_SESSIONS_MAX);
	CU_ASSERT_TRUE(id_eq(list.items[list.n - 1].id, done.session_id));
}

static struct chat_agents agents(uint64_t after, uint64_t upto)
{
	struct chat_agents list = { .n = 0 };

	FATAL_OK(chat_history_agents(
	    f.db, f.pool, &f.visitor, f.c.id, after, upto, &list, &f.err));
	return list;
}

static void the_agents_of_some_messages_have_names(void)
{
	struct chat_actor guesser = f.visitor;
	struct chat_agents list;

	fixture_say(&f, &f.visitor, "1");
	fixture_say(&f, &f.ada, "2");
	fixture_say(&f, &f.ada, "3");
	fixture_say(&f, &f.ben, "4");
	CU_ASSERT_EQUAL(agents(0, 1).n, 0);
	CU_ASSERT_EQUAL(agents(4, 9).n, 0);
	CU_ASSERT_EQUAL(agents(0, 4).n, 2);
	list = agents(1, 3);
	CU_ASSERT_EQUAL_FATAL(list.n, 1);
	CU_ASSERT_TRUE(id_eq(list.items[0].id, f.ada.user_id));
	CU_ASSERT_TRUE(str_eq(list.items[0].display_name, STR("Ada")));
	harness_sql(f.db, "UPDATE users SET disabled_at = UTC_TIMESTAMP(6);");
	CU_ASSERT_EQUAL(agents(0, 4).n, 2);
	guesser.external_id = STR("visitor-2");
	CU_ASSERT_EQUAL(chat_history_agents(f.db, f.pool, &guesser, f.c.id, 0,
			    9, &list, &f.err),
	    ERR_FORBIDDEN);
}

static CU_TestInfo tests[] = {
	{ "filters tell who waits", filters_tell_who_waits },
	{ "pages follow each other without doubles",
	    pages_follow_each_other_without_doubles },
	{ "the newest comes first", the_newest_comes_first },
	{ "questions narrow the list", questions_narrow_the_list },
	{ "bad questions are refused", bad_questions_are_refused },
	{ "unread counts to 99", unread_counts_to_99 },
	{ "history pages both ways", history_pages_both_ways },
	{ "sessions are listed, oldest first",
	    sessions_are_listed_oldest_first },
	{ "the newest fifty sessions are listed",
	    the_newest_fifty_sessions_are_listed },
	{ "the agents of some messages have names",
	    the_agents_of_some_messages_have_names },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_read = { "chat_read", NULL, NULL, set_up, tear_down,
	tests };
