/* test_conversation_page.c: lists of conversations, and what they cost */
/* SPDX-License-Identifier: MIT */
#include "db/db_conversation_page.h"
#include "fixture.h"
#include "harness.h"

#define MANY	"6000"
#define MANY_N	6000
#define SECONDS INT64_C(1000000)
#define START	(INT64_C(1767225600) * SECONDS) /* 2026-01-01 */

static struct fixture f;
static struct id bot; /* has many conversations, one each second */

/*
 * Of six in turn two are closed, one is with an agent, one waits for one, and
 * two are active; every fourth is of the Chat API.
 */
static const char fill[] =
    "INSERT INTO contacts (id, workspace_id, integration_id, external_id, "
    "display_name, attributes, created_at, updated_at) "
    "SELECT UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), @w, @b, "
    "CONCAT('v', seq), '', '{}', '2026-01-01', '2026-01-01' "
    "FROM seq_1_to_" MANY ";\n"
    "INSERT INTO conversations (id, workspace_id, integration_id, contact_id, "
    "chatbot_id, channel, last_seq, last_visitor_seq, open_session_id, "
    "assigned_agent_id, is_waiting, is_handed_off, created_at, updated_at) "
    "SELECT UNHEX(CONCAT(LPAD(HEX(1767225600000 + seq * 1000), 12, '0'), "
    "LPAD(HEX(seq), 20, '0'))), @w, @b, "
    "UNHEX(CONCAT('FF', LPAD(HEX(seq), 30, '0'))), @b, "
    "IF(seq % 4 = 0, 'api', 'web'), 0, 0, IF(seq % 6 < 2, NULL, @b), "
    "IF(seq % 6 = 2, @b, NULL), 0, seq % 6 = 3, "
    "'2026-01-01' + INTERVAL seq SECOND, '2026-01-01' + INTERVAL seq SECOND "
    "FROM seq_1_to_" MANY ";\n"
    "ANALYZE TABLE conversations, contacts;\n";

static void set_up(void)
{
	struct id *w = &f.ada.workspace_id;
	char hex[2][33] = { "", "" };
	size_t i;

	fixture_make(&f);
	bot = id_new();
	for (i = 0; i < 16; i++) {
		snprintf(hex[0] + 2 * i, 3, "%02X", w->b[i]);
		snprintf(hex[1] + 2 * i, 3, "%02X", bot.b[i]);
	}
	harness_sql(
	    f.db, pool_printf(f.pool,
		      "SET @w = UNHEX('%s');\nSET @b = UNHEX('%s');\n%s",
		      hex[0], hex[1], fill));
}

static void tear_down(void)
{
	fixture_free(&f);
}

static struct conversation_rows list(struct conversation_page page)
{
	struct conversation_rows rows = { .n = 0 };

	page.workspace_id = f.ada.workspace_id;
	page.chatbot_id = bot;
	FATAL_OK(db_conversation_page_list(f.db, f.pool, &page, &rows, &f.err));
	return rows;
}

/* All parts of a list; each is newer than the next. */
static size_t count_all(struct conversation_page page)
{
	struct conversation_rows rows;
	struct id last;
	size_t n = 0, i;

	memset(last.b, 0xFF, sizeof(last.b));
	do {
		rows = list(page);
		for (i = 0; i < rows.n; i++) {
			CU_ASSERT_FATAL(id_cmp(rows.items[i].id, last) < 0);
			last = rows.items[i].id;
			CU_ASSERT(!page.status ||
				  rows.items[i].status == page.status);
			CU_ASSERT(!page.channel.n ||
				  str_eq(rows.items[i].channel, page.channel));
		}
		n += rows.n;
		page.before = last;
	} while (rows.n == page.limit);
	return n;
}

static void each_filter_finds_its_own(void)
{
	struct conversation_page page = { .limit = 67 };
	size_t all = 0, apis = 0;
	int i;

	CU_ASSERT_EQUAL(count_all(page), MANY_N);
	for (i = CONVERSATION_ACTIVE; i < CONVERSATION_STATUS__MAX; i++) {
		page.status = (enum conversation_status)i;
		page.channel = STR_EMPTY;
		all += count_all(page);
		page.channel = STR("api");
		apis += count_all(page);
	}
	CU_ASSERT_EQUAL(all, MANY_N);
	CU_ASSERT_EQUAL(apis, MANY_N / 4);
	page.status = CONVERSATION_ANY;
	CU_ASSERT_EQUAL(count_all(page), MANY_N / 4);
	page.channel = STR("sms");
	CU_ASSERT_EQUAL(count_all(page), 0);
	page.status = CONVERSATION_AGENT_ACTIVE;
	page.channel = STR_EMPTY;
	CU_ASSERT_EQUAL(count_all(page), MANY_N / 6);
}

static void times_are_inclusive(void)
{
	static const struct {
		int64_t from, upto;
		size_t n;
	} cases[] = {
		{ START + 10 * SECONDS, START + 10 * SECONDS, 1 },
		{ START + 10 * SECONDS, START + 12 * SECONDS, 3 },
		{ START + 10 * SECONDS + 1, START + 12 * SECONDS, 2 },
		{ START + 10 * SECONDS, START + 12 * SECONDS - 1, 2 },
		{ 1, START + SECONDS - 1, 0 },
		{ 1, START + SECONDS, 1 },
		{ START + MANY_N * SECONDS, 0, 1 },
		{ START + MANY_N * SECONDS + 1, 0, 0 },
		{ START + 5 * SECONDS, START, 0 },
		{ 0, 1, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		struct conversation_rows rows = list((struct conversation_page){
		    .from = cases[i].from, .upto = cases[i].upto, .limit = 9 });

		CU_ASSERT_EQUAL(rows.n, cases[i].n);
		if (rows.n != cases[i].n)
			printf("\n     case %zu: %zu\n", i, rows.n);
	}
}

/* ------------------------------------------------------------------- cost */

/* Rows that this connection has read by now, in whatever way. */
static uint64_t rows_read(void)
{
	static const struct db_stmt stmt = DB_STMT("test_rows_read", "", "u",
	    "SELECT CAST(SUM(VARIABLE_VALUE) AS UNSIGNED) "
	    "FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME IN "
	    "('HANDLER_READ_FIRST', 'HANDLER_READ_KEY', 'HANDLER_READ_LAST', "
	    "'HANDLER_READ_NEXT', 'HANDLER_READ_PREV', 'HANDLER_READ_RND')");
	static const struct db_module module = { "test_rows", &stmt, 1 };
	struct db_rows rows;

	FATAL_OK(db_query(f.db, &module, 0, NULL, 0, f.pool, &rows, &f.err));
	return db_row_uint(&rows, 0, 0);
}

static uint64_t cost_of(struct conversation_page page)
{
	uint64_t before = rows_read(), after;

	list(page);
	after = rows_read();
	return after - before;
}

static void the_last_page_costs_what_the_first_does(void)
{
	struct conversation_page page = { .limit = 50 };
	uint64_t first, last;
	int i;

	for (i = 0; i < 4; i++) {
		page.status = i & 1 ? CONVERSATION_CLOSED : CONVERSATION_ANY;
		page.channel = i & 2 ? STR("web") : STR_EMPTY;
		page.before = ID_NONE;
		first = cost_of(page);
		page.before = id_from_ms((START + 600 * SECONDS) / 1000);
		last = cost_of(page);
		CU_ASSERT(first > 50 && first < 500);
		CU_ASSERT(last < first + 50);
		if (last >= first + 50)
			printf("\n     %d: %d, %d\n", i, (int)first, (int)last);
	}
}

/* Every second of the Chat API's is over, though nobody has ended it. */
static void what_is_over_is_closed_in_each_list(void)
{
	struct conversation_page page = { .limit = 7,
		.silence = { START + 9000 * SECONDS, START + 3000 * SECONDS } };
	struct conversation_page all = { .limit = 67 };
	static const struct {
		enum conversation_status status;
		const char *channel;
		int sign; /* of what is over */
	} rows[] = {
		{ CONVERSATION_ANY, "", 0 },
		{ CONVERSATION_ANY, "api", 0 },
		{ CONVERSATION_ACTIVE, "", -1 },
		{ CONVERSATION_ACTIVE, "api", -1 },
		{ CONVERSATION_ACTIVE, "web", 0 },
		{ CONVERSATION_CLOSED, "", 1 },
		{ CONVERSATION_CLOSED, "api", 1 },
		{ CONVERSATION_CLOSED, "web", 0 },
		{ CONVERSATION_HANDOFF_PENDING, "", 0 },
		{ CONVERSATION_AGENT_ACTIVE, "api", 0 },
	};
	struct conversation_page active = { .limit = 67,
		.status = CONVERSATION_ACTIVE,
		.channel = STR("api"),
		.upto = START + 3000 * SECONDS };
	size_t n_over, i;

	n_over = count_all(active);
	CU_ASSERT(n_over > 200);
	harness_sql(f.db,
	    "UPDATE conversations SET expires_at = updated_at + INTERVAL 60 "
	    "SECOND WHERE channel = 'api';\n");
	for (i = 0; i < COUNT_OF(rows); i++) {
		page.status = all.status = rows[i].status;
		page.channel = all.channel = str_of(rows[i].channel);
		page.before = ID_NONE;
		CU_ASSERT_EQUAL(
		    count_all(page), (size_t)((int64_t)count_all(all) +
					      rows[i].sign * (int64_t)n_over));
		page.before = id_from_ms((START + 2999 * SECONDS) / 1000);
		while (page.status != CONVERSATION_ANY) {
			struct conversation_rows part = list(page);
			size_t k;

			for (k = 0; k < part.n; k++)
				CU_ASSERT_EQUAL(
				    part.items[k].status, page.status);
			if (part.n < page.limit)
				break;
			page.before = part.items[part.n - 1].id;
		}
	}
	active.silence = page.silence;
	active.upto = 0;
	active.workspace_id = f.ada.workspace_id;
	active.chatbot_id = bot;
	active.status = CONVERSATION_ANY;
	active.before = id_from_ms((START + 2999 * SECONDS) / 1000);
	for (i = 0; i < 3; i++) {
		struct conversation_row one;
		struct conversation_rows part = list(active);

		FATAL_OK(db_conversation_page_get(
		    f.db, f.pool, &active, part.items[i].id, &one, &f.err));
		CU_ASSERT_EQUAL(one.status, part.items[i].status);
		CU_ASSERT_NOT_EQUAL(one.status, CONVERSATION_ACTIVE);
	}
	harness_sql(f.db, "UPDATE conversations SET expires_at = NULL;\n");
}

static CU_TestInfo tests[] = {
	{ "each filter finds its own", each_filter_finds_its_own },
	{ "times are inclusive", times_are_inclusive },
	{ "what is over is closed in each list",
	    what_is_over_is_closed_in_each_list },
	{ "the last page costs what the first does",
	    the_last_page_costs_what_the_first_does },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_conversation_page = { "conversation_page", NULL, NULL,
	set_up, tear_down, tests };
