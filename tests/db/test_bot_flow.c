/* test_bot_flow.c: what becomes of a flow that is stored or published */
/* SPDX-License-Identifier: MIT */
#include "bot/bot.h"
#include "chat/site.h"
#include "db/db_chatbot.h"
#include "fixture.h"

static struct fixture f;

static void setup(void)
{
	fixture_make(&f);
}

static void teardown(void)
{
	fixture_free(&f);
}

static void flows_are_stored_when_they_are_sound(void)
{
	struct err err = { .code = ERR_OK };
	struct pool *pool = f.pool;
	struct db *db = f.db;
	struct id workspace_id = f.ada.workspace_id;
	struct chatbot_flow flow;
	struct id bot, a, b;

	FATAL_OK(site_add_chatbot(
	    db, workspace_id, STR("Flows"), STR("x"), &bot, NULL));
	CU_ASSERT_EQUAL(
	    bot_set_flow(db, pool, workspace_id, bot, STR("main"),
		STR("{\"a\":{\"transitions\":{\"x\":\"b\"}}}"), true, &a, &err),
	    ERR_INVALID);
	CU_ASSERT_STRING_EQUAL(
	    err.text, "states.a.transitions.x: There is no state “b”.");
	FATAL_OK(db_chatbot_running(db, pool, workspace_id, bot, &flow, NULL));
	CU_ASSERT(id_is_none(flow.id));
	FATAL_OK(bot_set_flow(db, pool, workspace_id, bot, STR("main"),
	    STR("{ \"a\": {\"message\":\"1\", \"mine\": [1.50]} }"), true, &a,
	    &err));
	FATAL_OK(bot_set_flow(db, pool, workspace_id, bot, STR("main"),
	    STR("{\"a\":{\"message\":\"2\"}}"), false, &b, &err));
	CU_ASSERT(id_eq(a, b));
	FATAL_OK(db_chatbot_running(db, pool, workspace_id, bot, &flow, NULL));
	CU_ASSERT(id_eq(flow.id, a));
	CU_ASSERT_EQUAL(flow.version, 1);
	/* as it was written */
	CU_ASSERT(str_eq(flow.published,
	    STR("{ \"a\": {\"message\":\"1\", \"mine\": [1.50]} }")));
	FATAL_OK(bot_set_flow(db, pool, workspace_id, bot, STR("other"),
	    STR("{\"a\":{\"message\":\"3\"}}"), true, &b, &err));
	FATAL_OK(db_chatbot_running(db, pool, workspace_id, bot, &flow, NULL));
	CU_ASSERT(id_eq(flow.id, b));
	CU_ASSERT_EQUAL(bot_set_flow(db, pool, id_new(), bot, STR("main"),
			    STR("{\"a\":{\"message\":\"4\"}}"), true, &b, &err),
	    ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(bot_set_flow(db, pool, workspace_id, bot, STR(" "),
			    STR("{\"a\":{\"message\":\"4\"}}"), true, &b, &err),
	    ERR_BAD_REQUEST);
}

static CU_TestInfo tests[] = {
	{ "flows are stored when they are sound",
	    flows_are_stored_when_they_are_sound },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_bot_flow = { "bot_flow", NULL, NULL, setup, teardown,
	tests };
