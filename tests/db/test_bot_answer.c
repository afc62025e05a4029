/* test_bot_answer.c: a message and its answer in one call, once each */
/* SPDX-License-Identifier: MIT */
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json_out.h"
#include "bot/bot.h"
#include "bot/flow_cache.h"
#include "bot/kb.h"
#include "bot/kb_import.h"
#include "chat/chat_events.h"
#include "db/db_bot_state.h"
#include "fixture.h"
#include "harness.h"
#include "proxy.h"

#define SECOND INT64_C(1000000)
#define FLOW                                                                   \
	"{\"hello\":{\"message\":\"Welcome\",\"save_to\":\"said\","            \
	"\"transitions\":{\"person\":\"people\",\"bye\":\"end\","              \
	"\"default\":\"echo\"}},"                                              \
	"\"echo\":{\"message\":\"Re: {{said}}\",\"save_to\":\"said\","         \
	"\"transitions\":{\"person\":\"people\",\"bye\":\"end\","              \
	"\"default\":\"echo\"}},"                                              \
	"\"end\":{\"message\":\"Bye\",\"actions\":[{\"type\":\"END\"}]},"      \
	"\"people\":{\"message\":\"Wait\",\"actions\":[{\"type\":"             \
	"\"HANDOFF\"}]}}"

enum {
	LIST_LOG,
	EXPIRE,
	GET_COMPLETED,
	COUNT_OUTBOX,
	COUNT_TOKENS,
	USE_TOKENS
};

static const struct db_stmt stmts[] = {
	[LIST_LOG] = DB_STMT("list_log", "", "s",
	    "SELECT argument FROM mysql.general_log "
	    "WHERE command_type IN ('Execute', 'Query')"),
	[EXPIRE] = DB_STMT("expire", "td", "",
	    "UPDATE bot_states SET turn_until = ? WHERE conversation_id = ?"),
	[GET_COMPLETED] = DB_STMT("get_completed", "d", "t?",
	    "SELECT completed_at FROM conversations WHERE id = ?"),
	[COUNT_OUTBOX] = DB_STMT("count_outbox", "d", "u",
	    "SELECT COUNT(*) FROM outbox WHERE conversation_id = ?"),
	[COUNT_TOKENS] = DB_STMT("count_tokens", "d", "u",
	    "SELECT llm_tokens FROM bot_states WHERE conversation_id = ?"),
	[USE_TOKENS] = DB_STMT("use_tokens", "d", "",
	    "UPDATE bot_states SET llm_tokens = 7 WHERE conversation_id = ?"),
};
static const struct db_module module = { "test_bot_answer", stmts,
	COUNT_OF(stmts) };

static struct settings settings;
static const struct bot_env env = { .settings = &settings };
static struct fixture f;

static void publish(const char *flow)
{
	struct id flow_id;

	FATAL_OK(bot_set_flow(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    STR("main"), str_of(flow), true, &flow_id, &f.err));
}

static void set_up(void)
{
	struct bot_turn t;

	settings = *harness_settings();
	settings.turn_lease_s = 30;
	settings.turn_max_s = 60;
	fixture_make(&f);
	publish(FLOW);
	FATAL_OK(bot_run_turn(
	    f.db, f.pool, &env, f.c.id, id_new(), ID_NONE, &t, &f.err));
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* What was said, a word each: "Re: hi|Bye". */
static const char *said(const struct chat_messages *list)
{
	const char *text = "";

	for (size_t i = 0; i < list->n; i++)
		text = pool_printf(f.pool, "%s%s%.*s", text, i > 0 ? "|" : "",
		    STR_ARG(list->items[i].content));
	return text;
}

static const char *story(void)
{
	struct chat_messages list;

	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 200, 0, &list, &f.err));
	CU_ASSERT_TRUE(fixture_is_whole(&f, f.c.id));
	return said(&list);
}

struct answered {
	struct chat_sent sent;
	struct bot_turn turn;
};

static struct answered ask_with(struct db *db, const struct bot_env *with,
    const char *text, const char *client_id)
{
	const struct chat_send in = { .conversation_id = f.c.id,
		.content = str_of(text),
		.client_id = str_of(client_id) };
	struct answered a;

	FATAL_OK(bot_answer(db, f.pool, with, &f.visitor, &in, id_new(),
	    ID_NONE, &a.sent, &a.turn, &f.err));
	return a;
}

static struct answered ask(const char *text, const char *client_id)
{
	return ask_with(f.db, &env, text, client_id);
}

/* What answers the message of that seq. */
static const char *found(uint64_t seq)
{
	struct chat_messages list;

	FATAL_OK(bot_find_answer(
	    f.db, f.pool, f.ada.workspace_id, f.c.id, seq, &list, &f.err));
	return said(&list);
}

static void expire(int64_t until)
{
	FATAL_OK(db_exec(f.db, &module, EXPIRE,
	    DB_ARGS(DB_TIME(until), DB_ID(f.c.id)), NULL, &f.err));
}

static uint64_t count(int stmt)
{
	struct db_rows rows;

	FATAL_OK(db_query(f.db, &module, stmt, DB_ARGS(DB_ID(f.c.id)), f.pool,
	    &rows, &f.err));
	return db_row_uint(&rows, 0, 0);
}

/* ------------------------------------------------------------------ tests */

static bool is_change(struct str sql)
{
	return str_starts(sql, STR("INSERT")) ||
	       str_starts(sql, STR("UPDATE")) || str_starts(sql, STR("DELETE"));
}

struct costs {
	size_t commits;
	size_t loose; /* changes outside of transactions */
	size_t asked; /* statements, with those that begin and commit */
	bool has_news_last;
};

static struct costs costs_of(const char *text, const char *answer)
{
	struct costs c = { .commits = 0 };
	struct db_rows rows;
	bool is_inside = false;
	struct answered a;

	harness_sql(f.db, "SET GLOBAL log_output = 'TABLE';\n"
			  "TRUNCATE TABLE mysql.general_log;\n"
			  "SET GLOBAL general_log = 1;");
	a = ask(text, NULL);
	harness_sql(f.db, "SET GLOBAL general_log = 0;");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), answer);
	CU_ASSERT_FALSE(a.turn.is_due);
	FATAL_OK(
	    db_query(f.db, &module, LIST_LOG, NULL, 0, f.pool, &rows, &f.err));
	for (size_t i = 0; i < rows.n; i++) {
		struct str sql = db_row_str(&rows, i, 0);

		if (str_starts(sql, STR("SET ")))
			continue;
		c.asked++;
		c.commits += str_eq(sql, STR("COMMIT"));
		c.loose += !is_inside && is_change(sql);
		if (!str_eq(sql, STR("COMMIT")))
			c.has_news_last =
			    str_starts(sql, STR("INSERT INTO notifications"));
		is_inside = (is_inside || str_starts(sql, STR("START "))) &&
			    !str_eq(sql, STR("COMMIT"));
	}
	CU_ASSERT_EQUAL(c.loose, 0);
	CU_ASSERT_TRUE(c.has_news_last);
	return c;
}

static void one_commit_and_few_questions(void)
{
	struct costs c;

	ask("warm", NULL);
	c = costs_of("hi", "Re: hi");
	CU_ASSERT_EQUAL(c.commits, 1);
	/* begin, read, messages, conversation, state, notifications, commit */
	CU_ASSERT_EQUAL(c.asked, 7);
}

/* Its text must be read first: not under a lock. */
static void two_commits_when_the_flow_is_not_at_hand(void)
{
	struct costs c;

	ask("warm", NULL);
	flow_cache_clear();
	c = costs_of("hi", "Re: hi");
	CU_ASSERT_EQUAL(c.commits, 2);
	/* the flow's text, then 7 to store the message, 1 to read the state, 6
	 * for the answer */
	CU_ASSERT_EQUAL(c.asked, 16);
}

#define CALLER(members)                                                        \
	"{\"hello\":{\"message\":\"Welcome\",\"transitions\":{\"default\":"    \
	"\"ask\"}},\"ask\":{\"message\":\"Moment\",\"actions\":[{\"type\":"    \
	"\"API_CALL\",\"url\":\"http://127.0.0.1:1/\"" members "}],"           \
	"\"transitions\":{\"default\":\"hello\"}}}"

/* What is sent later is stored with the answer, by a turn that has a lease. */
static void two_commits_when_the_flow_calls_out(void)
{
	struct costs c;

	publish(CALLER(",\"fire_and_forget\":true"));
	ask("warm", NULL);
	CU_ASSERT_EQUAL(count(COUNT_OUTBOX), 1);
	c = costs_of("hi", "Moment|Welcome");
	CU_ASSERT_EQUAL(c.commits, 2);
	CU_ASSERT_EQUAL(count(COUNT_OUTBOX), 2);
}

/* Who has no time leaves the call to others, and the message is stored. */
static void a_call_is_left_where_nobody_waits(void)
{
	const struct bot_env brief = { .settings = &settings,
		.is_brief = true };
	struct answered a;

	publish(CALLER(""));
	flow_cache_clear();
	for (int i = 0; i < 2; i++) {
		a = ask_with(f.db, &brief, "hi", NULL);
		CU_ASSERT_FALSE(a.sent.is_answered);
		CU_ASSERT_FALSE(a.turn.is_done);
		CU_ASSERT_TRUE(a.turn.is_due);
	}
	CU_ASSERT_STRING_EQUAL(story(), "Welcome|hi|hi");
}

/* Our own database is asked by everybody, but under no lock. */
static void a_knowledge_base_is_asked_where_nobody_waits(void)
{
	const struct bot_env brief = { .settings = &settings,
		.is_brief = true };
	struct kb kb = { .workspace_id = f.ada.workspace_id,
		.name = STR("Docs") };
	struct kb_source source = { .workspace_id = f.ada.workspace_id,
		.title = STR("Hours"),
		.content = STR("The shop opens at nine.") };
	struct answered a;
	bool did = true;

	publish("{\"hello\":{\"message\":\"Welcome\",\"transitions\":{"
		"\"default\":\"hello\"}}}");
	ask("warm", NULL);
	a = ask("opens?", NULL);
	CU_ASSERT_TRUE(a.sent.is_answered);
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Welcome");
	FATAL_OK(kb_add(f.db, f.pool, &kb, &f.err));
	source.kb_id = kb.id;
	FATAL_OK(kb_attach(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    kb.id, &kb, &f.err));
	FATAL_OK(kb_source_add(f.db, f.pool, &source, &f.err));
	while (did)
		FATAL_OK(kb_import_text(f.db, f.pool, &env, &did, &f.err));
	a = ask_with(f.db, &brief, "opens?", NULL);
	CU_ASSERT_FALSE(a.sent.is_answered);
	CU_ASSERT_TRUE(a.turn.is_done);
	CU_ASSERT_NOT_EQUAL(
	    strstr(said(&a.turn.messages), "opens at nine"), NULL);
}

static void sending_again_gives_the_stored_answer(void)
{
	struct answered first = ask("hi", "a"), again;

	ask("then", "b");
	again = ask("hi", "a");
	CU_ASSERT_TRUE(again.sent.is_duplicate);
	CU_ASSERT_TRUE(again.turn.is_done);
	CU_ASSERT_EQUAL_FATAL(again.turn.messages.n, 1);
	CU_ASSERT(id_eq(
	    again.turn.messages.items[0].id, first.turn.messages.items[0].id));
	CU_ASSERT_EQUAL(again.turn.messages.items[0].seq, 3);
	CU_ASSERT_STRING_EQUAL(story(), "Welcome|hi|Re: hi|then|Re: then");
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 5);
}

/* Both were stored before the bot came to them, and one turn answers both. */
static void each_of_several_has_its_own_answer(void)
{
	struct answered a;

	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "one", "1", NULL, &f.err));
	a = ask("two", "2");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: two");
	a = ask("one", "1");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: one");
	a = ask("two", "2");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: two");
	CU_ASSERT_STRING_EQUAL(story(), "Welcome|one|two|Re: one|Re: two");
	CU_ASSERT_STRING_EQUAL(found(0), "Welcome");
	CU_ASSERT_STRING_EQUAL(found(2), "Re: one");
	CU_ASSERT_STRING_EQUAL(found(3), "Re: two");
}

/* Of those the answers are what stands behind them, up to the next question. */
static void old_answers_are_found_by_their_place(void)
{
	struct answered a;

	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "one", "1", NULL, &f.err));
	ask("two", "2");
	ask("three", "3");
	harness_sql(f.db, "UPDATE messages SET answers = NULL;");
	CU_ASSERT_STRING_EQUAL(
	    story(), "Welcome|one|two|Re: one|Re: two|three|Re: three");
	CU_ASSERT_STRING_EQUAL(found(0), "Welcome");
	CU_ASSERT_STRING_EQUAL(found(2), "Re: one|Re: two");
	CU_ASSERT_STRING_EQUAL(found(3), "Re: one|Re: two");
	CU_ASSERT_STRING_EQUAL(found(6), "Re: three");
	a = ask("three", "3");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: three");
}

/* The program that stored it died before its turn. */
static void a_message_that_nobody_answered_is_answered(void)
{
	struct answered a;

	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "hi", "a", NULL, &f.err));
	a = ask("hi", "a");
	CU_ASSERT_TRUE(a.sent.is_duplicate);
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: hi");
	CU_ASSERT_STRING_EQUAL(story(), "Welcome|hi|Re: hi");
}

/* It died with the lease. */
static void a_dead_workers_turn_is_taken_over(void)
{
	const struct chat_send in = { .conversation_id = f.c.id,
		.content = STR("hi"),
		.client_id = STR("a"),
		.turn = id_new(),
		.turn_until = clock_now_us() + SECOND / 2 };
	struct chat_sent sent;
	struct answered a;

	FATAL_OK(chat_send(f.db, f.pool, &f.visitor, &in, &sent, &f.err));
	CU_ASSERT_TRUE(sent.is_turn_due);
	CU_ASSERT_TRUE(sent.is_turn_taken);
	a = ask("hi", "a");
	CU_ASSERT(clock_now_us() > in.turn_until);
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: hi");
	CU_ASSERT_STRING_EQUAL(story(), "Welcome|hi|Re: hi");
}

static void nobody_waits_longer_than_a_turn_may_last(void)
{
	const struct bot_env brief = { .settings = &settings,
		.is_brief = true };
	struct answered a;

	ask("one", "1");
	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "two", "2", NULL, &f.err));
	expire(clock_now_us() + 3600 * SECOND);
	settings.turn_max_s = 1;
	a = ask("three", "3");
	CU_ASSERT_TRUE(a.sent.is_turn_due);
	CU_ASSERT_FALSE(a.sent.is_turn_taken);
	CU_ASSERT_FALSE(a.turn.is_done);
	CU_ASSERT_EQUAL(a.turn.messages.n, 0);
	settings.turn_max_s = 3600;
	a = ask_with(f.db, &brief, "three", "3");
	CU_ASSERT_FALSE(a.turn.is_done);
	expire(clock_now_us() - SECOND);
	a = ask("three", "3");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: three");
	CU_ASSERT_STRING_EQUAL(
	    story(), "Welcome|one|Re: one|two|three|Re: two|Re: three");
}

static void where_people_speak_there_is_no_answer(void)
{
	struct answered a = ask("person", "1");

	CU_ASSERT_TRUE(a.turn.is_handoff);
	CU_ASSERT_TRUE(a.sent.is_answered);
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Wait");
	CU_ASSERT_EQUAL(fixture_notified(&f, "handoff"), 1);
	a = ask("hello?", "2");
	CU_ASSERT_TRUE(a.turn.is_done);
	CU_ASSERT_EQUAL(a.turn.messages.n, 0);
	CU_ASSERT(id_eq(a.turn.workspace_id, f.ada.workspace_id));
	a = ask("hello?", "2");
	CU_ASSERT_TRUE(a.turn.is_done);
	CU_ASSERT_EQUAL(a.turn.messages.n, 0);
	f.c = fixture_open(&f, "without", false);
	f.visitor.external_id = STR("without");
	a = ask("hello?", "3");
	CU_ASSERT_TRUE(a.turn.is_done);
	CU_ASSERT_EQUAL(a.turn.messages.n, 0);
	CU_ASSERT_STRING_EQUAL(story(), "hello?");
}

static void a_new_session_begins_with_the_message(void)
{
	struct chat_resolved done;
	struct answered a;

	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, f.c.id, STR_EMPTY, ID_NONE, &done, &f.err));
	FATAL_OK(db_exec(
	    f.db, &module, USE_TOKENS, DB_ARGS(DB_ID(f.c.id)), NULL, &f.err));
	a = ask("again", "1");
	CU_ASSERT_EQUAL(count(COUNT_TOKENS), 0);
	CU_ASSERT_TRUE(a.sent.is_new_session);
	CU_ASSERT_TRUE(a.sent.is_turn_taken);
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Welcome");
}

static void what_is_refused_has_no_turn(void)
{
	const struct chat_send in = { .conversation_id = f.c.id };
	struct chat_sent sent;
	struct bot_turn t;

	CU_ASSERT_EQUAL(bot_answer(f.db, f.pool, &env, &f.visitor, &in,
			    id_new(), ID_NONE, &sent, &t, &f.err),
	    ERR_BAD_REQUEST);
	CU_ASSERT_STRING_EQUAL(story(), "Welcome");
}

static void a_new_publication_runs_at_once(void)
{
	struct answered a = ask("hi", NULL);

	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: hi");
	publish("{\"hello\":{\"message\":\"New\",\"transitions\":{\"default\":"
		"\"echo\"}},\"echo\":{\"message\":\"Newer\"}}");
	a = ask("hi", NULL);
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Newer");
}

static int64_t completed_at(void)
{
	struct db_rows rows;

	FATAL_OK(db_query(f.db, &module, GET_COMPLETED, DB_ARGS(DB_ID(f.c.id)),
	    f.pool, &rows, &f.err));
	return db_row_time(&rows, 0, 0);
}

static void the_first_end_of_the_flow_is_kept(void)
{
	int64_t first;

	ask("hi", NULL);
	CU_ASSERT_EQUAL(completed_at(), 0);
	ask("bye", NULL);
	first = completed_at();
	CU_ASSERT(first > clock_now_us() - 10 * SECOND);
	ask("hi", NULL);
	ask("bye", NULL);
	CU_ASSERT_STRING_EQUAL(
	    story(), "Welcome|hi|Re: hi|bye|Bye|hi|Welcome|bye|Bye");
	CU_ASSERT_EQUAL(completed_at(), first);
}

static void a_state_that_leads_nowhere_is_an_end(void)
{
	publish("{\"hello\":{\"message\":\"Yes?\",\"transitions\":{\"default\":"
		"\"last\"}},\"last\":{\"message\":\"That is all\"}}");
	f.c = fixture_open(&f, "visitor-2", true);
	f.visitor.external_id = STR("visitor-2");
	ask("hi", NULL);
	CU_ASSERT_EQUAL(completed_at(), 0);
	ask("hi", NULL);
	CU_ASSERT_NOT_EQUAL(completed_at(), 0);
}

#define BROKEN                                                                 \
	"{\"hello\":{\"message\":\"Yes?\",\"transitions\":{\"default\":"       \
	"\"ask\"}},\"ask\":{\"actions\":[{\"type\":\"API_CALL\",\"url\":"      \
	"\"http://10.0.0.1/\",\"failure_transition\":\"sorry\"}]},"            \
	"\"sorry\":{\"message\":\"Sorry\",\"transitions\":{\"person\":"        \
	"\"people\",\"again\":\"ask\"}},\"people\":{\"message\":\"Wait\","     \
	"\"actions\":[{\"type\":\"HANDOFF\"}]}}"

/* Each failure once, in the transaction that stores it. */
static void agents_are_told_what_did_not_work(void)
{
	struct chat_conversation c;
	struct chat_events got;
	struct chat_events_ask events = { .workspace_id = f.ada.workspace_id,
		.limit = 100 };
	struct chat_event *last;
	struct answered a;
	struct buf b;
	struct json_out j;

	publish(BROKEN);
	f.c = fixture_open(&f, "visitor-2", true);
	f.visitor.external_id = STR("visitor-2");
	a = ask("hi", NULL);
	CU_ASSERT_FALSE(a.turn.has_failed);
	CU_ASSERT_EQUAL(fixture_notified(&f, "bot_failed"), 0);
	a = ask("go", "name");
	CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Sorry");
	CU_ASSERT_TRUE(a.turn.has_failed);
	ask("go", "name");
	CU_ASSERT_EQUAL(fixture_notified(&f, "bot_failed"), 1);
	FATAL_OK(chat_events_after(f.db, f.pool, &events, &got, &f.err));
	CU_ASSERT_FATAL(got.n > 0);
	last = &got.items[got.n - 1];
	CU_ASSERT_STRING_EQUAL(last->name, "conversation_bot_failed");
	/* it says what the conversation says */
	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	CU_ASSERT(str_starts(c.bot_failed_why, STR("API_CALL in ask: ")));
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "conversation_id", f.c.id);
	chat_put_bot(&j, "bot", c.bot_failed_why, c.bot_failed_at);
	json_out_end(&j);
	CU_ASSERT(str_eq(last->payload, buf_str(&b)));
	buf_fini(&b);
	a = ask("person", NULL);
	CU_ASSERT_FALSE(a.turn.has_failed);
	CU_ASSERT_EQUAL(fixture_notified(&f, "bot_failed"), 1);
}

/* ------------------------------------------------- deaths, one by one */

#define STEPS_MAX 200 /* more than a call ever sends */

/* The connection is lost at each step in turn; the call goes on. */
static void cut_at_each(bool is_after, bool is_at_hand)
{
	const struct settings *via = proxy_start();
	struct answered a;
	struct db *db;
	unsigned n;

	for (n = 1; n < STEPS_MAX; n++) {
		char name[32];

		fixture_free(&f);
		set_up();
		snprintf(name, sizeof(name), "step-%u", n);
		if (!is_at_hand)
			flow_cache_clear();
		db = db_new(via);
		proxy_cut_at(n, is_after, 0);
		a = ask_with(db, &env, "hi", name);
		db_close(&db);
		if (!proxy_has_cut())
			break;
		if (!a.turn.is_done) {
			/* The state could not be read: what stays is due. */
			expire(clock_now_us() - SECOND);
			a = ask("hi", name);
		}
		CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: hi");
		CU_ASSERT_STRING_EQUAL(story(), "Welcome|hi|Re: hi");
		CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 3);
	}
	CU_ASSERT(n > (is_at_hand ? 7 : 15));
	CU_ASSERT(n < STEPS_MAX);
	proxy_stop();
}

static void a_lost_connection_costs_nothing(void)
{
	cut_at_each(false, true);
	cut_at_each(false, false);
}

static void nor_does_a_lost_answer_of_the_server(void)
{
	cut_at_each(true, true);
	cut_at_each(true, false);
}

/* A process that asks, once it is told to, and ends. */
static pid_t fork_worker(const struct settings *via, int *go_r)
{
	int pipes[2];
	pid_t pid;
	char c;

	CU_ASSERT_EQUAL_FATAL(pipe(pipes), 0);
	pid = fork();
	CU_ASSERT_FATAL(pid >= 0);
	if (pid == 0) {
		const struct chat_send in = { .conversation_id = f.c.id,
			.content = STR("hi"),
			.client_id = STR("a") };
		struct db *db = db_new(via);
		struct chat_sent sent;
		struct bot_turn t;
		struct err err;

		close(pipes[1]);
		(void)!read(pipes[0], &c, 1);
		_exit(bot_answer(db, f.pool, &env, &f.visitor, &in, id_new(),
			  ID_NONE, &sent, &t, &err) == ERR_OK
			  ? 0
			  : 1);
	}
	close(pipes[0]);
	*go_r = pipes[1];
	return pid;
}

static void kill_at_each(bool is_after, bool is_at_hand)
{
	const struct settings *via = proxy_start();
	bool is_over = false;
	unsigned n;

	for (n = 1; n < STEPS_MAX && !is_over; n++) {
		struct answered a;
		int go, status;
		pid_t pid;

		fixture_free(&f);
		set_up();
		if (!is_at_hand)
			flow_cache_clear();
		pid = fork_worker(via, &go);
		proxy_cut_at(n, is_after, pid);
		close(go);
		CU_ASSERT_EQUAL_FATAL(waitpid(pid, &status, 0), pid);
		is_over = !proxy_has_cut();
		CU_ASSERT_EQUAL(WIFSIGNALED(status), !is_over);
		/* The server must have noticed, and given up its locks. */
		expire(clock_now_us() - SECOND);
		a = ask("hi", "a");
		CU_ASSERT_STRING_EQUAL(said(&a.turn.messages), "Re: hi");
		CU_ASSERT_STRING_EQUAL(story(), "Welcome|hi|Re: hi");
		CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 3);
	}
	CU_ASSERT(n > (is_at_hand ? 7 : 15));
	CU_ASSERT_TRUE(is_over);
	proxy_stop();
}

static void a_killed_program_leaves_one_answer(void)
{
	kill_at_each(false, true);
	kill_at_each(false, false);
}

static void killed_a_moment_later_too(void)
{
	kill_at_each(true, true);
	kill_at_each(true, false);
}

static CU_TestInfo tests[] = {
	{ "one commit and few questions", one_commit_and_few_questions },
	{ "two commits when the flow is not at hand",
	    two_commits_when_the_flow_is_not_at_hand },
	{ "two commits when the flow calls out",
	    two_commits_when_the_flow_calls_out },
	{ "a call is left where nobody waits",
	    a_call_is_left_where_nobody_waits },
	{ "a knowledge base is asked where nobody waits",
	    a_knowledge_base_is_asked_where_nobody_waits },
	{ "sending again gives the stored answer",
	    sending_again_gives_the_stored_answer },
	{ "each of several has its own answer",
	    each_of_several_has_its_own_answer },
	{ "old answers are found by their place",
	    old_answers_are_found_by_their_place },
	{ "a message that nobody answered is answered",
	    a_message_that_nobody_answered_is_answered },
	{ "a dead worker's turn is taken over",
	    a_dead_workers_turn_is_taken_over },
	{ "nobody waits longer than a turn may last",
	    nobody_waits_longer_than_a_turn_may_last },
	{ "where people speak there is no answer",
	    where_people_speak_there_is_no_answer },
	{ "a new session begins with the message",
	    a_new_session_begins_with_the_message },
	{ "what is refused has no turn", what_is_refused_has_no_turn },
	{ "a new publication runs at once", a_new_publication_runs_at_once },
	{ "the first end of the flow is kept",
	    the_first_end_of_the_flow_is_kept },
	{ "a state that leads nowhere is an end",
	    a_state_that_leads_nowhere_is_an_end },
	{ "agents are told what did not work",
	    agents_are_told_what_did_not_work },
	{ "a lost connection costs nothing", a_lost_connection_costs_nothing },
	{ "nor does a lost answer of the server",
	    nor_does_a_lost_answer_of_the_server },
	{ "a killed program leaves one answer",
	    a_killed_program_leaves_one_answer },
	{ "killed a moment later too", killed_a_moment_later_too },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_bot_answer = { "bot_answer", NULL, NULL, set_up, tear_down,
	tests };
