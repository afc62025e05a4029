/* test_queue.c: join_queue with the cursor of a queue that was left */
/* SPDX-License-Identifier: MIT */
#include "ev_out.h"
#include "live.h"
#include "peer.h"

#define SINCE(n) "[\"join_queue\",{\"since\":" n "}]"
#define EVENT                                                                  \
	"{\"id\":12,\"event\":\"conversation_tagged\",\"payload\":{\"x\":1}}"

static const struct chat_event event = {
	.id = 12,
	.name = "conversation_tagged",
	.payload = { "{\"x\":1}", 7 },
};

static void what_was_missed_is_in_the_answer(void)
{
	struct sio_socket *a = live_agent();

	fake_chat_event(&event, 0);
	fake_sio_event(a, SINCE("11"), 1);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a),
	    "ack 1 {\"ok\":true,\"cursor\":12,\"missed\":[" EVENT "]}\n");
	fake_sio_event(a, SINCE("12"), 2);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a),
	    "ack 2 {\"ok\":true,\"cursor\":12,\"missed\":[]}\n");
	CU_ASSERT_EQUAL(fake_chat_event_reads(), 2);
}

static void a_cursor_that_is_too_old_means_reload(void)
{
	struct sio_socket *a = live_agent();

	fake_chat_event(&event, 5);
	fake_sio_event(a, SINCE("4"), 1);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a),
	    "ack 1 {\"ok\":true,\"cursor\":0,\"reload\":true}\n");
}

static void send_to_queue(void)
{
	const struct ev_out_payload out = {
		.event = "conversation_tagged",
		.payload = STR("{\"x\":2}"),
		.workspace_id = fake_workspace,
		.to_queue = true,
	};

	ev_out_payload(&out);
}

static void what_comes_meanwhile_is_in_the_answer_too(void)
{
	struct sio_socket *a = live_agent();
	int i;

	fake_chat_event(&event, 0);
	fake_sio_event(a, SINCE("11"), 1);
	fake_jobs_run();
	send_to_queue(); /* after the reading */
	CU_ASSERT(live_has(fake_sio_take(a), "{\"x\":2}"));
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_event_reads(), 2);
	CU_ASSERT(live_has(fake_sio_take(a), EVENT));
	/* A queue that never rests gets its answer all the same. */
	fake_sio_event(a, SINCE("11"), 2);
	for (i = 0; i < 50; i++) {
		fake_jobs_run();
		send_to_queue();
		jobs_collect();
	}
	CU_ASSERT(live_has(fake_sio_take(a), EVENT));
}

static void faults_and_leaving_are_no_harm(void)
{
	struct sio_socket *a = live_agent();

	fake_sio_event(a, SINCE("-1"), 1);
	CU_ASSERT(live_has(fake_sio_take(a), "bad_request"));
	fake_chat_down(true);
	fake_sio_event(a, SINCE("3"), 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(a), "\"error\":\"unavailable\""));
	fake_chat_down(false);
	fake_sio_event(a, SINCE("3"), 3);
	fake_sio_disconnect(a);
	fake_jobs_settle();
}

static CU_TestInfo tests[] = {
	{ "what was missed is in the answer",
	    what_was_missed_is_in_the_answer },
	{ "a cursor that is too old means reload",
	    a_cursor_that_is_too_old_means_reload },
	{ "what comes meanwhile is in the answer too",
	    what_comes_meanwhile_is_in_the_answer_too },
	{ "faults and leaving are no harm", faults_and_leaving_are_no_harm },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_queue = { "queue", NULL, NULL, live_setup, live_teardown,
	tests };
