/* test_chat_open.c: contacts and their conversations */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "fixture.h"
#include "harness.h"

static struct fixture f;

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code open_as(struct str external_id, struct str name,
    struct str attributes, struct chat_conversation *c)
{
	const struct chat_open in = {
		.workspace_id = f.ada.workspace_id,
		.integration_id = f.integration_id,
		.chatbot_id = f.chatbot_id,
		.external_id = external_id,
		.display_name = name,
		.attributes = attributes,
	};

	return chat_open(f.db, f.pool, &in, c, &f.err);
}

static void a_new_visitor_gets_an_open_session(void)
{
	CU_ASSERT_FALSE(id_is_none(f.c.id));
	CU_ASSERT_TRUE(id_eq(f.c.workspace_id, f.ada.workspace_id));
	CU_ASSERT_TRUE(id_eq(f.c.integration_id, f.integration_id));
	CU_ASSERT_TRUE(id_eq(f.c.chatbot_id, f.chatbot_id));
	CU_ASSERT_TRUE(str_eq(f.c.external_id, STR("visitor-1")));
	CU_ASSERT_EQUAL(f.c.last_seq, 0);
	CU_ASSERT_FALSE(f.c.has_last);
	CU_ASSERT_FALSE(id_is_none(f.c.session.id));
	CU_ASSERT_FALSE(f.c.session.is_resolved);
	CU_ASSERT_EQUAL(f.c.session.first_message_at, 0);
	CU_ASSERT_TRUE(str_eq(f.c.session.tags, STR("[]")));
	CU_ASSERT_EQUAL(f.c.unread, 0);
}

static void the_bot_is_due_for_its_greeting(void)
{
	struct fixture_bot bot = fixture_bot(&f, f.c.id);

	CU_ASSERT_TRUE(bot.is_due);
	CU_ASSERT_FALSE(bot.is_muted);
	CU_ASSERT_FALSE(bot.has_state);
	CU_ASSERT_TRUE(id_eq(bot.session_id, f.c.session.id));
}

static void opening_again_gives_the_same_conversation(void)
{
	struct chat_conversation again = fixture_open(&f, "visitor-1", true);
	struct chat_conversation other = fixture_open(&f, "Visitor-1", true);

	CU_ASSERT_TRUE(id_eq(again.id, f.c.id));
	CU_ASSERT_TRUE(id_eq(again.session.id, f.c.session.id));
	CU_ASSERT_FALSE(id_eq(other.id, f.c.id));
}

static void a_name_stays_until_another_is_given(void)
{
	struct chat_conversation c;

	FATAL_OK(open_as(STR("v"), STR("Zo\xc3\xab"), STR("{\"page\":1}"), &c));
	CU_ASSERT_TRUE(str_eq(c.contact_name, STR("Zo\xc3\xab")));
	FATAL_OK(open_as(STR("v"), STR_EMPTY, STR_EMPTY, &c));
	CU_ASSERT_TRUE(str_eq(c.contact_name, STR("Zo\xc3\xab")));
	FATAL_OK(open_as(STR("v"), STR("Max"), STR_EMPTY, &c));
	CU_ASSERT_TRUE(str_eq(c.contact_name, STR("Max")));
}

static void bad_input_is_refused(void)
{
	static char long_id[CHAT_EXTERNAL_ID_MAX + 1];
	static char long_name[CHAT_NAME_MAX + 1];
	struct chat_conversation c;
	size_t i;

	memset(long_id, 'x', sizeof(long_id));
	memset(long_name, 'x', sizeof(long_name));
	const struct {
		struct str external_id, name, attributes;
	} bad[] = {
		{ STR_EMPTY, STR_EMPTY, STR_EMPTY },
		{ { long_id, sizeof(long_id) }, STR_EMPTY, STR_EMPTY },
		{ STR("a\0b"), STR_EMPTY, STR_EMPTY },
		{ STR("a\xff"), STR_EMPTY, STR_EMPTY },
		{ STR("a"), { long_name, sizeof(long_name) }, STR_EMPTY },
		{ STR("a"), STR("x\ny"), STR_EMPTY },
		{ STR("a"), STR_EMPTY, STR("[]") },
		{ STR("a"), STR_EMPTY, STR("{") },
	};
	for (i = 0; i < COUNT_OF(bad); i++) {
		enum err_code code = open_as(
		    bad[i].external_id, bad[i].name, bad[i].attributes, &c);

		CU_ASSERT_EQUAL(code, ERR_BAD_REQUEST);
		if (code != ERR_BAD_REQUEST)
			printf("\n     case %zu\n", i);
	}
	ASSERT_OK(open_as(str_make(long_id, CHAT_EXTERNAL_ID_MAX),
	    str_make(long_name, CHAT_NAME_MAX), STR_EMPTY, &c));
}

struct opener {
	struct id conversation_id;
	enum err_code code;
};

static void *run_opener(void *arg)
{
	struct opener *o = arg;
	struct db *db = harness_db();
	struct pool *pool = pool_new();
	const struct chat_open in = {
		.workspace_id = f.ada.workspace_id,
		.integration_id = f.integration_id,
		.chatbot_id = f.chatbot_id,
		.external_id = STR("crowd"),
	};
	struct chat_conversation c;
	struct err err;

	o->code = chat_open(db, pool, &in, &c, &err);
	if (o->code == ERR_OK)
		o->conversation_id = c.id;
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

static void eight_at_once_open_one_conversation(void)
{
	struct opener openers[8] = { 0 };
	pthread_t threads[8];
	size_t i;

	for (i = 0; i < 8; i++)
		pthread_create(&threads[i], NULL, run_opener, &openers[i]);
	for (i = 0; i < 8; i++)
		pthread_join(threads[i], NULL);
	for (i = 0; i < 8; i++) {
		ASSERT_OK(openers[i].code);
		CU_ASSERT_TRUE(id_eq(
		    openers[i].conversation_id, openers[0].conversation_id));
	}
}

static CU_TestInfo tests[] = {
	{ "a new visitor gets an open session",
	    a_new_visitor_gets_an_open_session },
	{ "the bot is due for its greeting", the_bot_is_due_for_its_greeting },
	{ "opening again gives the same conversation",
	    opening_again_gives_the_same_conversation },
	{ "a name stays until another is given",
	    a_name_stays_until_another_is_given },
	{ "bad input is refused", bad_input_is_refused },
	{ "eight at once open one conversation",
	    eight_at_once_open_one_conversation },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_open = { "chat_open", NULL, NULL, set_up, tear_down,
	tests };
