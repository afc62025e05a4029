/* test_receipts.c: mark_delivered and mark_read: who is told, and what is not
 * asked twice */
/* SPDX-License-Identifier: MIT */
#include "delivery.h"
#include "live.h"
#include "notify.h"
#include "wsd.h"

#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""
#define DELIVERED(seq, more)                                                   \
	"[\"mark_delivered\",{" CONV1 ",\"seq\":" seq more "}]"
#define AS_V1 ",\"external_id\":\"v1\""
#define TIME  "\"2026-01-15T08:23:10.123456Z\""

static void store(unsigned n)
{
	while (n-- > 0)
		fake_chat_store(fake_conv1, "x");
}

/* An agent who looks at the queue, and at the conversation. */
static struct sio_socket *agent_in_both(void)
{
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"join_conversation\",{" CONV1 "}]", -1);
	fake_jobs_settle();
	fake_sio_take(a);
	return a;
}

static void reading_is_told_to_both_rooms(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent(), *both = agent_in_both();
	const char *told =
	    "messages_read {" CONV1 ",\"message_ids\":[\"" FAKE_CONV2
	    "\"],\"seq\":3,\"reader_type\":\"end_user\","
	    "\"reader_id\":\"v1\",\"read_at\":" TIME "}\n";

	fake_sio_event(a, "[\"join_queue\"]", -1);
	store(3);
	fake_sio_event(v,
	    "[\"mark_read\",{" CONV1 AS_V1 ",\"message_ids\":[\"" FAKE_CONV2
	    "\"]}]",
	    1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), told));
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), told);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(both), told);
}

static void delivery_is_told_to_both_rooms(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent(), *both = agent_in_both();
	const char *told = "messages_delivered {" CONV1
			   ",\"seq\":2,\"receiver_type\":\"end_user\","
			   "\"delivered_at\":" TIME "}\n";

	fake_sio_event(a, "[\"join_queue\"]", -1);
	store(3);
	fake_sio_event(v, DELIVERED("2", AS_V1), 1);
	fake_jobs_settle();
	CU_ASSERT(
	    live_has(fake_sio_take(v), "ack 1 {\"ok\":true,\"seq\":2}\n"));
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), told);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(both), told);
}

static void an_agent_of_the_queue_may_say_so_too(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	store(1);
	fake_sio_event(a, DELIVERED("9", ""), 1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(
	    fake_sio_take(a), "ack 1 {\"ok\":true,\"seq\":1}\n");
	CU_ASSERT(live_has(fake_sio_take(v), "\"receiver_type\":\"agent\""));
	/* Nor is it asked again while somebody is in the conversation. */
	fake_sio_event(a, DELIVERED("1", ""), 2);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(
	    fake_sio_take(a), "ack 2 {\"ok\":true,\"seq\":1}\n");
	CU_ASSERT_STRING_EQUAL(fake_sio_take(v), "");
	CU_ASSERT_EQUAL(fake_chat_marks(), 1);
	fake_sio_event(v, "[\"leave_conversation\",{" CONV1 "}]", -1);
	fake_sio_event(a, DELIVERED("1", ""), 3);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_marks(), 2);
}

static void what_is_known_is_not_asked_again(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *twin = live_visitor(FAKE_CONV1, "v1");

	store(3);
	fake_sio_event(v, DELIVERED("3", AS_V1), -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_marks(), 1);
	fake_sio_take(twin);
	fake_sio_event(twin, DELIVERED("3", ""), 1);
	fake_sio_event(twin, DELIVERED("1", ""), 2);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(twin),
	    "ack 1 {\"ok\":true,\"seq\":3}\nack 2 {\"ok\":true,\"seq\":3}\n");
	CU_ASSERT_EQUAL(fake_chat_marks(), 1);
	/* What is new is asked. */
	store(1);
	fake_sio_event(twin, DELIVERED("4", ""), 3);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_marks(), 2);
}

static void what_a_joiner_reads_is_known(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	store(2);
	fake_sio_event(v, DELIVERED("2", AS_V1), -1);
	fake_jobs_settle();
	fake_sio_event(v, "[\"leave_conversation\",{" CONV1 "}]", -1);
	fake_sio_event(v, "[\"join_conversation\",{" CONV1 AS_V1 "}]", 1);
	fake_jobs_settle();
	fake_sio_event(v, DELIVERED("2", AS_V1), -1);
	CU_ASSERT_EQUAL(fake_chat_marks(), 1);
}

static void reading_is_receiving(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	store(2);
	fake_sio_event(v,
	    "[\"mark_read\",{" CONV1 AS_V1 ",\"message_ids\":[\"" FAKE_CONV2
	    "\"]}]",
	    -1);
	fake_jobs_settle();
	fake_sio_event(v, DELIVERED("2", AS_V1), -1);
	CU_ASSERT_EQUAL(fake_chat_marks(), 0);
}

/* A member by another name, and the other side, are not let in by what is
 * known. */
static void what_is_known_lets_nobody_in(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	store(2);
	fake_sio_event(v, DELIVERED("2", AS_V1), -1);
	fake_jobs_settle();
	fake_sio_take(v);
	fake_sio_event(v, DELIVERED("1", ",\"external_id\":\"v2\""), 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"forbidden\""));
	v = fake_sio_connect(NULL, NULL);
	fake_sio_event(v, DELIVERED("1", ",\"external_id\":\"v2\""), 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"forbidden\""));
}

static void own_receipts_are_told_once(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = agent_in_both();
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("delivered"),
		.payload = STR("{}"),
		.origin = wsd.origin,
		.created_at = FAKE_AT,
	};

	notify_start();
	fake_jobs_settle();
	store(2);
	fake_sio_event(v, DELIVERED("2", AS_V1), -1);
	fake_jobs_settle();
	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT_EQUAL(live_times(fake_sio_take(a), "messages_delivered"), 1);
	/* The one whose answer was lost. */
	row.created_at++;
	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "messages_delivered {}\n");
	notify_stop();
	fake_jobs_settle();
	notify_fini();
}

static void joining_tells_the_receipts(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	store(4);
	fake_sio_event(v, DELIVERED("2", AS_V1), -1);
	fake_sio_event(a, DELIVERED("3", ""), -1);
	fake_jobs_settle();
	fake_sio_take(v);
	fake_sio_take(a);
	fake_sio_event(v, "[\"join_conversation\",{" CONV1 AS_V1 "}]", 1);
	fake_sio_event(a, "[\"join_conversation\",{" CONV1 "}]", 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v),
	    ",\"receipts\":{\"delivered_seq\":3,\"read_seq\":0},"
	    "\"resolved\":false}\n"));
	CU_ASSERT(live_has(fake_sio_take(a),
	    ",\"receipts\":{\"visitor\":{\"delivered_seq\":2,\"read_seq\":0},"
	    "\"agent\":{\"delivered_seq\":3,\"read_seq\":0}}}\n"));
}

static CU_TestInfo tests[] = {
	{ "reading is told to both rooms", reading_is_told_to_both_rooms },
	{ "delivery is told to both rooms", delivery_is_told_to_both_rooms },
	{ "an agent of the queue may say so too",
	    an_agent_of_the_queue_may_say_so_too },
	{ "what is known is not asked again",
	    what_is_known_is_not_asked_again },
	{ "what a joiner reads is known", what_a_joiner_reads_is_known },
	{ "reading is receiving", reading_is_receiving },
	{ "what is known lets nobody in", what_is_known_lets_nobody_in },
	{ "own receipts are told once", own_receipts_are_told_once },
	{ "joining tells the receipts", joining_tells_the_receipts },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_receipts = { "receipts", NULL, NULL, live_setup,
	live_teardown, tests };
