/* test_event.c: the way of every event, and what each one does */
/* SPDX-License-Identifier: MIT */
#include "event.h"

#include "live.h"
#include "peer.h"
#include "wsd.h"

#define CONV1	   "\"conversation_id\":\"" FAKE_CONV1 "\""
#define SEND(more) "[\"send_message\",{" CONV1 ",\"content\":\"hi\"" more "}]"
#define SEND_V1	   SEND(",\"sender_type\":\"end_user\",\"external_id\":\"v1\"")

/* Fields that satisfy every row, so that only the caller decides. */
#define ALL                                                                    \
	"{" CONV1 ",\"content\":\"x\",\"sender_type\":\"agent\","              \
	"\"message_ids\":[\"" FAKE_CONV1 "\"],\"seq\":1}"

static void every_agent_row_refuses_others(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	char text[400];
	size_t i;

	for (i = 0; i < events_n; i++) {
		const char *got;

		if (events[i].who == EVENT_ANYONE)
			continue;
		snprintf(
		    text, sizeof(text), "[\"%s\"," ALL "]", events[i].name);
		fake_sio_event(s, text, 5);
		fake_jobs_settle();
		got = fake_sio_take(s);
		if (events[i].fields & FIELD_SIDE ||
		    events[i].who == EVENT_AGENT) {
			CU_ASSERT(live_has(got, "error {\"message\":"));
			CU_ASSERT(live_has(got,
			    "ack 5 {\"ok\":false,\"error\":\"unauthorized\""));
		}
	}
}

static void foreign_pages_do_not_use_the_cookie(void)
{
	struct sio_socket *s =
	    fake_sio_connect("session=asha", "https://evil.example");

	fake_jobs_settle();
	CU_ASSERT(fake_sio_is_accepted(s));
	CU_ASSERT(!peer_of(s)->is_agent);
	s = fake_sio_connect("session=asha", "https://chat.example.com");
	CU_ASSERT(!fake_sio_is_accepted(s));
	fake_jobs_settle();
	CU_ASSERT(peer_of(s)->is_agent);
}

static void visitor_only_where_the_contact_is(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);

	fake_sio_event(
	    s, "[\"join_conversation\",{" CONV1 ",\"external_id\":\"v2\"}]", 1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(s),
	    "error {\"message\":\"Not yours.\"}\n"
	    "ack 1 {\"ok\":false,\"error\":\"forbidden\","
	    "\"message\":\"Not yours.\"}\n");
	fake_sio_event(s, SEND(",\"external_id\":\"v2\""), 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(s), "\"error\":\"forbidden\""));
}

static void bad_payloads_are_named(void)
{
	static const struct {
		const char *args, *says;
	} cases[] = {
		{ "[\"send_message\"]", "The payload must be an object." },
		{ "[\"send_message\",[]]", "The payload must be an object." },
		{ "[\"send_message\",{}]", "conversation_id" },
		{ "[\"send_message\",{\"conversation_id\":\"x\"}]",
		    "conversation_id" },
		{ SEND(",\"sender_type\":\"bot\""), "sender_type" },
		{ SEND(",\"content_type\":\"x\""), "content_type" },
		{ SEND(",\"rich_media\":7"), "rich_media" },
		{ SEND(",\"sender_type\":\"end_user\""), "external_id" },
		{ "[\"mark_read\",{" CONV1
		  ",\"external_id\":\"v1\",\"message_ids\":[]}]",
		    "message_ids" },
		{ "[\"mark_read\",{" CONV1
		  ",\"external_id\":\"v1\",\"message_ids\":[4]}]",
		    "message_ids" },
		{ "[\"nonsense\",{}]", "Unknown event." },
		{ "[\"\",{}]", "Unknown event." },
	};
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		const char *got;

		fake_sio_event(s, cases[i].args, 1);
		fake_jobs_settle();
		got = fake_sio_take(s);
		CU_ASSERT(live_has(got, cases[i].says));
		CU_ASSERT(live_has(got, "\"error\":\"bad_request\""));
	}
}

static void message_goes_to_room_queue_and_sender(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();
	const char *got;

	fake_sio_event(a, "[\"join_queue\"]", 1);
	CU_ASSERT_STRING_EQUAL(
	    fake_sio_take(a), "ack 1 {\"ok\":true,\"cursor\":0}\n");
	fake_sio_event(v, SEND_V1, 9);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(v), "");
	fake_jobs_settle();
	got = fake_sio_take(v);
	CU_ASSERT(live_has(got, "ack 9 {\"ok\":true,\"id\":\""));
	CU_ASSERT(live_has(got, "\"seq\":1,\"created_at\":\""));
	CU_ASSERT(live_has(got, "message_received {"));
	got = fake_sio_take(a);
	CU_ASSERT(live_has(got, "conversation_updated {" CONV1));
	CU_ASSERT_PTR_NULL(strstr(got, "message_received"));
}

static void same_client_id_is_one_message(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	const char *got;

	fake_sio_event(
	    v, SEND(",\"external_id\":\"v1\",\"client_id\":\"c\""), 1);
	fake_sio_event(
	    v, SEND(",\"external_id\":\"v1\",\"client_id\":\"c\""), 2);
	fake_jobs_settle();
	got = fake_sio_take(v);
	CU_ASSERT(live_has(got, "ack 1 {\"ok\":true"));
	CU_ASSERT(live_has(got, "ack 2 {\"ok\":true"));
	CU_ASSERT_EQUAL(live_times(got, "message_received"), 1);
}

/* Stored by one call, each with its own answer, in order. */
static void messages_that_wait_are_stored_together(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *w = live_visitor(FAKE_CONV2, "v2");
	const char *got;

	fake_jobs_group(16);
	fake_sio_event(v, SEND_V1, 1);
	fake_sio_event(w, SEND(",\"external_id\":\"v2\""), 2);
	fake_sio_event(w,
	    "[\"send_message\",{\"conversation_id\":\"" FAKE_CONV2
	    "\",\"external_id\":\"v2\",\"content\":\"there\"}]",
	    3);
	fake_sio_event(v, SEND_V1, 4);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_largest(), 4);
	got = fake_sio_take(v);
	CU_ASSERT(live_has(got, "ack 1 {\"ok\":true"));
	CU_ASSERT(live_has(got, "ack 4 {\"ok\":true"));
	CU_ASSERT(strstr(got, "\"seq\":1") < strstr(got, "\"seq\":2"));
	CU_ASSERT_EQUAL(live_times(got, "message_received"), 2);
	got = fake_sio_take(w);
	CU_ASSERT(live_has(got, "ack 2 {\"ok\":false,\"error\":\"forbidden\""));
	CU_ASSERT(live_has(got, "ack 3 {\"ok\":true"));
	CU_ASSERT_EQUAL(live_times(got, "message_received"), 1);
}

static void bot_answers_behind_the_message(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	fake_chat_bot(true);
	fake_sio_event(v, SEND_V1, -1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1,2");
}

static void visitors_learn_who_wrote_what_they_missed(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	fake_sio_event(v, SEND_V1, -1);
	fake_jobs_settle();
	fake_chat_store(fake_conv1, "an agent's");
	fake_sio_take(v);
#define JOIN_SINCE(since, who)                                                 \
	"[\"join_conversation\",{" CONV1 who ",\"since_seq\":" since "}]"
	fake_sio_event(v, JOIN_SINCE("1", ",\"external_id\":\"v1\""), 5);
	fake_jobs_settle();
	CU_ASSERT(
	    live_has(fake_sio_take(v), "\"agents\":[{\"id\":\"" FAKE_ASHA
				       "\",\"display_name\":\"Asha\"}],"));
	fake_sio_event(v, JOIN_SINCE("2", ",\"external_id\":\"v1\""), 6);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"agents\":[],"));
	fake_sio_event(a, JOIN_SINCE("0", ""), 7);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(live_times(fake_sio_take(a), "\"agents\""), 0);
#undef JOIN_SINCE
}

static void claim_tells_everyone_once(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();
	const char *got;

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"claim_conversation\",{" CONV1 "}]", 3);
	fake_jobs_settle();
	got = fake_sio_take(a);
	CU_ASSERT(live_has(
	    got, "ack 3 {\"ok\":true,\"assigned_to\":\"" FAKE_ASHA "\"}"));
	CU_ASSERT_EQUAL(live_times(got, "conversation_assigned"), 1);
	CU_ASSERT(live_has(
	    fake_sio_take(v), "\"agent\":{\"display_name\":\"Asha\"}"));
	/* Again, now that the agent is in both rooms: nothing has changed. */
	fake_sio_event(a, "[\"claim_conversation\",{" CONV1 "}]", 4);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(live_times(fake_sio_take(a), "\n"), 1);
	/* Both hear each other now. */
	fake_sio_event(a, SEND(",\"sender_type\":\"agent\""), -1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1");
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(a), "1");
}

static void too_many_messages_are_dropped_silently(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	unsigned i;

	for (i = 0; i < 30; i++)
		fake_sio_event(v, SEND_V1, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(live_times(fake_sio_take(v), "message_received"), 30);
	fake_sio_event(v, SEND_V1, -1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(v), "");
	/* A second connection does not help. */
	v = live_visitor(FAKE_CONV1, "v1");
	fake_sio_event(v, SEND_V1, 1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(v),
	    "ack 1 {\"ok\":false,\"error\":\"rate_limited\","
	    "\"message\":\"Too many messages; wait a moment.\"}\n");
	live_wait_ms(2000);
	fake_sio_event(v, SEND_V1, 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "ack 2 {\"ok\":true"));
}

static void too_many_events_are_dropped(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	unsigned i;

	for (i = 0; i < 50; i++)
		fake_sio_event(s, "[\"nonsense\"]", -1);
	CU_ASSERT_EQUAL(live_times(fake_sio_take(s), "error {"), 50);
	fake_sio_event(s, "[\"nonsense\"]", 1);
	CU_ASSERT(live_has(fake_sio_take(s), "rate_limited"));
}

static void no_database_is_answered_and_agents_stay(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1"), *a;

	fake_chat_down(true);
	fake_sio_event(v, SEND_V1, 1);
	a = fake_sio_connect("session=asha", NULL);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"unavailable\""));
	CU_ASSERT(fake_sio_is_accepted(a));
	fake_sio_event(a, "[\"join_queue\"]", 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(a), "\"error\":\"unavailable\""));
	fake_chat_down(false);
	/* Events wait for the look at the login and keep their order. */
	fake_sio_event(a, "[\"join_queue\"]", 2);
	fake_sio_event(a, "[\"join_org_presence\"]", 3);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a),
	    "ack 2 {\"ok\":true,\"cursor\":0}\nack 3 {\"ok\":true,\"online\":[\"" FAKE_ASHA
	    "\"]}\n");
}

static void full_queue_is_answered(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	fake_jobs_refuse(true);
	fake_sio_event(v, SEND_V1, 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"unavailable\""));
}

static void going_down_refuses_events(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	wsd.is_stopping = true;
	fake_sio_event(v, SEND_V1, 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"unavailable\""));
}

static CU_TestInfo tests[] = {
	{ "every row refuses a lesser caller", every_agent_row_refuses_others },
	{ "a foreign page's cookie does not count",
	    foreign_pages_do_not_use_the_cookie },
	{ "a visitor acts only where it is the contact",
	    visitor_only_where_the_contact_is },
	{ "bad payloads are told what is wrong", bad_payloads_are_named },
	{ "a message goes to room, queue and sender",
	    message_goes_to_room_queue_and_sender },
	{ "the same client_id is one message", same_client_id_is_one_message },
	{ "messages that wait are stored together",
	    messages_that_wait_are_stored_together },
	{ "the bot answers behind the message",
	    bot_answers_behind_the_message },
	{ "visitors learn who wrote what they missed",
	    visitors_learn_who_wrote_what_they_missed },
	{ "a claim is told once and lets the agent in",
	    claim_tells_everyone_once },
	{ "too many messages of a visitor are dropped silently",
	    too_many_messages_are_dropped_silently },
	{ "too many events of a connection are dropped",
	    too_many_events_are_dropped },
	{ "without a database events are answered, agents stay",
	    no_database_is_answered_and_agents_stay },
	{ "a full queue is answered", full_queue_is_answered },
	{ "a daemon that goes down refuses events", going_down_refuses_events },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_event = { "event", NULL, NULL, live_setup, live_teardown,
	tests };
