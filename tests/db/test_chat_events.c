/* test_chat_events.c: the events of a workspace behind a cursor */
/* SPDX-License-Identifier: MIT */
#include "chat/chat_events.h"

#include "base/clock.h"
#include "chat/feed.h"
#include "db/db_notification.h"
#include "fixture.h"
#include "harness.h"

#define GRACE_MS 1000
#define OLD_US	 INT64_C(60000000) /* far beyond the grace */

static struct fixture f;
static struct chat_events got;

static void set_up(void)
{
	fixture_make(&f);
	harness_sql(f.db, "TRUNCATE TABLE notifications;");
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* A row of a kind, id 0: the next one. */
static void add(struct id workspace_id, const char *kind, int64_t age_us)
{
	const struct db_notification row = {
		.workspace_id = workspace_id,
		.conversation_id = f.c.id,
		.kind = kind,
		.payload = STR("{\"x\":1}"),
	};

	FATAL_OK(
	    db_notification_add(f.db, &row, clock_now_us() - age_us, &f.err));
}

static void add_mine(void)
{
	add(f.ada.workspace_id, "tagged", 0);
}

static void skip_to(uint64_t id)
{
	harness_sql(
	    f.db, pool_printf(f.pool,
		      "ALTER TABLE notifications AUTO_INCREMENT = %llu;",
		      (unsigned long long)id));
}

static enum err_code read_after(uint64_t after, size_t limit)
{
	const struct chat_events_ask ask = {
		.workspace_id = f.ada.workspace_id,
		.after = after,
		.limit = limit,
		.grace_ms = GRACE_MS,
	};

	return chat_events_after(f.db, f.pool, &ask, &got, &f.err);
}

static uint64_t cursor_now(void)
{
	uint64_t cursor = UINT64_MAX;

	FATAL_OK(chat_events_cursor(f.db, f.pool, GRACE_MS, &cursor, &f.err));
	return cursor;
}

static void a_message_is_spelt_from_its_row(void)
{
	struct chat_sent sent = fixture_say(&f, &f.visitor, "hello");

	FATAL_OK(read_after(0, 10));
	CU_ASSERT_EQUAL_FATAL(got.n, 1);
	CU_ASSERT_STRING_EQUAL(got.items[0].name, "conversation_updated");
	CU_ASSERT(str_search(got.items[0].payload,
		      STR("\"content\":\"hello\",\"seq\":1,")) <
		  got.items[0].payload.n);
	CU_ASSERT_EQUAL(got.cursor, got.items[0].id);
	CU_ASSERT_EQUAL(cursor_now(), got.cursor);
	CU_ASSERT(!got.has_more);
	CU_ASSERT_EQUAL(sent.message.seq, 1);
	FATAL_OK(read_after(got.cursor, 10));
	CU_ASSERT_EQUAL(got.n, 0);
}

static void only_own_events_and_none_between_daemons(void)
{
	static const char *const kinds[] = { "assigned", "typing", "resolved",
		"presence", "tagged", "login", "handoff", "nonsense", "read",
		"delivered", "bot_failed" };
	size_t i;

	for (i = 0; i < COUNT_OF(kinds); i++) {
		add(f.ada.workspace_id, kinds[i], 0);
		add(f.stranger.workspace_id, kinds[i], 0);
	}
	FATAL_OK(read_after(0, 100));
	CU_ASSERT_EQUAL_FATAL(got.n, 7);
	CU_ASSERT_STRING_EQUAL(got.items[0].name, "conversation_assigned");
	CU_ASSERT_STRING_EQUAL(got.items[1].name, "conversation_resolved");
	CU_ASSERT_STRING_EQUAL(got.items[2].name, "conversation_tagged");
	CU_ASSERT_STRING_EQUAL(got.items[3].name, "conversation_handoff");
	CU_ASSERT_STRING_EQUAL(got.items[4].name, "messages_read");
	CU_ASSERT_STRING_EQUAL(got.items[5].name, "messages_delivered");
	CU_ASSERT_STRING_EQUAL(got.items[6].name, "conversation_bot_failed");
	/* What is of others moves the cursor all the same. */
	CU_ASSERT_EQUAL(got.cursor, 22);
	CU_ASSERT(str_eq(got.items[5].payload, STR("{\"x\":1}")));
}

static void a_limit_leads_on(void)
{
	uint64_t after = 0, next = 1;
	int calls = 0;

	for (int i = 0; i < 25; i++) {
		add_mine();
		add(f.stranger.workspace_id, "tagged", 0);
	}
	do {
		FATAL_OK(read_after(after, 10));
		for (size_t i = 0; i < got.n; i++, next += 2)
			CU_ASSERT_EQUAL(got.items[i].id, next);
		CU_ASSERT(got.cursor > after);
		after = got.cursor;
		calls++;
	} while (got.has_more);
	CU_ASSERT_EQUAL(next, 51);
	CU_ASSERT_EQUAL(calls, 3);
	CU_ASSERT_EQUAL(after, 50);
}

static void an_answer_has_a_size(void)
{
	uint64_t after = 0;
	size_t n = 0, calls = 0;

	/* 60 kB each */
	for (int i = 0; i < 20; i++)
		add_mine();
	harness_sql(f.db, "UPDATE notifications SET payload =\n"
			  "CONCAT('{\"x\":\"', REPEAT('x', 60000), '\"}');");
	do {
		FATAL_OK(read_after(after, 500));
		CU_ASSERT(got.n <= 10);
		n += got.n;
		after = got.cursor;
		calls++;
	} while (got.has_more && calls < 10);
	CU_ASSERT_EQUAL(n, 20);
	CU_ASSERT(calls > 1);
}

static void many_rows_of_others_are_passed(void)
{
	/* More than one scan looks at. */
	harness_sql(f.db,
	    "INSERT INTO notifications (id, workspace_id, kind, created_at)\n"
	    "SELECT seq, REPEAT('x', 16), 'tagged', UTC_TIMESTAMP(6)\n"
	    "FROM seq_1_to_12000;");
	skip_to(12001);
	add_mine();
	FATAL_OK(read_after(0, 10));
	CU_ASSERT_EQUAL(got.n, 1);
	CU_ASSERT(!got.has_more);
	CU_ASSERT_EQUAL(got.cursor, got.items[0].id);
	CU_ASSERT_EQUAL(got.cursor, 12001);
}

static void the_cursor_waits_below_a_gap(void)
{
	add_mine();
	skip_to(5);
	add_mine();
	add_mine();
	CU_ASSERT_EQUAL(cursor_now(), 1);
	FATAL_OK(read_after(0, 10));
	CU_ASSERT_EQUAL(got.n, 3);
	CU_ASSERT_EQUAL(got.cursor, 1);
	CU_ASSERT(!got.has_more);
	/* What is above comes again, under the same ids. */
	FATAL_OK(read_after(1, 10));
	CU_ASSERT_EQUAL_FATAL(got.n, 2);
	CU_ASSERT_EQUAL(got.items[0].id, 5);
	CU_ASSERT_EQUAL(got.cursor, 1);
	/* Full, but there is no place to go on from. */
	FATAL_OK(read_after(1, 1));
	CU_ASSERT_EQUAL(got.n, 1);
	CU_ASSERT(!got.has_more);
	/* The late one is not skipped. */
	harness_sql(f.db,
	    "INSERT INTO notifications (id, workspace_id, kind, payload,\n"
	    "created_at) SELECT 3, workspace_id, kind, payload, created_at\n"
	    "FROM notifications WHERE id = 1;");
	FATAL_OK(read_after(1, 10));
	CU_ASSERT_EQUAL_FATAL(got.n, 3);
	CU_ASSERT_EQUAL(got.items[0].id, 3);
}

static void an_old_gap_is_closed(void)
{
	add(f.ada.workspace_id, "tagged", OLD_US);
	skip_to(5);
	add(f.ada.workspace_id, "tagged", OLD_US);
	CU_ASSERT_EQUAL(cursor_now(), 5);
	/* A gap below a recent row is open, whatever stands under it. */
	skip_to(8);
	add_mine();
	CU_ASSERT_EQUAL(cursor_now(), 5);
	FATAL_OK(read_after(0, 10));
	CU_ASSERT_EQUAL(got.n, 3);
	CU_ASSERT_EQUAL(got.cursor, 5);
}

static void what_is_pruned_is_gone(void)
{
	uint64_t deleted;
	int i;

	CU_ASSERT_EQUAL(cursor_now(), 0);
	FATAL_OK(read_after(0, 10)); /* an empty table has no past */
	CU_ASSERT_EQUAL(got.cursor, 0);
	CU_ASSERT_EQUAL(read_after(1, 10), ERR_GONE);
	for (i = 0; i < 4; i++)
		add(f.ada.workspace_id, "tagged", OLD_US);
	add_mine();
	FATAL_OK(
	    feed_prune(f.db, clock_now_us() - OLD_US / 2, &deleted, &f.err));
	CU_ASSERT_EQUAL(deleted, 4);
	CU_ASSERT_EQUAL(read_after(3, 10), ERR_GONE);
	FATAL_OK(read_after(4, 10));
	CU_ASSERT_EQUAL(got.n, 1);
	FATAL_OK(read_after(5, 10));
	CU_ASSERT_EQUAL(got.n, 0);
	CU_ASSERT_EQUAL(read_after(6, 10), ERR_GONE);
}

static CU_TestInfo tests[] = {
	{ "a message is spelt from its row", a_message_is_spelt_from_its_row },
	{ "only own events, and none between daemons",
	    only_own_events_and_none_between_daemons },
	{ "a limit leads on", a_limit_leads_on },
	{ "an answer has a size", an_answer_has_a_size },
	{ "many rows of others are passed", many_rows_of_others_are_passed },
	{ "the cursor waits below a gap", the_cursor_waits_below_a_gap },
	{ "an old gap is closed", an_old_gap_is_closed },
	{ "what is pruned is gone", what_is_pruned_is_gone },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_events = { "chat_events", NULL, NULL, set_up, tear_down,
	tests };
