/* test_bot.c: a bot's turns: exactly one answer, whatever happens around it */
/* SPDX-License-Identifier: MIT */
#include "bot/bot.h"

#include <CUnit/CUnit.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "chat/chat.h"
#include "chat/site.h"
#include "db/db_bot_state.h"
#include "db/db_chatbot.h"
#include "db/db_conversation.h"
#include "db/db_session.h"
#include "harness.h"
#include "proxy.h"

#define HOUR_US INT64_C(3600000000)

/* Every message is repeated, so that each answer names its question. */
#define ECHO_FLOW                                                              \
	"{\"hello\":{\"message\":\"Welcome\",\"save_to\":\"said\","            \
	"\"transitions\":{\"person\":\"people\",\"default\":\"echo\"}},"       \
	"\"echo\":{\"message\":\"Re: {{said}}\",\"save_to\":\"said\","         \
	"\"transitions\":{\"person\":\"people\",\"default\":\"echo\"}},"       \
	"\"people\":{\"message\":\"Wait\",\"actions\":[{\"type\":"             \
	"\"HANDOFF\"}]}}"

enum { EXPIRE, GET_HANDOFF, COUNT_TOLD, COUNT_WAITING };

static const struct db_stmt stmts[] = {
	[EXPIRE] = DB_STMT("expire", "td", "",
	    "UPDATE bot_states SET turn_until = ? WHERE conversation_id = ?"),
	[GET_HANDOFF] = DB_STMT("get_handoff", "d", "t?",
	    "SELECT handoff_at FROM conversation_sessions WHERE id = ?"),
	[COUNT_TOLD] = DB_STMT("count_told", "d", "u",
	    "SELECT COUNT(*) FROM notifications "
	    "WHERE conversation_id = ? AND kind = 'handoff'"),
	[COUNT_WAITING] = DB_STMT("count_waiting", "", "u",
	    "SELECT COUNT(*) FROM information_schema.INNODB_TRX "
	    "WHERE trx_state = 'LOCK WAIT'"),
};
static const struct db_module module = { "test_bot", stmts, COUNT_OF(stmts) };

static struct settings settings; /* the harness's, with a lease */
static const struct bot_env env = { .settings = &settings };
static struct pool *pool;
static struct db *db;
static struct id workspace_id;
static struct id chatbot_id;
static struct id integration_id;

#define OK(call) CU_ASSERT_EQUAL_FATAL(call, ERR_OK)

static int setup(void)
{
	struct err err = { .code = ERR_OK };
	struct str token;
	struct id flow_id;

	settings = *harness_settings();
	settings.turn_lease_s = 30;
	pool = pool_new();
	db = harness_db();
	if (site_add_workspace(db, STR("Maua"), &workspace_id, &err) !=
		ERR_OK ||
	    site_add_chatbot(db, workspace_id, STR("Rosa"), STR("A bot"),
		&chatbot_id, &err) != ERR_OK ||
	    site_add_web_chat(db, pool, workspace_id, chatbot_id, STR("Shop"),
		STR_EMPTY, STR("{}"), &integration_id, &token,
		&err) != ERR_OK ||
	    bot_set_flow(db, pool, workspace_id, chatbot_id, STR("main"),
		STR(ECHO_FLOW), true, &flow_id, &err) != ERR_OK) {
		printf("\n     %s\n", err.text);
		return 1;
	}
	return 0;
}

static int teardown(void)
{
	db_close(&db);
	pool_free(&pool);
	return 0;
}

/* ------------------------------------------------------------------ tools */

struct visitor {
	struct id id; /* conversation */
	struct chat_actor actor;
};

static struct visitor visit_as(struct db *with, struct id bot, const char *name)
{
	struct chat_open in = { .workspace_id = workspace_id,
		.integration_id = integration_id,
		.chatbot_id = bot,
		.external_id = str_of(name) };
	struct chat_conversation c;

	OK(chat_open(with, pool, &in, &c, NULL));
	return (struct visitor){ c.id,
		{ .kind = CHAT_END_USER, .external_id = str_of(name) } };
}

static struct visitor visit(void)
{
	return visit_as(
	    db, chatbot_id, pool_printf(pool, "visitor-%s", id_text(id_new())));
}

static struct chat_sent say_with(
    struct visitor *v, const char *text, const char *media)
{
	struct chat_send in = { .conversation_id = v->id,
		.content_type = CHAT_TEXT,
		.content = str_of(text),
		.rich_media = str_of(media) };
	struct chat_sent sent;

	OK(chat_send(db, pool, &v->actor, &in, &sent, NULL));
	return sent;
}

static struct chat_sent say(struct visitor *v, const char *text)
{
	return say_with(v, text, NULL);
}

static struct bot_turn turn(const struct visitor *v)
{
	struct bot_turn t;

	OK(bot_run_turn(db, pool, &env, v->id, id_new(), ID_NONE, &t, NULL));
	return t;
}

/* All that was said: "bot: Welcome / end_user: hi". */
static struct str story(const struct visitor *v)
{
	struct chat_messages list;
	struct str text;
	struct buf b;

	OK(chat_history_last(db, pool, &v->actor, v->id, 200, 0, &list, NULL));
	buf_init(&b, 0);
	for (size_t i = 0; i < list.n; i++) {
		CU_ASSERT_EQUAL(list.items[i].seq, i + 1);
		buf_puts(&b, i > 0 ? " / " : "");
		buf_puts(
		    &b, list.items[i].sender_type == CHAT_BOT ? "B " : "V ");
		buf_put(&b, list.items[i].content);
	}
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static bool is_story(const struct visitor *v, const char *want)
{
	struct str got = story(v);

	if (str_eq(got, str_of(want)))
		return true;
	printf("\n      got: %.*s\n     want: %s\n", STR_ARG(got), want);
	return false;
}

static struct bot_state state_of(const struct visitor *v)
{
	struct bot_state state;

	OK(db_bot_state_get(db, pool, v->id, &state, NULL));
	return state;
}

static void expire_lease(const struct visitor *v)
{
	OK(db_exec(db, &module, EXPIRE,
	    DB_ARGS(DB_TIME(clock_now_us() - HOUR_US), DB_ID(v->id)), NULL,
	    NULL));
}

static size_t count_due(const struct visitor *v)
{
	struct id *ids;
	size_t n, found = 0;

	OK(bot_list_due(db, pool, 0, 100, &ids, &n, NULL));
	for (size_t i = 0; i < n; i++)
		found += id_eq(ids[i], v->id);
	return found;
}

/* A worker in a thread, with a connection of its own. */
struct worker {
	pthread_t thread;
	struct id conversation_id;
	const struct settings *via; /* NULL: straight to the server */
	_Atomic bool *go;
	struct bot_turn turn;
	size_t n_messages;
	bool is_handoff;
	enum err_code code;
};

static void *work(void *arg)
{
	struct worker *w = arg;
	struct pool *mine = pool_new();
	struct db *own = NULL;

	w->code = db_open(w->via ? w->via : &settings, false, &own, NULL);
	while (w->go != NULL && !atomic_load(w->go))
		sched_yield();
	if (w->code == ERR_OK)
		w->code = bot_run_turn(own, mine, &env, w->conversation_id,
		    id_new(), ID_NONE, &w->turn, NULL);
	w->n_messages = w->turn.messages.n;
	db_close(&own);
	pool_free(&mine);
	return NULL;
}

/*
 * Runs a turn in a thread up to its end, holds it there by the conversation's
 * row lock, does something inside the transaction that holds it, and lets go.
 */
struct during {
	struct visitor *visitor;
	enum err_code (*run)(struct db *db, struct during *d, struct err *err);
	struct worker worker;
	bool is_started;
	bool has_crashed;
};

/* Whether a worker stands before the lock. The server looks anew only when
 * nobody asked for a tenth of a second. */
static bool is_waiting(void)
{
	struct db_rows rows;

	usleep(150000);
	OK(db_query(db, &module, COUNT_WAITING, NULL, 0, pool, &rows, NULL));
	return db_row_uint(&rows, 0, 0) > 0;
}

static enum err_code hold(struct db *held, void *arg, struct err *err)
{
	struct during *d = arg;
	struct db_conversation_head head;
	enum err_code code = db_conversation_lock(
	    held, pool, workspace_id, d->visitor->id, &head, err);

	if (code != ERR_OK)
		return code;
	if (!d->is_started) {
		d->is_started = true;
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&d->worker.thread, NULL, work, &d->worker),
		    0);
		while (!is_waiting())
			;
	}
	return d->run(held, d, err);
}

static void run_during(struct visitor *v, struct during *d)
{
	struct db *held = harness_db();

	d->visitor = v;
	d->worker.conversation_id = v->id;
	OK(db_transact(held, hold, d, NULL));
	db_close(&held);
	pthread_join(d->worker.thread, NULL);
}

/* ------------------------------------------------------------------ tests */

static void a_visitor_is_greeted_and_answered(void)
{
	struct visitor v = visit();
	struct bot_turn t = turn(&v);

	CU_ASSERT(t.is_done);
	CU_ASSERT(id_eq(t.workspace_id, workspace_id));
	CU_ASSERT_EQUAL_FATAL(t.messages.n, 1);
	CU_ASSERT_EQUAL(t.messages.items[0].seq, 1);
	CU_ASSERT_EQUAL(t.messages.items[0].sender_type, CHAT_BOT);
	CU_ASSERT_FALSE(id_is_none(t.messages.items[0].id));
	CU_ASSERT_FALSE(turn(&v).is_done);
	CU_ASSERT(say(&v, "hi").is_turn_due);
	CU_ASSERT_EQUAL(count_due(&v), 1);
	t = turn(&v);
	CU_ASSERT_EQUAL(t.messages.n, 1);
	CU_ASSERT_EQUAL(count_due(&v), 0);
	CU_ASSERT(is_story(&v, "B Welcome / V hi / B Re: hi"));
	CU_ASSERT_FALSE(turn(&v).is_done);
}

static void who_writes_before_the_greeting_is_greeted_once(void)
{
	struct visitor v = visit();

	say(&v, "hi");
	CU_ASSERT(turn(&v).is_done);
	CU_ASSERT(is_story(&v, "V hi / B Welcome"));
}

static void several_messages_are_answered_in_order(void)
{
	struct visitor v = visit();

	turn(&v);
	say(&v, "1");
	say(&v, "2");
	say(&v, "3");
	CU_ASSERT_EQUAL(turn(&v).messages.n, 3);
	CU_ASSERT(is_story(&v, "B Welcome / V 1 / V 2 / V 3 / B Re: 1 / "
			       "B Re: 2 / B Re: 3"));
	/* more than one turn holds */
	for (int i = 0; i < 50; i++)
		say(&v, "x");
	CU_ASSERT_EQUAL(turn(&v).messages.n, 50);
	CU_ASSERT_EQUAL(state_of(&v).due_at, 0);
}

static void a_click_is_known_by_its_value(void)
{
	struct visitor v = visit();

	turn(&v);
	say_with(&v, "Yes, please", "{\"value\":\"person\"}");
	CU_ASSERT(turn(&v).is_handoff);
}

static void two_workers_give_one_answer(void)
{
	for (int round = 0; round < 15; round++) {
		struct visitor v = visit();
		struct worker w[4] = { { .go = NULL } };
		_Atomic bool go = false;
		size_t done = 0;

		turn(&v);
		say(&v, "hi");
		for (size_t i = 0; i < COUNT_OF(w); i++) {
			w[i].conversation_id = v.id;
			w[i].go = &go;
			CU_ASSERT_EQUAL_FATAL(
			    pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
		}
		atomic_store(&go, true);
		for (size_t i = 0; i < COUNT_OF(w); i++) {
			pthread_join(w[i].thread, NULL);
			CU_ASSERT_EQUAL(w[i].code, ERR_OK);
			done += w[i].turn.is_done;
		}
		CU_ASSERT_EQUAL(done, 1);
		CU_ASSERT(is_story(&v, "B Welcome / V hi / B Re: hi"));
	}
}

static void *open_and_greet(void *arg)
{
	struct chat_open in = { .workspace_id = workspace_id,
		.integration_id = integration_id,
		.chatbot_id = chatbot_id,
		.external_id = str_of(arg) };
	struct pool *mine = pool_new();
	struct chat_conversation c;
	struct bot_turn t = { .is_done = false };
	struct db *own = harness_db();
	void *is_done = NULL;

	if (chat_open(own, mine, &in, &c, NULL) == ERR_OK &&
	    bot_run_turn(own, mine, &env, c.id, id_new(), ID_NONE, &t, NULL) ==
		ERR_OK)
		is_done = t.is_done ? arg : NULL;
	db_close(&own);
	pool_free(&mine);
	return is_done;
}

static void two_opens_greet_once(void)
{
	for (int round = 0; round < 15; round++) {
		char *name = pool_printf(pool, "twice-%s", id_text(id_new()));
		pthread_t a, b;
		void *done_a, *done_b;
		struct visitor v;

		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&a, NULL, open_and_greet, name), 0);
		CU_ASSERT_EQUAL_FATAL(
		    pthread_create(&b, NULL, open_and_greet, name), 0);
		pthread_join(a, &done_a);
		pthread_join(b, &done_b);
		CU_ASSERT_NOT_EQUAL(done_a == NULL, done_b == NULL);
		v = visit_as(db, chatbot_id, name);
		CU_ASSERT(is_story(&v, "B Welcome"));
	}
}

static void a_dead_workers_turn_is_taken_over_once(void)
{
	struct visitor v = visit();
	int64_t now = clock_now_us();
	bool is_taken;

	turn(&v);
	say(&v, "hi");
	/* takes the lease and is never heard of again */
	OK(db_bot_state_take(
	    db, v.id, id_new(), now, now + HOUR_US, &is_taken, NULL));
	CU_ASSERT(is_taken);
	CU_ASSERT_FALSE(turn(&v).is_done);
	CU_ASSERT_EQUAL(count_due(&v), 0);
	expire_lease(&v);
	CU_ASSERT_EQUAL(count_due(&v), 1);
	CU_ASSERT(turn(&v).is_done);
	CU_ASSERT_FALSE(turn(&v).is_done);
	CU_ASSERT(is_story(&v, "B Welcome / V hi / B Re: hi"));
}

static enum err_code take_over(
    struct db *held, struct during *d, struct err *err)
{
	int64_t now = clock_now_us();
	bool is_taken;

	/* as if the lease had run out: another takes it */
	return db_bot_state_take(held, d->visitor->id, id_new(), now + HOUR_US,
	    now + HOUR_US, &is_taken, err);
}

static void a_late_worker_stores_nothing(void)
{
	struct visitor v = visit();
	struct during d = { .run = take_over };

	turn(&v);
	say(&v, "hi");
	run_during(&v, &d);
	CU_ASSERT_FALSE(d.worker.turn.is_done);
	CU_ASSERT_EQUAL(d.worker.n_messages, 0);
	CU_ASSERT(is_story(&v, "B Welcome / V hi"));
	expire_lease(&v);
	CU_ASSERT(turn(&v).is_done);
	CU_ASSERT(is_story(&v, "B Welcome / V hi / B Re: hi"));
}

static enum err_code claim(struct db *held, struct during *d, struct err *err)
{
	struct db_conversation_head head;
	int64_t now = clock_now_us();
	enum err_code code = db_conversation_lock(
	    held, pool, workspace_id, d->visitor->id, &head, err);

	if (code != ERR_OK)
		return code;
	head.assigned_agent_id = id_new();
	code = db_session_set_agent(held, workspace_id, head.open_session_id,
	    head.assigned_agent_id, now, err);
	if (code != ERR_OK)
		return code;
	return db_conversation_set(
	    held, workspace_id, d->visitor->id, &head, now, err);
}

static void an_agent_who_claims_silences_the_bot(void)
{
	struct visitor v = visit();
	struct during d = { .run = claim };

	turn(&v);
	say(&v, "hi");
	run_during(&v, &d);
	CU_ASSERT_FALSE(d.worker.turn.is_done);
	CU_ASSERT_EQUAL(d.worker.n_messages, 0);
	CU_ASSERT_EQUAL(state_of(&v).due_at, 0);
	CU_ASSERT_FALSE(say(&v, "still there?").is_turn_due);
	CU_ASSERT_FALSE(turn(&v).is_done);
	CU_ASSERT(is_story(&v, "B Welcome / V hi / V still there?"));
}

static enum err_code write_more(
    struct db *held, struct during *d, struct err *err)
{
	struct chat_message m[3] = { { .sender_type = CHAT_END_USER } };
	static const char *const texts[] = { "1", "2", "3" };
	enum err_code code;
	bool is_due;

	for (size_t i = 0; i < COUNT_OF(m); i++)
		m[i] = (struct chat_message){ .sender_type = CHAT_END_USER,
			.sender_id = d->visitor->actor.external_id,
			.content = str_of(texts[i]) };
	code = chat_store_in(
	    held, workspace_id, d->visitor->id, ID_NONE, m, COUNT_OF(m), err);
	if (code == ERR_OK)
		code = db_bot_state_set_due(
		    held, workspace_id, d->visitor->id, &is_due, err);
	if (code != ERR_OK)
		return code;
	return chat_notify_in(held, workspace_id, m, COUNT_OF(m), ID_NONE, err);
}

static void messages_during_a_turn_are_answered_after_it(void)
{
	struct visitor v = visit();
	struct during d = { .run = write_more };

	turn(&v);
	say(&v, "0");
	run_during(&v, &d);
	CU_ASSERT_EQUAL(d.worker.n_messages, 4);
	CU_ASSERT(is_story(&v, "B Welcome / V 0 / V 1 / V 2 / V 3 / B Re: 0 / "
			       "B Re: 1 / B Re: 2 / B Re: 3"));
	CU_ASSERT_EQUAL(state_of(&v).due_at, 0);
}

static enum err_code crash_server(
    struct db *held, struct during *d, struct err *err)
{
	(void)held;
	(void)err;
	if (d->has_crashed)
		return ERR_OK;
	d->has_crashed = true;
	harness_kill();
	harness_restart();
	return ERR_OK;
}

static void a_server_that_crashes_costs_no_answer(void)
{
	struct visitor v = visit();
	struct during d = { .run = crash_server };

	turn(&v);
	say(&v, "hi");
	run_during(&v, &d);
	CU_ASSERT(d.has_crashed);
	/* the worker got through again, or has given up: then the sweeper
	 * comes when the lease is over */
	CU_ASSERT_EQUAL(d.worker.turn.is_done, d.worker.code == ERR_OK);
	if (d.worker.code != ERR_OK) {
		CU_ASSERT_FALSE(turn(&v).is_done);
		expire_lease(&v);
		CU_ASSERT(turn(&v).is_done);
	}
	CU_ASSERT_FALSE(turn(&v).is_done);
	CU_ASSERT(is_story(&v, "B Welcome / V hi / B Re: hi"));
}

static void a_lease_whose_commit_was_lost_is_ours(void)
{
	struct visitor v = visit();
	struct db *through;
	struct bot_turn t;

	OK(db_open(proxy_start(), false, &through, NULL));
	proxy_lose_next_commit();
	OK(bot_run_turn(
	    through, pool, &env, v.id, id_new(), ID_NONE, &t, NULL));
	CU_ASSERT(proxy_has_lost());
	db_close(&through);
	proxy_stop();
	CU_ASSERT(t.is_done);
	CU_ASSERT_EQUAL(t.messages.n, 1);
	CU_ASSERT(is_story(&v, "B Welcome"));
}

static enum err_code lose_commit(
    struct db *held, struct during *d, struct err *err)
{
	(void)held;
	(void)d;
	(void)err;
	proxy_lose_next_commit();
	return ERR_OK;
}

static void a_result_whose_commit_was_lost_is_stored_once(void)
{
	struct visitor v = visit();
	struct during d = { .run = lose_commit };

	turn(&v);
	say(&v, "a person please");
	d.worker.via = proxy_start();
	run_during(&v, &d);
	CU_ASSERT(proxy_has_lost());
	proxy_stop();
	/* who stored it also delivers it */
	CU_ASSERT_EQUAL(d.worker.code, ERR_OK);
	CU_ASSERT(d.worker.turn.is_done);
	CU_ASSERT(d.worker.turn.is_handoff);
	CU_ASSERT_EQUAL(d.worker.n_messages, 1);
	CU_ASSERT(is_story(&v, "B Welcome / V a person please / B Wait"));
}

static struct chat_actor agent(void)
{
	return (struct chat_actor){ .kind = CHAT_AGENT,
		.workspace_id = workspace_id,
		.user_id = id_new() };
}

static void a_handoff_silences_until_resolved(void)
{
	struct visitor v = visit();
	struct chat_actor who = agent();
	struct chat_resolved resolved;
	struct bot_turn t;
	struct db_rows rows;
	struct id first;

	turn(&v);
	say(&v, "a person please");
	say(&v, "are you there?");
	t = turn(&v);
	CU_ASSERT(t.is_handoff);
	CU_ASSERT_EQUAL(t.messages.n, 1);
	first = t.messages.items[0].session_id;
	OK(db_query(db, &module, GET_HANDOFF, DB_ARGS(DB_ID(first)), pool,
	    &rows, NULL));
	CU_ASSERT_FALSE(db_row_null(&rows, 0, 0));
	OK(db_query(
	    db, &module, COUNT_TOLD, DB_ARGS(DB_ID(v.id)), pool, &rows, NULL));
	CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 0), 1);
	CU_ASSERT_FALSE(say(&v, "hello?").is_turn_due);
	CU_ASSERT_FALSE(turn(&v).is_done);
	OK(chat_resolve(
	    db, pool, &who, v.id, STR_EMPTY, ID_NONE, &resolved, NULL));
	CU_ASSERT(say(&v, "again").is_turn_due);
	t = turn(&v);
	CU_ASSERT(t.is_done);
	CU_ASSERT_FALSE(id_eq(t.messages.items[0].session_id, first));
	CU_ASSERT(is_story(&v, "B Welcome / V a person please / "
			       "V are you there? / B Wait / V hello? / "
			       "V again / B Welcome"));
}

static void a_new_session_may_start_with_a_wish(void)
{
	struct visitor v = visit();
	struct chat_actor who = agent();
	struct chat_resolved resolved;

	turn(&v);
	OK(chat_resolve(
	    db, pool, &who, v.id, STR_EMPTY, ID_NONE, &resolved, NULL));
	CU_ASSERT_FALSE(turn(&v).is_done);
	say(&v, "a person please");
	CU_ASSERT(turn(&v).is_handoff);
	CU_ASSERT(is_story(&v, "B Welcome / V a person please / B Wait"));
}

static enum err_code resolve(struct db *held, struct during *d, struct err *err)
{
	struct db_conversation_head head;
	int64_t now = clock_now_us();
	enum err_code code = db_conversation_lock(
	    held, pool, workspace_id, d->visitor->id, &head, err);

	if (code == ERR_OK)
		code = db_session_resolve(held, workspace_id,
		    head.open_session_id, id_new(), now, err);
	head.open_session_id = ID_NONE;
	if (code != ERR_OK)
		return code;
	return db_conversation_set(
	    held, workspace_id, d->visitor->id, &head, now, err);
}

static void a_session_resolved_during_a_turn_stays_so(void)
{
	struct visitor v = visit();
	struct during d = { .run = resolve };

	turn(&v);
	say(&v, "hi");
	run_during(&v, &d);
	CU_ASSERT_EQUAL(d.worker.n_messages, 0);
	CU_ASSERT(is_story(&v, "B Welcome / V hi"));
	CU_ASSERT_EQUAL(state_of(&v).due_at, 0);
	/* the old question is not answered in the new session */
	say(&v, "new");
	turn(&v);
	CU_ASSERT(is_story(&v, "B Welcome / V hi / V new / B Welcome"));
}

static void a_bot_without_a_flow_is_silent(void)
{
	struct visitor v;
	struct id bot, flow_id;

	OK(site_add_chatbot(
	    db, workspace_id, STR("Mute"), STR("x"), &bot, NULL));
	/* a draft does not run */
	OK(bot_set_flow(db, pool, workspace_id, bot, STR("main"),
	    STR(ECHO_FLOW), false, &flow_id, NULL));
	v = visit_as(db, bot, "to-the-mute");
	CU_ASSERT_EQUAL(turn(&v).messages.n, 0);
	CU_ASSERT_EQUAL(state_of(&v).due_at, 0);
	say(&v, "hi");
	CU_ASSERT_EQUAL(turn(&v).messages.n, 0);
	CU_ASSERT_EQUAL(state_of(&v).due_at, 0);
}

static void conversations_without_a_bot_have_no_turns(void)
{
	struct visitor v = visit_as(db, ID_NONE, "to-people");

	CU_ASSERT_FALSE(turn(&v).is_done);
	CU_ASSERT_FALSE(say(&v, "hi").is_turn_due);
	CU_ASSERT_FALSE(turn(&v).is_done);
	v.id = id_new();
	CU_ASSERT_FALSE(turn(&v).is_done);
}

static CU_TestInfo tests[] = {
	{ "a visitor is greeted and answered",
	    a_visitor_is_greeted_and_answered },
	{ "who writes before the greeting is greeted once",
	    who_writes_before_the_greeting_is_greeted_once },
	{ "several messages are answered in order",
	    several_messages_are_answered_in_order },
	{ "a click is known by its value", a_click_is_known_by_its_value },
	{ "two workers give one answer", two_workers_give_one_answer },
	{ "two opens greet once", two_opens_greet_once },
	{ "a dead worker's turn is taken over once",
	    a_dead_workers_turn_is_taken_over_once },
	{ "a late worker stores nothing", a_late_worker_stores_nothing },
	{ "an agent who claims silences the bot",
	    an_agent_who_claims_silences_the_bot },
	{ "messages during a turn are answered after it",
	    messages_during_a_turn_are_answered_after_it },
	{ "a server that crashes costs no answer",
	    a_server_that_crashes_costs_no_answer },
	{ "a lease whose COMMIT was lost is ours",
	    a_lease_whose_commit_was_lost_is_ours },
	{ "a result whose COMMIT was lost is stored once",
	    a_result_whose_commit_was_lost_is_stored_once },
	{ "a handoff silences until resolved",
	    a_handoff_silences_until_resolved },
	{ "a new session may start with a wish",
	    a_new_session_may_start_with_a_wish },
	{ "a session resolved during a turn stays so",
	    a_session_resolved_during_a_turn_stays_so },
	{ "a bot without a flow is silent", a_bot_without_a_flow_is_silent },
	{ "conversations without a bot have no turns",
	    conversations_without_a_bot_have_no_turns },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_bot = { "bot", setup, teardown, NULL, NULL, tests };
