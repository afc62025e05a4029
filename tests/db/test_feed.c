/* test_feed.c: the notifications are read without loss and once each */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <unistd.h>

#include "base/clock.h"
#include "chat/feed.h"
#include "db/db_daemon.h"
#include "db/db_notification.h"
#include "fixture.h"
#include "harness.h"

#define GRACE_MS 10000
#define WRITERS	 4
#define EACH	 100
#define TRACKED	 20000

static struct fixture f;
static struct feed *feed;

static void set_up(void)
{
	struct feed_rows rows;

	fixture_make(&f);
	feed = feed_new(GRACE_MS, clock_now_us());
	FATAL_OK(feed_read(feed, f.db, f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL(rows.n, 0);
}

static void tear_down(void)
{
	feed_free(&feed);
	fixture_free(&f);
}

static struct feed_rows read_now(void)
{
	struct feed_rows rows = { .n = 0 };

	FATAL_OK(feed_read(feed, f.db, f.pool, &rows, &f.err));
	return rows;
}

static void write_row_at(struct db *db, int64_t now)
{
	const struct db_notification row = {
		.workspace_id = f.ada.workspace_id,
		.conversation_id = f.c.id,
		.kind = "tagged",
		.payload = STR("{}"),
	};
	struct err err;

	CU_ASSERT_EQUAL(db_notification_add(db, &row, now, &err), ERR_OK);
}

static void write_row(struct db *db)
{
	write_row_at(db, clock_now_us());
}

static void a_message_comes_with_its_row(void)
{
	struct feed_rows rows;
	struct chat_sent sent;

	CU_ASSERT_EQUAL(read_now().n, 0);
	sent = fixture_say(&f, &f.visitor, "hello");
	rows = read_now();
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	CU_ASSERT_TRUE(str_eq(rows.items[0].kind, STR("message")));
	CU_ASSERT_TRUE(id_eq(rows.items[0].conversation_id, f.c.id));
	CU_ASSERT_TRUE(id_eq(rows.items[0].workspace_id, f.ada.workspace_id));
	CU_ASSERT_TRUE(id_eq(rows.items[0].message.id, sent.message.id));
	CU_ASSERT_EQUAL(rows.items[0].message.seq, 1);
	CU_ASSERT_TRUE(str_eq(rows.items[0].message.content, STR("hello")));
	CU_ASSERT_EQUAL(read_now().n, 0);
}

static void a_pruned_table_has_no_long_past(void)
{
	size_t i;

	harness_sql(
	    f.db, "ALTER TABLE notifications AUTO_INCREMENT = 1000000;");
	write_row(f.db);
	CU_ASSERT_EQUAL(read_now().n, 1);
	/* Only the ids just before may belong to a late transaction; the
	 * first row after them is told at once. */
	harness_sql(f.db,
	    "INSERT INTO notifications (id, workspace_id, kind, created_at)\n"
	    "VALUES (999990, REPEAT('x', 16), 'late', NOW()),\n"
	    "(5, REPEAT('x', 16), 'ancient', NOW());");
	for (i = 0; i < 100; i++) {
		struct feed_rows rows = read_now();

		if (rows.n == 0) {
			usleep(5000);
			continue;
		}
		CU_ASSERT_EQUAL(rows.n, 1);
		CU_ASSERT_EQUAL(rows.items[0].id, 999990);
		break;
	}
	CU_ASSERT_TRUE(i < 100);
}

static void other_kinds_come_with_their_payload(void)
{
	struct feed_rows rows;
	struct id origin = id_new();
	const struct db_notification row = {
		.workspace_id = f.ada.workspace_id,
		.kind = "other",
		.payload = STR("{\"a\":1}"),
		.origin = origin,
	};

	FATAL_OK(db_notification_add(f.db, &row, clock_now_us(), &f.err));
	rows = read_now();
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	CU_ASSERT_TRUE(str_eq(rows.items[0].payload, STR("{\"a\":1}")));
	CU_ASSERT_TRUE(id_eq(rows.items[0].origin, origin));
	CU_ASSERT_TRUE(id_is_none(rows.items[0].conversation_id));
	CU_ASSERT_TRUE(id_is_none(rows.items[0].message.id));
}

static void what_was_there_before_is_not_told(void)
{
	struct feed *late;
	struct feed_rows rows;

	write_row(f.db);
	late = feed_new(GRACE_MS, clock_now_us());
	FATAL_OK(feed_read(late, f.db, f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL(rows.n, 0);
	FATAL_OK(feed_read(late, f.db, f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL(rows.n, 0);
	feed_free(&late);
}

static void what_came_before_the_first_reading_is_told(void)
{
	int64_t since = clock_now_us();
	struct feed *late = feed_new(GRACE_MS, since);
	struct feed_rows rows;

	/* The second is old, but stands behind one that is not. */
	write_row_at(f.db, since - 1);
	write_row_at(f.db, since);
	write_row_at(f.db, since - 1);
	write_row_at(f.db, since + 1);
	FATAL_OK(feed_read(late, f.db, f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL_FATAL(rows.n, 3);
	CU_ASSERT_EQUAL(rows.items[0].created_at, since);
	CU_ASSERT_EQUAL(rows.items[2].created_at, since + 1);
	FATAL_OK(feed_read(late, f.db, f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL(rows.n, 0);
	feed_free(&late);
}

/* A transaction that has its notification and waits before the COMMIT. */
struct held {
	pthread_barrier_t *written, *go;
	size_t n;
	bool is_refused;
};

static enum err_code write_and_wait(struct db *db, void *arg, struct err *err)
{
	struct held *h = arg;
	size_t i;

	for (i = 0; i < h->n; i++)
		write_row(db);
	pthread_barrier_wait(h->written);
	pthread_barrier_wait(h->go);
	return h->is_refused ? err_set(err, ERR_FORBIDDEN, "no") : ERR_OK;
}

static void *run_held(void *arg)
{
	struct held *h = arg;
	struct db *db = harness_db();
	struct err err;

	CU_ASSERT_EQUAL(db_transact(db, write_and_wait, h, &err),
	    h->is_refused ? ERR_FORBIDDEN : ERR_OK);
	db_close(&db);
	return NULL;
}

static void a_late_transaction_is_not_lost(size_t n)
{
	pthread_barrier_t written, go;
	struct held held = { &written, &go, n, false };
	struct feed_rows rows;
	pthread_t thread;
	size_t late = 0, i;

	pthread_barrier_init(&written, NULL, 2);
	pthread_barrier_init(&go, NULL, 2);
	pthread_create(&thread, NULL, run_held, &held);
	pthread_barrier_wait(&written);
	fixture_say(&f, &f.visitor, "after");
	rows = read_now();
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	CU_ASSERT_TRUE(str_eq(rows.items[0].kind, STR("message")));
	CU_ASSERT_TRUE(feed_retry_ms(feed) > 0);
	CU_ASSERT_EQUAL(read_now().n, 0);
	pthread_barrier_wait(&go);
	pthread_join(thread, NULL);
	for (i = 0; i < 100 && late < n; i++) {
		late += read_now().n;
		usleep((useconds_t)feed_retry_ms(feed) * 1000);
	}
	CU_ASSERT_EQUAL(late, n);
	CU_ASSERT_EQUAL(feed_retry_ms(feed), 0);
	CU_ASSERT_EQUAL(read_now().n, 0);
	pthread_barrier_destroy(&written);
	pthread_barrier_destroy(&go);
}

static void one_late_row_is_not_lost(void)
{
	a_late_transaction_is_not_lost(1);
}

static void many_late_rows_are_not_lost(void)
{
	a_late_transaction_is_not_lost(700);
}

static void a_rolled_back_row_is_given_up(void)
{
	pthread_barrier_t written, go;
	struct held held = { &written, &go, 1, true };
	pthread_t thread;

	feed_free(&feed);
	feed = feed_new(50, clock_now_us());
	CU_ASSERT_EQUAL(read_now().n, 0);
	pthread_barrier_init(&written, NULL, 2);
	pthread_barrier_init(&go, NULL, 2);
	pthread_create(&thread, NULL, run_held, &held);
	pthread_barrier_wait(&written);
	write_row(f.db);
	pthread_barrier_wait(&go);
	pthread_join(thread, NULL);
	CU_ASSERT_EQUAL(read_now().n, 1);
	CU_ASSERT_EQUAL(feed_retry_ms(feed), 5);
	usleep(60000);
	CU_ASSERT_EQUAL(read_now().n, 0);
	CU_ASSERT_EQUAL(feed_retry_ms(feed), 0);
	pthread_barrier_destroy(&written);
	pthread_barrier_destroy(&go);
}

/* ----------------------------------------------------------------- a crowd */

static int writers_left;

static uint64_t last_id(void)
{
	uint64_t id = 0;

	FATAL_OK(db_notification_get_last(f.db, f.pool, &id, &f.err));
	return id;
}

static void *run_writer(void *arg)
{
	struct db *db = harness_db();

	(void)arg;
	for (int i = 0; i < EACH; i++)
		write_row(db);
	db_close(&db);
	__atomic_sub_fetch(&writers_left, 1, __ATOMIC_SEQ_CST);
	return NULL;
}

/* Counts how often each id comes. */
static size_t collect(uint8_t *times, uint64_t first)
{
	struct feed_rows rows = read_now();

	for (size_t i = 0; i < rows.n; i++) {
		CU_ASSERT_FATAL(rows.items[i].id - first < TRACKED);
		times[rows.items[i].id - first]++;
	}
	return rows.n;
}

static void a_crowd_of_writers_loses_nothing(void)
{
	static uint8_t times[TRACKED];
	pthread_barrier_t written, go;
	struct held held = { &written, &go, 3, false };
	pthread_t threads[WRITERS], holder;
	uint64_t first = last_id();
	size_t got = 0, i;

	memset(times, 0, sizeof(times));
	pthread_barrier_init(&written, NULL, 2);
	pthread_barrier_init(&go, NULL, 2);
	pthread_create(&holder, NULL, run_held, &held);
	pthread_barrier_wait(&written);
	writers_left = WRITERS;
	for (i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, run_writer, NULL);
	while (__atomic_load_n(&writers_left, __ATOMIC_SEQ_CST) > 0)
		got += collect(times, first);
	for (i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	pthread_barrier_wait(&go);
	pthread_join(holder, NULL);
	for (i = 0; i < 200 && got < WRITERS * EACH + 3; i++) {
		got += collect(times, first);
		usleep((useconds_t)feed_retry_ms(feed) * 1000);
	}
	got += collect(times, first); /* nothing more */
	CU_ASSERT_EQUAL(got, WRITERS * EACH + 3);
	for (i = 0; i < TRACKED; i++)
		CU_ASSERT_FATAL(times[i] <= 1);
	pthread_barrier_destroy(&written);
	pthread_barrier_destroy(&go);
}

static void a_full_call_says_that_there_is_more(void)
{
	size_t n = 0, calls = 0;
	pthread_t thread;

	writers_left = 6;
	for (size_t i = 0; i < 6; i++) {
		pthread_create(&thread, NULL, run_writer, NULL);
		pthread_join(thread, NULL);
	}
	do {
		n += read_now().n;
		calls++;
	} while (feed_retry_ms(feed) == 1);
	CU_ASSERT_EQUAL(n, 6 * EACH);
	CU_ASSERT_EQUAL(calls, 2);
}

static void a_lost_server_loses_no_row(void)
{
	struct feed_rows rows;

	write_row(f.db);
	harness_kill();
	CU_ASSERT_EQUAL(
	    feed_read(feed, f.db, f.pool, &rows, &f.err), ERR_UNAVAILABLE);
	harness_restart();
	write_row(f.db);
	CU_ASSERT_EQUAL(read_now().n, 2);
}

static void an_emptied_table_begins_again(void)
{
	size_t got = 0;
	int i;

	harness_sql(
	    f.db, "ALTER TABLE notifications AUTO_INCREMENT = 1000000;");
	feed_free(&feed);
	feed = feed_new(20, clock_now_us());
	for (i = 0; i < 3; i++)
		write_row(f.db);
	read_now();
	harness_sql(f.db, "TRUNCATE TABLE notifications;");
	write_row(f.db);
	/* The end is looked at once a second; two looks decide. */
	for (i = 0; i < 60 && got == 0; i++) {
		usleep(50000);
		write_row(f.db);
		got = read_now().n;
	}
	CU_ASSERT_EQUAL(got, 1);
}

static void what_may_not_be_on_the_disk_is_read_again(void)
{
	pthread_barrier_t written, go;
	struct held held = { &written, &go, 2, false };
	struct id origin = id_new();
	struct feed_rows rows;
	pthread_t thread;
	uint64_t before;

	FATAL_OK(db_daemon_add(f.db, origin, STR("here"), 1, &f.err));
	feed_set_origin(feed, origin);
	pthread_barrier_init(&written, NULL, 2);
	pthread_barrier_init(&go, NULL, 2);
	pthread_create(&thread, NULL, run_held, &held);
	pthread_barrier_wait(&written);
	write_row(f.db);
	CU_ASSERT_EQUAL(read_now().n, 1);
	before = feed_cursor(feed);
	pthread_barrier_wait(&go);
	pthread_join(thread, NULL);
	write_row(f.db);
	harness_sql(f.db, "RENAME TABLE daemons TO daemons_away;");
	CU_ASSERT_NOT_EQUAL(
	    feed_read(feed, f.db, f.pool, &rows, &f.err), ERR_OK);
	CU_ASSERT_EQUAL(rows.n, 0);
	CU_ASSERT_EQUAL(feed_cursor(feed), before);
	harness_sql(f.db, "RENAME TABLE daemons_away TO daemons;");
	/* Two that were late, and the new one; each once. */
	CU_ASSERT_EQUAL(read_now().n, 3);
	CU_ASSERT_EQUAL(read_now().n, 0);
	CU_ASSERT_EQUAL(feed_cursor(feed), last_id());
	harness_sql(f.db, "DELETE FROM daemons;");
	pthread_barrier_destroy(&written);
	pthread_barrier_destroy(&go);
}

/* A burial between two signs of life. */
static void a_reader_without_a_row_writes_too(void)
{
	struct feed_rows rows;

	feed_set_origin(feed, id_new());
	write_row(f.db);
	harness_sql(f.db,
	    "CREATE TRIGGER spy BEFORE INSERT ON daemons FOR EACH ROW\n"
	    "SIGNAL SQLSTATE '45000';");
	CU_ASSERT_NOT_EQUAL(
	    feed_read(feed, f.db, f.pool, &rows, &f.err), ERR_OK);
	CU_ASSERT_EQUAL(rows.n, 0);
	harness_sql(f.db, "DROP TRIGGER spy;");
	CU_ASSERT_EQUAL(read_now().n, 1);
}

static void old_rows_are_pruned(void)
{
	uint64_t deleted = 0;

	int64_t now = clock_now_us();

	write_row_at(f.db, now);
	write_row_at(f.db, now);
	write_row_at(f.db, now);
	FATAL_OK(feed_prune(f.db, now, &deleted, &f.err));
	CU_ASSERT_EQUAL(deleted, 0);
	/* The newest tells how far the ids have come. */
	FATAL_OK(feed_prune(f.db, now + 1, &deleted, &f.err));
	CU_ASSERT_EQUAL(deleted, 2);
	FATAL_OK(feed_prune(f.db, now + 1, &deleted, &f.err));
	CU_ASSERT_EQUAL(deleted, 0);
	CU_ASSERT(last_id() > 0);
}

static void pruning_leaves_no_hole(void)
{
	uint64_t deleted = 0, first = 0, last = 0;
	int64_t now = clock_now_us();

	/* Times do not follow ids: the second is younger than the third. */
	write_row_at(f.db, now - 10);
	write_row_at(f.db, now);
	write_row_at(f.db, now - 10);
	write_row_at(f.db, now);
	FATAL_OK(feed_prune(f.db, now, &deleted, &f.err));
	CU_ASSERT_EQUAL(deleted, 3);
	FATAL_OK(db_notification_get_first(f.db, f.pool, &first, &f.err));
	FATAL_OK(db_notification_get_last(f.db, f.pool, &last, &f.err));
	CU_ASSERT(first > 0 && first == last);
}

static void the_cursor_stays_below_what_may_come(void)
{
	pthread_barrier_t written, go;
	struct held held = { &written, &go, 1, false };
	uint64_t before = last_id();
	pthread_t thread;
	int i;

	CU_ASSERT_EQUAL(feed_cursor(feed), before);
	pthread_barrier_init(&written, NULL, 2);
	pthread_barrier_init(&go, NULL, 2);
	pthread_create(&thread, NULL, run_held, &held);
	pthread_barrier_wait(&written);
	write_row(f.db);
	CU_ASSERT_EQUAL(read_now().n, 1);
	CU_ASSERT_EQUAL(feed_cursor(feed), before);
	pthread_barrier_wait(&go);
	pthread_join(thread, NULL);
	for (i = 0; i < 100 && feed_retry_ms(feed) > 0; i++) {
		read_now();
		usleep(5000);
	}
	CU_ASSERT_EQUAL(feed_cursor(feed), last_id());
	CU_ASSERT_EQUAL(last_id(), before + 2);
	pthread_barrier_destroy(&written);
	pthread_barrier_destroy(&go);
}

static struct chat_sent send_from(struct id origin, const char *text)
{
	const struct chat_send in = {
		.conversation_id = f.c.id,
		.content = str_of(text),
		.origin = origin,
	};
	struct chat_sent sent;

	FATAL_OK(chat_send(f.db, f.pool, &f.visitor, &in, &sent, &f.err));
	return sent;
}

static void the_readers_own_messages_come_bare(void)
{
	struct id mine = id_new();
	struct feed_rows rows;
	struct chat_sent first;

	feed_set_origin(feed, mine);
	CU_ASSERT_EQUAL(read_now().n, 0);
	first = send_from(mine, "mine");
	send_from(id_new(), "another's");
	send_from(ID_NONE, "nobody's");
	rows = read_now();
	CU_ASSERT_EQUAL_FATAL(rows.n, 3);
	CU_ASSERT_TRUE(rows.items[0].is_bare);
	CU_ASSERT_TRUE(id_is_none(rows.items[0].message.id));
	CU_ASSERT_EQUAL(rows.items[0].seq, 1);
	CU_ASSERT_FALSE(rows.items[1].is_bare);
	CU_ASSERT_TRUE(str_eq(rows.items[1].message.content, STR("another's")));
	CU_ASSERT_TRUE(str_eq(rows.items[2].message.content, STR("nobody's")));
	CU_ASSERT_EQUAL(read_now().n, 0);
	/* Asked for, it comes once more, whole. */
	feed_again(feed, rows.items[0].id);
	feed_again(feed, rows.items[0].id);
	CU_ASSERT_EQUAL(feed_retry_ms(feed), 5);
	rows = read_now();
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	CU_ASSERT_FALSE(rows.items[0].is_bare);
	CU_ASSERT_TRUE(id_eq(rows.items[0].message.id, first.message.id));
	CU_ASSERT_EQUAL(read_now().n, 0);
	CU_ASSERT_EQUAL(feed_retry_ms(feed), 0);
}

static CU_TestInfo tests[] = {
	{ "a message comes with its row", a_message_comes_with_its_row },
	{ "the reader's own messages come bare",
	    the_readers_own_messages_come_bare },
	{ "a pruned table has no long past", a_pruned_table_has_no_long_past },
	{ "other kinds come with their payload",
	    other_kinds_come_with_their_payload },
	{ "what was there before is not told",
	    what_was_there_before_is_not_told },
	{ "what came before the first reading is told",
	    what_came_before_the_first_reading_is_told },
	{ "one late row is not lost", one_late_row_is_not_lost },
	{ "many late rows are not lost", many_late_rows_are_not_lost },
	{ "a rolled back row is given up", a_rolled_back_row_is_given_up },
	{ "a crowd of writers loses nothing",
	    a_crowd_of_writers_loses_nothing },
	{ "a full call says that there is more",
	    a_full_call_says_that_there_is_more },
	{ "a lost server loses no row", a_lost_server_loses_no_row },
	{ "an emptied table begins again", an_emptied_table_begins_again },
	{ "what may not be on the disk is read again",
	    what_may_not_be_on_the_disk_is_read_again },
	{ "a reader without a row writes too",
	    a_reader_without_a_row_writes_too },
	{ "old rows are pruned", old_rows_are_pruned },
	{ "pruning leaves no hole", pruning_leaves_no_hole },
	{ "the cursor stays below what may come",
	    the_cursor_stays_below_what_may_come },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_feed = { "feed", NULL, NULL, set_up, tear_down, tests };
