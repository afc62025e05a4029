/* test_analytics.c: what bots did, counted in steps, against a plain count */
/* SPDX-License-Identifier: MIT */
#include "chat/analytics.h"

#include <pthread.h>

#include "base/clock.h"
#include "chat/chatbot.h"
#include "db/db_rollup.h"
#include "fixture.h"
#include "harness.h"

#define DAY_US	INT64_C(86400000000)
#define DAYS	5
#define MANY	"3000"
#define MANY_N	3000
#define EACH	6
#define WORKERS 3

static struct fixture f;
static struct id bots[2]; /* of the fixture, and another of its workspace */
static int64_t first_day; /* of the DAYS that the tests are about */

/*
 * Conversations of three days up to now, with messages of the visitor and of the
 * bot in turn. Every 7th is with the other bot, every 11th with none. One in five
 * is of the Chat API with one of 37 users, one in five of the Chat API without.
 */
static const char fill[] =
    "INSERT INTO chatbots (workspace_id, id, name, description, created_at, "
    "updated_at) VALUES (@w, @o, 'Other', '', @now, @now);\n"
    "INSERT INTO contacts (id, workspace_id, integration_id, external_id, "
    "display_name, attributes, created_at, updated_at) "
    "SELECT UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), @w, @b, "
    "CONCAT(LPAD(seq, 26, '0'), IF(seq % 5 = 0, CONCAT(':user:', seq % 37), "
    "IF(seq % 5 = 1, ':', ''))), '', '{}', @now, @now FROM seq_1_to_" MANY ";\n"
    "INSERT INTO conversations (id, workspace_id, integration_id, contact_id, "
    "chatbot_id, channel, last_seq, last_visitor_seq, is_waiting, "
    "completed_at, created_at, updated_at) "
    "SELECT UNHEX(CONCAT(LPAD(HEX(@ms - (" MANY " - seq) * 86400 - 65000), 12, "
    "'0'), LPAD(HEX(seq), 20, '0'))), @w, @b, "
    "UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), "
    "IF(seq % 11 = 0, NULL, IF(seq % 7 = 0, @o, @b)), "
    "IF(seq % 5 < 2, 'api', 'web'), 6, 5, 0, "
    "IF(seq % 3 = 0, @now, NULL), "
    "'1970-01-01' + INTERVAL (@ms - (" MANY " - seq) * 86400 - 65000) * 1000 "
    "MICROSECOND, @now FROM seq_1_to_" MANY ";\n"
    "UPDATE conversations SET completed_at = created_at + INTERVAL 50 SECOND "
    "WHERE completed_at IS NOT NULL;\n"
    "INSERT INTO messages (conversation_id, seq, id, workspace_id, session_id, "
    "sender_type, sender_id, content_type, content, created_at) "
    "SELECT c.id, s.seq, UNHEX(CONCAT(LEFT(HEX(c.id), 12), "
    "LPAD(HEX(ROW_NUMBER() OVER (ORDER BY c.id, s.seq)), 20, '0'))), @w, c.id, "
    "IF(s.seq % 2, 'end_user', 'bot'), '', 'text', '', "
    "c.created_at + INTERVAL s.seq * 10 SECOND "
    "FROM conversations c JOIN seq_1_to_6 s WHERE c.last_seq = 6;\n"
    "ANALYZE TABLE conversations, contacts, messages;\n";

static const char *hex(struct id id)
{
	char *text = pool_alloc(f.pool, 33);

	for (size_t i = 0; i < 16; i++)
		snprintf(text + 2 * i, 3, "%02X", id.b[i]);
	return text;
}

/* With @w, the workspace, @b and @o, its bots, @now and @ms. */
static void sql(const char *text)
{
	harness_sql(
	    f.db, pool_printf(f.pool,
		      "SET @w = UNHEX('%s');\nSET @b = UNHEX('%s');\n"
		      "SET @o = UNHEX('%s');\nSET @now = UTC_TIMESTAMP(6);\n"
		      "SET @ms = FLOOR(UNIX_TIMESTAMP(NOW(6)) * 1000);\n%s",
		      hex(f.ada.workspace_id), hex(f.chatbot_id), hex(bots[1]),
		      text));
}

static void set_up(void)
{
	fixture_make(&f);
	bots[0] = f.chatbot_id;
	bots[1] = id_new();
	first_day = clock_now_us() / DAY_US - (DAYS - 2);
	sql(fill);
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* ---------------------------------------------------------- a plain count */

enum {
	TRUE_TALKS,
	TRUE_USERS,
	TRUE_MESSAGES,
	TRUE_COMPLETED,
	TRUE_ACTIVE,
	TRUE_ROWS,
	TRUE__MAX
};

#define DAY(t) "TO_DAYS(" t ") - TO_DAYS('1970-01-01')"
#define USER                                                                   \
	"IF(k.external_id LIKE '%:_%', SUBSTR(k.external_id, 28), HEX(k.id))"
#define TRUE_STMT(name, sql) DB_STMT("test_true_" name, "dd", "iu", sql)
#define OF		     "WHERE c.workspace_id = ? AND c.chatbot_id = ? "

static const struct db_stmt true_stmts[TRUE__MAX] = {
	[TRUE_TALKS] = TRUE_STMT("talks",
	    "SELECT " DAY("c.created_at") " AS d, COUNT(*) "
					  "FROM conversations c " OF
					  "GROUP BY d"),
	[TRUE_USERS] = TRUE_STMT("users",
	    "SELECT " DAY(
		"x.t") " AS d, COUNT(*) FROM (SELECT " USER " AS u, "
		       "MIN(c.created_at) AS t FROM conversations c JOIN contacts k "
		       "ON k.id = c.contact_id " OF "GROUP BY u) x GROUP BY d"),
	[TRUE_MESSAGES] = TRUE_STMT("messages",
	    "SELECT " DAY(
		"m.created_at") " AS d, COUNT(*) FROM messages m "
				"JOIN conversations c ON c.id = m.conversation_id " OF
				"GROUP BY d"),
	[TRUE_COMPLETED] = TRUE_STMT("completed",
	    "SELECT " DAY(
		"c.created_at") " AS d, COUNT(*) "
				"FROM conversations c " OF
				"AND c.completed_at IS NOT NULL GROUP BY d"),
	/* the day is since when */
	[TRUE_ACTIVE] = DB_STMT("test_true_active", "ddt", "u",
	    "SELECT COUNT(DISTINCT " USER ") FROM messages m "
	    "JOIN conversations c ON c.id = m.conversation_id "
	    "JOIN contacts k ON k.id = c.contact_id " OF
	    "AND m.sender_type = 'end_user' AND m.created_at >= ?"),
	[TRUE_ROWS] = DB_STMT("test_rows", "dd", "u",
	    "SELECT (SELECT COUNT(*) FROM chatbot_days "
	    "WHERE chatbot_id = ?) + (SELECT COUNT(*) FROM chatbot_users "
	    "WHERE chatbot_id = ?)"),
};

static const struct db_module true_module = { "test_true", true_stmts,
	TRUE__MAX };

static struct db_rows ask(int stmt, const struct db_arg *args, size_t n)
{
	struct db_rows rows = { .n = 0 };

	FATAL_OK(
	    db_query(f.db, &true_module, stmt, args, n, f.pool, &rows, &f.err));
	return rows;
}

static uint64_t get(const struct db_day *day, int stmt)
{
	switch (stmt) {
	case TRUE_TALKS:
		return day->conversations;
	case TRUE_USERS:
		return day->users;
	case TRUE_MESSAGES:
		return day->messages;
	default:
		return day->completions;
	}
}

static void check_days(struct id bot, const struct db_day *days)
{
	for (int stmt = TRUE_TALKS; stmt <= TRUE_COMPLETED; stmt++) {
		struct db_rows rows =
		    ask(stmt, DB_ARGS(DB_ID(f.ada.workspace_id), DB_ID(bot)));
		uint64_t left = 0, told = 0;

		CU_ASSERT(rows.n > 0);
		for (int i = 0; i < DAYS; i++)
			told += get(&days[i], stmt);
		for (size_t i = 0; i < rows.n; i++) {
			int64_t day = db_row_int(&rows, i, 0) - first_day;
			uint64_t n = db_row_uint(&rows, i, 1);

			CU_ASSERT_FATAL(day >= 0 && day < DAYS);
			if (get(&days[day], stmt) != n)
				printf("\n     %s, day %d: %d, not %d\n",
				    true_stmts[stmt].name, (int)day,
				    (int)get(&days[day], stmt), (int)n);
			CU_ASSERT_EQUAL(get(&days[day], stmt), n);
			left += n;
		}
		CU_ASSERT_EQUAL(told, left);
	}
}

struct look {
	struct id bot;
	struct db_day days[DAYS];
	struct db_analytics_sums sums;
	int64_t since;
};

static enum err_code look_in(struct db *db, void *arg, struct err *err)
{
	struct look *l = arg;
	struct id w = f.ada.workspace_id;
	int64_t upto;

	memset(l->days, 0, sizeof(l->days));
	FATAL_OK(db_rollup_get(db, f.pool, ROLLUP_KEEP, &upto, NULL, err));
	FATAL_OK(db_analytics_list(
	    db, f.pool, w, l->bot, upto, first_day, l->days, DAYS, err));
	return db_analytics_sum(
	    db, f.pool, w, l->bot, upto, l->since, &l->sums, err);
}

/* What is told with the mark where it is, against the plain count. */
static void check_all(void)
{
	struct id w = f.ada.workspace_id;

	for (size_t i = 0; i < COUNT_OF(bots); i++) {
		struct look l = { .bot = bots[i],
			.since = clock_now_us() - DAY_US };
		struct db_rows rows;
		uint64_t talks = 0, messages = 0;

		FATAL_OK(db_transact(f.db, look_in, &l, &f.err));
		check_days(bots[i], l.days);
		for (int k = 0; k < DAYS; k++) {
			talks += l.days[k].conversations;
			messages += l.days[k].messages;
		}
		CU_ASSERT_EQUAL(l.sums.conversations, talks);
		CU_ASSERT_EQUAL(l.sums.messages, messages);
		rows = ask(TRUE_ACTIVE,
		    DB_ARGS(DB_ID(w), DB_ID(bots[i]), DB_TIME(l.since)));
		CU_ASSERT_EQUAL(l.sums.active_users, db_row_uint(&rows, 0, 0));
	}
}

static bool step(struct db *db)
{
	struct pool *pool = pool_new();
	struct err err;
	bool did = false;

	FATAL_OK(analytics_count(db, pool, &did, &err));
	pool_free(&pool);
	return did;
}

static int64_t mark(void)
{
	int64_t upto;

	FATAL_OK(db_rollup_get(f.db, f.pool, ROLLUP_LOOK, &upto, NULL, &f.err));
	return upto;
}

static size_t rows_of(struct id bot)
{
	struct db_rows rows = ask(TRUE_ROWS, DB_ARGS(DB_ID(bot), DB_ID(bot)));

	return db_row_uint(&rows, 0, 0);
}

/* ------------------------------------------------------------------ tests */

static void figures_are_right_at_every_step(void)
{
	int64_t last = -1;
	int steps = 0;
	bool did;

	check_all(); /* nothing is counted: all is read */
	CU_ASSERT_EQUAL(mark(), 0);
	do {
		did = step(f.db);
		CU_ASSERT(mark() > last);
		last = mark();
		check_all();
	} while (did && ++steps < 100);
	CU_ASSERT(steps >= MANY_N * EACH / ROLLUP_STEP_ROWS);
	/* What is younger than the grace is not counted yet. */
	CU_ASSERT(last <= clock_now_us() - ANALYTICS_GRACE_US);
}

static void what_is_new_is_told_at_once(void)
{
	struct db_day *before, *after;
	struct id w = f.ada.workspace_id;
	size_t today = DAYS - 2;
	struct fixture_bot bot;

	FATAL_OK(analytics_list(
	    f.db, f.pool, w, bots[0], first_day, DAYS, &before, &f.err));
	check_days(bots[0], before);
	/* Whoever asks has counted first. */
	CU_ASSERT(mark() > clock_now_us() - 60 * INT64_C(1000000));
	f.c = fixture_open(&f, "somebody-new", true);
	fixture_say(&f,
	    &(struct chat_actor){
		.kind = CHAT_END_USER, .external_id = STR("somebody-new") },
	    "Hi");
	FATAL_OK(analytics_list(
	    f.db, f.pool, w, bots[0], first_day, DAYS, &after, &f.err));
	bot = fixture_bot(&f, f.c.id);
	CU_ASSERT(bot.is_due);
	if (clock_now_us() / DAY_US != first_day + (int64_t)today)
		return; /* midnight */
	CU_ASSERT_EQUAL(
	    after[today].conversations, before[today].conversations + 1);
	CU_ASSERT_EQUAL(after[today].users, before[today].users + 1);
	CU_ASSERT_EQUAL(after[today].messages, before[today].messages + 1);
	CU_ASSERT_EQUAL(after[today].completions, before[today].completions);
	check_all();
}

static enum err_code fail_in(struct db *db, void *arg, struct err *err)
{
	CU_ASSERT(step(db));
	(void)arg;
	return err_set(err, ERR_INTERNAL, "no");
}

static void a_step_that_ends_early_has_counted_nothing(void)
{
	int64_t before;

	CU_ASSERT(step(f.db));
	before = mark();
	CU_ASSERT_EQUAL(db_transact(f.db, fail_in, NULL, &f.err), ERR_INTERNAL);
	CU_ASSERT_EQUAL(mark(), before);
	check_all();
	CU_ASSERT(step(f.db));
	harness_kill();
	harness_restart();
	CU_ASSERT(mark() > before);
	check_all();
	while (step(f.db))
		check_all();
	check_all();
}

static bool is_over;

static void *run_worker(void *arg)
{
	struct db *db = harness_db();

	while (step(db) || !__atomic_load_n(&is_over, __ATOMIC_ACQUIRE))
		continue;
	db_close(&db);
	return arg;
}

static void many_workers_count_once(void)
{
	pthread_t threads[WORKERS];

	is_over = false;
	for (int i = 0; i < WORKERS; i++)
		pthread_create(&threads[i], NULL, run_worker, NULL);
	for (int i = 0; i < 30; i++) {
		fixture_say(&f, &f.visitor, "Hello");
		check_all();
	}
	__atomic_store_n(&is_over, true, __ATOMIC_RELEASE);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	check_all();
	CU_ASSERT(mark() > clock_now_us() - 60 * INT64_C(1000000));
}

static void days_begin_at_midnight_of_utc(void)
{
	int64_t midnight = (first_day + 1) * DAY_US;
	struct db_day *days;

	/* one conversation, and in it what is said around two midnights */
	sql(pool_printf(f.pool,
	    "DELETE FROM messages;\nDELETE FROM conversations;\n"
	    "SET @d = '1970-01-01' + INTERVAL %lld DAY;\n"
	    "INSERT INTO conversations (id, workspace_id, integration_id, "
	    "contact_id, chatbot_id, last_seq, last_visitor_seq, "
	    "is_waiting, completed_at, created_at, updated_at) "
	    "SELECT UNHEX(CONCAT(LPAD(HEX(%lld - seq), 12, '0'), "
	    "'00000000000000000000')), @w, @b, UNHEX(LPAD(HEX(seq), 32, "
	    "'0')), @b, 0, 0, 0, IF(seq = 1, @d + INTERVAL 1 DAY, NULL), "
	    "@d - INTERVAL seq * 1000 MICROSECOND, @d FROM seq_0_to_1;\n"
	    "INSERT INTO contacts (id, workspace_id, integration_id, "
	    "external_id, display_name, attributes, created_at, "
	    "updated_at) SELECT contact_id, @w, @b, HEX(contact_id), '', "
	    "'{}', @d, @d FROM conversations;\n"
	    "INSERT INTO messages (conversation_id, seq, id, workspace_id, "
	    "session_id, sender_type, sender_id, content_type, content, "
	    "created_at) SELECT c.id, s.seq, UNHEX(LPAD(HEX(s.seq), 32, "
	    "'0')), @w, c.id, 'bot', '', 'text', '', "
	    "@d - INTERVAL 2 MICROSECOND + INTERVAL s.seq MICROSECOND "
	    "FROM seq_1_to_3 s JOIN conversations c "
	    "ON c.created_at = @d;\n",
	    (long long)(first_day + 1), (long long)(midnight / 1000)));
	for (int i = 0; i < 2; i++) {
		FATAL_OK(analytics_list(f.db, f.pool, f.ada.workspace_id,
		    bots[0], first_day, DAYS, &days, &f.err));
		CU_ASSERT_EQUAL(days[0].conversations, 1);
		CU_ASSERT_EQUAL(days[1].conversations, 1);
		CU_ASSERT_EQUAL(days[0].users, 1);
		CU_ASSERT_EQUAL(days[1].users, 1);
		CU_ASSERT_EQUAL(days[0].messages, 1);
		CU_ASSERT_EQUAL(days[1].messages, 2);
		/* of the one that began before, at whatever time */
		CU_ASSERT_EQUAL(days[0].completions, 1);
		CU_ASSERT_EQUAL(days[1].completions, 0);
		CU_ASSERT_EQUAL(days[2].completions, 0);
	}
	/* A part of the days is the same days. */
	FATAL_OK(analytics_list(f.db, f.pool, f.ada.workspace_id, bots[0],
	    first_day + 1, 1, &days, &f.err));
	CU_ASSERT_EQUAL(days[0].messages, 2);
}

static void an_end_later_counts_for_the_day_of_the_beginning(void)
{
	struct db_day *days;
	uint64_t before;
	struct id w = f.ada.workspace_id;

	while (step(f.db))
		continue;
	FATAL_OK(analytics_list(
	    f.db, f.pool, w, bots[1], first_day, DAYS, &days, &f.err));
	before = days[0].completions;
	CU_ASSERT(days[0].conversations > 0);
	sql("UPDATE conversations SET completed_at = @now WHERE "
	    "chatbot_id = @o AND completed_at IS NULL ORDER BY id LIMIT 1;\n");
	FATAL_OK(analytics_list(
	    f.db, f.pool, w, bots[1], first_day, DAYS, &days, &f.err));
	CU_ASSERT_EQUAL(days[0].completions, before + 1);
	check_all();
}

static void while_nothing_happens_nothing_is_written(void)
{
	int64_t at;

	while (step(f.db))
		continue;
	sql("UPDATE rollups SET upto = @now - INTERVAL 1 HOUR;\n"
	    "DELETE FROM messages WHERE created_at > @now - INTERVAL 2 HOUR;\n"
	    "DELETE FROM conversations "
	    "WHERE created_at > @now - INTERVAL 2 HOUR;\n");
	at = mark();
	CU_ASSERT_FALSE(step(f.db));
	CU_ASSERT_EQUAL(mark(), at);
}

static void a_deleted_bot_leaves_no_counts(void)
{
	while (step(f.db))
		continue;
	CU_ASSERT(rows_of(bots[0]) > 3);
	CU_ASSERT(rows_of(bots[1]) > 3);
	FATAL_OK(
	    chatbot_del(f.db, f.pool, f.ada.workspace_id, bots[1], &f.err));
	CU_ASSERT_EQUAL(rows_of(bots[1]), 0);
	CU_ASSERT(rows_of(bots[0]) > 3);
}

static void anothers_bot_has_no_figures(void)
{
	struct db_analytics_sums sums;
	struct db_day *days;
	struct id w = f.stranger.workspace_id;

	FATAL_OK(analytics_list(
	    f.db, f.pool, w, bots[0], first_day, DAYS, &days, &f.err));
	for (int i = 0; i < DAYS; i++)
		CU_ASSERT_EQUAL(days[i].conversations + days[i].users +
				    days[i].messages + days[i].completions,
		    0);
	FATAL_OK(analytics_sum(f.db, f.pool, w, bots[0], 0, &sums, &f.err));
	CU_ASSERT_EQUAL(
	    sums.conversations + sums.messages + sums.active_users, 0);
}

static CU_TestInfo tests[] = {
	{ "figures are right at every step", figures_are_right_at_every_step },
	{ "what is new is told at once", what_is_new_is_told_at_once },
	{ "a step that ends early has counted nothing",
	    a_step_that_ends_early_has_counted_nothing },
	{ "many workers count once", many_workers_count_once },
	{ "days begin at midnight of UTC", days_begin_at_midnight_of_utc },
	{ "an end later counts for the day of the beginning",
	    an_end_later_counts_for_the_day_of_the_beginning },
	{ "while nothing happens nothing is written",
	    while_nothing_happens_nothing_is_written },
	{ "a deleted bot leaves no counts", a_deleted_bot_leaves_no_counts },
	{ "another's bot has no figures", anothers_bot_has_no_figures },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_analytics = { "analytics", NULL, NULL, set_up, tear_down,
	tests };
