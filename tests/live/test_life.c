/* test_life.c: presence and typing over several daemons */
/* SPDX-License-Identifier: MIT */
#include "life.h"

#include "live.h"
#include "notify.h"
#include "peer.h"
#include "presence.h"
#include "typing.h"
#include "wsd.h"

#define JUMA "00000000-0000-0000-0000-000000000077"
#define STATUS(s)                                                              \
	"agent_status_changed {\"agent_id\":\"" JUMA "\",\"status\":\"" s      \
	"\"}\n"
#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""
#define TYPE  "[\"user_typing\",{" CONV1 ",\"sender_type\":\"end_user\"}]"
#define INDICATOR                                                              \
	"typing_indicator {" CONV1 ",\"sender_type\":\"agent\","               \
	"\"sender_name\":\"Juma\"}\n"
#define CLEARED "typing_cleared {" CONV1 ",\"sender_type\":\"agent\"}\n"
#define BEAT_MS 5000 /* the settings' defaults */

static const struct id juma = { { [15] = 0x77 } };
static const struct id other = { { [15] = 0xd2 } };
static const struct id third = { { [15] = 0xd3 } };

static void setup(void)
{
	live_setup();
	notify_start();
	life_start();
	fake_jobs_settle();
}

static void teardown(void)
{
	life_stop();
	notify_stop();
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.leaves, 1);
	notify_fini();
	live_teardown();
}

static void another_lives(void)
{
	fake_daemons.n_living = 1;
	fake_daemons.living[0] = other;
}

static void juma_is_at(struct id daemon_id)
{
	fake_daemons.n_agents = 1;
	fake_daemons.agents[0] =
	    (struct daemons_agent){ daemon_id, juma, fake_workspace };
}

static void look_now(void)
{
	life_look();
	fake_jobs_settle();
}

static struct sio_socket *watcher(void)
{
	struct sio_socket *s = live_agent();

	fake_sio_event(s, "[\"join_org_presence\"]", -1);
	return s;
}

static void agents_elsewhere_are_online(void)
{
	struct sio_socket *w = watcher();

	another_lives();
	juma_is_at(other);
	look_now();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), STATUS("online"));
	CU_ASSERT(presence_is_online(juma));
	fake_sio_event(w, "[\"join_org_presence\"]", 1);
	CU_ASSERT(live_has(fake_sio_take(w), JUMA));
	look_now();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), "");
	/* The other daemon lives and has given the grace itself. */
	fake_daemons.n_agents = 0;
	look_now();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), STATUS("offline"));
	CU_ASSERT(!presence_is_online(juma));
}

static void a_dead_daemon_hands_its_agents_back_after_the_grace(void)
{
	struct sio_socket *w = watcher();

	another_lives();
	juma_is_at(other);
	look_now();
	fake_daemons.n_living = fake_daemons.n_agents = 0;
	look_now();
	live_wait_ms(9000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), STATUS("online"));
	live_wait_ms(1100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), STATUS("offline"));
}

static void who_moves_does_not_flicker(void)
{
	struct sio_socket *w = watcher();

	another_lives();
	juma_is_at(other);
	look_now();
	fake_sio_take(w);
	/* To us from a daemon that dies. */
	fake_daemons.n_living = fake_daemons.n_agents = 0;
	look_now();
	live_wait_ms(5000);
	presence_add(fake_workspace, juma);
	live_wait_ms(20000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), "");
	/* From us to another. */
	presence_del(juma);
	live_wait_ms(5000);
	fake_daemons.n_living = 2;
	fake_daemons.living[1] = third;
	juma_is_at(third);
	look_now();
	live_wait_ms(20000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), "");
	/* From one that dies to another. */
	fake_daemons.n_living = 1;
	fake_daemons.n_agents = 0;
	look_now();
	live_wait_ms(5000);
	juma_is_at(other);
	look_now();
	live_wait_ms(20000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), "");
	fake_daemons.n_agents = 0;
	look_now();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(w), STATUS("offline"));
}

static void coming_and_going_is_written_once(void)
{
	struct sio_socket *a = live_agent(), *b = live_agent();

	CU_ASSERT_EQUAL(fake_daemons.come, 1);
	CU_ASSERT_EQUAL(fake_daemons.told, 0); /* nobody to tell */
	fake_sio_disconnect(a);
	live_wait_ms(11000);
	CU_ASSERT_EQUAL(fake_daemons.gone, 0);
	another_lives();
	look_now();
	fake_sio_disconnect(b);
	live_wait_ms(9000);
	CU_ASSERT_EQUAL(fake_daemons.gone, 0);
	live_wait_ms(1100);
	CU_ASSERT_EQUAL(fake_daemons.gone, 1);
	CU_ASSERT_EQUAL(fake_daemons.told, 1);
	CU_ASSERT_EQUAL(fake_daemons.come, 1);
}

static void many_are_written_in_parts(void)
{
	struct id id = juma;

	for (id.b[0] = 0; id.b[0] < 40; id.b[0]++)
		presence_add(fake_workspace, id);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.come, 40);
	for (id.b[0] = 0; id.b[0] < 40; id.b[0]++)
		presence_del(id);
	live_wait_ms(10100);
	CU_ASSERT_EQUAL(fake_daemons.gone, 40);
}

static void without_a_database_presence_goes_on_here(void)
{
	struct sio_socket *w = watcher();

	another_lives();
	juma_is_at(other);
	look_now();
	fake_sio_take(w);
	fake_daemons.is_down = true;
	presence_add(fake_workspace, third);
	live_wait_ms(3 * BEAT_MS);
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(w), "\"status\":\"online\""), 1);
	presence_del(third);
	live_wait_ms(11000);
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(w), "\"status\":\"offline\""), 1);
	CU_ASSERT(presence_is_online(juma));
	CU_ASSERT_EQUAL(fake_daemons.come, 1); /* only the watcher */
	fake_daemons.is_down = false;
	presence_add(fake_workspace, third);
	live_wait_ms(BEAT_MS + 100);
	CU_ASSERT_EQUAL(fake_daemons.come, 2);
}

static void who_was_taken_for_dead_writes_all_again(void)
{
	live_agent();
	CU_ASSERT_EQUAL(fake_daemons.come, 1);
	live_wait_ms(2 * BEAT_MS);
	CU_ASSERT_EQUAL(fake_daemons.come, 1);
	fake_daemons.is_unknown = true;
	live_wait_ms(BEAT_MS + 100);
	CU_ASSERT_EQUAL(fake_daemons.come, 2);
}

static void feed(
    const char *kind, const char *payload, struct id origin, int64_t age_ms)
{
	struct feed_row row = {
		.kind = str_of(kind),
		.payload = str_of(payload),
		.origin = origin,
		.created_at = clock_now_us() - age_ms * 1000,
	};

	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
}

static void a_hint_makes_it_look(void)
{
	unsigned before = fake_daemons.looks;

	feed("presence", "", wsd.origin, 0);
	CU_ASSERT_EQUAL(fake_daemons.looks, before);
	feed("presence", "", other, 0);
	CU_ASSERT_EQUAL(fake_daemons.looks, before + 1);
	CU_ASSERT_EQUAL(life_others(), 0);
	another_lives();
	/* Two hints while a look is under way: one more. */
	life_look();
	life_look();
	life_look();
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.looks, before + 3);
	CU_ASSERT_EQUAL(life_others(), 1);
}

static void typing_is_told_while_another_lives(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	int i;

	fake_sio_event(a, TYPE, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.starts, 0);
	typing_clear(fake_conv1, CHAT_END_USER, 0);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.clears, 0);
	another_lives();
	look_now();
	fake_sio_event(a, TYPE, -1);
	live_wait_ms(1000);
	fake_sio_event(a, TYPE, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.starts, 1);
	live_wait_ms(1100);
	fake_sio_event(a, TYPE, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.starts, 2);
	/* The others notice silence themselves. */
	live_wait_ms(6000);
	CU_ASSERT_EQUAL(typing_count(), 0);
	CU_ASSERT_EQUAL(fake_daemons.clears, 0);
	fake_sio_event(a, TYPE, -1);
	typing_clear(fake_conv1, CHAT_END_USER, 0);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.starts, 3);
	CU_ASSERT_EQUAL(fake_daemons.clears, 1);
	/* Nor do start and end by turns make more rows. */
	for (i = 0; i < 10; i++) {
		fake_sio_event(a, TYPE, -1);
		typing_clear(fake_conv1, CHAT_END_USER, 0);
	}
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.starts, 3);
	CU_ASSERT_EQUAL(fake_daemons.clears, 1);
	live_wait_ms(2100);
	CU_ASSERT_EQUAL(typing_count(), 0);
	fake_sio_event(a, TYPE, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.starts, 4);
}

#define ROW(conv, state)                                                       \
	"{\"conversation_id\":\"" conv "\",\"sender_type\":\"agent\","         \
	"\"sender_name\":\"Juma\",\"state\":\"" state "\"}"

static void typing_elsewhere_is_seen(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");

	feed("typing", ROW(FAKE_CONV1, "start"), other, 0);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), INDICATOR);
	feed("typing", ROW(FAKE_CONV1, "clear"), third, 0);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	feed("typing", ROW(FAKE_CONV1, "clear"), other, 0);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), CLEARED);
	/* Also when the end is never told. */
	feed("typing", ROW(FAKE_CONV1, "start"), other, 0);
	live_wait_ms(5100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), INDICATOR CLEARED);
	/* What others told is not told on. */
	CU_ASSERT_EQUAL(fake_daemons.starts + fake_daemons.clears, 0);
}

static void some_typing_is_not_seen(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");

	feed("typing", ROW(FAKE_CONV1, "start"), wsd.origin, 0);
	feed("typing", ROW(FAKE_CONV1, "start"), other, 5100);
	feed("typing", ROW(FAKE_CONV1, "hum"), other, 0);
	feed("typing", "{}", other, 0);
	feed("typing", "nonsense", other, 0);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
	feed("typing", ROW(FAKE_CONV2, "start"), other, 0);
	CU_ASSERT_EQUAL(typing_count(), 0); /* nobody is there */
}

static void a_message_from_elsewhere_ends_typing(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct feed_row row = {
		.workspace_id = fake_workspace,
		.conversation_id = fake_conv1,
		.kind = STR("message"),
		.origin = other,
		.message = fake_chat_store(fake_conv1, "hi"),
	};

	feed("typing", ROW(FAKE_CONV1, "start"), other, 0);
	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
	CU_ASSERT(live_has(fake_sio_take(a), CLEARED));
	feed("typing", ROW(FAKE_CONV1, "clear"), other, 0);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(a), "");
}

static CU_TestInfo tests[] = {
	{ "agents elsewhere are online", agents_elsewhere_are_online },
	{ "a dead daemon hands its agents back after the grace",
	    a_dead_daemon_hands_its_agents_back_after_the_grace },
	{ "who moves does not flicker", who_moves_does_not_flicker },
	{ "coming and going is written once",
	    coming_and_going_is_written_once },
	{ "many are written in parts", many_are_written_in_parts },
	{ "without a database presence goes on here",
	    without_a_database_presence_goes_on_here },
	{ "who was taken for dead writes all again",
	    who_was_taken_for_dead_writes_all_again },
	{ "a hint makes it look", a_hint_makes_it_look },
	{ "typing is told while another lives",
	    typing_is_told_while_another_lives },
	{ "typing elsewhere is seen", typing_elsewhere_is_seen },
	{ "some typing is not seen", some_typing_is_not_seen },
	{ "a message from elsewhere ends typing",
	    a_message_from_elsewhere_ends_typing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_life = { "life", NULL, NULL, setup, teardown, tests };
