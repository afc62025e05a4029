/* test_notify.c: what other programs change is heard here; the sweeper */
/* SPDX-License-Identifier: MIT */
#include "notify.h"

#include "live.h"
#include "turns.h"
#include "wsd.h"

#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""

static void setup(void)
{
	live_setup();
	notify_start();
	fake_jobs_settle();
}

static void teardown(void)
{
	notify_stop();
	fake_jobs_settle();
	notify_fini();
	live_teardown();
}

static void ring_message(struct id origin)
{
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("message"),
		.origin = origin,
		.message = fake_chat_store(fake_conv1, "from elsewhere"),
	};

	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
}

static void foreign_messages_reach_room_and_queue(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	ring_message(ID_NONE);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1");
	CU_ASSERT(live_has(fake_sio_take(a), "conversation_updated {" CONV1));
	/* Our own: the queue has been told of it before. */
	ring_message(wsd.origin);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "2");
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
}

static void other_kinds_go_where_they_belong(void)
{
	static const struct {
		const char *kind, *event;
		bool queue, room;
	} cases[] = {
		{ "assigned", "conversation_assigned", true, true },
		{ "resolved", "conversation_resolved", true, true },
		{ "tagged", "conversation_tagged", true, false },
		{ "handoff", "conversation_handoff", true, false },
		{ "read", "messages_read", false, true },
		{ "nonsense", "", false, false },
	};
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();
	size_t i;

	fake_sio_event(a, "[\"join_queue\"]", -1);
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct feed_row row = {
			.workspace_id = fake_workspace,
			.conversation_id = fake_conv1,
			.kind = str_of(cases[i].kind),
			.payload = STR("{\"x\":1}"),
		};
		char line[80] = "";

		fake_chat_feed(&row);
		row.origin = wsd.origin;
		fake_chat_feed(&row); /* nobody hears of that one */
		notify_ring();
		fake_jobs_settle();
		snprintf(line, sizeof(line), "%s {\"x\":1}\n", cases[i].event);
		CU_ASSERT_STRING_EQUAL(
		    fake_sio_take(a), cases[i].queue ? line : "");
		CU_ASSERT_STRING_EQUAL(
		    fake_sio_take(v), cases[i].room ? line : "");
	}
}

static void who_is_in_both_rooms_hears_it_once(void)
{
	struct sio_socket *a = live_agent();
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("resolved"),
		.payload = STR("{}"),
	};

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"join_conversation\",{" CONV1 "}]", -1);
	fake_jobs_settle();
	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "conversation_resolved {}\n");
}

static void it_polls_when_nobody_rings(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct feed_row row = {
		.kind = STR("message"),
		.message = fake_chat_store(fake_conv1, "x"),
	};

	fake_chat_feed(&row);
	live_wait_ms(1100);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1");
	/* And goes on after the database was away. */
	fake_chat_down(true);
	live_wait_ms(3000);
	fake_chat_down(false);
	row.message = fake_chat_store(fake_conv1, "y");
	fake_chat_feed(&row);
	live_wait_ms(1100);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "2");
}

static void left_over_turns_are_run(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");

	fake_chat_store(fake_conv1, "unanswered");
	fake_chat_bot(true);
	turns_start();
	live_wait_ms(1100);
	turns_stop();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1,2");
}

static CU_TestInfo tests[] = {
	{ "foreign messages reach room and queue",
	    foreign_messages_reach_room_and_queue },
	{ "other kinds go where they belong",
	    other_kinds_go_where_they_belong },
	{ "who is in both rooms hears it once",
	    who_is_in_both_rooms_hears_it_once },
	{ "it polls when nobody rings", it_polls_when_nobody_rings },
	{ "turns that were left over are run", left_over_turns_are_run },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_notify = { "notify", NULL, NULL, setup, teardown, tests };
