/* test_chat_seen.c: who has read which message */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "fixture.h"

static struct fixture f;
static struct chat_seen seen;
static struct id from_visitor, from_agent;

static void set_up(void)
{
	fixture_make(&f);
	from_visitor = fixture_say(&f, &f.visitor, "hello").message.id;
	from_agent = fixture_say(&f, &f.ada, "hello you").message.id;
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code mark(
    const struct chat_actor *who, const struct id *ids, size_t n)
{
	return chat_mark_read(
	    f.db, f.pool, who, f.c.id, ids, n, ID_NONE, &seen, &f.err);
}

/* Who has read message i of the history. */
static const struct json *readers(size_t i)
{
	struct chat_messages list = { .n = 0 };
	const struct json *v = NULL;

	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 10, 0, &list, &f.err));
	if (list.items[i].read_by.n > 0)
		FATAL_OK(json_parse(f.pool, list.items[i].read_by, &v, &f.err));
	return v;
}

static uint64_t unread(const struct chat_actor *who)
{
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(chat_get(f.db, f.pool, who, f.c.id, &c, &f.err));
	return c.unread;
}

static void an_agent_reads_the_visitors_messages(void)
{
	const struct id ids[] = { from_agent, from_visitor, from_visitor,
		id_new() };

	CU_ASSERT_EQUAL(unread(&f.ada), 1);
	FATAL_OK(mark(&f.ada, ids, COUNT_OF(ids)));
	CU_ASSERT_EQUAL_FATAL(seen.n, 1);
	CU_ASSERT_TRUE(id_eq(seen.message_ids[0], from_visitor));
	CU_ASSERT_EQUAL(json_count(readers(0)), 1);
	CU_ASSERT_EQUAL(json_count(readers(1)), 0);
	CU_ASSERT_EQUAL(
	    json_str(json_get(readers(0), id_text(f.ada.user_id))).n, 27);
	CU_ASSERT_EQUAL(unread(&f.ada), 0);
	CU_ASSERT_EQUAL(unread(&f.ben), 1);
	CU_ASSERT_EQUAL(fixture_notified(&f, "read"), 1);
	FATAL_OK(mark(&f.ada, ids, COUNT_OF(ids)));
	CU_ASSERT_EQUAL(seen.n, 0);
	CU_ASSERT_EQUAL(fixture_notified(&f, "read"), 1);
	FATAL_OK(mark(&f.ben, ids, COUNT_OF(ids)));
	CU_ASSERT_EQUAL(json_count(readers(0)), 2);
}

static void a_visitor_reads_the_agents_messages(void)
{
	const struct id ids[] = { from_visitor, from_agent };
	struct str payload;

	FATAL_OK(mark(&f.visitor, ids, COUNT_OF(ids)));
	CU_ASSERT_EQUAL_FATAL(seen.n, 1);
	CU_ASSERT_TRUE(id_eq(seen.message_ids[0], from_agent));
	CU_ASSERT_TRUE(str_eq(seen.reader_id, STR("visitor-1")));
	CU_ASSERT_EQUAL(json_count(readers(1)), 1);
	payload = fixture_payload(&f);
	CU_ASSERT_TRUE(str_search(payload,
			   STR("\"reader_type\":\"end_user\"")) < payload.n);
	CU_ASSERT_TRUE(
	    str_search(payload, str_of(id_text(from_agent))) < payload.n);
}

static void messages_of_other_conversations_are_passed_over(void)
{
	struct chat_conversation other = fixture_open(&f, "visitor-2", true);
	struct chat_actor who = f.visitor;
	struct chat_sent sent;

	who.external_id = STR("visitor-2");
	FATAL_OK(fixture_send(
	    f.db, f.pool, &who, other.id, "hello", NULL, &sent, &f.err));
	FATAL_OK(mark(&f.ada, &sent.message.id, 1));
	CU_ASSERT_EQUAL(seen.n, 0);
}

static void an_old_mark_does_not_go_back(void)
{
	struct id newest = fixture_say(&f, &f.visitor, "more").message.id;

	FATAL_OK(mark(&f.ada, &newest, 1));
	FATAL_OK(mark(&f.ada, &from_visitor, 1));
	CU_ASSERT_EQUAL(unread(&f.ada), 0);
}

static void too_many_ids_are_refused(void)
{
	struct id ids[101];

	for (size_t i = 0; i < COUNT_OF(ids); i++)
		ids[i] = id_new();
	CU_ASSERT_EQUAL(mark(&f.ada, ids, 101), ERR_BAD_REQUEST);
	ASSERT_OK(mark(&f.ada, ids, 100));
	ASSERT_OK(mark(&f.ada, NULL, 0));
}

static CU_TestInfo tests[] = {
	{ "an agent reads the visitor's messages",
	    an_agent_reads_the_visitors_messages },
	{ "a visitor reads the agent's messages",
	    a_visitor_reads_the_agents_messages },
	{ "messages of other conversations are passed over",
	    messages_of_other_conversations_are_passed_over },
	{ "an old mark does not go back", an_old_mark_does_not_go_back },
	{ "too many ids are refused", too_many_ids_are_refused },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_seen = { "chat_seen", NULL, NULL, set_up, tear_down,
	tests };
