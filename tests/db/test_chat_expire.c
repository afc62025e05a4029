/* test_chat_expire.c: the state of conversations, and their end for silence */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "db/db_bot_state.h"
#include "db/db_chat_session.h"
#include "fixture.h"
#include "harness.h"

#define IDLE_US INT64_C(60000000)

enum { STATE_GET, STATE_AGE, INTEGRATIONS, TYPE_SET, TEST__MAX };

static const struct db_stmt stmts[TEST__MAX] = {
	[STATE_GET] = DB_STMT("test_state_get", "d", "siiit?t",
	    "SELECT channel, status, is_handed_off, is_waiting, expires_at, "
	    "created_at FROM conversations WHERE id = ?"),
	[STATE_AGE] = DB_STMT("test_state_age", "iid", "",
	    "UPDATE conversations SET "
	    "updated_at = updated_at - INTERVAL ? SECOND, "
	    "expires_at = expires_at - INTERVAL ? SECOND WHERE id = ?"),
	[INTEGRATIONS] = DB_STMT("test_state_integrations", "d", "u",
	    "SELECT COUNT(*) FROM integrations WHERE chatbot_id = ?"),
	[TYPE_SET] = DB_STMT("test_state_type", "sd", "",
	    "UPDATE integrations SET type = ? WHERE id = ?"),
};
static const struct db_module module = { "test_state", stmts, TEST__MAX };

enum { ACTIVE = 1, PENDING, AGENT, CLOSED };

struct state {
	struct str channel;
	int64_t status;
	bool is_handed_off, is_waiting;
	int64_t expires_at, created_at;
};

static struct fixture f;
static struct chat_actor caller; /* of the Chat API's session */

static void set_up(void)
{
	fixture_make(&f);
	caller = (struct chat_actor){ .kind = CHAT_END_USER,
		.external_id = STR("caller") };
}

static void tear_down(void)
{
	fixture_free(&f);
}

static struct state state_of(struct id id)
{
	struct db_rows rows;

	FATAL_OK(db_query(f.db, &module, STATE_GET, DB_ARGS(DB_ID(id)), f.pool,
	    &rows, &f.err));
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	return (struct state){
		.channel = db_row_str(&rows, 0, 0),
		.status = db_row_int(&rows, 0, 1),
		.is_handed_off = db_row_int(&rows, 0, 2) != 0,
		.is_waiting = db_row_int(&rows, 0, 3) != 0,
		.expires_at = db_row_time(&rows, 0, 4),
		.created_at = db_row_time(&rows, 0, 5),
	};
}

static bool is_at(struct id id, int64_t status)
{
	return state_of(id).status == status;
}

/* Makes it look as if all that had happened s seconds before. */
static void age(struct id id, int64_t s)
{
	FATAL_OK(db_exec(f.db, &module, STATE_AGE,
	    DB_ARGS(DB_INT(s), DB_INT(s), DB_ID(id)), NULL, &f.err));
}

static enum err_code hand_off_in(struct db *db, void *arg, struct err *err)
{
	const struct chat_conversation *c = arg;

	return db_bot_state_hand_off(
	    db, c->workspace_id, c->id, c->session.id, err);
}

static void hand_off(struct chat_conversation *c)
{
	FATAL_OK(db_transact(f.db, hand_off_in, c, &f.err));
}

static void assign(struct id id)
{
	const struct chat_assign in = { .conversation_id = id };
	struct chat_assigned assigned;

	FATAL_OK(chat_assign(f.db, f.pool, &f.ada, &in, &assigned, &f.err));
}

static void resolve(struct id id)
{
	struct chat_resolved resolved;

	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, id, STR_EMPTY, ID_NONE, &resolved, &f.err));
}

static struct chat_conversation open_session(const char *external_id)
{
	struct chat_open in = {
		.workspace_id = f.ada.workspace_id,
		.chatbot_id = f.chatbot_id,
		.external_id = str_of(external_id),
		.variables = STR("{\"plan\":\"gold\"}"),
		.idle_us = IDLE_US,
	};
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(db_chat_session_get_integration(f.db, f.pool, in.workspace_id,
	    f.chatbot_id, &in.integration_id, &f.err));
	FATAL_OK(chat_open(f.db, f.pool, &in, &c, &f.err));
	return c;
}

static enum err_code say(struct id id, const char *client_id)
{
	const struct chat_send in = {
		.conversation_id = id,
		.content = STR("hello"),
		.client_id = str_of(client_id),
		.idle_us = IDLE_US,
	};
	struct chat_sent sent;

	return chat_send(f.db, f.pool, &caller, &in, &sent, &f.err);
}

static bool expire(void)
{
	bool did = false;

	ASSERT_OK(
	    chat_expire(f.db, f.pool, ID_NONE, ID_NONE, IDLE_US, &did, &f.err));
	return did;
}

/* ------------------------------------------------------------------ tests */

static void each_change_has_its_status(void)
{
	struct id id = f.c.id;

	CU_ASSERT(is_at(id, ACTIVE));
	fixture_say(&f, &f.visitor, "hello");
	CU_ASSERT(is_at(id, ACTIVE));
	hand_off(&f.c);
	CU_ASSERT(is_at(id, PENDING));
	fixture_say(&f, &f.visitor, "is anybody there?");
	CU_ASSERT(is_at(id, PENDING));
	fixture_say(&f, &f.ada, "yes");
	CU_ASSERT(is_at(id, PENDING));
	assign(id);
	CU_ASSERT(is_at(id, AGENT));
	fixture_say(&f, &f.visitor, "good");
	CU_ASSERT(is_at(id, AGENT));
	CU_ASSERT(state_of(id).is_handed_off);
	resolve(id);
	CU_ASSERT(is_at(id, CLOSED));
	CU_ASSERT_FALSE(state_of(id).is_handed_off);
	fixture_say(&f, &f.visitor, "one thing more");
	CU_ASSERT(is_at(id, ACTIVE));
	CU_ASSERT_FALSE(state_of(id).is_handed_off);
	assign(id);
	CU_ASSERT(is_at(id, AGENT));
}

static void the_channel_is_that_of_the_integration(void)
{
	static const char *const cases[][2] = { { "web_chat", "web" },
		{ "api_chat", "api" }, { "whatsapp", "whatsapp" },
		{ "sms", "sms" }, { "rest_api", "rest-api" } };
	char name[8];
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		struct chat_conversation c;

		FATAL_OK(db_exec(f.db, &module, TYPE_SET,
		    DB_ARGS(
			DB_TEXT(str_of(cases[i][0])), DB_ID(f.integration_id)),
		    NULL, &f.err));
		snprintf(name, sizeof(name), "v%zu", i);
		c = fixture_open(&f, name, true);
		CU_ASSERT(str_eq(state_of(c.id).channel, str_of(cases[i][1])));
		CU_ASSERT(str_eq(c.channel, str_of(cases[i][1])));
		/* a later change of the integration changes nothing */
		CU_ASSERT(i == 0 || !str_eq(state_of(f.c.id).channel,
					str_of(cases[i][1])));
	}
}

static void a_conversation_is_as_old_as_its_id(void)
{
	CU_ASSERT_EQUAL(state_of(f.c.id).created_at, id_ms(f.c.id) * 1000);
	CU_ASSERT_EQUAL(f.c.created_at, id_ms(f.c.id) * 1000);
}

static void a_bot_has_one_integration_for_the_chat_api(void)
{
	struct chat_conversation a = open_session("a"), b = open_session("b");
	struct db_rows rows;

	CU_ASSERT(id_eq(a.integration_id, b.integration_id));
	CU_ASSERT_FALSE(id_eq(a.id, b.id));
	FATAL_OK(db_query(f.db, &module, INTEGRATIONS,
	    DB_ARGS(DB_ID(f.chatbot_id)), f.pool, &rows, &f.err));
	CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 0), 2);
	CU_ASSERT(str_eq(
	    fixture_bot(&f, a.id).variables, STR("{\"plan\":\"gold\"}")));
}

static void silence_ends_a_session(void)
{
	struct chat_conversation c = open_session("caller");
	struct state s;

	ASSERT_OK(say(c.id, "one"));
	CU_ASSERT_FALSE(expire());
	age(c.id, 61);
	/* nothing has ended it yet, but it takes no message any more */
	CU_ASSERT_EQUAL(say(c.id, "two"), ERR_GONE);
	CU_ASSERT_STRING_EQUAL(f.err.text, "Chat session has been closed");
	CU_ASSERT_EQUAL(fixture_count(&f, c.id), 1);
	CU_ASSERT(is_at(c.id, ACTIVE));
	/* what was stored before is found */
	ASSERT_OK(say(c.id, "one"));
	CU_ASSERT(expire());
	s = state_of(c.id);
	CU_ASSERT_EQUAL(s.status, CLOSED);
	CU_ASSERT_FALSE(s.is_waiting);
	CU_ASSERT_EQUAL(s.expires_at, 0);
	CU_ASSERT_EQUAL(fixture_notified(&f, "resolved"), 1);
	CU_ASSERT(str_search(fixture_payload(&f), STR("\"tags\":[]")) <
		  fixture_payload(&f).n);
	CU_ASSERT_EQUAL(say(c.id, "two"), ERR_GONE);
	ASSERT_OK(say(c.id, "one"));
	CU_ASSERT_EQUAL(fixture_count(&f, c.id), 1);
	CU_ASSERT_FALSE(expire());
	/* the widget's conversation never ends so */
	age(f.c.id, 100000);
	CU_ASSERT_FALSE(expire());
	CU_ASSERT(is_at(f.c.id, ACTIVE));
}

static void what_is_said_keeps_a_session(void)
{
	struct chat_conversation c = open_session("caller");
	int64_t before;

	age(c.id, 40);
	before = state_of(c.id).expires_at;
	ASSERT_OK(say(c.id, NULL));
	/* a message does not touch the time at which to look */
	CU_ASSERT_EQUAL(state_of(c.id).expires_at, before);
	age(c.id, 40);
	CU_ASSERT(expire());
	CU_ASSERT(is_at(c.id, ACTIVE));
	CU_ASSERT(state_of(c.id).expires_at > clock_now_us());
	CU_ASSERT_FALSE(expire());
	ASSERT_OK(say(c.id, NULL));
}

static void people_end_theirs_themselves(void)
{
	struct chat_conversation c = open_session("caller");
	struct chat_conversation d = open_session("other");

	hand_off(&c);
	assign(d.id);
	age(c.id, 100);
	age(d.id, 100);
	CU_ASSERT(expire());
	CU_ASSERT(is_at(c.id, PENDING));
	CU_ASSERT(is_at(d.id, AGENT));
	CU_ASSERT_EQUAL(state_of(c.id).expires_at, 0);
	CU_ASSERT_FALSE(expire());
	ASSERT_OK(say(c.id, NULL));
	resolve(c.id);
	CU_ASSERT_EQUAL(say(c.id, NULL), ERR_GONE);
	CU_ASSERT_EQUAL(fixture_count(&f, c.id), 1);
}

static size_t count_closed(const struct id *ids, size_t n)
{
	size_t closed = 0;

	while (n-- > 0)
		closed += is_at(ids[n], CLOSED);
	return closed;
}

static void those_of_a_bot_end_some_at_a_time_and_no_others(void)
{
	struct id ids[CHAT_EXPIRE_MAX + 10];
	bool did = false;
	char name[16];
	size_t i;

	for (i = 0; i < COUNT_OF(ids); i++) {
		snprintf(name, sizeof(name), "s%zu", i);
		ids[i] = open_session(name).id;
		age(ids[i], 61);
	}
	ASSERT_OK(chat_expire(
	    f.db, f.pool, f.ada.workspace_id, id_new(), IDLE_US, &did, &f.err));
	CU_ASSERT_FALSE(did);
	ASSERT_OK(chat_expire(f.db, f.pool, f.stranger.workspace_id,
	    f.chatbot_id, IDLE_US, &did, &f.err));
	CU_ASSERT_FALSE(did);
	CU_ASSERT(is_at(ids[0], ACTIVE));
	ASSERT_OK(chat_expire(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    IDLE_US, &did, &f.err));
	CU_ASSERT(did);
	CU_ASSERT_EQUAL(count_closed(ids, COUNT_OF(ids)), CHAT_EXPIRE_MAX);
	ASSERT_OK(chat_expire(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    IDLE_US, &did, &f.err));
	CU_ASSERT(did);
	CU_ASSERT_EQUAL(count_closed(ids, COUNT_OF(ids)), COUNT_OF(ids));
	CU_ASSERT_EQUAL(fixture_notified(&f, "resolved"), COUNT_OF(ids));
}

static CU_TestInfo tests[] = {
	{ "each change has its status", each_change_has_its_status },
	{ "the channel is that of the integration",
	    the_channel_is_that_of_the_integration },
	{ "a conversation is as old as its id",
	    a_conversation_is_as_old_as_its_id },
	{ "a bot has one integration for the Chat API",
	    a_bot_has_one_integration_for_the_chat_api },
	{ "silence ends a session", silence_ends_a_session },
	{ "what is said keeps a session", what_is_said_keeps_a_session },
	{ "people end theirs themselves", people_end_theirs_themselves },
	{ "those of a bot end some at a time, and no others",
	    those_of_a_bot_end_some_at_a_time_and_no_others },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_expire = { "chat_expire", NULL, NULL, set_up, tear_down,
	tests };
