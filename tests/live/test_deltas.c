/* test_deltas.c: a message that is being made is shown as it grows */
/* SPDX-License-Identifier: MIT */
#include "deltas.h"

#include "life.h"
#include "live.h"
#include "notify.h"
#include "room.h"
#include "turns.h"
#include "wsd.h"

#define CONV1 "\"conversation_id\":\"" FAKE_CONV1 "\""
#define SAY                                                                    \
	"[\"send_message\",{" CONV1                                            \
	",\"sender_type\":\"end_user\",\"external_id\":\"v1\","                \
	"\"content\":\"hi\"}]"
#define M1 "11111111-1111-4111-8111-111111111111"
#define M2 "22222222-2222-4222-8222-222222222222"

static struct sio_socket *visitor, *agent;

/* The loop, for so long, while a turn runs. */
static void loop_ms(int64_t ms)
{
	for (; ms > 0; ms -= 10) {
		deltas_collect();
		fake_time_add_ms(10);
		timer_run(clock_mono_ms());
	}
}

static void each_at_leisure(size_t i)
{
	(void)i;
	loop_ms(100);
}

static void setup(void)
{
	live_setup();
	visitor = live_visitor(FAKE_CONV1, "v1");
	agent = live_agent();
	fake_sio_event(agent, "[\"join_conversation\",{" CONV1 "}]", -1);
	fake_jobs_settle();
	fake_sio_take(agent);
	fake_chat_bot(true);
}

static struct id id_of(const char *text)
{
	struct id id;

	CU_ASSERT_FATAL(id_parse(str_of(text), &id));
	return id;
}

static void add(const char *message, const char *text)
{
	deltas_add(fake_conv1, id_of(message), str_of(text));
}

static void room_and_agents_see_it_grow_before_it_is_stored(void)
{
	static const char *const pieces[] = { "Roses", " are", " red", NULL };
	const char *got, *id;
	char line[200];

	fake_chat_stream(pieces, each_at_leisure);
	fake_sio_event(visitor, SAY, -1);
	fake_jobs_settle();
	got = fake_sio_take(visitor);
	CU_ASSERT_EQUAL(live_times(got, "message_delta {" CONV1), 3);
	CU_ASSERT(live_has(got, "\"index\":0,\"delta\":\"Roses\"}"));
	CU_ASSERT(live_has(got, "\"index\":1,\"delta\":\" are\"}"));
	CU_ASSERT(live_has(got, "\"index\":2,\"delta\":\" red\"}"));
	/* The message comes last, under the same id. */
	id = strstr(got, "\"message\":\"");
	CU_ASSERT_PTR_NOT_NULL_FATAL(id);
	snprintf(line, sizeof(line), "message_received {\"id\":\"%.36s\"",
	    id + strlen("\"message\":\""));
	CU_ASSERT(live_has(strstr(got, "\" red\""), line));
	CU_ASSERT_EQUAL(
	    live_times(fake_sio_take(agent), "message_delta {" CONV1), 3);
	CU_ASSERT_EQUAL(deltas_count(), 0);
}

static void pieces_are_joined(void)
{
	add(M1, "a");
	loop_ms(10);
	CU_ASSERT(live_has(fake_sio_take(visitor),
	    "message_delta {" CONV1 ",\"message\":\"" M1
	    "\",\"index\":0,\"delta\":\"a\"}\n"));
	add(M1, "b");
	loop_ms(20);
	add(M1, "c");
	loop_ms(20);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
	loop_ms(30);
	CU_ASSERT(live_has(
	    fake_sio_take(visitor), "\"index\":1,\"delta\":\"bc\"}\n"));
	loop_ms(1000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
	deltas_end(fake_conv1);
}

static void each_message_counts_by_itself(void)
{
	const char *got;

	add(M1, "one");
	add(M2, "two");
	deltas_add(fake_conv2, id_new(), STR("elsewhere"));
	loop_ms(100);
	got = fake_sio_take(visitor);
	CU_ASSERT(live_has(got, M1 "\",\"index\":0,\"delta\":\"one\"}\n"));
	CU_ASSERT(live_has(got, M2 "\",\"index\":0,\"delta\":\"two\"}\n"));
	CU_ASSERT_EQUAL(live_times(got, "elsewhere"), 0);
	CU_ASSERT_EQUAL(deltas_count(), 3);
	deltas_end(fake_conv1);
	CU_ASSERT_EQUAL(deltas_count(), 1);
	deltas_end(fake_conv2);
}

static void nothing_comes_behind_the_end(void)
{
	add(M1, "a");
	loop_ms(10);
	fake_sio_take(visitor);
	add(M1, "too late");
	deltas_end(fake_conv1);
	loop_ms(1000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
}

static void who_is_behind_gets_none_and_stays(void)
{
	fake_sio_set_waiting(visitor, 1 << 20);
	add(M1, "a");
	loop_ms(100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
	CU_ASSERT(live_has(fake_sio_take(agent), "\"delta\":\"a\""));
	/* The gap shows in the number. */
	fake_sio_set_waiting(visitor, 0);
	add(M1, "b");
	loop_ms(100);
	CU_ASSERT(
	    live_has(fake_sio_take(visitor), "\"index\":1,\"delta\":\"b\""));
	deltas_end(fake_conv1);
}

static void too_much_at_once_is_left_out(void)
{
	char *large = mem_new(200001);

	memset(large, 'x', 200000);
	add(M1, large);
	add(M1, large);
	add(M1, "behind it");
	loop_ms(100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
	add(M1, "y");
	loop_ms(100);
	CU_ASSERT(
	    live_has(fake_sio_take(visitor), "\"index\":1,\"delta\":\"y\""));
	deltas_end(fake_conv1);
	free(large);
}

/* ------------------------------------------------------------ other daemons */

static void know_of_others(size_t n)
{
	fake_daemons.n_living = n;
	for (size_t i = 0; i < n; i++)
		fake_daemons.living[i] = id_new();
	life_look();
	fake_jobs_settle();
}

static void without_others_nobody_is_told(void)
{
	life_start();
	know_of_others(0);
	add(M1, "a");
	live_wait_ms(1000);
	CU_ASSERT_EQUAL(fake_daemons.deltas, 0);
	deltas_end(fake_conv1);
	life_stop();
}

static void others_are_told_less_often(void)
{
	life_start();
	know_of_others(1);
	for (int i = 0; i < 10; i++) {
		add(M1, "ab");
		live_wait_ms(100);
	}
	live_wait_ms(1000);
	/* Nothing is missing, and a second has five of them at most. */
	CU_ASSERT_EQUAL(live_times(fake_daemons.said, "ab"), 10);
	CU_ASSERT(fake_daemons.deltas >= 4 && fake_daemons.deltas <= 5);
	CU_ASSERT_EQUAL(fake_daemons.last_index, fake_daemons.deltas - 1);
	deltas_end(fake_conv1);
	life_stop();
}

static void a_slow_database_gets_one_at_a_time(void)
{
	unsigned i;

	life_start();
	know_of_others(1);
	for (i = 0; i < 20; i++) {
		add(M1, "a");
		loop_ms(100);
	}
	CU_ASSERT_EQUAL(fake_daemons.deltas, 0);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.deltas, 2);
	CU_ASSERT_STRING_EQUAL(fake_daemons.said, "a|aaaaaaaaaaaaaaaaaaa|");
	/* One that is on its way outlives what it is of. */
	add(M1, "b");
	loop_ms(300);
	deltas_end(fake_conv1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_daemons.deltas, 3);
	life_stop();
}

static void ring_delta(struct id origin, int64_t age_ms)
{
	const struct feed_row row = {
		.conversation_id = fake_conv1,
		.kind = STR("delta"),
		.payload = STR("{" CONV1 ",\"message\":\"" M1
			       "\",\"index\":7,\"delta\":\"x\"}"),
		.origin = origin,
		.created_at = clock_now_us() - age_ms * 1000,
	};

	fake_chat_feed(&row);
	notify_ring();
	fake_jobs_settle();
}

static void those_of_others_are_passed_on_unless_old(void)
{
	notify_start();
	ring_delta(id_new(), 100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor),
	    "message_delta {" CONV1 ",\"message\":\"" M1
	    "\",\"index\":7,\"delta\":\"x\"}\n");
	CU_ASSERT(live_has(fake_sio_take(agent), "\"index\":7"));
	ring_delta(id_new(), 5000);
	ring_delta(wsd.origin, 100);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
	notify_stop();
	fake_jobs_settle();
	notify_fini();
}

/* -------------------------------------------------------------------- turns */

static void say_three(size_t i)
{
	if (i > 0)
		return;
	turns_add(fake_conv1);
	turns_add(fake_conv1);
	turns_add(fake_conv1);
	/* None of them waits beside the one that runs. */
	CU_ASSERT_EQUAL(jobs_pending(), 1);
}

static void a_conversation_has_one_turn_at_a_time(void)
{
	static const char *const pieces[] = { "a", "b", NULL };

	turns_add(fake_conv1);
	turns_add(fake_conv1);
	turns_add(fake_conv2);
	CU_ASSERT_EQUAL(jobs_pending(), 2);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_turns(), 2);
	/* What comes while it runs is looked at once more behind it. */
	fake_chat_stream(pieces, say_three);
	fake_sio_event(visitor, SAY, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_turns(), 4);
	CU_ASSERT_EQUAL(jobs_pending(), 0);
}

/* Time passes while the turn runs. */
static void think(size_t i)
{
	loop_ms(i == 0 ? 900 : 9000);
}

static void a_turn_that_takes_long_shows_as_typing(void)
{
	static const char *const quick[] = { "a", NULL };
	static const char *const slow[] = { "a", "b", NULL };
	const char *got;

	fake_chat_stream(quick, think);
	fake_sio_event(visitor, SAY, -1);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(live_times(fake_sio_take(visitor), "typing_"), 0);
	fake_chat_stream(slow, think);
	fake_sio_event(visitor, SAY, -1);
	fake_jobs_settle();
	got = fake_sio_take(visitor);
	/* Without a break, however long it takes. */
	CU_ASSERT(live_has(
	    got, "typing_indicator {" CONV1 ",\"sender_type\":\"bot\"}\n"));
	CU_ASSERT_EQUAL(live_times(got, "typing_cleared"), 1);
	CU_ASSERT(live_has(strstr(got, "message_received {"),
	    "typing_cleared {" CONV1 ",\"sender_type\":\"bot\"}\n"));
	live_wait_ms(10000);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(visitor), "");
}

static CU_TestInfo tests[] = {
	{ "a turn that takes long shows as typing",
	    a_turn_that_takes_long_shows_as_typing },
	{ "visitors and agents see it grow before it is stored",
	    room_and_agents_see_it_grow_before_it_is_stored },
	{ "pieces are joined", pieces_are_joined },
	{ "each message counts by itself", each_message_counts_by_itself },
	{ "nothing comes behind the end", nothing_comes_behind_the_end },
	{ "who is behind with reading gets none, and stays",
	    who_is_behind_gets_none_and_stays },
	{ "too much at once is left out", too_much_at_once_is_left_out },
	{ "without other daemons nobody is told",
	    without_others_nobody_is_told },
	{ "other daemons are told less often", others_are_told_less_often },
	{ "a slow database gets one at a time",
	    a_slow_database_gets_one_at_a_time },
	{ "those of others are passed on unless they are old",
	    those_of_others_are_passed_on_unless_old },
	{ "a conversation has one turn at a time",
	    a_conversation_has_one_turn_at_a_time },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_deltas = { "deltas", NULL, NULL, setup, live_teardown,
	tests };
