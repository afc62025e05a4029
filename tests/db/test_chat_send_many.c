/* test_chat_send_many.c: what is stored together is stored as if alone */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "db/db_conversation.h"
#include "fixture.h"
#include "harness.h"
#include "proxy.h"

#define CONVS 70 /* more than one statement locks */
#define MAX   (2 * CONVS)

static const struct db_stmt stmts[] = {
	DB_STMT("test_commits", "", "s",
	    "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS "
	    "WHERE VARIABLE_NAME = 'COM_COMMIT'"),
	DB_STMT("test_lock_contacts", "", "d",
	    "SELECT id FROM contacts FOR UPDATE NOWAIT"),
	DB_STMT("test_lock_sessions", "", "d",
	    "SELECT id FROM conversation_sessions FOR UPDATE NOWAIT"),
	DB_STMT("test_lock_conversations", "", "d",
	    "SELECT id FROM conversations FOR UPDATE NOWAIT"),
};
static const struct db_module status_module = { "status", stmts,
	COUNT_OF(stmts) };

static struct fixture f;
static struct chat_conversation convs[CONVS];
static struct chat_actor visitors[CONVS];
static struct chat_send ins[MAX];
static struct chat_send_item items[MAX];
static size_t n_items;

static void set_up(void)
{
	fixture_make(&f);
	memset(items, 0, sizeof(items));
	n_items = 0;
}

static void tear_down(void)
{
	fixture_free(&f);
}

/* Conversation i is that of visitor "many-i", without a bot. */
static void open_convs(size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		const char *who = pool_printf(f.pool, "many-%zu", i);

		convs[i] = fixture_open(&f, who, false);
		visitors[i] = f.visitor;
		visitors[i].external_id = str_of(who);
	}
}

static struct chat_send_item *add(const struct chat_actor *actor,
    struct id conversation_id, const char *text, const char *client_id)
{
	size_t i = n_items++;

	CU_ASSERT_FATAL(n_items <= MAX);
	ins[i] = (struct chat_send){
		.conversation_id = conversation_id,
		.content = str_of(text),
		.client_id = str_of(client_id),
		.origin = f.integration_id,
	};
	items[i] = (struct chat_send_item){
		.pool = f.pool, .actor = actor, .in = &ins[i]
	};
	return &items[i];
}

static bool send_all(void)
{
	return chat_send_many(f.db, items, n_items);
}

static void check_stored(
    const struct chat_send_item *it, uint64_t seq, const char *text)
{
	struct chat_messages list;

	CU_ASSERT_EQUAL_FATAL(it->code, ERR_OK);
	CU_ASSERT_FALSE(it->sent.is_duplicate);
	CU_ASSERT_TRUE(id_eq(it->sent.workspace_id, f.ada.workspace_id));
	CU_ASSERT_EQUAL(it->sent.message.seq, seq);
	FATAL_OK(chat_history_after(f.db, f.pool, &f.ada,
	    it->in->conversation_id, seq - 1, 1, &list, &f.err));
	CU_ASSERT_EQUAL_FATAL(list.n, 1);
	CU_ASSERT_TRUE(id_eq(list.items[0].id, it->sent.message.id));
	CU_ASSERT_EQUAL(list.items[0].created_at, it->sent.message.created_at);
	CU_ASSERT_TRUE(str_eq(list.items[0].content, str_of(text)));
}

/* COMMITs that the server has been asked for. */
static uint64_t commits(void)
{
	struct db_rows rows;
	uint64_t n = 0;

	FATAL_OK(
	    db_query(f.db, &status_module, 0, NULL, 0, f.pool, &rows, &f.err));
	CU_ASSERT_TRUE(str_u64(db_row_str(&rows, 0, 0), 0, UINT64_MAX, &n));
	return n;
}

static void many_conversations_in_one_call(void)
{
	uint64_t before;
	struct chat_conversation c;
	size_t i;

	open_convs(CONVS);
	before = commits();
	for (i = 0; i < CONVS; i++)
		add(&visitors[i], convs[i].id, "first", "a");
	for (i = 0; i < CONVS; i++)
		add(&visitors[i], convs[i].id, "second", "b");
	CU_ASSERT_TRUE(send_all());
	CU_ASSERT_EQUAL(commits() - before, 1);
	for (i = 0; i < CONVS; i++) {
		check_stored(&items[i], 1, "first");
		check_stored(&items[CONVS + i], 2, "second");
		CU_ASSERT_TRUE(fixture_is_whole(&f, convs[i].id));
		c = (struct chat_conversation){ .id = ID_NONE };
		FATAL_OK(
		    chat_get(f.db, f.pool, &f.ada, convs[i].id, &c, &f.err));
		CU_ASSERT_EQUAL(c.unread, 2);
		CU_ASSERT_EQUAL(c.session.first_message_at,
		    items[i].sent.message.created_at);
		CU_ASSERT_EQUAL(c.updated_at, items[i].sent.message.created_at);
	}
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 2 * CONVS);
}

static void unknown_conversations_cost_no_transaction(void)
{
	struct chat_send_item *known;
	uint64_t before;
	int i;

	open_convs(1);
	known = add(&visitors[0], convs[0].id, "here", "a");
	for (i = 0; i < DB_ROWS_MAX + 6; i++)
		add(&visitors[0], id_new(), "nowhere", "b");
	before = commits();
	CU_ASSERT_TRUE(send_all());
	CU_ASSERT_EQUAL(commits() - before, 1);
	check_stored(known, 1, "here");
	for (i = 1; i <= DB_ROWS_MAX + 6; i++)
		CU_ASSERT_EQUAL(items[i].code, ERR_NOT_FOUND);
}

static void nobody_sends_nothing(void)
{
	CU_ASSERT_FALSE(chat_send_many(f.db, items, 0));
}

/* Each has the answer that it would have alone. */
static void a_bad_one_harms_nobody_else(void)
{
	static char long_id[CHAT_CLIENT_ID_MAX + 2];
	struct chat_actor wrong = f.visitor;
	struct chat_resolved done;

	memset(long_id, 'x', sizeof(long_id) - 1);
	wrong.external_id = STR("somebody");
	open_convs(3);
	FATAL_OK(chat_resolve(f.db, f.pool, &f.ada, convs[2].id, STR_EMPTY,
	    ID_NONE, &done, &f.err));
	add(&visitors[0], convs[0].id, "good", NULL);
	add(&visitors[1], convs[0].id, "not yours", NULL);
	add(&wrong, convs[1].id, "not yours", NULL);
	add(&visitors[1], id_new(), "nowhere", NULL);
	add(&f.stranger, convs[1].id, "another tenant", NULL);
	add(&f.ada, convs[2].id, "resolved", NULL);
	add(&visitors[1], convs[1].id, "", NULL);
	add(&visitors[1], convs[1].id, "long", long_id);
	add(&f.ada, convs[1].id, "good", NULL);
	add(&visitors[0], convs[0].id, "good too", NULL);
	CU_ASSERT_TRUE(send_all());
	check_stored(&items[0], 1, "good");
	CU_ASSERT_EQUAL(items[1].code, ERR_FORBIDDEN);
	CU_ASSERT_EQUAL(items[2].code, ERR_FORBIDDEN);
	CU_ASSERT_EQUAL(items[3].code, ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(items[4].code, ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(items[5].code, ERR_CONFLICT);
	CU_ASSERT_EQUAL(items[6].code, ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(items[7].code, ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(items[1].err.code, ERR_FORBIDDEN);
	CU_ASSERT_NOT_EQUAL(items[3].err.text[0], '\0');
	check_stored(&items[8], 1, "good");
	check_stored(&items[9], 2, "good too");
	CU_ASSERT_EQUAL(fixture_count(&f, convs[2].id), 0);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 3);
}

/* The server refuses the whole for the sake of one: a trigger plays the
 * broken row. */
static void what_cannot_be_stored_goes_alone(void)
{
	open_convs(2);
	harness_sql(f.db,
	    "CREATE TRIGGER test_refuse BEFORE INSERT ON messages FOR EACH ROW "
	    "IF NEW.content = 'poison' THEN SIGNAL SQLSTATE '45000'; END IF;");
	add(&visitors[0], convs[0].id, "one", "1");
	add(&visitors[0], convs[0].id, "poison", "2");
	add(&visitors[1], convs[1].id, "two", "3");
	add(&visitors[0], convs[0].id, "three", "4");
	CU_ASSERT_TRUE(send_all());
	harness_sql(f.db, "DROP TRIGGER test_refuse;");
	check_stored(&items[0], 1, "one");
	CU_ASSERT_EQUAL(items[1].code, ERR_INTERNAL);
	check_stored(&items[2], 1, "two");
	check_stored(&items[3], 2, "three");
	CU_ASSERT_TRUE(fixture_is_whole(&f, convs[0].id));
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 3);
}

static void names_are_stored_once_within_and_across(void)
{
	struct chat_sent before;

	open_convs(2);
	FATAL_OK(fixture_send(f.db, f.pool, &visitors[0], convs[0].id, "old",
	    "n", &before, &f.err));
	add(&visitors[0], convs[0].id, "again", "n");
	add(&visitors[0], convs[0].id, "new", "m");
	add(&visitors[0], convs[0].id, "new again", "m");
	add(&visitors[1], convs[1].id, "elsewhere", "n");
	add(&f.ada, convs[0].id, "the same name", "m");
	add(&f.ada, convs[0].id, "an old name", "n");
	CU_ASSERT_TRUE(send_all());
	CU_ASSERT_EQUAL(items[0].code, ERR_OK);
	CU_ASSERT_TRUE(items[0].sent.is_duplicate);
	CU_ASSERT_TRUE(id_eq(items[0].sent.message.id, before.message.id));
	CU_ASSERT_TRUE(id_eq(items[0].sent.workspace_id, f.ada.workspace_id));
	check_stored(&items[1], 2, "new");
	CU_ASSERT_EQUAL(items[2].code, ERR_OK);
	CU_ASSERT_TRUE(items[2].sent.is_duplicate);
	CU_ASSERT_TRUE(
	    id_eq(items[2].sent.message.id, items[1].sent.message.id));
	CU_ASSERT_EQUAL(items[2].sent.message.seq, 2);
	CU_ASSERT_TRUE(str_eq(items[2].sent.message.content, STR("new")));
	check_stored(&items[3], 1, "elsewhere");
	CU_ASSERT_EQUAL(items[4].code, ERR_CONFLICT);
	CU_ASSERT_EQUAL(items[5].code, ERR_CONFLICT);
	CU_ASSERT_PTR_NULL(strstr(items[5].err.text, "old"));
	CU_ASSERT_TRUE(fixture_is_whole(&f, convs[0].id));
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 3);
	/* A call that stores nothing has no news. */
	n_items = 0;
	add(&visitors[0], convs[0].id, "again", "n");
	add(&visitors[1], convs[1].id, "again", "n");
	CU_ASSERT_FALSE(send_all());
	CU_ASSERT_TRUE(items[1].sent.is_duplicate);
}

/* As today: the first answer, although the conversation is resolved by now. */
static void a_name_is_known_after_resolving(void)
{
	struct chat_resolved done;
	struct chat_sent first, mine;

	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "hello", "v", &first, &f.err));
	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.ada, f.c.id, "hi", "a", &mine, &f.err));
	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, f.c.id, STR_EMPTY, ID_NONE, &done, &f.err));
	add(&f.ada, f.c.id, "hi", "a");
	add(&f.visitor, f.c.id, "hello", "v");
	CU_ASSERT_FALSE(send_all());
	CU_ASSERT_EQUAL(items[0].code, ERR_OK);
	CU_ASSERT_TRUE(id_eq(items[0].sent.message.id, mine.message.id));
	CU_ASSERT_TRUE(items[1].sent.is_duplicate);
	CU_ASSERT_FALSE(items[1].sent.is_new_session);
	CU_ASSERT_TRUE(id_eq(items[1].sent.message.id, first.message.id));
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 2);
}

static void sessions_and_bots_come_along(void)
{
	struct chat_conversation plain = fixture_open(&f, "plain", false);
	struct chat_conversation second = fixture_open(&f, "second", true);
	struct chat_actor p = f.visitor, s = f.visitor;
	struct chat_resolved done;

	p.external_id = STR("plain");
	s.external_id = STR("second");
	FATAL_OK(chat_resolve(
	    f.db, f.pool, &f.ada, f.c.id, STR_EMPTY, ID_NONE, &done, &f.err));
	harness_sql(f.db, "UPDATE bot_states SET due_at = NULL;");
	add(&f.visitor, f.c.id, "one", NULL);
	add(&p, plain.id, "two", NULL);
	add(&s, second.id, "three", NULL);
	add(&f.visitor, f.c.id, "four", NULL);
	add(&f.ada, f.c.id, "five", NULL);
	CU_ASSERT_TRUE(send_all());
	CU_ASSERT_TRUE(items[0].sent.is_new_session);
	CU_ASSERT_FALSE(items[3].sent.is_new_session);
	CU_ASSERT_TRUE(id_eq(items[3].sent.message.session_id,
	    items[0].sent.message.session_id));
	/* One turn answers both. */
	CU_ASSERT_FALSE(items[0].sent.is_turn_due);
	CU_ASSERT_TRUE(items[3].sent.is_turn_due);
	CU_ASSERT_FALSE(items[1].sent.is_turn_due);
	CU_ASSERT_TRUE(items[2].sent.is_turn_due);
	CU_ASSERT_FALSE(items[4].sent.is_turn_due);
	CU_ASSERT_TRUE(fixture_bot(&f, f.c.id).is_due);
	CU_ASSERT_TRUE(fixture_bot(&f, second.id).is_due);
	CU_ASSERT_TRUE(id_eq(fixture_bot(&f, f.c.id).session_id,
	    items[0].sent.message.session_id));
}

/* ------------------------------------------------- others at the same time */

struct holder {
	pthread_t thread;
	struct id conversation_id;
	_Atomic bool has_lock, may_go;
};

static enum err_code hold_in(struct db *db, void *arg, struct err *err)
{
	struct holder *h = arg;
	struct pool *pool = pool_new();
	struct db_conversation_head head;
	enum err_code code = db_conversation_lock(
	    db, pool, f.ada.workspace_id, h->conversation_id, &head, err);

	pool_free(&pool);
	h->has_lock = true;
	while (!h->may_go)
		usleep(1000);
	return code;
}

static void *hold(void *arg)
{
	struct db *db = harness_db();
	struct err err;

	CU_ASSERT_EQUAL(db_transact(db, hold_in, arg, &err), ERR_OK);
	db_close(&db);
	return NULL;
}

struct caller {
	pthread_t thread;
	struct db *db; /* its own while it runs */
	_Atomic bool is_over;
};

static void *call(void *arg)
{
	struct caller *c = arg;

	(void)chat_send_many(c->db, items, n_items);
	c->is_over = true;
	return NULL;
}

/* Waits until so many messages are stored there, or the caller is over. */
static void wait_stored(struct id id, size_t n, const struct caller *c)
{
	/* The fixture's pool is in the messages that the caller works with. */
	struct fixture mine = f;

	mine.pool = pool_new();
	for (int i = 0; i < 3000 && !c->is_over; i++) {
		if (fixture_count(&mine, id) >= n)
			break;
		usleep(1000);
	}
	CU_ASSERT_EQUAL(fixture_count(&mine, id), n);
	pool_free(&mine.pool);
}

static void who_holds_one_conversation_holds_up_no_other(void)
{
	struct holder h = { .conversation_id = ID_NONE };
	struct caller c = { .db = harness_db() };

	open_convs(3);
	h.conversation_id = convs[1].id;
	pthread_create(&h.thread, NULL, hold, &h);
	while (!h.has_lock)
		usleep(1000);
	add(&visitors[1], convs[1].id, "held", NULL);
	add(&visitors[0], convs[0].id, "free", NULL);
	add(&visitors[1], convs[1].id, "held too", NULL);
	add(&visitors[2], convs[2].id, "free too", NULL);
	add(&visitors[1], id_new(), "nowhere", NULL);
	pthread_create(&c.thread, NULL, call, &c);
	wait_stored(convs[2].id, 1, &c);
	CU_ASSERT_FALSE(c.is_over);
	h.may_go = true;
	pthread_join(c.thread, NULL);
	pthread_join(h.thread, NULL);
	db_close(&c.db);
	check_stored(&items[0], 1, "held");
	check_stored(&items[1], 1, "free");
	check_stored(&items[2], 2, "held too");
	check_stored(&items[3], 1, "free too");
	CU_ASSERT_EQUAL(items[4].code, ERR_NOT_FOUND);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 4);
}

/* While a group has its locks an agent may claim and a visitor open. */
static enum err_code lock_and_look(struct db *db, void *arg, struct err *err)
{
	struct db_conversation_talk talks[2];
	struct id ids[2] = { convs[0].id, convs[1].id };
	struct db *other = harness_db();
	struct db_rows rows;
	size_t n = 0, i;
	enum err_code code = db_conversation_lock_talks(
	    db, f.pool, ids, COUNT_OF(ids), talks, &n, err);

	(void)arg;
	CU_ASSERT_EQUAL(n, 2);
	for (i = 1; i <= 3; i++)
		CU_ASSERT_EQUAL(db_query(other, &status_module, (int)i, NULL, 0,
				    f.pool, &rows, NULL),
		    i < 3 ? ERR_OK : ERR_UNAVAILABLE);
	db_close(&other);
	return code;
}

static void only_conversations_are_locked(void)
{
	open_convs(2);
	FATAL_OK(db_transact(f.db, lock_and_look, NULL, &f.err));
}

#define WRITERS 4
#define ROUNDS	12
#define SHARED	6

struct writer {
	pthread_t thread;
	unsigned number;
	size_t stored;
};

/* Each takes the conversations in an order of its own. */
static void *write_rounds(void *arg)
{
	struct writer *w = arg;
	struct db *db = harness_db();
	struct pool *pool = pool_new();
	struct chat_send in[SHARED];
	struct chat_send_item it[SHARED];

	for (unsigned round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < SHARED; i++) {
			unsigned k = (i * (w->number + 1) + round) % SHARED;

			in[i] = (struct chat_send){
				.conversation_id = convs[k].id,
				.content = STR("x"),
				.client_id = str_of(pool_printf(
				    pool, "%u-%u-%u", w->number, round, i)),
			};
			it[i] = (struct chat_send_item){ .pool = pool,
				.actor = &visitors[k],
				.in = &in[i] };
		}
		(void)chat_send_many(db, it, SHARED);
		for (unsigned i = 0; i < SHARED; i++)
			w->stored +=
			    it[i].code == ERR_OK && !it[i].sent.is_duplicate;
	}
	db_close(&db);
	pool_free(&pool);
	return NULL;
}

static void several_at_once_leave_no_hole(void)
{
	struct writer writers[WRITERS];
	size_t stored = 0, n = 0, i;

	open_convs(SHARED);
	for (i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){ .number = (unsigned)i };
		pthread_create(
		    &writers[i].thread, NULL, write_rounds, &writers[i]);
	}
	for (i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		stored += writers[i].stored;
	}
	CU_ASSERT_EQUAL(stored, WRITERS * ROUNDS * SHARED);
	for (i = 0; i < SHARED; i++) {
		CU_ASSERT_TRUE(fixture_is_whole(&f, convs[i].id));
		n += fixture_count(&f, convs[i].id);
	}
	CU_ASSERT_EQUAL(n, stored);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), stored);
}

/* ------------------------------------------------------------------ losses */

static void a_lost_commit_is_no_second_message(void)
{
	struct db *direct = f.db;
	size_t i;

	open_convs(3);
	for (i = 0; i < 3; i++) {
		add(&visitors[i], convs[i].id, "named", "n");
		add(&visitors[i], convs[i].id, "nameless", NULL);
		add(&visitors[i], convs[i].id, "twin", "n");
	}
	add(&f.visitor, f.c.id, "to a bot", NULL);
	FATAL_OK(db_open(proxy_start(), false, &f.db, &f.err));
	proxy_lose_next_commit();
	CU_ASSERT_TRUE(send_all());
	CU_ASSERT_TRUE(proxy_has_lost());
	db_close(&f.db);
	proxy_stop();
	f.db = direct;
	for (i = 0; i < 3; i++) {
		check_stored(&items[3 * i], 1, "named");
		check_stored(&items[3 * i + 1], 2, "nameless");
		CU_ASSERT_TRUE(items[3 * i + 2].sent.is_duplicate);
		CU_ASSERT_EQUAL(items[3 * i + 2].sent.message.seq, 1);
		CU_ASSERT_EQUAL(fixture_count(&f, convs[i].id), 2);
	}
	CU_ASSERT_TRUE(items[9].sent.is_turn_due);
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 7);
}

/* The server ends the transaction in its middle, as it does with a deadlock:
 * once, by a trigger that remembers. */
static void a_deadlock_is_tried_again(void)
{
	open_convs(2);
	harness_sql(f.db,
	    "CREATE TABLE test_once (n INT) ENGINE=Aria TRANSACTIONAL=0;");
	harness_sql(f.db,
	    "CREATE TRIGGER test_deadlock BEFORE INSERT ON notifications "
	    "FOR EACH ROW IF (SELECT COUNT(*) FROM test_once) = 0 THEN "
	    "INSERT INTO test_once VALUES (1); "
	    "SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213; END IF;");
	add(&visitors[0], convs[0].id, "one", "1");
	add(&visitors[1], convs[1].id, "two", NULL);
	add(&visitors[0], convs[0].id, "three", NULL);
	CU_ASSERT_TRUE(send_all());
	harness_sql(f.db, "DROP TRIGGER test_deadlock;");
	harness_sql(f.db, "DROP TABLE test_once;");
	check_stored(&items[0], 1, "one");
	check_stored(&items[1], 1, "two");
	check_stored(&items[2], 2, "three");
	CU_ASSERT_TRUE(fixture_is_whole(&f, convs[0].id));
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 3);
}

static CU_TestInfo tests[] = {
	{ "unknown conversations cost no transaction",
	    unknown_conversations_cost_no_transaction },
	{ "many conversations in one call are one commit",
	    many_conversations_in_one_call },
	{ "nobody sends nothing", nobody_sends_nothing },
	{ "a bad one harms nobody else", a_bad_one_harms_nobody_else },
	{ "what cannot be stored goes alone",
	    what_cannot_be_stored_goes_alone },
	{ "names are stored once, within a call and across",
	    names_are_stored_once_within_and_across },
	{ "a name is known after resolving", a_name_is_known_after_resolving },
	{ "sessions and bots come along", sessions_and_bots_come_along },
	{ "who holds one conversation holds up no other",
	    who_holds_one_conversation_holds_up_no_other },
	{ "only conversations are locked", only_conversations_are_locked },
	{ "several at once leave no hole", several_at_once_leave_no_hole },
	{ "a lost commit is no second message",
	    a_lost_commit_is_no_second_message },
	{ "a deadlock is tried again", a_deadlock_is_tried_again },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_chat_send_many = { "chat_send_many", NULL, NULL, set_up,
	tear_down, tests };
