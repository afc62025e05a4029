/* test_foreign.c: pages of other sites use what their integration allows */
/* SPDX-License-Identifier: MIT */
#include "foreign.h"

#include "drops.h"
#include "live.h"
#include "peer.h"

#define SHOP   "https://shop.example"
#define EVIL   "https://evil.example"
#define NAMED  "{\"embed_token\":\"ew_shop\"}"
#define DENIED "refused Origin not allowed\n"

static const char *fields(
    const char *event, const char *conversation, const char *more)
{
	static char text[300];

	snprintf(text, sizeof(text),
	    "[\"%s\",{\"conversation_id\":\"%s\",\"external_id\":\"v%s\"%s}]",
	    event, conversation,
	    strcmp(conversation, FAKE_CONV1) == 0 ? "1" : "2", more);
	return text;
}

static struct sio_socket *page(const char *origin)
{
	struct sio_socket *s = fake_sio_connect(NULL, origin);

	fake_jobs_settle();
	CU_ASSERT(fake_sio_is_accepted(s));
	fake_sio_take(s);
	return s;
}

static void who_names_an_integration_must_be_allowed_by_it(void)
{
	static const struct {
		const char *origin, *query, *auth;
		bool is_allowed;
	} cases[] = {
		{ SHOP, NULL, NAMED, true },
		{ SHOP, "EIO=4&embed_token=ew_shop&t=1", NULL, true },
		{ NULL, NULL, NAMED, true },
		{ "https://chat.example.com", NULL, NAMED, true },
		{ EVIL, NULL, NULL, true }, /* asked with its first event */
		{ EVIL, NULL, "{\"embed_token\":5}", true },
		{ EVIL, NULL, NAMED, false },
		{ EVIL, "embed_token=ew_shop", NULL, false },
		{ "null", NULL, NAMED, false },
		{ SHOP, NULL, "{\"embed_token\":\"ew_none\"}", false },
		{ NULL, NULL, "{\"embed_token\":\"ew_none\"}", false },
		{ SHOP, "embed_token=ew_shop", "{\"embed_token\":\"x\"}",
		    false },
	};
	uint64_t drops = drops_get(DROP_ORIGIN);

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct sio_socket *s = fake_sio_connect_with(
		    NULL, cases[i].origin, cases[i].query, cases[i].auth);

		fake_jobs_settle();
		CU_ASSERT_EQUAL(fake_sio_is_accepted(s), cases[i].is_allowed);
		if (!cases[i].is_allowed)
			CU_ASSERT_STRING_EQUAL(fake_sio_take(s), DENIED);
		fake_sio_disconnect(s);
	}
	CU_ASSERT_EQUAL(drops_get(DROP_ORIGIN), drops + 6);
}

static void who_names_one_is_still_looked_up_as_an_agent(void)
{
	struct sio_socket *s = fake_sio_connect_with(
	    "session=asha", "https://chat.example.com", NULL, NAMED);

	fake_jobs_settle();
	CU_ASSERT(peer_of(s)->is_agent);
}

static void without_a_database_who_names_one_is_accepted(void)
{
	struct sio_socket *s;

	fake_chat_down(true);
	s = fake_sio_connect_with(NULL, EVIL, NULL, NAMED);
	fake_jobs_settle();
	CU_ASSERT(fake_sio_is_accepted(s));
	fake_chat_down(false);
	/* And does not get further. */
	fake_sio_event(s, fields("join_conversation", FAKE_CONV1, ""), 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(s), "\"error\":\"forbidden\""));
}

static void one_that_leaves_meanwhile_is_forgotten(void)
{
	struct sio_socket *s = fake_sio_connect_with(NULL, SHOP, NULL, NAMED);

	fake_sio_disconnect(s);
	s = page(SHOP);
	fake_sio_event(s, fields("join_conversation", FAKE_CONV1, ""), 1);
	fake_sio_disconnect(s);
	fake_jobs_settle();
}

static void foreign_pages_use_conversations_that_allow_them(void)
{
	struct sio_socket *shop = page(SHOP), *evil = page(EVIL);
	uint64_t drops = drops_get(DROP_EVENT_ORIGIN);

	fake_sio_event(shop, fields("join_conversation", FAKE_CONV1, ""), 1);
	fake_sio_event(evil, fields("join_conversation", FAKE_CONV1, ""), 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(shop), "ack 1 {\"ok\":true"));
	CU_ASSERT(live_has(fake_sio_take(evil), "\"error\":\"forbidden\""));
	fake_sio_event(
	    shop, fields("send_message", FAKE_CONV1, ",\"content\":\"a\""), 2);
	fake_sio_event(
	    evil, fields("send_message", FAKE_CONV1, ",\"content\":\"b\""), 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(shop), "ack 2 {\"ok\":true"));
	CU_ASSERT(live_has(fake_sio_take(evil), "Origin not allowed"));
	CU_ASSERT_EQUAL(drops_get(DROP_EVENT_ORIGIN), drops + 2);
	/* Asked once per conversation that is allowed. */
	CU_ASSERT_EQUAL(fake_chat_site_checks(), 3);
	/* An integration without a list is for all. */
	fake_sio_event(evil, fields("join_conversation", FAKE_CONV2, ""), 3);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(evil), "ack 3 {\"ok\":true"));
}

static void our_own_pages_are_never_asked_about(void)
{
	static const char *const origins[] = { NULL,
		"https://chat.example.com" };

	for (size_t i = 0; i < COUNT_OF(origins); i++) {
		struct sio_socket *s = page(origins[i]);

		fake_sio_event(
		    s, fields("join_conversation", FAKE_CONV1, ""), 1);
		fake_jobs_settle();
		CU_ASSERT(live_has(fake_sio_take(s), "ack 1 {\"ok\":true"));
	}
	CU_ASSERT_EQUAL(fake_chat_site_checks(), 0);
}

static void events_keep_their_order_while_it_is_asked(void)
{
	struct sio_socket *s = page(SHOP);
	char more[40];

	fake_sio_event(s, fields("join_conversation", FAKE_CONV1, ""), 0);
	fake_sio_event(s, fields("join_conversation", FAKE_CONV2, ""), 1);
	for (int i = 2; i < 8; i++) {
		snprintf(more, sizeof(more), ",\"content\":\"%d\"", i);
		fake_sio_event(s,
		    fields(
			"send_message", i % 2 ? FAKE_CONV1 : FAKE_CONV2, more),
		    i);
	}
	fake_jobs_settle();
	/* Of each conversation; the second was asked about later. */
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "1,2,3,1,2,3");
	CU_ASSERT_EQUAL(peer_of(s)->deferred, 0);
}

static void a_database_that_is_away_is_said(void)
{
	struct sio_socket *s = page(SHOP);

	fake_chat_down(true);
	fake_sio_event(s, fields("join_conversation", FAKE_CONV1, ""), 1);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(s), "\"error\":\"unavailable\""));
	fake_chat_down(false);
	fake_sio_event(s, fields("join_conversation", FAKE_CONV1, ""), 2);
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(s), "ack 2 {\"ok\":true"));
}

static CU_TestInfo tests[] = {
	{ "who names an integration must be allowed by it",
	    who_names_an_integration_must_be_allowed_by_it },
	{ "who names one is still looked up as an agent",
	    who_names_one_is_still_looked_up_as_an_agent },
	{ "without a database who names one is accepted",
	    without_a_database_who_names_one_is_accepted },
	{ "one that leaves meanwhile is forgotten",
	    one_that_leaves_meanwhile_is_forgotten },
	{ "foreign pages use conversations that allow them",
	    foreign_pages_use_conversations_that_allow_them },
	{ "our own pages are never asked about",
	    our_own_pages_are_never_asked_about },
	{ "events keep their order while it is asked",
	    events_keep_their_order_while_it_is_asked },
	{ "a database that is away is said", a_database_that_is_away_is_said },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_foreign = { "foreign", NULL, NULL, live_setup, live_teardown,
	tests };
