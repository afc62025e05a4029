/* test_chat_json.c: the documented shape of messages and conversations */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat.h"
#include "unit.h"

static struct buf buf;
static struct json_out j;

static struct id id_of(uint8_t last)
{
	return (struct id){ { [15] = last } };
}

#define UUID(n) "00000000-0000-0000-0000-00000000000" n
#define T0	"1970-01-01T00:00:00.000001Z"

static void set_up(void)
{
	buf_init(&buf, 0);
	json_out_init(&j, &buf);
}

static void tear_down(void)
{
	buf_fini(&buf);
}

static struct chat_message message(void)
{
	return (struct chat_message){
		.id = id_of(1),
		.conversation_id = id_of(2),
		.session_id = id_of(3),
		.sender_type = CHAT_END_USER,
		.sender_id = STR("me"),
		.content_type = CHAT_TEXT,
		.content = STR("<b>\"hi\"</b>\n"),
		.rich_media = STR("{\"value\":\"1\"}"),
		.read_by = STR("{\"a\":\"b\"}"),
		.client_id = STR("c1"),
		.seq = 7,
		.created_at = 1,
	};
}

static void agents_see_all_of_a_message(void)
{
	struct chat_message m = message();

	chat_put_message(&j, NULL, &m, false);
	CU_ASSERT_TRUE(unit_same(buf_str(&buf),
	    "{\"id\":\"" UUID("1") "\",\"conversation_id\":\"" UUID(
		"2") "\","
		     "\"session_id\":\"" UUID(
			 "3") "\",\"sender_type\":\"end_user\","
			      "\"sender_id\":\"me\",\"content_type\":\"text\","
			      "\"content\":\"<b>\\\"hi\\\"</b>\\n\","
			      "\"rich_media\":{\"value\":\"1\"},\"read_by\":{\"a\":\"b\"},"
			      "\"created_at\":\"" T0
			      "\",\"seq\":7,\"client_id\":\"c1\"}"));
}

static void visitors_see_neither_session_nor_readers(void)
{
	struct chat_message m = message();

	m.rich_media = STR_EMPTY;
	m.client_id = STR_EMPTY;
	chat_put_message(&j, NULL, &m, true);
	CU_ASSERT_TRUE(unit_same(buf_str(&buf),
	    "{\"id\":\"" UUID("1") "\",\"conversation_id\":\"" UUID(
		"2") "\","
		     "\"sender_type\":\"end_user\",\"sender_id\":\"me\","
		     "\"content_type\":\"text\",\"content\":\"<b>\\\"hi\\\"</b>\\n\","
		     "\"rich_media\":null,\"created_at\":\"" T0 "\",\"seq\":7,"
		     "\"client_id\":null}"));
}

static void nobody_has_read_is_an_object(void)
{
	struct chat_message m = message();

	m.read_by = STR_EMPTY;
	chat_put_message(&j, NULL, &m, false);
	CU_ASSERT_TRUE(str_search(buf_str(&buf), STR("\"read_by\":{},")) <
		       buf_str(&buf).n);
}

static struct chat_conversation conversation(void)
{
	return (struct chat_conversation){
		.id = id_of(1),
		.workspace_id = id_of(2),
		.integration_id = id_of(3),
		.contact_id = id_of(4),
		.contact_name = STR("Zo\xc3\xab"),
		.external_id = STR("x"),
		.channel = STR("api"),
		.last_seq = 7,
		.unread = 2,
		.created_at = 1,
		.updated_at = 1,
	};
}

#define HEAD                                                                   \
	"{\"id\":\"" UUID("1") "\",\"end_user\":{\"id\":\"" UUID(              \
	    "4") "\",\"display_name\":\"Zo\xc3\xab\",\"external_id\":\"x\"}"   \
		 ",\"channel_id\":\"" UUID(                                    \
		     "3") "\",\"channel\":\"api\",\"organization_id\":\"" UUID("2") "\","

#define NO_RECEIPTS                                                            \
	"\"receipts\":{\"visitor\":{\"delivered_seq\":0,\"read_seq\":0},"      \
	"\"agent\":{\"delivered_seq\":0,\"read_seq\":0}}"

static void a_resolved_conversation_has_no_session(void)
{
	struct chat_conversation c = conversation();

	chat_put_conversation(&j, NULL, &c);
	CU_ASSERT_TRUE(unit_same(buf_str(&buf),
	    HEAD "\"active_session\":null,\"created_at\":\"" T0 "\","
		 "\"updated_at\":\"" T0 "\",\"last_seq\":7,"
		 "\"unread_count\":2,\"handoff\":false," NO_RECEIPTS
		 ",\"bot\":null,\"last_message\":null}"));
}

static void an_open_conversation_has_it_all(void)
{
	struct chat_conversation c = conversation();

	c.session = (struct chat_session){
		.id = id_of(5),
		.assigned_agent_id = id_of(6),
		.tags = STR("[\"vip\"]"),
		.handoff_at = 1,
		.assigned_at = 1,
	};
	c.has_last = true;
	c.bot_failed_why = STR("No.");
	c.bot_failed_at = 1;
	c.last = message();
	c.visitor_receipt = (struct chat_receipt){ 6, 5 };
	c.agent_receipt = (struct chat_receipt){ 7, 4 };
	chat_put_conversation(&j, NULL, &c);
	CU_ASSERT_TRUE(unit_same(buf_str(&buf),
	    HEAD "\"active_session\":{\"id\":\"" UUID(
		"5") "\",\"status\":"
		     "\"open\",\"assigned_agent_id\":\"" UUID(
			 "6") "\","
			      "\"tags\":[\"vip\"],\"first_message_at\":null,"
			      "\"assigned_at\":\"" T0
			      "\",\"resolved_at\":null},"
			      "\"created_at\":\"" T0 "\",\"updated_at\":\"" T0
			      "\","
			      "\"last_seq\":7,\"unread_count\":2,\"handoff\":true,"
			      "\"receipts\":{\"visitor\":{\"delivered_seq\":6,"
			      "\"read_seq\":5},\"agent\":{\"delivered_seq\":7,"
			      "\"read_seq\":4}},\"bot\":{\"failed_why\":\"No.\","
			      "\"failed_at\":\"" T0 "\"},"
			      "\"last_message\":{\"seq\":7,\"sender_type\":\"end_user\","
			      "\"content_type\":\"text\",\"content\":"
			      "\"<b>\\\"hi\\\"</b>\\n\",\"created_at\":\"" T0
			      "\"}}"));
}

static void alone_it_has_its_sessions(void)
{
	struct chat_conversation c = conversation();
	struct chat_session items[] = {
		{ .id = id_of(5),
		    .is_resolved = true,
		    .handoff_at = 1,
		    .resolved_at = 1,
		    .resolved_by = id_of(6) },
		{ .id = id_of(7) },
	};
	const struct chat_sessions sessions = { COUNT_OF(items), items };

	chat_put_conversation_sessions(
	    &j, NULL, &c, &sessions, STR("{\"plan\":\"pro\"}"));
	CU_ASSERT_TRUE(str_ends(buf_str(&buf),
	    STR(",\"bot\":null,\"last_message\":null,\"sessions\":["
		"{\"id\":\"" UUID(
		    "5") "\",\"status\":\"resolved\","
			 "\"assigned_agent_id\":null,\"tags\":[],"
			 "\"first_message_at\":null,\"assigned_at\":null,"
			 "\"resolved_at\":\"" T0 "\",\"handoff_at\":\"" T0 "\","
			 "\"resolved_by\":\"" UUID(
			     "6") "\"},"
				  "{\"id\":\"" UUID(
				      "7") "\",\"status\":\"open\","
					   "\"assigned_agent_id\":null,\"tags\":[],"
					   "\"first_message_at\":null,\"assigned_at\":null,"
					   "\"resolved_at\":null,\"handoff_at\":null,"
					   "\"resolved_by\":null}],"
					   "\"contact_details\":{\"plan\":\"pro\"}}")));
}

static void agents_are_names_for_visitors(void)
{
	struct chat_agent items[] = { { id_of(1), STR("Ada") } };
	const struct chat_agents agents = { COUNT_OF(items), items };

	chat_put_agents(&j, NULL, &agents);
	CU_ASSERT_TRUE(unit_same(buf_str(&buf),
	    "[{\"id\":\"" UUID("1") "\",\"display_name\":\"Ada\"}]"));
}

static CU_TestInfo tests[] = {
	{ "agents see all of a message", agents_see_all_of_a_message },
	{ "visitors see neither session nor readers",
	    visitors_see_neither_session_nor_readers },
	{ "nobody has read is an object", nobody_has_read_is_an_object },
	{ "a resolved conversation has no session",
	    a_resolved_conversation_has_no_session },
	{ "an open conversation has it all", an_open_conversation_has_it_all },
	{ "alone it has its sessions", alone_it_has_its_sessions },
	{ "agents are names for visitors", agents_are_names_for_visitors },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_json = { "chat_json", NULL, NULL, set_up, tear_down,
	tests };
