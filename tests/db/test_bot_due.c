/* test_bot_due.c: turns that fail wait behind the others; what a turn tells */
/* SPDX-License-Identifier: MIT */
#include "bot/bot.h"
#include "fixture.h"
#include "harness.h"

/* Whoever asks for a person gets one. */
#define FLOW                                                                   \
	"{\"hello\":{\"message\":\"Welcome\",\"save_to\":\"said\","            \
	"\"transitions\":{\"person\":\"people\",\"default\":\"echo\"}},"       \
	"\"echo\":{\"message\":\"Re: {{said}}\",\"transitions\":{"             \
	"\"default\":\"echo\"}},"                                              \
	"\"people\":{\"message\":\"Wait\",\"actions\":[{\"type\":"             \
	"\"HANDOFF\"}]}}"

static const struct db_stmt stmts[] = {
	DB_STMT("list_log", "", "s",
	    "SELECT argument FROM mysql.general_log "
	    "WHERE command_type IN ('Execute', 'Query')"),
};
static const struct db_module module = { "test_bot_due", stmts,
	COUNT_OF(stmts) };

static struct settings settings; /* the harness's, with a lease */
static const struct bot_env env = { .settings = &settings };
static struct fixture f;

static void set_up(void)
{
	struct id flow_id;

	settings = *harness_settings();
	settings.turn_lease_s = 30;
	fixture_make(&f);
	FATAL_OK(bot_set_flow(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    STR("main"), STR(FLOW), true, &flow_id, &f.err));
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code turn(struct id conversation_id, struct bot_turn *turn_r)
{
	return bot_run_turn(f.db, f.pool, &env, conversation_id, id_new(),
	    ID_NONE, turn_r, &f.err);
}

/* What the feed's grace counts on: see feed.c. */
static void the_notifications_are_a_turns_last_statements(void)
{
	struct bot_turn t;
	struct db_rows rows;
	size_t told = 0, after = 0, commits = 0;

	FATAL_OK(turn(f.c.id, &t));
	fixture_say(&f, &f.visitor, "a person please");
	harness_sql(f.db, "SET GLOBAL log_output = 'TABLE';\n"
			  "TRUNCATE TABLE mysql.general_log;\n"
			  "SET GLOBAL general_log = 1;");
	FATAL_OK(turn(f.c.id, &t));
	harness_sql(f.db, "SET GLOBAL general_log = 0;");
	CU_ASSERT(t.is_handoff);
	FATAL_OK(db_query(f.db, &module, 0, NULL, 0, f.pool, &rows, &f.err));
	for (size_t i = 0; i < rows.n && commits == 0; i++) {
		struct str sql = db_row_str(&rows, i, 0);

		if (str_starts(sql, STR("INSERT INTO notifications")))
			told++;
		else if (told > 0 && str_eq(sql, STR("COMMIT")))
			commits++;
		else
			after += told > 0;
	}
	CU_ASSERT_EQUAL(told, 2); /* the message and the handoff */
	CU_ASSERT_EQUAL(after, 0);
	CU_ASSERT_EQUAL(commits, 1);
}

static void break_turns_of(struct id id)
{
	char hex[2 * sizeof(id.b) + 1];

	for (size_t i = 0; i < sizeof(id.b); i++)
		snprintf(hex + 2 * i, 3, "%02X", id.b[i]);
	harness_sql(f.db,
	    pool_printf(f.pool,
		"CREATE TRIGGER broken BEFORE UPDATE ON bot_states FOR EACH "
		"ROW IF HEX(NEW.conversation_id) = '%s' AND NEW.turn_until IS "
		"NOT NULL THEN SIGNAL SQLSTATE '45000'; END IF;",
		hex));
}

static void a_turn_that_fails_keeps_nobody_waiting(void)
{
	struct id bad = f.c.id, good = fixture_open(&f, "good", true).id, later;
	struct bot_turn t;
	size_t done = 0, n;
	struct id *ids;

	break_turns_of(bad);
	CU_ASSERT_EQUAL(
	    bot_run_due(f.db, f.pool, &env, 10, &done, &f.err), ERR_INTERNAL);
	CU_ASSERT_EQUAL(f.err.code, ERR_INTERNAL);
	CU_ASSERT_EQUAL(done, 1);
	CU_ASSERT_EQUAL(fixture_count(&f, good), 1);
	CU_ASSERT_EQUAL(fixture_count(&f, bad), 0);
	/* It goes behind who came after it. */
	later = fixture_open(&f, "later", true).id;
	CU_ASSERT_EQUAL(turn(bad, &t), ERR_INTERNAL);
	FATAL_OK(bot_list_due(f.db, f.pool, 0, 10, &ids, &n, &f.err));
	CU_ASSERT_EQUAL_FATAL(n, 2);
	CU_ASSERT(id_eq(ids[0], later));
	CU_ASSERT(id_eq(ids[1], bad));
	harness_sql(f.db, "DROP TRIGGER broken;");
	FATAL_OK(bot_run_due(f.db, f.pool, &env, 10, &done, &f.err));
	CU_ASSERT_EQUAL(done, 2);
	CU_ASSERT_EQUAL(fixture_count(&f, bad), 1);
}

static CU_TestInfo tests[] = {
	{ "the notifications are a turn's last statements",
	    the_notifications_are_a_turns_last_statements },
	{ "a turn that fails keeps nobody waiting",
	    a_turn_that_fails_keeps_nobody_waiting },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_bot_due = { "bot_due", NULL, NULL, set_up, tear_down,
	tests };
