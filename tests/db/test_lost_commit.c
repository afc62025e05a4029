/* test_lost_commit.c: a COMMIT was carried out, its answer was lost */
/* SPDX-License-Identifier: MIT */
#include "fixture.h"
#include "harness.h"
#include "proxy.h"

static struct fixture f;
static struct db *direct; /* the fixture's own; f.db goes through the proxy */

static void set_up(void)
{
	fixture_make(&f);
	fixture_say(&f, &f.visitor, "hello");
	direct = f.db;
	FATAL_OK(db_open(proxy_start(), false, &f.db, &f.err));
	proxy_lose_next_commit();
}

static void tear_down(void)
{
	CU_ASSERT_TRUE(proxy_has_lost());
	db_close(&f.db);
	proxy_stop();
	f.db = direct;
	fixture_free(&f);
}

static void send_one(const char *client_id)
{
	struct chat_sent sent;

	FATAL_OK(fixture_send(f.db, f.pool, &f.visitor, f.c.id, "text",
	    client_id, &sent, &f.err));
	/* The caller must deliver it: it is no duplicate to anyone else. */
	CU_ASSERT_FALSE(sent.is_duplicate);
	CU_ASSERT_TRUE(sent.is_turn_due);
	CU_ASSERT_EQUAL(sent.message.seq, 2);
	CU_ASSERT_NOT_EQUAL(sent.message.created_at, 0);
	CU_ASSERT_TRUE(str_eq(sent.message.content, STR("text")));
	CU_ASSERT_TRUE(str_eq(sent.message.client_id, str_of(client_id)));
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 2);
	CU_ASSERT_TRUE(fixture_is_whole(&f, f.c.id));
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 2);
}

static void a_named_message_is_stored_once(void)
{
	send_one("name");
}

static void a_nameless_message_is_stored_once(void)
{
	send_one(NULL);
}

static void a_new_session_is_opened_once(void)
{
	struct chat_resolved done;
	struct chat_sent sent;

	FATAL_OK(chat_resolve(
	    direct, f.pool, &f.ada, f.c.id, STR_EMPTY, ID_NONE, &done, &f.err));
	sent = fixture_say(&f, &f.visitor, "back again");
	CU_ASSERT_TRUE(sent.is_new_session);
	CU_ASSERT_TRUE(sent.is_turn_due);
	CU_ASSERT_FALSE(id_eq(sent.message.session_id, done.session_id));
}

static void an_agent_wins_once(void)
{
	const struct chat_assign in = { .conversation_id = f.c.id };
	struct chat_assigned got;

	FATAL_OK(chat_assign(f.db, f.pool, &f.ada, &in, &got, &f.err));
	CU_ASSERT_TRUE(got.is_changed);
	CU_ASSERT_NOT_EQUAL(got.assigned_at, 0);
	CU_ASSERT_TRUE(str_eq(got.agent_name, STR("Ada")));
	CU_ASSERT_EQUAL(fixture_notified(&f, "assigned"), 1);
}

static void a_session_is_resolved_once(void)
{
	struct chat_resolved done;

	FATAL_OK(chat_resolve(f.db, f.pool, &f.ada, f.c.id, STR("[\"a\"]"),
	    ID_NONE, &done, &f.err));
	CU_ASSERT_TRUE(id_eq(done.session_id, f.c.session.id));
	CU_ASSERT_TRUE(str_eq(done.tags, STR("[\"a\"]")));
	CU_ASSERT_NOT_EQUAL(done.resolved_at, 0);
	CU_ASSERT_EQUAL(fixture_notified(&f, "resolved"), 1);
}

static void a_reading_is_told(void)
{
	struct chat_messages list;
	struct chat_seen seen;

	FATAL_OK(chat_history_last(
	    direct, f.pool, &f.ada, f.c.id, 1, 0, &list, &f.err));
	FATAL_OK(chat_mark_read(f.db, f.pool, &f.ada, f.c.id, &list.items[0].id,
	    1, ID_NONE, &seen, &f.err));
	CU_ASSERT_EQUAL(seen.n, 1);
}

static void a_receipt_is_told_once(void)
{
	struct chat_delivered delivered;

	FATAL_OK(chat_mark_delivered(
	    f.db, f.pool, &f.ada, f.c.id, 1, ID_NONE, &delivered, &f.err));
	CU_ASSERT_EQUAL(delivered.seq, 1);
	CU_ASSERT_EQUAL(fixture_notified(&f, "delivered"), 1);
}

static void a_visitor_is_created_once(void)
{
	struct chat_conversation c = fixture_open(&f, "visitor-2", true);
	struct chat_conversation again = fixture_open(&f, "visitor-2", true);

	CU_ASSERT_TRUE(id_eq(c.id, again.id));
}

static CU_TestInfo tests[] = {
	{ "a named message is stored once", a_named_message_is_stored_once },
	{ "a nameless message is stored once",
	    a_nameless_message_is_stored_once },
	{ "a new session is opened once", a_new_session_is_opened_once },
	{ "an agent wins once", an_agent_wins_once },
	{ "a session is resolved once", a_session_is_resolved_once },
	{ "a reading is told", a_reading_is_told },
	{ "a receipt is told once", a_receipt_is_told_once },
	{ "a visitor is created once", a_visitor_is_created_once },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_lost_commit = { "lost_commit", NULL, NULL, set_up, tear_down,
	tests };
