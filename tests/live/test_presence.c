/* test_presence.c: online with the first connection, offline after a grace */
/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include "ev_out.h"
#include "live.h"
#include "peer.h"
#include "room.h"

#define STATUS(s)                                                              \
	"agent_status_changed {\"agent_id\":\"" FAKE_ASHA "\",\"status\":\"" s \
	"\"}\n"

#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""

/* Somebody of the workspace who watches: a second account is not needed. */
static const struct id juma = { { [15] = 0x77 } };

static struct sio_socket *watcher(void)
{
	struct sio_socket *s = live_agent();

	fake_sio_event(s, "[\"join_org_presence\"]", 1);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(s),
	    "ack 1 {\"ok\":true,\"online\":[\"" FAKE_ASHA "\"]}\n");
	return s;
}

static void grace_before_offline(void)
{
	struct sio_socket *w = watcher();

	presence_add(fake_workspace, juma);
	CU_ASSERT(live_has(fake_sio_take(w), "\"status\":\"online\""));
	presence_add(fake_workspace, juma);
	presence_del(juma);
	live_wait_ms(11000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), "");
	presence_del(juma);
	live_wait_ms(9000);
	CU_ASSERT(presence_is_online(juma));
	/* Back in time: nobody notices. */
	presence_add(fake_workspace, juma);
	live_wait_ms(11000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), "");
	presence_del(juma);
	live_wait_ms(10100);
	CU_ASSERT(live_has(fake_sio_take(w), "\"status\":\"offline\""));
	CU_ASSERT(!presence_is_online(juma));
}

static void connections_count(void)
{
	struct sio_socket *a = live_agent(), *b = live_agent();

	fake_sio_disconnect(a);
	live_wait_ms(11000);
	CU_ASSERT(presence_is_online(fake_asha));
	fake_sio_disconnect(b);
	live_wait_ms(11000);
	CU_ASSERT(!presence_is_online(fake_asha));
}

static void logout_ends_it_within_a_minute(void)
{
	struct sio_socket *a = watcher();
	char room[EV_OUT_ROOM_SIZE];
	uint64_t handle;

	fake_sio_event(a, "[\"join_queue\"]", 2);
	fake_sio_event(a,
	    "[\"join_conversation\",{\"conversation_id\":\"" FAKE_CONV1 "\"}]",
	    3);
	fake_jobs_settle();
	fake_sio_take(a);
	handle = sio_handle(a);
	fake_chat_logout();
	live_wait_ms(PEER_CHECK_MS + 100); /* in which it says nothing */
	CU_ASSERT_PTR_NULL(sio_find(handle));
	CU_ASSERT_EQUAL(room_size(ev_out_room_queue(fake_workspace, room)), 0);
	CU_ASSERT_EQUAL(delivery_count(), 0);
	live_wait_ms(11000);
	CU_ASSERT(!presence_is_online(fake_asha));
}

static void only_a_hand_uses_the_login(void)
{
	struct sio_socket *a = watcher();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"join_conversation\",{" CONV1 "}]", -1);
	live_wait_ms(5 * PEER_CHECK_MS);
	CU_ASSERT_EQUAL(fake_chat_uses(), 0);
	CU_ASSERT(peer_of(a)->is_agent);
	fake_sio_event(
	    a, "[\"send_message\",{" CONV1 ",\"content\":\"hi\"}]", -1);
	fake_chat_down(true);
	live_wait_ms(PEER_CHECK_MS + 100);
	CU_ASSERT_EQUAL(fake_chat_uses(), 0);
	fake_chat_down(false);
	live_wait_ms(5 * PEER_CHECK_MS);
	CU_ASSERT_EQUAL(fake_chat_uses(), 1);
}

static CU_TestInfo tests[] = {
	{ "an agent is offline after the grace, not before",
	    grace_before_offline },
	{ "the last of several connections counts", connections_count },
	{ "a logout ends it within a minute", logout_ends_it_within_a_minute },
	{ "only what is done by hand uses the login",
	    only_a_hand_uses_the_login },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_presence = { "presence", NULL, NULL, live_setup,
	live_teardown, tests };
