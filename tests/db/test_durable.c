/* test_durable.c: what is told is on the disk */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "chat/chat_events.h"
#include "db/db_daemon.h"
#include "fixture.h"
#include "harness.h"

static struct fixture f;
static struct chat_updates u;
static struct chat_events got;

/* Every row that comes into daemons, or beats there, leaves a trace. */
#define TRACE                                                                  \
	" ON daemons FOR EACH ROW\nINSERT INTO notifications\n"                \
	"(workspace_id, kind, created_at) VALUES\n"                            \
	"(REPEAT('x', 16), 'trace', '2020-01-01');"

static void set_up(void)
{
	fixture_make(&f);
	harness_sql(f.db, "DELETE FROM daemons;\n"
			  "CREATE TRIGGER came BEFORE INSERT" TRACE);
	harness_sql(f.db, "CREATE TRIGGER beat BEFORE UPDATE" TRACE);
}

static void tear_down(void)
{
	harness_sql(f.db, "DROP TRIGGER came;\nDROP TRIGGER beat;\n"
			  "DELETE FROM daemons;");
	fixture_free(&f);
}

static size_t writes(void)
{
	return fixture_notified(&f, "trace");
}

static enum err_code updates(const uint64_t *after)
{
	return chat_updates(
	    f.db, f.pool, &f.visitor, f.c.id, after, &u, &f.err);
}

static enum err_code events(uint64_t after, uint64_t durable)
{
	const struct chat_events_ask ask = {
		.workspace_id = f.ada.workspace_id,
		.after = after,
		.limit = 10,
		.grace_ms = 1000,
		.durable = durable,
	};

	return chat_events_after(f.db, f.pool, &ask, &got, &f.err);
}

/* All that was written is of yesterday. */
static void age(void)
{
	harness_sql(f.db,
	    "UPDATE messages SET created_at = created_at - INTERVAL 1 DAY;\n"
	    "UPDATE notifications SET\n"
	    "created_at = created_at - INTERVAL 1 DAY;");
}

static void updates_write_when_there_is_something_fresh(void)
{
	uint64_t after = 0;

	fixture_say(&f, &f.visitor, "one");
	fixture_say(&f, &f.ada, "two");
	FATAL_OK(updates(&after));
	CU_ASSERT_EQUAL(u.missed.n, 2);
	CU_ASSERT_EQUAL(writes(), 1);
	FATAL_OK(updates(NULL)); /* last_seq becomes a cursor */
	CU_ASSERT_EQUAL(writes(), 2);
	after = 2;
	FATAL_OK(updates(&after));
	CU_ASSERT_EQUAL(writes(), 2);
	age();
	after = 0;
	FATAL_OK(updates(&after));
	FATAL_OK(updates(NULL));
	CU_ASSERT_EQUAL(u.last_seq, 2);
	CU_ASSERT_EQUAL(writes(), 2);
}

static void what_cannot_be_written_is_not_told(void)
{
	uint64_t after = 0, cursor;

	fixture_say(&f, &f.visitor, "one");
	harness_sql(f.db, "RENAME TABLE daemons TO daemons_away;");
	CU_ASSERT_NOT_EQUAL(updates(&after), ERR_OK);
	CU_ASSERT_NOT_EQUAL(events(0, 0), ERR_OK);
	CU_ASSERT_NOT_EQUAL(
	    chat_events_cursor(f.db, f.pool, 1000, &cursor, &f.err), ERR_OK);
	age();
	CU_ASSERT_EQUAL(updates(&after), ERR_OK);
	CU_ASSERT_EQUAL(events(0, 0), ERR_OK);
	harness_sql(f.db, "RENAME TABLE daemons_away TO daemons;");
}

static void events_write_only_for_what_they_tell(void)
{
	struct chat_sent sent = fixture_say(&f, &f.visitor, "one");
	uint64_t cursor;

	CU_ASSERT_EQUAL(sent.message.seq, 1);
	FATAL_OK(events(0, 0));
	CU_ASSERT_EQUAL(got.n, 1);
	CU_ASSERT_EQUAL(writes(), 1);
	FATAL_OK(events(0, got.cursor)); /* told by the feed before */
	CU_ASSERT_EQUAL(got.n, 1);
	CU_ASSERT_EQUAL(writes(), 1);
	/* What is of others: the cursor waits, and nothing is written. */
	harness_sql(f.db, "TRUNCATE TABLE notifications;\n"
			  "INSERT INTO notifications\n"
			  "(workspace_id, kind, created_at) VALUES\n"
			  "(REPEAT('y', 16), 'tagged', '2020-01-01'),\n"
			  "(REPEAT('y', 16), 'tagged', UTC_TIMESTAMP(6));");
	FATAL_OK(events(0, 0));
	CU_ASSERT_EQUAL(got.n, 0);
	CU_ASSERT_EQUAL(got.cursor, 1);
	CU_ASSERT_FALSE(got.has_more);
	CU_ASSERT_EQUAL(writes(), 0);
	age();
	FATAL_OK(events(0, 0));
	CU_ASSERT_EQUAL(got.cursor, 2);
	CU_ASSERT_EQUAL(writes(), 0);
	FATAL_OK(chat_events_cursor(f.db, f.pool, 1000, &cursor, &f.err));
	CU_ASSERT_EQUAL(cursor, 2);
}

static void a_daemon_beats_and_others_leave_no_row(void)
{
	struct id id = id_new();
	bool is_known;

	FATAL_OK(db_daemon_add(f.db, id, STR("here"), 1, &f.err));
	CU_ASSERT_EQUAL(writes(), 1);
	FATAL_OK(chat_durable(f.db, id, clock_now_us(), &f.err));
	CU_ASSERT_EQUAL(writes(), 2);
	FATAL_OK(chat_durable(
	    f.db, id, clock_now_us() - CHAT_FRESH_MS * 1000, &f.err));
	CU_ASSERT_EQUAL(writes(), 2);
	FATAL_OK(db_daemon_make_durable(f.db, ID_NONE, &f.err));
	CU_ASSERT_EQUAL(writes(), 3);
	harness_sql(f.db, "DELETE FROM daemons WHERE host = '';\n"
			  "UPDATE daemons SET pid = 2;");
	FATAL_OK(db_daemon_beat(f.db, id, &is_known, &f.err));
	CU_ASSERT(is_known);
}

/* The server died between the reading and the writing: it may have lost what
 * was read, though it takes the beat. */
static void a_server_that_came_back_knows_nothing(void)
{
	struct id id = id_new();

	FATAL_OK(db_daemon_add(f.db, id, STR("here"), 1, &f.err));
	harness_kill();
	harness_restart();
	CU_ASSERT_EQUAL(
	    db_daemon_make_durable(f.db, id, &f.err), ERR_UNAVAILABLE);
	CU_ASSERT_EQUAL(db_daemon_make_durable(f.db, id, &f.err), ERR_OK);
}

/* Who looks at the same messages again makes nobody write. */
static void what_is_durable_is_not_made_so_again(void)
{
	struct chat_messages list;

	for (int i = 0; i < 2; i++) {
		fixture_say(&f, &f.visitor, "one");
		FATAL_OK(chat_history_last(
		    f.db, f.pool, &f.visitor, f.c.id, 9, 0, &list, &f.err));
		CU_ASSERT_EQUAL(list.n, (size_t)i + 1);
		for (int k = 0; k < 3; k++)
			FATAL_OK(chat_durable_list(f.db, &list, &f.err));
		CU_ASSERT_EQUAL(writes(), (size_t)i + 1);
	}
	list.n = 0;
	FATAL_OK(chat_durable_list(f.db, &list, &f.err));
	CU_ASSERT_EQUAL(writes(), 2);
}

static CU_TestInfo tests[] = {
	{ "updates write when there is something fresh",
	    updates_write_when_there_is_something_fresh },
	{ "what cannot be written is not told",
	    what_cannot_be_written_is_not_told },
	{ "events write only for what they tell",
	    events_write_only_for_what_they_tell },
	{ "a daemon beats, and others leave no row",
	    a_daemon_beats_and_others_leave_no_row },
	{ "a server that came back knows nothing",
	    a_server_that_came_back_knows_nothing },
	{ "what is durable is not made so again",
	    what_is_durable_is_not_made_so_again },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_durable = { "durable", NULL, NULL, set_up, tear_down,
	tests };
