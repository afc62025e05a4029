/* test_chat_ack.c: the answers that events and routes share */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat.h"
#include "unit.h"

#define UUID(n) "00000000-0000-0000-0000-00000000000" n
#define T0	"1970-01-01T00:00:00.000001Z"

static struct buf buf;
static struct json_out j;
static struct chat_conversation conversation;

static struct id id_of(uint8_t last)
{
	return (struct id){ { [15] = last } };
}

static void set_up(void)
{
	buf_init(&buf, 0);
	json_out_init(&j, &buf);
	json_out_object(&j, NULL);
	conversation = (struct chat_conversation){
		.id = id_of(1),
		.session = { .id = id_of(5) },
		.visitor_receipt = { 6, 5 },
		.agent_receipt = { 7, 4 },
	};
}

static void tear_down(void)
{
	buf_fini(&buf);
}

static bool is(const char *want)
{
	json_out_end(&j);
	return unit_same(buf_str(&buf), want);
}

static void a_visitor_sees_the_agents_receipt(void)
{
	struct chat_agent items[] = { { id_of(2), STR("Ada") } };
	const struct chat_agents agents = { COUNT_OF(items), items };
	const struct chat_joined joined = {
		.conversation = &conversation,
		.last_seq = 7,
		.missed = STR("[{\"seq\":7}]"),
		.has_more = true,
		.is_end_user = true,
		.agents = &agents,
	};

	conversation.session.assigned_agent_id = id_of(2);
	conversation.agent_name = STR("Ada");
	chat_put_joined(&j, &joined);
	CU_ASSERT(is(
	    "{\"last_seq\":7,\"missed\":[{\"seq\":7}],\"more\":true,"
	    "\"agent\":{\"display_name\":\"Ada\"},\"agents\":[{\"id\":"
	    "\"" UUID(
		"2") "\",\"display_name\":\"Ada\"}],\"receipts\":"
		     "{\"delivered_seq\":7,\"read_seq\":4},\"resolved\":false}"));
}

static void without_an_open_session_it_is_resolved(void)
{
	const struct chat_agents nobody = { 0, NULL };
	const struct chat_joined joined = {
		.conversation = &conversation,
		.missed = STR("[]"),
		.is_end_user = true,
		.agents = &nobody,
	};

	conversation.session = (struct chat_session){ .id = ID_NONE };
	chat_put_joined(&j, &joined);
	CU_ASSERT(is("{\"last_seq\":0,\"missed\":[],\"agent\":null,"
		     "\"agents\":[],\"receipts\":{\"delivered_seq\":7,"
		     "\"read_seq\":4},\"resolved\":true}"));
}

static void an_agent_sees_both_receipts(void)
{
	const struct chat_joined joined = {
		.conversation = &conversation,
		.last_seq = 7,
		.missed = STR("[]"),
	};

	chat_put_joined(&j, &joined);
	CU_ASSERT(is("{\"last_seq\":7,\"missed\":[],\"agent\":null,"
		     "\"receipts\":{\"visitor\":{\"delivered_seq\":6,"
		     "\"read_seq\":5},\"agent\":{\"delivered_seq\":7,"
		     "\"read_seq\":4}}}"));
}

static void what_was_sent_is_named(void)
{
	const struct chat_message m = {
		.id = id_of(3),
		.seq = 9,
		.created_at = 1,
	};

	chat_put_sent(&j, &m);
	CU_ASSERT(is(
	    "{\"id\":\"" UUID("3") "\",\"seq\":9,\"created_at\":\"" T0 "\"}"));
}

static void what_was_read_is_named(void)
{
	struct id ids[] = { id_of(3), id_of(4) };
	const struct chat_seen seen = {
		.reader_id = STR("me"),
		.read_at = 1,
		.n = COUNT_OF(ids),
		.message_ids = ids,
		.seq = 8,
	};

	chat_put_read(&j, id_of(1), CHAT_END_USER, &seen);
	CU_ASSERT(is(
	    "{\"conversation_id\":\"" UUID("1") "\",\"message_ids\":[\"" UUID(
		"3") "\",\"" UUID("4") "\"],"
				       "\"seq\":8,\"reader_type\":\"end_user\",\"reader_id\":\"me\","
				       "\"read_at\":\"" T0 "\"}"));
}

static void what_was_delivered_is_named(void)
{
	const struct chat_delivered delivered = {
		.seq = 8,
		.delivered_at = 1,
	};

	chat_put_delivered(&j, id_of(1), CHAT_AGENT, &delivered);
	CU_ASSERT(is("{\"conversation_id\":\"" UUID(
	    "1") "\",\"seq\":8,\"receiver_type\":\"agent\","
		 "\"delivered_at\":\"" T0 "\"}"));
}

static CU_TestInfo tests[] = {
	{ "a visitor sees the agents' receipt",
	    a_visitor_sees_the_agents_receipt },
	{ "without an open session it is resolved",
	    without_an_open_session_it_is_resolved },
	{ "an agent sees both receipts", an_agent_sees_both_receipts },
	{ "what was sent is named", what_was_sent_is_named },
	{ "what was read is named", what_was_read_is_named },
	{ "what was delivered is named", what_was_delivered_is_named },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_ack = { "chat_ack", NULL, NULL, set_up, tear_down,
	tests };
