/* test_typing.c: who is writing just now */
/* SPDX-License-Identifier: MIT */
#include "typing.h"

#include "live.h"

#define TYPE(conv, side)                                                       \
	"[\"user_typing\",{\"conversation_id\":\"" conv                        \
	"\",\"sender_type\":\"" side "\"}]"
#define INDICATOR                                                              \
	"typing_indicator {\"conversation_id\":\"" FAKE_CONV1                  \
	"\",\"sender_type\":\"end_user\"}\n"
#define CLEARED                                                                \
	"typing_cleared {\"conversation_id\":\"" FAKE_CONV1                    \
	"\",\"sender_type\":\"end_user\"}\n"

static void others_see_it_until_silence(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *b = live_visitor(FAKE_CONV1, "v1");

	fake_sio_event(a, TYPE(FAKE_CONV1, "end_user"), -1);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), INDICATOR);
	live_wait_ms(4000);
	fake_sio_event(a, TYPE(FAKE_CONV1, "end_user"), -1);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), INDICATOR);
	live_wait_ms(4000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), "");
	live_wait_ms(1100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), CLEARED);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	CU_ASSERT_EQUAL(typing_count(), 0);
}

static void sending_clears_it(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *b = live_visitor(FAKE_CONV1, "v1");

	fake_sio_event(a, TYPE(FAKE_CONV1, "end_user"), -1);
	fake_sio_event(a,
	    "[\"send_message\",{\"conversation_id\":\"" FAKE_CONV1
	    "\",\"content\":\"hi\",\"sender_type\":\"end_user\","
	    "\"external_id\":\"v1\"}]",
	    -1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(b), CLEARED));
	CU_ASSERT_EQUAL(typing_count(), 0);
}

static void leaving_and_going_clear_it(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *b = live_visitor(FAKE_CONV1, "v1");

	fake_sio_event(a, TYPE(FAKE_CONV1, "end_user"), -1);
	fake_sio_event(a,
	    "[\"leave_conversation\",{\"conversation_id\":\"" FAKE_CONV1 "\"}]",
	    -1);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), INDICATOR CLEARED);
	a = live_visitor(FAKE_CONV1, "v1");
	fake_sio_event(a, TYPE(FAKE_CONV1, "end_user"), -1);
	fake_sio_disconnect(a);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), INDICATOR CLEARED);
	CU_ASSERT_EQUAL(typing_count(), 0);
}

static void only_members_type(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV2, "v2");
	struct sio_socket *b = live_visitor(FAKE_CONV1, "v1");

	fake_sio_event(a,
	    "[\"user_typing\",{\"conversation_id\":\"" FAKE_CONV1
	    "\",\"external_id\":\"v1\"}]",
	    3);
	CU_ASSERT(live_has(fake_sio_take(a), "\"error\":\"forbidden\""));
	/* An agent's name is nothing that a visitor can put on. */
	fake_sio_event(a, TYPE(FAKE_CONV2, "agent"), 4);
	CU_ASSERT(live_has(fake_sio_take(a), "\"error\":\"unauthorized\""));
	CU_ASSERT_STRING_EQUAL(fake_sio_take(b), "");
}

static CU_TestInfo tests[] = {
	{ "others see it until there is silence", others_see_it_until_silence },
	{ "sending clears it", sending_clears_it },
	{ "leaving and going away clear it", leaving_and_going_clear_it },
	{ "only members type, and only as themselves", only_members_type },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_typing = { "typing", NULL, NULL, live_setup, live_teardown,
	tests };
