/* test_chat_send.c: messages are stored once each, in one order */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "fixture.h"
#include "harness.h"

#define THREADS 8
#define EACH	25

static struct fixture f;

static void set_up(void)
{
	fixture_make(&f);
}

static void tear_down(void)
{
	fixture_free(&f);
}

static enum err_code send_as(
    const struct chat_actor *who, const char *text, const char *client_id)
{
	return fixture_send(
	    f.db, f.pool, who, f.c.id, text, client_id, NULL, &f.err);
}

static struct chat_conversation see(void)
{
	struct chat_conversation c = { .id = ID_NONE };

	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	return c;
}

static void a_message_comes_back_whole(void)
{
	const struct chat_send in = {
		.conversation_id = f.c.id,
		.content_type = CHAT_IMAGE,
		.content = STR("look \xf0\x9f\x98\x80"),
		.rich_media = STR("{ \"url\" : \"/a.png\", \"alt\":\"A\" }"),
		.client_id = STR("c-1"),
	};
	struct chat_sent sent;
	struct chat_message *m = &sent.message;
	struct chat_messages list;

	FATAL_OK(chat_send(f.db, f.pool, &f.visitor, &in, &sent, &f.err));
	CU_ASSERT_FALSE(sent.is_duplicate);
	CU_ASSERT_TRUE(id_eq(sent.workspace_id, f.ada.workspace_id));
	CU_ASSERT_EQUAL(m->seq, 1);
	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 10, 0, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 1);
	CU_ASSERT_TRUE(id_eq(list.items[0].id, m->id));
	CU_ASSERT_TRUE(id_eq(list.items[0].session_id, f.c.session.id));
	CU_ASSERT_EQUAL(list.items[0].created_at, m->created_at);
	CU_ASSERT_EQUAL(list.items[0].content_type, CHAT_IMAGE);
	CU_ASSERT_EQUAL(list.items[0].sender_type, CHAT_END_USER);
	CU_ASSERT_TRUE(str_eq(list.items[0].sender_id, STR("visitor-1")));
	CU_ASSERT_TRUE(str_eq(list.items[0].content, in.content));
	CU_ASSERT_TRUE(str_eq(list.items[0].rich_media,
	    STR("{\"url\":\"/a.png\",\"alt\":\"A\"}")));
	CU_ASSERT_TRUE(str_eq(list.items[0].client_id, STR("c-1")));
}

static void the_first_message_makes_the_session_wait(void)
{
	struct chat_sent sent = fixture_say(&f, &f.visitor, "hello");
	struct chat_conversation c = see();

	CU_ASSERT_EQUAL(c.session.first_message_at, sent.message.created_at);
	CU_ASSERT_EQUAL(c.updated_at, sent.message.created_at);
	CU_ASSERT_EQUAL(c.last_seq, 1);
	CU_ASSERT_EQUAL(c.unread, 1);
	CU_ASSERT_TRUE(sent.is_turn_due);
	CU_ASSERT_FALSE(sent.is_new_session);
	fixture_say(&f, &f.visitor, "again");
	CU_ASSERT_EQUAL(
	    see().session.first_message_at, sent.message.created_at);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 2);
}

static void the_same_name_is_stored_once(void)
{
	struct chat_sent first, second;

	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "one", "n", &first, &f.err));
	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "two", "n", &second, &f.err));
	CU_ASSERT_FALSE(first.is_duplicate);
	CU_ASSERT_TRUE(second.is_duplicate);
	CU_ASSERT_TRUE(id_eq(first.message.id, second.message.id));
	CU_ASSERT_EQUAL(second.message.seq, 1);
	CU_ASSERT_TRUE(str_eq(second.message.content, STR("one")));
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 1);
}

static void anothers_name_is_a_conflict(void)
{
	ASSERT_OK(send_as(&f.visitor, "secret", "n"));
	CU_ASSERT_EQUAL(send_as(&f.ada, "mine", "n"), ERR_CONFLICT);
	CU_ASSERT_PTR_NULL(strstr(f.err.text, "secret"));
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
}

static void a_nameless_message_stays_nameless(void)
{
	struct chat_sent a = fixture_say(&f, &f.visitor, "same");
	struct chat_sent b = fixture_say(&f, &f.visitor, "same");

	CU_ASSERT_EQUAL(a.message.client_id.n, 0);
	CU_ASSERT_FALSE(b.is_duplicate);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 2);
}

/* ------------------------------------------------------------ bad messages */

static void bad_messages_are_refused_and_not_stored(void)
{
	static char long_text[2 * (CHAT_CONTENT_MAX + 1)];
	static char long_id[CHAT_CLIENT_ID_MAX + 1];
	size_t i;

	for (i = 0; i < sizeof(long_text); i += 2)
		memcpy(long_text + i, "\xc3\xa9", 2);
	memset(long_id, 'x', sizeof(long_id));
	const struct {
		enum chat_content type;
		struct str content, media, client_id;
	} bad[] = {
		{ CHAT_TEXT, STR_EMPTY, STR_EMPTY, STR_EMPTY },
		{ CHAT_TEXT, STR(" \n\t "), STR_EMPTY, STR_EMPTY },
		{ CHAT_TEXT, { long_text, sizeof(long_text) }, STR_EMPTY,
		    STR_EMPTY },
		{ CHAT_TEXT, STR("a\0b"), STR_EMPTY, STR_EMPTY },
		{ CHAT_TEXT, STR("a\xc3"), STR_EMPTY, STR_EMPTY },
		{ CHAT_TEXT, STR("\xed\xa0\x80"), STR_EMPTY, STR_EMPTY },
		{ CHAT_TEXT, STR("a"), STR("[]"), STR_EMPTY },
		{ CHAT_TEXT, STR("a"), STR("{"), STR_EMPTY },
		{ CHAT_TEXT, STR("a"), STR_EMPTY,
		    { long_id, sizeof(long_id) } },
		{ CHAT_TEXT, STR("a"), STR_EMPTY, STR("a\0b") },
		{ CHAT_IMAGE, STR("a"), STR_EMPTY, STR_EMPTY },
	};
	for (i = 0; i < COUNT_OF(bad); i++) {
		const struct chat_send in = {
			.conversation_id = f.c.id,
			.content_type = bad[i].type,
			.content = bad[i].content,
			.rich_media = bad[i].media,
			.client_id = bad[i].client_id,
		};
		struct chat_sent sent;
		enum err_code code =
		    chat_send(f.db, f.pool, &f.visitor, &in, &sent, &f.err);

		CU_ASSERT_EQUAL(code, ERR_BAD_REQUEST);
		if (code != ERR_BAD_REQUEST)
			printf("\n     case %zu\n", i);
	}
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 0);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 0);
}

static void the_longest_message_is_stored(void)
{
	static char text[4 * CHAT_CONTENT_MAX + 1];
	struct chat_messages list;
	size_t i;

	for (i = 0; i < CHAT_CONTENT_MAX; i++)
		memcpy(text + 4 * i, "\xf0\x9f\x98\x80", 4);
	ASSERT_OK(send_as(&f.visitor, text, NULL));
	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 1, 0, &list, &f.err));
	CU_ASSERT_TRUE(str_eq(list.items[0].content, str_of(text)));
}

/* --------------------------------------------------------- at the same time */

struct sender {
	pthread_t thread;
	struct chat_actor actor;
	const char *client_id; /* NULL: none */
	int n;
	int failed;
	struct id last_id;
	int stored; /* that were no duplicates */
};

static void *run_sender(void *arg)
{
	struct sender *s = arg;
	struct db *db = harness_db();
	struct pool *pool = pool_new();
	struct chat_sent sent;
	struct err err;
	int i;

	for (i = 0; i < s->n; i++) {
		if (fixture_send(db, pool, &s->actor, f.c.id, "x", s->client_id,
			&sent, &err) != ERR_OK) {
			s->failed++;
			continue;
		}
		s->last_id = sent.message.id;
		s->stored += !sent.is_duplicate;
	}
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

static void eight_at_once_leave_no_hole(void)
{
	struct sender senders[THREADS];
	size_t i;

	for (i = 0; i < THREADS; i++) {
		senders[i] = (struct sender){ .n = EACH,
			.actor = i % 2 == 0 ? f.visitor : f.ada };
		pthread_create(
		    &senders[i].thread, NULL, run_sender, &senders[i]);
	}
	for (i = 0; i < THREADS; i++) {
		pthread_join(senders[i].thread, NULL);
		CU_ASSERT_EQUAL(senders[i].failed, 0);
	}
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), THREADS * EACH);
	CU_ASSERT_TRUE(fixture_is_whole(&f, f.c.id));
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), THREADS * EACH);
}

static void one_name_from_two_at_once_is_one_message(void)
{
	struct sender a = { .n = 5, .actor = f.visitor, .client_id = "n" };
	struct sender b = a;

	pthread_create(&a.thread, NULL, run_sender, &a);
	pthread_create(&b.thread, NULL, run_sender, &b);
	pthread_join(a.thread, NULL);
	pthread_join(b.thread, NULL);
	CU_ASSERT_EQUAL(a.failed + b.failed, 0);
	CU_ASSERT_EQUAL(a.stored + b.stored, 1);
	CU_ASSERT_TRUE(id_eq(a.last_id, b.last_id));
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 1);
}

/* -------------------------------------------------------- sessions and bot */

static void resolve(void)
{
	struct chat_resolved done;

	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, f.c.id, STR_EMPTY, ID_NONE, &done, &f.err));
}

static void a_visitor_opens_a_new_session_after_resolving(void)
{
	struct chat_sent sent;
	struct fixture_bot bot;

	fixture_say(&f, &f.visitor, "first");
	harness_sql(f.db,
	    "UPDATE bot_states SET state = 's', variables = '{\"a\":1}',\n"
	    "is_muted = 1, due_at = NULL;");
	resolve();
	CU_ASSERT_TRUE(id_is_none(see().session.id));
	sent = fixture_say(&f, &f.visitor, "second");
	CU_ASSERT_TRUE(sent.is_new_session);
	CU_ASSERT_TRUE(sent.is_turn_due);
	CU_ASSERT_EQUAL(sent.message.seq, 2);
	CU_ASSERT_FALSE(id_eq(sent.message.session_id, f.c.session.id));
	CU_ASSERT_TRUE(id_eq(see().session.id, sent.message.session_id));
	CU_ASSERT_EQUAL(
	    see().session.first_message_at, sent.message.created_at);
	bot = fixture_bot(&f, f.c.id);
	CU_ASSERT_TRUE(bot.is_due);
	CU_ASSERT_FALSE(bot.is_muted);
	CU_ASSERT_FALSE(bot.has_state);
	CU_ASSERT_TRUE(str_eq(bot.variables, STR("{}")));
	CU_ASSERT_TRUE(id_eq(bot.session_id, sent.message.session_id));
}

static void an_agent_opens_no_session(void)
{
	fixture_say(&f, &f.visitor, "first");
	resolve();
	CU_ASSERT_EQUAL(send_as(&f.ada, "hello?", NULL), ERR_CONFLICT);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
}

static void the_bot_is_silent_while_an_agent_has_the_session(void)
{
	const struct chat_assign in = { .conversation_id = f.c.id };
	struct chat_assigned assigned;

	harness_sql(f.db, "UPDATE bot_states SET due_at = NULL;");
	FATAL_OK(chat_assign(f.db, f.pool, &f.ada, &in, &assigned, &f.err));
	CU_ASSERT_FALSE(fixture_say(&f, &f.visitor, "hello").is_turn_due);
	CU_ASSERT_FALSE(fixture_bot(&f, f.c.id).is_due);
	CU_ASSERT_NOT_EQUAL(see().session.first_message_at, 0);
}

static void a_muted_or_missing_bot_is_not_due(void)
{
	struct chat_conversation plain = fixture_open(&f, "visitor-2", false);
	struct chat_actor other = f.visitor;
	struct chat_sent sent;

	harness_sql(f.db, "UPDATE bot_states SET is_muted = 1, due_at = NULL;");
	CU_ASSERT_FALSE(fixture_say(&f, &f.visitor, "hello").is_turn_due);
	other.external_id = STR("visitor-2");
	FATAL_OK(fixture_send(
	    f.db, f.pool, &other, plain.id, "hello", NULL, &sent, &f.err));
	CU_ASSERT_FALSE(sent.is_turn_due);
}

static void an_agents_message_wakes_no_bot(void)
{
	harness_sql(f.db, "UPDATE bot_states SET due_at = NULL;");
	CU_ASSERT_FALSE(fixture_say(&f, &f.ben, "hello").is_turn_due);
	CU_ASSERT_EQUAL(see().session.first_message_at, 0);
	CU_ASSERT_EQUAL(see().unread, 0);
}

static void a_bot_cannot_send_outside_its_turn(void)
{
	struct chat_actor bot = f.ada;

	bot.kind = CHAT_BOT;
	CU_ASSERT_EQUAL(send_as(&bot, "beep", NULL), ERR_FORBIDDEN);
}

/* ---------------------------------------------------------- several at once */

struct batch {
	struct id session_id;
	struct chat_message items[3];
};

static enum err_code store_batch(struct db *db, void *arg, struct err *err)
{
	struct batch *b = arg;

	for (size_t i = 0; i < COUNT_OF(b->items); i++)
		b->items[i] = (struct chat_message){
			.sender_type = CHAT_BOT,
			.sender_id = STR("bot"),
			.content = STR("answer"),
		};
	return chat_store_in(db, f.ada.workspace_id, f.c.id, b->session_id,
	    b->items, COUNT_OF(b->items), err);
}

static void a_batch_takes_the_next_places(void)
{
	struct batch b = { .session_id = f.c.session.id };

	fixture_say(&f, &f.visitor, "hello");
	FATAL_OK(db_transact(f.db, store_batch, &b, &f.err));
	CU_ASSERT_EQUAL(b.items[0].seq, 2);
	CU_ASSERT_EQUAL(b.items[2].seq, 4);
	CU_ASSERT_TRUE(id_eq(b.items[2].session_id, f.c.session.id));
	CU_ASSERT_NOT_EQUAL(b.items[0].created_at, 0);
	CU_ASSERT_TRUE(fixture_is_whole(&f, f.c.id));
	/* Who stores it notifies when the rest is stored. */
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 1);
}

static void a_batch_for_another_session_is_refused(void)
{
	struct batch b = { .session_id = id_new() };

	CU_ASSERT_EQUAL(
	    db_transact(f.db, store_batch, &b, &f.err), ERR_CONFLICT);
	resolve();
	b.session_id = f.c.session.id;
	CU_ASSERT_EQUAL(
	    db_transact(f.db, store_batch, &b, &f.err), ERR_CONFLICT);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 0);
}

static CU_TestInfo tests[] = {
	{ "a message comes back whole", a_message_comes_back_whole },
	{ "the first message makes the session wait",
	    the_first_message_makes_the_session_wait },
	{ "the same name is stored once", the_same_name_is_stored_once },
	{ "another's name is a conflict", anothers_name_is_a_conflict },
	{ "a nameless message stays nameless",
	    a_nameless_message_stays_nameless },
	{ "bad messages are refused and not stored",
	    bad_messages_are_refused_and_not_stored },
	{ "the longest message is stored", the_longest_message_is_stored },
	{ "eight at once leave no hole", eight_at_once_leave_no_hole },
	{ "one name from two at once is one message",
	    one_name_from_two_at_once_is_one_message },
	{ "a visitor opens a new session after resolving",
	    a_visitor_opens_a_new_session_after_resolving },
	{ "an agent opens no session", an_agent_opens_no_session },
	{ "the bot is silent while an agent has the session",
	    the_bot_is_silent_while_an_agent_has_the_session },
	{ "a muted or missing bot is not due",
	    a_muted_or_missing_bot_is_not_due },
	{ "an agent's message wakes no bot", an_agents_message_wakes_no_bot },
	{ "a bot cannot send outside its turn",
	    a_bot_cannot_send_outside_its_turn },
	{ "a batch takes the next places", a_batch_takes_the_next_places },
	{ "a batch for another session is refused",
	    a_batch_for_another_session_is_refused },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_send = { "chat_send", NULL, NULL, set_up, tear_down,
	tests };
