/* test_kb.c: knowledge bases, their sources, and the import of these */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/settings.h"
#include "bot/kb_import.h"
#include "bot/kb_search.h"
#include "bot/kb.h"
#include "chat/chatbot.h"
#include "db/db_kb_chunk.h"
#include "fixture.h"
#include "harness.h"
#include "proxy.h"
#include "tests/fake/server.h"

#define LEASE_US 60000000

enum { KBT_STATE, KBT_CHUNKS, KBT_SOURCES, KBT_ATTACHED, KBT__MAX };

static const struct db_stmt stmts[KBT__MAX] = {
	[KBT_STATE] = DB_STMT("kbt_state", "d", "st?ud?u",
	    "SELECT status, due_at, tries, job_owner, chunks FROM kb_sources "
	    "WHERE id = ?"),
	[KBT_CHUNKS] =
	    DB_STMT("kbt_chunks", "", "u", "SELECT COUNT(*) FROM kb_chunks"),
	[KBT_SOURCES] =
	    DB_STMT("kbt_sources", "", "u", "SELECT COUNT(*) FROM kb_sources"),
	[KBT_ATTACHED] = DB_STMT(
	    "kbt_attached", "", "u", "SELECT COUNT(*) FROM chatbot_knowledge"),
};

static const struct db_module kbt_module = { "kbt", stmts, KBT__MAX };

static struct fixture f;
static struct settings settings;
static struct bot_env env;
static struct id ours, theirs;

static void setup(void)
{
	static char allow[] = "127.0.0.1", ports[] = "80 443";

	fixture_make(&f);
	ours = f.ada.workspace_id;
	theirs = f.stranger.workspace_id;
	settings = (struct settings){ .turn_lease_s = 60,
		.outside_allow = allow,
		.outside_ports = ports };
	env = (struct bot_env){ .settings = &settings };
}

static void teardown(void)
{
	fixture_free(&f);
}

static uint64_t count(int stmt)
{
	struct db_rows rows;

	FATAL_OK(
	    db_query(f.db, &kbt_module, stmt, NULL, 0, f.pool, &rows, &f.err));
	return db_row_uint(&rows, 0, 0);
}

static struct kb add_kb(const char *name)
{
	struct kb kb = { .workspace_id = ours, .name = str_of(name) };

	FATAL_OK(kb_add(f.db, f.pool, &kb, &f.err));
	return kb;
}

static struct kb_source add_text(
    struct id kb_id, const char *title, const char *content)
{
	struct kb_source s = { .workspace_id = ours,
		.kb_id = kb_id,
		.title = str_of(title),
		.content = str_of(content) };

	FATAL_OK(kb_source_add(f.db, f.pool, &s, &f.err));
	return s;
}

static struct db_rows state_of(struct id source)
{
	struct db_rows rows;

	FATAL_OK(db_query(f.db, &kbt_module, KBT_STATE, DB_ARGS(DB_ID(source)),
	    f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	return rows;
}

static const char *status_of(struct id kb_id)
{
	struct kb kb;

	FATAL_OK(db_kb_get(f.db, f.pool, ours, kb_id, &kb, &f.err));
	return kb_status(&kb);
}

/* All that is due; how many there were. */
static size_t import_all(void)
{
	bool did = true;
	size_t n = 0;

	while (did) {
		FATAL_OK(kb_import_text(f.db, f.pool, &env, &did, &f.err));
		n += did;
	}
	do {
		FATAL_OK(kb_import_page(f.db, f.pool, &env, &did, &f.err));
		n += did;
	} while (did);
	return n;
}

static size_t found(const char *question)
{
	struct kb_passages p;

	FATAL_OK(kb_search(f.db, f.pool, ours, f.chatbot_id, STR_EMPTY,
	    str_of(question), 5, &p, &f.err));
	return p.n;
}

static void a_base_tells_how_its_sources_are(void)
{
	struct kb kb = add_kb("Shop");
	struct kb_source bad;

	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "empty");
	bad = add_text(kb.id, "None", "# Only a heading");
	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "building");
	CU_ASSERT_EQUAL(import_all(), 1);
	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "failed");
	add_text(kb.id, "Some", "Tulips are yellow.");
	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "building");
	CU_ASSERT_EQUAL(import_all(), 1);
	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "ready");
	FATAL_OK(kb_source_del(f.db, f.pool, ours, kb.id, bad.id, &f.err));
	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "ready");
	CU_ASSERT_EQUAL(import_all(), 0);
}

static void a_failed_source_says_why(void)
{
	struct kb kb = add_kb("Shop");
	struct kb_sources list;

	add_text(kb.id, "None", "***");
	import_all();
	FATAL_OK(kb_source_list(f.db, f.pool, ours, kb.id, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 1);
	CU_ASSERT_EQUAL(list.items[0].status, KB_FAILED);
	CU_ASSERT(str_eq(
	    list.items[0].why, STR("There is no text in it to answer from.")));
}

static void other_workspaces_find_nothing(void)
{
	struct kb kb = add_kb("Shop"), got;
	struct kb_source s = add_text(kb.id, "T", "Tulips are yellow."), other;
	struct kb_sources list;
	struct kbs all;
	struct str name = STR("x");

	CU_ASSERT_EQUAL(db_kb_get(f.db, f.pool, theirs, kb.id, &got, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    kb_set(f.db, f.pool, theirs, kb.id, &name, NULL, &got, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    kb_del(f.db, f.pool, theirs, kb.id, &f.err), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    kb_source_list(f.db, f.pool, theirs, kb.id, &list, &f.err),
	    ERR_NOT_FOUND);
	other = s;
	other.workspace_id = theirs;
	CU_ASSERT_EQUAL(
	    kb_source_add(f.db, f.pool, &other, &f.err), ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    kb_source_del(f.db, f.pool, theirs, kb.id, s.id, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(
	    kb_attach(f.db, f.pool, theirs, f.chatbot_id, kb.id, &got, &f.err),
	    ERR_NOT_FOUND);
	FATAL_OK(kb_list(f.db, f.pool, theirs, &all, &f.err));
	CU_ASSERT_EQUAL(all.n, 0);
	/* nor a base that is not the source's */
	CU_ASSERT_EQUAL(
	    kb_source_del(f.db, f.pool, ours, add_kb("B").id, s.id, &f.err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(count(KBT_SOURCES), 1);
}

static void a_bot_has_a_base_once(void)
{
	struct kb kb = add_kb("Shop"), got;
	struct kbs list;

	FATAL_OK(
	    kb_attach(f.db, f.pool, ours, f.chatbot_id, kb.id, &got, &f.err));
	CU_ASSERT(id_eq(got.id, kb.id));
	CU_ASSERT_EQUAL(
	    kb_attach(f.db, f.pool, ours, f.chatbot_id, kb.id, &got, &f.err),
	    ERR_CONFLICT);
	FATAL_OK(
	    kb_list_attached(f.db, f.pool, ours, f.chatbot_id, &list, &f.err));
	CU_ASSERT_EQUAL(list.n, 1);
	FATAL_OK(kb_detach(f.db, f.pool, ours, f.chatbot_id, kb.id, &f.err));
	CU_ASSERT_EQUAL(
	    kb_detach(f.db, f.pool, ours, f.chatbot_id, kb.id, &f.err),
	    ERR_NOT_FOUND);
	FATAL_OK(db_kb_get(f.db, f.pool, ours, kb.id, &got, &f.err));
}

static void what_ends_takes_its_parts_along(void)
{
	struct kb kb = add_kb("Shop"), other = add_kb("Other"), got;

	for (int i = 0; i < 25; i++)
		add_text(kb.id, "T", "Tulips are yellow.");
	add_text(other.id, "T", "Roses are red.");
	CU_ASSERT_EQUAL(import_all(), 26);
	FATAL_OK(
	    kb_attach(f.db, f.pool, ours, f.chatbot_id, kb.id, &got, &f.err));
	FATAL_OK(kb_attach(
	    f.db, f.pool, ours, f.chatbot_id, other.id, &got, &f.err));
	CU_ASSERT(found("yellow tulips") > 0);
	FATAL_OK(kb_del(f.db, f.pool, ours, kb.id, &f.err));
	CU_ASSERT_EQUAL(found("yellow tulips"), 0);
	CU_ASSERT_EQUAL(count(KBT_SOURCES), 1);
	CU_ASSERT_EQUAL(count(KBT_CHUNKS), 1);
	CU_ASSERT_EQUAL(count(KBT_ATTACHED), 1);
	FATAL_OK(chatbot_del(f.db, f.pool, ours, f.chatbot_id, &f.err));
	CU_ASSERT_EQUAL(count(KBT_ATTACHED), 0);
	CU_ASSERT_EQUAL(count(KBT_SOURCES), 1);
}

static void there_is_no_more_than_the_limits(void)
{
	struct kb kb = add_kb("Shop"), one = { .workspace_id = ours }, got;
	struct kb_source s = { .workspace_id = ours,
		.kb_id = kb.id,
		.title = STR("T"),
		.content = STR("x") };

	one.name = STR("x");
	for (int i = 1; i < KB_BASES_MAX; i++)
		FATAL_OK(kb_add(f.db, f.pool, &one, &f.err));
	CU_ASSERT_EQUAL(kb_add(f.db, f.pool, &one, &f.err), ERR_PAYMENT);
	for (int i = 0; i < KB_SOURCES_MAX; i++)
		FATAL_OK(kb_source_add(f.db, f.pool, &s, &f.err));
	CU_ASSERT_EQUAL(kb_source_add(f.db, f.pool, &s, &f.err), ERR_PAYMENT);
	for (int i = 0; i <= KB_ATTACHED_MAX; i++) {
		struct kbs all;

		FATAL_OK(kb_list(f.db, f.pool, ours, &all, &f.err));
		CU_ASSERT_EQUAL(kb_attach(f.db, f.pool, ours, f.chatbot_id,
				    all.items[i].id, &got, &f.err),
		    i < KB_ATTACHED_MAX ? ERR_OK : ERR_PAYMENT);
	}
	CU_ASSERT_EQUAL(count(KBT_ATTACHED), KB_ATTACHED_MAX);
}

/* --------------------------------------------------------------- imports */

static enum err_code take_expired(struct db *db, void *arg, struct err *err)
{
	int64_t now = clock_now_us();

	return db_kb_job_take(
	    db, f.pool, false, id_new(), now, now - 1, arg, err);
}

static enum err_code take_for_long(struct db *db, void *arg, struct err *err)
{
	int64_t now = clock_now_us();

	return db_kb_job_take(
	    db, f.pool, false, id_new(), now, now + LEASE_US, arg, err);
}

static enum err_code take_page(struct db *db, void *arg, struct err *err)
{
	int64_t now = clock_now_us();

	return db_kb_job_take(
	    db, f.pool, true, id_new(), now, now + LEASE_US, arg, err);
}

static void a_source_is_one_workers_until_its_lease_is_over(void)
{
	struct kb kb = add_kb("Shop");
	struct kb_source s = add_text(kb.id, "T", "Tulips are yellow.");
	struct kb_job job, none;
	bool did = true, is_mine = false;

	FATAL_OK(db_transact(f.db, take_for_long, &job, &f.err));
	CU_ASSERT(id_eq(job.source.id, s.id));
	CU_ASSERT_EQUAL(job.tries, 1);
	FATAL_OK(db_transact(f.db, take_for_long, &none, &f.err));
	CU_ASSERT(id_is_none(none.source.id));
	FATAL_OK(kb_import_text(f.db, f.pool, &env, &did, &f.err));
	CU_ASSERT(!did);
	FATAL_OK(db_kb_job_renew(
	    f.db, &job, clock_now_us() + LEASE_US, &is_mine, &f.err));
	CU_ASSERT(is_mine);
	/* it dies, and its lease runs out */
	FATAL_OK(
	    db_kb_job_renew(f.db, &job, clock_now_us() - 1, &is_mine, &f.err));
	FATAL_OK(kb_import_text(f.db, f.pool, &env, &did, &f.err));
	CU_ASSERT(did);
	CU_ASSERT_EQUAL(count(KBT_CHUNKS), 1);
	/* or it only slept: it has lost it */
	FATAL_OK(db_kb_job_renew(
	    f.db, &job, clock_now_us() + LEASE_US, &is_mine, &f.err));
	CU_ASSERT(!is_mine);
	FATAL_OK(db_kb_job_lock(f.db, f.pool, &job, &is_mine, &f.err));
	CU_ASSERT(!is_mine);
	FATAL_OK(db_kb_job_failed(f.db, &job, STR("late"), 0, &f.err));
	CU_ASSERT_STRING_EQUAL(status_of(kb.id), "ready");
}

static void who_ends_its_workers_is_given_up(void)
{
	struct kb kb = add_kb("Shop");
	struct kb_source s = add_text(kb.id, "T", "Tulips are yellow.");
	struct kb_job job;
	struct db_rows rows;

	for (int i = 0; i < KB_TRIES_MAX; i++) {
		FATAL_OK(db_transact(f.db, take_expired, &job, &f.err));
		CU_ASSERT(id_eq(job.source.id, s.id));
	}
	CU_ASSERT_EQUAL(import_all(), 1);
	rows = state_of(s.id);
	CU_ASSERT(str_eq(db_row_str(&rows, 0, 0), STR("failed")));
	CU_ASSERT(db_row_null(&rows, 0, 1));
	CU_ASSERT_EQUAL(count(KBT_CHUNKS), 0);
}

struct replacing {
	struct id kb_id, source_id;
	struct kb_chunks chunks;
};

static enum err_code replace(struct db *db, void *arg, struct err *err)
{
	const struct replacing *r = arg;

	return db_kb_chunk_set(
	    db, f.pool, ours, r->kb_id, r->source_id, &r->chunks, err);
}

static void chunks_are_replaced(void)
{
	struct kb kb = add_kb("Shop"), got;
	struct kb_source s = add_text(kb.id, "T", "# A\n\none\n\n# B\n\ntwo");
	struct kb_chunk item = {
		.body = STR("x"), .heading = STR("h"), .words = STR("w")
	};
	struct replacing r = { kb.id, s.id, { 1, &item } };
	struct db_rows rows;

	FATAL_OK(
	    kb_attach(f.db, f.pool, ours, f.chatbot_id, kb.id, &got, &f.err));
	import_all();
	CU_ASSERT_EQUAL(count(KBT_CHUNKS), 2);
	rows = state_of(s.id);
	CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 4), 2);
	CU_ASSERT(db_row_null(&rows, 0, 1));
	CU_ASSERT(db_row_null(&rows, 0, 3));
	FATAL_OK(db_transact(f.db, replace, &r, &f.err));
	CU_ASSERT_EQUAL(count(KBT_CHUNKS), 1);
}

/* Nobody listens at that port. */
static void a_page_that_is_away_is_asked_again(void)
{
	struct kb kb = add_kb("Shop");
	struct kb_source s = { .workspace_id = ours,
		.kb_id = kb.id,
		.is_web = true,
		.url = STR("http://127.0.0.1:9/") };
	struct db_rows rows;
	int64_t wait, last = 0;
	char *sql;

	FATAL_OK(kb_source_add(f.db, f.pool, &s, &f.err));
	for (uint64_t i = 1; i < KB_TRIES_MAX; i++) {
		CU_ASSERT_EQUAL(import_all(), 1);
		rows = state_of(s.id);
		CU_ASSERT(str_eq(db_row_str(&rows, 0, 0), STR("processing")));
		CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 2), i);
		wait = db_row_time(&rows, 0, 1) - clock_now_us();
		CU_ASSERT(wait > last);
		last = wait;
		sql = pool_printf(f.pool,
		    "UPDATE kb_sources SET due_at = UTC_TIMESTAMP(6);\n");
		harness_sql(f.db, sql);
	}
	CU_ASSERT_EQUAL(import_all(), 1);
	rows = state_of(s.id);
	CU_ASSERT(str_eq(db_row_str(&rows, 0, 0), STR("failed")));
}

static void a_page_that_may_not_be_fetched_has_failed(void)
{
	struct kb kb = add_kb("Shop");
	struct kb_source s = { .workspace_id = ours,
		.kb_id = kb.id,
		.is_web = true,
		.url = STR("https://10.0.0.1/") };
	struct db_rows rows;

	FATAL_OK(kb_source_add(f.db, f.pool, &s, &f.err));
	CU_ASSERT_EQUAL(import_all(), 1);
	rows = state_of(s.id);
	CU_ASSERT(str_eq(db_row_str(&rows, 0, 0), STR("failed")));
	CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 2), 1);
}

static struct kb_source add_page(struct id workspace_id, struct str url)
{
	struct kb kb = { .workspace_id = workspace_id, .name = STR("Pages") };
	struct kb_source s = {
		.workspace_id = workspace_id, .is_web = true, .url = url
	};

	FATAL_OK(kb_add(f.db, f.pool, &kb, &f.err));
	s.kb_id = kb.id;
	FATAL_OK(kb_source_add(f.db, f.pool, &s, &f.err));
	return s;
}

static struct kb_job take(db_transact_fn *fn)
{
	struct kb_job job;

	FATAL_OK(db_transact(f.db, fn, &job, &f.err));
	return job;
}

static void a_workspace_has_its_share_of_imports(void)
{
	struct kb_job jobs[DB_KB_SHARE];
	struct kb_source last = { .is_web = true }, s;
	bool is_mine;

	for (int i = 0; i <= DB_KB_SHARE; i++)
		last = add_page(ours, STR("https://a.example/"));
	s = add_page(theirs, STR("https://b.example/"));
	jobs[0] = take(take_page);
	CU_ASSERT(id_eq(jobs[0].source.workspace_id, ours));
	/* It has come last, but of its workspace none is being imported. */
	CU_ASSERT(id_eq(take(take_page).source.id, s.id));
	for (int i = 1; i < DB_KB_SHARE; i++) {
		jobs[i] = take(take_page);
		CU_ASSERT(id_eq(jobs[i].source.workspace_id, ours));
		CU_ASSERT(!id_eq(jobs[i].source.id, last.id));
	}
	/* The rest waits, also where there is room; but texts do not. */
	CU_ASSERT(id_is_none(take(take_page).source.id));
	s = add_text(add_kb("Shop").id, "T", "Tulips are yellow.");
	CU_ASSERT(id_eq(take(take_for_long).source.id, s.id));
	FATAL_OK(db_kb_job_failed(f.db, &jobs[0], STR("no"), 0, &f.err));
	CU_ASSERT(id_eq(take(take_page).source.id, last.id));
	/* A worker that died counts until its lease is over. */
	last = add_page(ours, STR("https://a.example/"));
	CU_ASSERT(id_is_none(take(take_page).source.id));
	FATAL_OK(db_kb_job_renew(
	    f.db, &jobs[1], clock_now_us() - 1, &is_mine, &f.err));
	CU_ASSERT(!id_is_none(take(take_page).source.id));
}

#define STEPS_MAX 100 /* more than an import ever sends */

/*
 * The connection is lost at each step in turn. An import that says that it
 * went well has been stored: it did not give its lease for lost.
 */
static void a_lost_connection_is_no_lost_lease(void)
{
	const struct settings *via;
	unsigned n, n_ready = 0;

	CU_ASSERT_FATAL(fake_server_start());
	fake_server_answer(STR("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
			       "\r\n<h1>A</h1><p>Tulips are yellow."),
	    false);
	via = proxy_start();
	for (n = 1; n < STEPS_MAX; n++) {
		struct kb_source s;
		struct db_rows rows;
		struct db *db;
		bool did;
		enum err_code code;

		teardown();
		setup();
		settings.turn_lease_s = 0; /* renewed whenever it can be */
		s = add_page(
		    ours, str_of(pool_printf(f.pool, "http://127.0.0.1:%u/",
			      fake_server_port())));
		db = db_new(via);
		proxy_cut_at(n, false, 0);
		code = kb_import_page(db, f.pool, &env, &did, &f.err);
		db_close(&db);
		rows = state_of(s.id);
		if (code == ERR_OK && did) {
			n_ready++;
			CU_ASSERT(
			    str_eq(db_row_str(&rows, 0, 0), STR("ready")));
			CU_ASSERT(db_row_null(&rows, 0, 3));
		}
		if (!proxy_has_cut())
			break;
	}
	CU_ASSERT(n < STEPS_MAX);
	CU_ASSERT(n_ready > 1);
	proxy_stop();
	fake_server_stop();
}

static CU_TestInfo tests[] = {
	{ "a base tells how its sources are",
	    a_base_tells_how_its_sources_are },
	{ "a failed source says why", a_failed_source_says_why },
	{ "other workspaces find nothing", other_workspaces_find_nothing },
	{ "a bot has a base once", a_bot_has_a_base_once },
	{ "what ends takes its parts along", what_ends_takes_its_parts_along },
	{ "there is no more than the limits",
	    there_is_no_more_than_the_limits },
	{ "a source is one worker's until its lease is over",
	    a_source_is_one_workers_until_its_lease_is_over },
	{ "who ends its workers is given up",
	    who_ends_its_workers_is_given_up },
	{ "chunks are replaced", chunks_are_replaced },
	{ "a page that is away is asked again",
	    a_page_that_is_away_is_asked_again },
	{ "a page that may not be fetched has failed",
	    a_page_that_may_not_be_fetched_has_failed },
	{ "a workspace has its share of imports",
	    a_workspace_has_its_share_of_imports },
	{ "a lost connection is no lost lease",
	    a_lost_connection_is_no_lost_lease },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_kb = { "kb", NULL, NULL, setup, teardown, tests };
