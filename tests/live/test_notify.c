/* test_notify.c: what other programs change is heard here; the sweeper */
/* SPDX-License-Identifier: MIT */
#include "notify.h"

#include "live.h"
#include "metrics.h"
#include "turns.h"
#include "wsd.h"

#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""
#define SAY(text)                                                              \
	"[\"send_message\",{" CONV1                                            \
	",\"sender_type\":\"end_user\",\"external_id\":\"v1\","                \
	"\"content\":\"" text "\",\"client_id\":\"" text "\"}]"

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
		{ "bot_failed", "conversation_bot_failed", true, false },
		{ "read", "messages_read", true, true },
		{ "delivered", "messages_delivered", true, true },
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
		notify_ring();
		fake_jobs_settle();
		snprintf(line, sizeof(line), "%s {\"x\":1}\n", cases[i].event);
		CU_ASSERT_STRING_EQUAL(
		    fake_sio_take(a), cases[i].queue ? line : "");
		CU_ASSERT_STRING_EQUAL(
		    fake_sio_take(v), cases[i].room ? line : "");
	}
}

/* A row that this daemon has written itself. */
static void ring_own(const char *kind, int64_t at)
{
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = str_of(kind),
		.payload = STR("{\"from\":\"feed\"}"),
		.origin = wsd.origin,
		.created_at = at,
	};

	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
}

/* The row of a message that stands in the conversation already. */
static void ring_own_message(uint64_t seq)
{
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("message"),
		.origin = wsd.origin,
		.message = { .conversation_id = fake_conv1, .seq = seq },
	};

	fake_chat_feed(&row);
	notify_ring();
}

/* The same as the feed really gives it. */
static void ring_bare_message(uint64_t seq)
{
	const struct feed_row row = {
		.id = 100 + seq,
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("message"),
		.origin = wsd.origin,
		.seq = seq,
		.is_bare = true,
	};

	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
}

static void bare_messages_are_passed_over_or_asked_for(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(v, SAY("hi"), -1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1");
	fake_sio_take(a);
	ring_bare_message(1);
	live_wait_ms(30);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	/* The answer was lost: the row is all that there is. */
	fake_chat_lose_answers(true);
	fake_sio_event(v, SAY("ho"), 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"unavailable\""));
	ring_bare_message(2);
	live_wait_ms(30);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "2");
	CU_ASSERT(live_has(fake_sio_take(a), "\"content\":\"ho\""));
}

static void own_messages_are_told_once(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(v, SAY("hi"), -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(a), "conversation_updated"), 1);
	ring_own_message(1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	/* The feed may also come first. */
	ring_own_message(2);
	fake_sio_event(v, SAY("ho"), -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(a), "conversation_updated"), 1);
}

static void a_message_whose_answer_was_lost_is_told_by_the_feed(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_chat_lose_answers(true);
	fake_sio_event(v, SAY("hi"), 1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	CU_ASSERT(live_has(fake_sio_take(v), "\"error\":\"unavailable\""));
	ring_own_message(1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(v), "1");
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(a), "conversation_updated"), 1);
	/* Sent again under its name it is no news. */
	fake_chat_lose_answers(false);
	fake_sio_event(v, SAY("hi"), 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "ack 2 {\"ok\":true"));
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
}

static void own_changes_are_told_once(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"claim_conversation\",{" CONV1 "}]", -1);
	fake_jobs_settle();
	ring_own("assigned", FAKE_AT);
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(a), "conversation_assigned"), 1);
	fake_sio_take(v);
	fake_sio_event(a,
	    "[\"mark_read\",{" CONV1 ",\"message_ids\":[\"" FAKE_CONV1 "\"]}]",
	    -1);
	fake_jobs_settle();
	ring_own("read", FAKE_AT);
	CU_ASSERT_EQUAL(live_times(fake_sio_take(v), "messages_read"), 1);
	fake_chat_bot(true);
	fake_sio_take(a);
	fake_sio_event(v, SAY("person"), -1);
	fake_jobs_settle();
	ring_own("handoff", FAKE_AT + 1);
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(a), "conversation_handoff"), 1);
}

static void changes_whose_answer_was_lost_are_told_by_the_feed(void)
{
	static const char *const kinds[] = { "assigned", "read", "handoff" };
	struct sio_socket *a = live_agent();
	size_t i;

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"claim_conversation\",{" CONV1 "}]", -1);
	fake_jobs_settle();
	fake_sio_take(a);
	/* Nor is one taken for another: that claim was told of. */
	for (i = 0; i < COUNT_OF(kinds); i++) {
		ring_own(kinds[i], FAKE_AT + 1);
		CU_ASSERT(live_has(fake_sio_take(a), " {\"from\":\"feed\"}\n"));
	}
	ring_own("assigned", FAKE_AT);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
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

static void cursors_are_told_once_a_second(void)
{
	struct sio_socket *a = live_agent(), *b = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_chat_cursor(7);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(
	    fake_sio_take(a), "queue_cursor {\"cursor\":7}\n");
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), "");
	fake_chat_cursor(8);
	notify_ring();
	fake_jobs_settle();
	fake_chat_cursor(9);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	/* The last one is told though nothing more happens. */
	live_wait_ms(1100);
	CU_ASSERT_STRING_EQUAL(
	    fake_sio_take(a), "queue_cursor {\"cursor\":9}\n");
	live_wait_ms(5000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	fake_sio_event(b, "[\"join_queue\",{}]", 1);
	CU_ASSERT_STRING_EQUAL(
	    fake_sio_take(b), "ack 1 {\"ok\":true,\"cursor\":9}\n");
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

static bool page_has(const char *line)
{
	struct buf b;
	bool has;

	buf_init(&b, 0);
	metrics_put(&b);
	buf_byte(&b, '\0');
	has = strstr(b.p, line) != NULL;
	buf_fini(&b);
	return has;
}

static void the_lag_can_be_seen_after_the_reading(void)
{
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("tagged"),
		.payload = STR("{}"),
		.created_at = clock_now_us() - 7000000,
	};

	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT(page_has("\nbaraza_feed_lag_seconds 7\n"));
	/* Readings that find nothing, and one that finds what is new. */
	live_wait_ms(5000);
	row.created_at = clock_now_us();
	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT(page_has("\nbaraza_feed_lag_seconds 7\n"));
	live_wait_ms(40000);
	CU_ASSERT(page_has("\nbaraza_feed_lag_seconds 0\n"));
}

static CU_TestInfo tests[] = {
	{ "foreign messages reach room and queue",
	    foreign_messages_reach_room_and_queue },
	{ "other kinds go where they belong",
	    other_kinds_go_where_they_belong },
	{ "own messages are told once", own_messages_are_told_once },
	{ "bare messages are passed over or asked for",
	    bare_messages_are_passed_over_or_asked_for },
	{ "a message whose answer was lost is told by the feed",
	    a_message_whose_answer_was_lost_is_told_by_the_feed },
	{ "own changes are told once", own_changes_are_told_once },
	{ "changes whose answer was lost are told by the feed",
	    changes_whose_answer_was_lost_are_told_by_the_feed },
	{ "who is in both rooms hears it once",
	    who_is_in_both_rooms_hears_it_once },
	{ "cursors are told once a second", cursors_are_told_once_a_second },
	{ "it polls when nobody rings", it_polls_when_nobody_rings },
	{ "turns that were left over are run", left_over_turns_are_run },
	{ "the lag can be seen after the reading",
	    the_lag_can_be_seen_after_the_reading },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_notify = { "notify", NULL, NULL, setup, teardown, tests };
