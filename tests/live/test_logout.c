/* test_logout.c: the end of a login closes its sockets and nobody else's */
/* SPDX-License-Identifier: MIT */
#include "live.h"
#include "notify.h"
#include "peer.h"
#include "presence.h"
#include "wsd.h"

#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""
#define JOIN  "[\"join_conversation\",{" CONV1 "}]"
#define SAY   "[\"send_message\",{" CONV1 ",\"content\":\"still here\"}]"
#define JUMA  "00000000-0000-0000-0000-000000000077"

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

/* The row that account.c writes; rung, not yet read. */
static void ring(const char *user_id)
{
	char payload[80];
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.kind = STR("login"),
	};

	snprintf(payload, sizeof(payload), "{\"user_id\":\"%s\"}", user_id);
	row.payload = str_of(payload);
	fake_chat_feed(&row);
	notify_ring();
	while (fake_jobs_run())
		;
	jobs_collect(); /* read: looks are on their way, not done */
}

static struct sio_socket *console(void)
{
	struct sio_socket *a = live_agent();

	fake_sio_event(a, "[\"join_queue\"]", -1);
	fake_sio_event(a, "[\"join_org_presence\"]", -1);
	fake_sio_event(a, JOIN, -1);
	fake_jobs_settle();
	fake_sio_take(a);
	return a;
}

static void a_row_closes_the_sockets_of_its_user(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	uint64_t first = sio_handle(console()), second = sio_handle(console());

	fake_chat_logout();
	ring(FAKE_ASHA);
	fake_jobs_settle();
	CU_ASSERT_PTR_NULL(sio_find(first));
	CU_ASSERT_PTR_NULL(sio_find(second));
	CU_ASSERT_EQUAL(peer_count(), 1);
	/* Their client comes again and is nobody. */
	live_wait_ms(11000);
	CU_ASSERT(!presence_is_online(fake_asha));
	CU_ASSERT_STRING_EQUAL(fake_sio_take(v), "");
	v = live_agent();
	CU_ASSERT(!peer_of(v)->is_agent);
}

static void who_has_another_login_stays(void)
{
	struct sio_socket *a = console();

	ring(FAKE_ASHA);
	fake_jobs_settle();
	CU_ASSERT(peer_of(a)->is_agent);
	CU_ASSERT(!peer_of(a)->is_unsure);
	fake_sio_event(a, SAY, 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(a), "ack 1 {\"ok\":true"));
}

static void a_row_of_another_user_asks_for_no_look(void)
{
	struct sio_socket *a = console();

	ring(JUMA);
	ring("nonsense");
	CU_ASSERT_EQUAL(peer_of(a)->looks, 0);
	CU_ASSERT(!fake_jobs_run());
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
}

static void events_in_flight_are_refused(void)
{
	struct sio_socket *v = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *a = console();

	fake_chat_logout();
	ring(FAKE_ASHA);
	/* The login is being looked at: what comes now must wait for it. */
	fake_sio_event(a, SAY, 1);
	fake_sio_event(a, "[\"join_queue\"]", 2);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(v), "");
}

static void events_wait_while_nobody_knows(void)
{
	struct sio_socket *a = console();

	fake_chat_down(true);
	peer_check_user(fake_asha);
	fake_jobs_settle();
	CU_ASSERT(peer_of(a)->is_unsure);
	fake_chat_down(false);
	fake_sio_event(a, SAY, 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(a), "ack 1 {\"ok\":true"));
}

/* The look at CONNECT was over before the logout, its answer is not. */
static void a_look_that_is_old_counts_for_nothing(void)
{
	struct sio_socket *other = console();
	struct sio_socket *a = fake_sio_connect("session=asha", NULL);
	uint64_t handle = sio_handle(a), old = sio_handle(other);

	CU_ASSERT(fake_jobs_run());
	fake_chat_logout();
	peer_check_user(fake_asha);
	fake_jobs_settle();
	CU_ASSERT_PTR_NULL(sio_find(old));
	CU_ASSERT_PTR_NULL(sio_find(handle));
}

static void a_visitor_in_the_same_browser_is_left_alone(void)
{
	struct sio_socket *v = fake_sio_connect("session=asha", NULL);

	fake_jobs_settle();
	fake_sio_event(v,
	    "[\"join_conversation\",{" CONV1 ",\"external_id\":\"v1\"}]", -1);
	fake_jobs_settle();
	fake_sio_take(v);
	fake_chat_logout();
	ring(FAKE_ASHA);
	fake_jobs_settle();
	CU_ASSERT(!peer_of(v)->is_agent);
	fake_chat_store(fake_conv1, "from elsewhere");
	fake_sio_event(v,
	    "[\"send_message\",{" CONV1 ",\"external_id\":\"v1\","
	    "\"content\":\"hi\"}]",
	    1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(v), "ack 1 {\"ok\":true"));
}

static CU_TestInfo tests[] = {
	{ "a row closes the sockets of its user",
	    a_row_closes_the_sockets_of_its_user },
	{ "who has another login stays", who_has_another_login_stays },
	{ "a row of another user asks for no look",
	    a_row_of_another_user_asks_for_no_look },
	{ "events in flight are refused", events_in_flight_are_refused },
	{ "events wait while nobody knows", events_wait_while_nobody_knows },
	{ "a look that is old counts for nothing",
	    a_look_that_is_old_counts_for_nothing },
	{ "a visitor in the same browser is left alone",
	    a_visitor_in_the_same_browser_is_left_alone },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_logout = { "logout", NULL, NULL, setup, teardown, tests };
