/* test_delivery.c: nothing twice, nothing missed, whatever comes first */
/* SPDX-License-Identifier: MIT */
#include "delivery.h"

#include "live.h"

#define JOIN_SINCE(n)                                                          \
	"[\"join_conversation\",{\"conversation_id\":\"" FAKE_CONV1            \
	"\",\"external_id\":\"v1\",\"since_seq\":" #n "}]"
#define LEAVE                                                                  \
	"[\"leave_conversation\",{\"conversation_id\":\"" FAKE_CONV1 "\"}]"

static void store(unsigned n)
{
	while (n-- > 0)
		fake_chat_store(fake_conv1, "x");
}

static void in_order_without_doubles(void)
{
	struct sio_socket *s = live_visitor(FAKE_CONV1, "v1");
	struct chat_message one = fake_chat_store(fake_conv1, "a");
	struct chat_message two = fake_chat_store(fake_conv1, "b");

	delivery_message(&one);
	delivery_message(&one);
	delivery_message(&two);
	delivery_message(&one);
	delivery_message(&two);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "1,2");
	CU_ASSERT_EQUAL(fake_chat_reads(), 0);
}

static void gap_is_read_from_the_table(void)
{
	struct sio_socket *s = live_visitor(FAKE_CONV1, "v1");
	struct chat_message last;

	store(3);
	last = fake_chat_store(fake_conv1, "d");
	delivery_message(&last);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "");
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "1,2,3,4");
}

static void gap_that_fills_itself_is_not_sent_twice(void)
{
	struct sio_socket *s = live_visitor(FAKE_CONV1, "v1");
	struct chat_message one = fake_chat_store(fake_conv1, "a");
	struct chat_message two = fake_chat_store(fake_conv1, "b");

	delivery_message(&two);
	fake_jobs_run(); /* has read both */
	delivery_message(&one);
	delivery_message(&two);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "1,2");
}

static void gap_is_tried_again_when_the_database_is_down(void)
{
	struct sio_socket *s = live_visitor(FAKE_CONV1, "v1");
	struct chat_message two;

	store(1);
	two = fake_chat_store(fake_conv1, "b");
	fake_chat_down(true);
	delivery_message(&two);
	live_wait_ms(2000);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "");
	fake_chat_down(false);
	live_wait_ms(1000);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "1,2");
}

static void long_gap_takes_several_readings(void)
{
	struct sio_socket *s = live_visitor(FAKE_CONV1, "v1");
	struct chat_message last;
	const char *seqs;

	store(450);
	last = fake_chat_store(fake_conv1, "z");
	delivery_message(&last);
	fake_jobs_settle();
	seqs = fake_sio_seqs(s);
	CU_ASSERT_EQUAL(live_times(seqs, ","), 450);
	CU_ASSERT(live_has(seqs, "1,2,3"));
	CU_ASSERT(live_has(seqs, "449,450,451"));
}

static void join_gets_what_it_missed(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	const char *got;

	store(5);
	fake_sio_event(s, JOIN_SINCE(3), 7);
	fake_jobs_settle();
	got = fake_sio_take(s);
	CU_ASSERT(live_has(got, "ack 7 {\"ok\":true,\"last_seq\":5,"));
	CU_ASSERT_EQUAL(live_times(got, "\"seq\":"), 2);
	CU_ASSERT(live_has(got, "\"agent\":null"));
	CU_ASSERT_PTR_NULL(strstr(got, "session_id"));
}

/* Stored after the reading, heard of before the joining. */
static void message_between_reading_and_joining(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	struct chat_message m;
	const char *got;

	store(2);
	fake_sio_event(s, JOIN_SINCE(0), 7);
	fake_jobs_run();
	m = fake_chat_store(fake_conv1, "c");
	delivery_message(&m);
	fake_jobs_settle();
	delivery_message(&m);
	got = fake_sio_take(s);
	CU_ASSERT(live_has(got, "\"last_seq\":3"));
	CU_ASSERT_EQUAL(live_times(got, "\"seq\":3"), 1);
	CU_ASSERT_EQUAL(live_times(got, "\"seq\":"), 3);
}

/* The same with a member that was there before. */
static void two_members_with_cursors_of_their_own(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *b = fake_sio_connect(NULL, NULL);
	struct chat_message one = fake_chat_store(fake_conv1, "a");
	struct chat_message two = fake_chat_store(fake_conv1, "b");
	struct chat_message three;

	fake_sio_event(b, JOIN_SINCE(0), 7);
	fake_jobs_settle(); /* b has 1 and 2, of which a has not heard */
	CU_ASSERT_EQUAL(live_times(fake_sio_take(b), "\"seq\":"), 2);
	delivery_message(&one);
	delivery_message(&two);
	three = fake_chat_store(fake_conv1, "c");
	delivery_message(&three);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(a), "1,2,3");
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(b), "3");
}

static void delivered_to_others_while_reading(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *b = fake_sio_connect(NULL, NULL);
	struct chat_message one;
	const char *got;

	fake_sio_event(b, JOIN_SINCE(0), 7);
	fake_jobs_run(); /* has read nothing */
	one = fake_chat_store(fake_conv1, "a");
	delivery_message(&one);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(a), "1");
	fake_jobs_settle();
	got = fake_sio_take(b);
	CU_ASSERT(live_has(got, "\"last_seq\":1"));
	CU_ASSERT_EQUAL(live_times(got, "\"seq\":1"), 1);
	CU_ASSERT_EQUAL(live_times(got, "message_received"), 0);
}

static void more_than_an_answer_holds(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	struct chat_message m;
	const char *got;

	store(250);
	fake_sio_event(s, JOIN_SINCE(0), 7);
	fake_jobs_settle();
	got = fake_sio_take(s);
	CU_ASSERT(live_has(got, "\"more\":true"));
	CU_ASSERT(live_has(got, "\"last_seq\":250"));
	CU_ASSERT_EQUAL(live_times(got, "\"seq\":"), 200);
	/* Not in yet: what comes now stands in the rest. */
	m = fake_chat_store(fake_conv1, "x");
	delivery_message(&m);
	fake_jobs_settle();
	CU_ASSERT_STRING_EQUAL(fake_sio_take(s), "");
	fake_sio_event(s, JOIN_SINCE(200), 8);
	fake_jobs_settle();
	got = fake_sio_take(s);
	CU_ASSERT_PTR_NULL(strstr(got, "more"));
	CU_ASSERT_EQUAL(live_times(got, "\"seq\":"), 51);
	m = fake_chat_store(fake_conv1, "x");
	delivery_message(&m);
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(s), "252");
}

static void leaving_overtakes_joining(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	struct chat_message m;

	fake_sio_event(s, JOIN_SINCE(0), 7);
	fake_jobs_run();
	fake_sio_event(s, LEAVE, 8);
	fake_jobs_settle();
	fake_sio_take(s);
	m = fake_chat_store(fake_conv1, "x");
	delivery_message(&m);
	CU_ASSERT_STRING_EQUAL(fake_sio_take(s), "");
	CU_ASSERT_EQUAL(delivery_count(), 0);
}

static void socket_goes_while_joining(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);

	fake_sio_event(s, JOIN_SINCE(0), 7);
	fake_jobs_run();
	fake_sio_disconnect(s);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(delivery_count(), 0);
}

/* Every order of: reading, storing elsewhere, hearing of it, joining. */
static void every_interleaving(void)
{
	unsigned order;

	for (order = 0; order < 64; order++) {
		struct sio_socket *a, *b;
		struct chat_message m[3];
		unsigned i;
		size_t n;
		const char *got;

		fake_chat_reset();
		a = order & 1 ? live_visitor(FAKE_CONV1, "v1") : NULL;
		b = fake_sio_connect(NULL, NULL);
		m[0] = fake_chat_store(fake_conv1, "x");
		if (order & 2)
			delivery_message(&m[0]);
		fake_sio_event(b, JOIN_SINCE(0), 7);
		if (order & 4)
			fake_jobs_run();
		for (i = 1; i < 3; i++)
			m[i] = fake_chat_store(fake_conv1, "x");
		/* The second is heard of before the first. */
		if (order & 8)
			delivery_message(&m[2]);
		if (order & 16)
			fake_jobs_run();
		if (order & 32)
			delivery_message(&m[1]);
		fake_jobs_settle();
		for (i = 0; i < 3; i++)
			delivery_message(&m[i]);
		fake_jobs_settle();
		got = fake_sio_take(b);
		for (n = 0, i = 1; i <= 3; i++) {
			char seq[16];

			snprintf(seq, sizeof(seq), "\"seq\":%u,", i);
			n += live_times(got, seq);
			CU_ASSERT_EQUAL(live_times(got, seq), 1);
		}
		if (n != 3)
			printf("\n     order %u: %s\n", order, got);
		if (a) {
			CU_ASSERT_STRING_EQUAL(fake_sio_seqs(a), "1,2,3");
			fake_sio_disconnect(a);
		}
		fake_sio_disconnect(b);
		fake_jobs_settle();
	}
}

/* The database may lose what it shows: nobody is told of it. */
static void joiners_hear_only_what_is_on_the_disk(void)
{
	struct sio_socket *s = fake_sio_connect(NULL, NULL);
	struct chat_message m;
	const char *got;

	store(2);
	fake_chat_vanish(true);
	fake_sio_event(s, JOIN_SINCE(0), 7);
	fake_jobs_settle();
	got = fake_sio_take(s);
	CU_ASSERT(live_has(got, "\"error\":\"unavailable\""));
	CU_ASSERT_PTR_NULL(strstr(got, "\"seq\":"));
	CU_ASSERT_EQUAL(delivery_count(), 0);
	fake_chat_vanish(false);
	fake_sio_event(s, JOIN_SINCE(0), 8);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(live_times(fake_sio_take(s), "\"seq\":"), 2);
	CU_ASSERT_EQUAL(fake_chat_writes(), 2);
	/* What members were told is there: a crowd costs no writing. */
	for (int i = 0; i < 5; i++) {
		fake_sio_event(fake_sio_connect(NULL, NULL), JOIN_SINCE(0), 9);
		fake_jobs_settle();
	}
	CU_ASSERT_EQUAL(fake_chat_writes(), 2);
	m = fake_chat_store(fake_conv1, "x");
	delivery_message(&m);
	fake_sio_event(fake_sio_connect(NULL, NULL), JOIN_SINCE(0), 9);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_writes(), 2);
	store(1); /* not told of yet */
	fake_sio_event(fake_sio_connect(NULL, NULL), JOIN_SINCE(0), 9);
	fake_jobs_settle();
	CU_ASSERT_EQUAL(fake_chat_writes(), 3);
}

static void a_reading_tells_no_member(void)
{
	struct sio_socket *a = live_visitor(FAKE_CONV1, "v1");
	struct sio_socket *b = fake_sio_connect(NULL, NULL);
	struct chat_message two;

	store(1);
	two = fake_chat_store(fake_conv1, "b");
	store(1);
	fake_sio_event(b, JOIN_SINCE(0), 7);
	fake_jobs_settle(); /* b has all three */
	delivery_message(&two);
	fake_jobs_settle(); /* a's gap is read; nobody has told of 3 */
	CU_ASSERT_STRING_EQUAL(fake_sio_seqs(a), "1,2");
}

static CU_TestInfo tests[] = {
	{ "joiners hear only what is on the disk",
	    joiners_hear_only_what_is_on_the_disk },
	{ "a reading tells no member", a_reading_tells_no_member },
	{ "members get each message once, in order", in_order_without_doubles },
	{ "a gap is read from the table", gap_is_read_from_the_table },
	{ "a gap that fills itself is not sent twice",
	    gap_that_fills_itself_is_not_sent_twice },
	{ "a gap is read again when the database is back",
	    gap_is_tried_again_when_the_database_is_down },
	{ "a long gap takes several readings",
	    long_gap_takes_several_readings },
	{ "joining gives what was missed", join_gets_what_it_missed },
	{ "a message between reading and joining comes once",
	    message_between_reading_and_joining },
	{ "members have cursors of their own",
	    two_members_with_cursors_of_their_own },
	{ "what others got while reading is not lost",
	    delivered_to_others_while_reading },
	{ "more than 200 messages come in parts", more_than_an_answer_holds },
	{ "leaving overtakes a join on its way", leaving_overtakes_joining },
	{ "a socket may go while it joins", socket_goes_while_joining },
	{ "every interleaving gives each message once", every_interleaving },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_delivery = { "delivery", NULL, NULL, live_setup,
	live_teardown, tests };
