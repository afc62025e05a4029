/* test_outbox.c: API calls of turns: those waited for, and those sent later */
/* SPDX-License-Identifier: MIT */
#include "bot/outbox.h"

#include "base/clock.h"
#include "base/json_in.h"
#include "base/seal.h"
#include "bot/call_request.h"
#include "bot/outside.h"
#include "chat/integrations.h"
#include "db/db_outbox.h"
#include "fixture.h"
#include "harness.h"
#include "tests/fake/server.h"

#define HOUR_US INT64_C(3600000000)
#define OK_7                                                                   \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"            \
	"{\"id\":7}"

enum { LIST, AGE, SPOIL };

static const struct db_stmt stmts[] = {
	[LIST] = DB_STMT("list_outbox", "", "dutb",
	    "SELECT id, CAST(tries AS UNSIGNED), due_at, body FROM outbox "
	    "ORDER BY created_at, id"),
	[AGE] = DB_STMT(
	    "age_outbox", "t", "", "UPDATE outbox SET due_at = ? WHERE 1 = 1"),
	[SPOIL] = DB_STMT(
	    "spoil_outbox", "", "", "UPDATE outbox SET body = 'x' WHERE 1 = 1"),
};
static const struct db_module module = { "test_outbox", stmts,
	COUNT_OF(stmts) };

static struct settings settings;
static const struct seal_key key = { { 1, 2, 3 } };
static const struct bot_env env = { .settings = &settings, .seal_key = &key };
static char allow[64];
static char ports[] = "443";
static struct fixture f;
static struct outside o;

static int setup(void)
{
	return fake_server_start() ? 0 : 1;
}

static int teardown(void)
{
	fake_server_stop();
	return 0;
}

static void set_up(void)
{
	settings = *harness_settings();
	settings.turn_lease_s = 30;
	settings.turn_max_s = 60;
	settings.outside_allow = allow;
	settings.outside_ports = ports;
	snprintf(allow, sizeof(allow), "127.0.0.1:%u", fake_server_port());
	fake_server_answer(STR(OK_7), false);
	fixture_make(&f);
	harness_sql(f.db, "DELETE FROM outbox");
	outside_init(&o, f.db, &env, id_new(), clock_now_us());
	o.workspace_id = f.ada.workspace_id;
	o.chatbot_id = f.chatbot_id;
	o.conversation_id = f.c.id;
	o.channel = STR("web");
	o.user_id = STR("visitor-1");
	o.flow_name = STR("main");
}

static void tear_down(void)
{
	(void)fake_server_settle();
	fixture_free(&f);
}

static bool was_asked(const char *part)
{
	struct str all = fake_server_request();

	return str_search(all, str_of(part)) < all.n;
}

static struct str url(const char *path)
{
	return str_of(pool_printf(
	    f.pool, "http://127.0.0.1:%u%s", fake_server_port(), path));
}

static struct db_rows list(void)
{
	struct db_rows rows;

	FATAL_OK(db_query(f.db, &module, LIST, NULL, 0, f.pool, &rows, NULL));
	return rows;
}

static void make_due(void)
{
	FATAL_OK(db_exec(f.db, &module, AGE,
	    DB_ARGS(DB_TIME(clock_now_us() - HOUR_US)), NULL, NULL));
}

static enum err_code add(struct db *db, void *arg, struct err *err)
{
	return outbox_add_in(db, f.pool, &o, arg, err);
}

static void store(struct call_request call)
{
	FATAL_OK(db_transact(f.db, add, &call, &f.err));
}

static bool send_one(void)
{
	bool did = false;

	FATAL_OK(outbox_send_one(f.db, f.pool, &env, &did, &f.err));
	return did;
}

/* A backend by that name, with a key. */
static void add_backend(const char *name, const char *path)
{
	struct db_integration row = {
		.workspace_id = f.ada.workspace_id,
		.chatbot_id = f.chatbot_id,
		.is_active = true,
		.name = str_of(name),
		.settings = str_of(pool_printf(f.pool,
		    "{\"base_url\":\"%s\",\"auth_type\":\"BEARER\"}",
		    url(path).p)),
		.secrets = STR("{\"auth\":{\"bearer\":\"s3cret\"},"
			       "\"headers\":{\"X-Shop\":\"1\",\"X-Both\":"
			       "\"base\"}}"),
	};

	FATAL_OK(integration_add(
	    f.db, f.pool, &key, INTEGRATION_API, -1, &row, &f.err));
}

static void calls_carry_who_asks_and_the_credentials(void)
{
	static const struct http_header headers[] = {
		{ STR_INIT("x-both"), STR_INIT("flow") },
		{ STR_INIT("X-Sarufi-Channel"), STR_INIT("forged") },
	};
	struct call_request in = { .method = "POST",
		.integration = STR("shop"),
		.url = STR("/orders/7?x=1"),
		.n_headers = 2,
		.headers = headers,
		.has_body = true,
		.body = STR("{\"a\":1}"),
		.state = STR("fetch"),
		.user_name = STR("Am\xc3\xadna\r\nX-Evil: 1") };
	struct call_response out = { .status = 0 };
	const char *name;
	char ulid[ID_ULID_SIZE];

	add_backend("shop", "/v1/");
	o.seq = 3;
	o.calls = 1;
	name = outside_key(&o, f.pool);
	FATAL_OK(outside_request(&o, f.pool, &in, &out, &f.err));
	CU_ASSERT_EQUAL(out.status, 200);
	CU_ASSERT(str_eq(out.body, STR("{\"id\":7}")));
	CU_ASSERT(was_asked("POST /v1/orders/7?x=1 HTTP/1.1\r\n"));
	CU_ASSERT(was_asked("\r\nAuthorization: Bearer s3cret\r\n"));
	CU_ASSERT(was_asked("\r\nX-Shop: 1\r\n"));
	CU_ASSERT(was_asked("\r\nx-both: flow\r\n"));
	CU_ASSERT_FALSE(was_asked("base"));
	CU_ASSERT(was_asked("\r\nContent-Type: application/json\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-User-Id: visitor-1\r\n"));
	CU_ASSERT(was_asked(pool_printf(f.pool,
	    "\r\nX-Sarufi-Chatbot-Id: %s\r\n", id_ulid(f.chatbot_id, ulid))));
	CU_ASSERT(was_asked("\r\nX-Sarufi-Channel: web\r\n"));
	CU_ASSERT_FALSE(was_asked("forged"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-State: fetch\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-Flow-Name: main\r\n"));
	CU_ASSERT(
	    was_asked("\r\nX-Sarufi-User-Name: Am\xc3\xadna  X-Evil: 1\r\n"));
	CU_ASSERT(was_asked(
	    pool_printf(f.pool, "\r\nIdempotency-Key: %s\r\n", name)));
	CU_ASSERT(was_asked("\r\n\r\n{\"a\":1}"));
	/* what is not known is not sent */
	in = (struct call_request){ .method = "GET", .url = url("/x") };
	o.channel = o.flow_name = STR_EMPTY;
	FATAL_OK(outside_request(&o, f.pool, &in, &out, &f.err));
	CU_ASSERT(was_asked("GET /x HTTP/1.1\r\n"));
	CU_ASSERT_FALSE(was_asked("X-Sarufi-Channel"));
	CU_ASSERT_FALSE(was_asked("X-Sarufi-State"));
	CU_ASSERT_FALSE(was_asked("X-Sarufi-Flow-Name"));
	CU_ASSERT_FALSE(was_asked("X-Sarufi-User-Name"));
	CU_ASSERT_FALSE(was_asked("Content-Type"));
	CU_ASSERT_FALSE(was_asked("Authorization"));
}

static void calls_that_cannot_be_made_say_why(void)
{
	struct call_request in = {
		.method = "GET", .integration = STR("shop"), .url = STR("/")
	};
	struct call_response out;

	CU_ASSERT_EQUAL(
	    outside_request(&o, f.pool, &in, &out, &f.err), ERR_NOT_FOUND);
	/* of another bot or workspace */
	add_backend("shop", "/");
	o.chatbot_id = id_new();
	CU_ASSERT_EQUAL(
	    outside_request(&o, f.pool, &in, &out, &f.err), ERR_NOT_FOUND);
	o.chatbot_id = f.chatbot_id;
	o.workspace_id = f.stranger.workspace_id;
	CU_ASSERT_EQUAL(
	    outside_request(&o, f.pool, &in, &out, &f.err), ERR_NOT_FOUND);
	in = (struct call_request){ .method = "GET",
		.url = STR("http://127.0.0.1:1/") };
	CU_ASSERT_EQUAL(
	    outside_request(&o, f.pool, &in, &out, &f.err), ERR_BAD_REQUEST);
	/* no time is left */
	o.deadline_us = clock_now_us();
	in.url = url("/");
	CU_ASSERT_EQUAL(
	    outside_request(&o, f.pool, &in, &out, &f.err), ERR_TIMEOUT);
}

static void what_is_stored_is_sent_once(void)
{
	static const struct http_header header = { STR_INIT("X-A"),
		STR_INIT("b") };
	unsigned was = fake_server_settle();
	struct db_rows rows;

	CU_ASSERT_FALSE(send_one());
	add_backend("shop", "/v1");
	store((struct call_request){ .method = "PUT",
	    .integration = STR("shop"),
	    .url = STR("/x"),
	    .n_headers = 1,
	    .headers = &header,
	    .has_body = true,
	    .body = STR("{\"a\":\"\xc3\xbc\"}"),
	    .state = STR("fetch"),
	    .user_name = STR("Amina") });
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	rows = list();
	CU_ASSERT_EQUAL_FATAL(rows.n, 1);
	/* neither what was said nor a credential can be read there */
	CU_ASSERT(str_search(db_row_str(&rows, 0, 3), STR("fetch")) ==
		  db_row_str(&rows, 0, 3).n);
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(fake_server_settle(), was + 1);
	CU_ASSERT(was_asked("PUT /v1/x HTTP/1.1\r\n"));
	CU_ASSERT(was_asked("\r\nAuthorization: Bearer s3cret\r\n"));
	CU_ASSERT(was_asked("\r\nX-A: b\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-User-Id: visitor-1\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-State: fetch\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-Channel: web\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-Flow-Name: main\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-User-Name: Amina\r\n"));
	CU_ASSERT(was_asked(pool_printf(f.pool, "\r\nIdempotency-Key: %s\r\n",
	    id_text(db_row_id(&rows, 0, 0)))));
	CU_ASSERT(was_asked("\r\n\r\n{\"a\":\"\xc3\xbc\"}"));
	CU_ASSERT_EQUAL(list().n, 0);
	CU_ASSERT_FALSE(send_one());
	/* whatever the answer is */
	fake_server_answer(STR("HTTP/1.1 503 No\r\n\r\n"), false);
	store((struct call_request){ .method = "GET", .url = url("/") });
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(list().n, 0);
}

static void who_cannot_be_reached_is_tried_some_times(void)
{
	unsigned was = fake_server_settle();
	int64_t due = 0, now;
	struct db_rows rows;
	struct id id;

	fake_server_answer(STR_EMPTY, false); /* closes without a word */
	store((struct call_request){ .method = "GET", .url = url("/") });
	id = db_row_id((rows = list(), &rows), 0, 0);
	for (uint64_t tries = 1; tries <= 5; tries++) {
		make_due();
		now = clock_now_us();
		CU_ASSERT_TRUE(send_one());
		rows = list();
		CU_ASSERT_EQUAL_FATAL(rows.n, 1);
		CU_ASSERT(id_eq(db_row_id(&rows, 0, 0), id));
		CU_ASSERT_EQUAL(db_row_uint(&rows, 0, 1), tries);
		/* later each time */
		CU_ASSERT(db_row_time(&rows, 0, 2) - now > due);
		due = db_row_time(&rows, 0, 2) - now;
		CU_ASSERT(due >= 5 * INT64_C(1000000));
		CU_ASSERT_FALSE(send_one());
	}
	make_due();
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(list().n, 0);
	CU_ASSERT_EQUAL(fake_server_settle(), was + 6);
}

static void what_must_not_be_sent_is_given_up_at_once(void)
{
	unsigned was = fake_server_settle();

	store((struct call_request){
	    .method = "GET", .url = STR("http://169.254.169.254/") });
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(list().n, 0);
	store((struct call_request){
	    .method = "GET", .integration = STR("gone"), .url = STR("/") });
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(list().n, 0);
	store((struct call_request){ .method = "GET", .url = url("/") });
	FATAL_OK(db_exec(f.db, &module, SPOIL, NULL, 0, NULL, NULL));
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(list().n, 0);
	CU_ASSERT_EQUAL(fake_server_settle(), was);
}

struct taker {
	struct db *db;
	struct id owner;
	int64_t now;
	struct db_outbox row;
	bool is_found;
	struct taker *meanwhile; /* takes one while this one has its lock */
};

static enum err_code take(struct db *db, void *arg, struct err *err)
{
	struct taker *t = arg;
	enum err_code code = db_outbox_take(db, f.pool, t->owner, t->now,
	    t->now + HOUR_US, &t->row, &t->is_found, err);

	if (code == ERR_OK && t->meanwhile != NULL)
		code = db_transact(t->meanwhile->db, take, t->meanwhile, err);
	return code;
}

static void a_row_is_in_one_hand_at_a_time(void)
{
	struct taker b = { .db = harness_db(), .owner = id_new() };
	struct taker a = { .db = f.db, .owner = id_new(), .meanwhile = &b };

	store((struct call_request){ .method = "GET", .url = url("/1") });
	store((struct call_request){ .method = "GET", .url = url("/2") });
	a.now = b.now = clock_now_us() + 1000;
	FATAL_OK(db_transact(f.db, take, &a, &f.err));
	CU_ASSERT_TRUE(a.is_found);
	CU_ASSERT_TRUE(b.is_found);
	CU_ASSERT_FALSE(id_eq(a.row.id, b.row.id));
	CU_ASSERT_FALSE(send_one());
	/* a sender that died: the lease runs out, and its successor's row is
	 * not the dead one's any more */
	b.now = a.now + 2 * HOUR_US;
	FATAL_OK(db_transact(b.db, take, &b, &f.err));
	CU_ASSERT_TRUE(b.is_found);
	CU_ASSERT_EQUAL(b.row.tries, 2);
	FATAL_OK(db_outbox_del(b.db, &b.row, a.owner, &f.err));
	CU_ASSERT_EQUAL(list().n, 2);
	FATAL_OK(db_outbox_put_off(b.db, &b.row, id_new(), 0, &f.err));
	FATAL_OK(db_outbox_del(b.db, &b.row, b.owner, &f.err));
	CU_ASSERT_EQUAL(list().n, 1);
	db_close(&b.db);
}

static struct db_outbox take_at(int64_t now)
{
	struct taker t = { .owner = id_new(), .now = now };

	FATAL_OK(db_transact(f.db, take, &t, &f.err));
	return t.is_found ? t.row : (struct db_outbox){ .id = ID_NONE };
}

static void a_workspace_has_its_share_of_what_goes_out(void)
{
	struct db_outbox last;
	int64_t now;

	for (int i = 0; i <= DB_OUTBOX_SHARE; i++)
		store(
		    (struct call_request){ .method = "GET", .url = url("/") });
	o.workspace_id = f.stranger.workspace_id;
	store((struct call_request){ .method = "GET", .url = url("/") });
	now = clock_now_us() + 1000;
	CU_ASSERT(id_eq(take_at(now).workspace_id, f.ada.workspace_id));
	/* It has come last, but of its workspace none is on its way. */
	CU_ASSERT(id_eq(take_at(now).workspace_id, f.stranger.workspace_id));
	for (int i = 1; i < DB_OUTBOX_SHARE; i++)
		CU_ASSERT(id_eq(take_at(now).workspace_id, f.ada.workspace_id));
	CU_ASSERT(id_is_none(take_at(now).id));
	/* Leases run out. */
	last = take_at(now + HOUR_US + 1);
	CU_ASSERT(id_eq(last.workspace_id, f.ada.workspace_id));
}

/* ------------------------------------------------------------ whole turns */

static void set_flow(const char *members)
{
	struct id flow_id;

	FATAL_OK(bot_set_flow(f.db, f.pool, f.ada.workspace_id, f.chatbot_id,
	    STR("main"),
	    str_of(pool_printf(f.pool,
		"{\"ask\":{\"message\":\"?\",\"save_to\":\"what\","
		"\"transitions\":{\"default\":\"call\"}},\"call\":{"
		"\"actions\":[{\"type\":\"API_CALL\",\"integration\":"
		"\"shop\",\"path\":\"/orders/{{what}}\",\"method\":\"POST\","
		"%s}],\"transitions\":{\"default\":\"ask\"}},"
		"\"yes\":{\"message\":\"It is {{response.id}}\"},"
		"\"no\":{\"message\":\"Sorry\"}}",
		members)),
	    true, &flow_id, &f.err));
}

static struct str answer_to(const char *text)
{
	struct bot_turn t;

	fixture_say(&f, &f.visitor, text);
	FATAL_OK(bot_run_turn(
	    f.db, f.pool, &env, f.c.id, id_new(), ID_NONE, &t, &f.err));
	return t.messages.n > 0 ? t.messages.items[t.messages.n - 1].content
				: STR_EMPTY;
}

static void a_turn_asks_and_answers(void)
{
	unsigned was = fake_server_settle();

	add_backend("shop", "/v1");
	set_flow("\"success_transition\":\"yes\",\"failure_transition\":"
		 "\"no\"");
	CU_ASSERT(str_eq(answer_to("hello"), STR("?")));
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	CU_ASSERT(str_eq(answer_to("a/7"), STR("It is 7")));
	CU_ASSERT_EQUAL(fake_server_settle(), was + 1);
	CU_ASSERT(was_asked("POST /v1/orders/a%2F7 HTTP/1.1\r\n"));
	CU_ASSERT(
	    was_asked("\"message\":{\"type\":\"text\",\"text\":\"a/7\"}"));
	CU_ASSERT(was_asked("\"what\":\"a/7\""));
	CU_ASSERT_FALSE(was_asked("_flow"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-User-Id: visitor-1\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-State: call\r\n"));
	CU_ASSERT(was_asked("\r\nX-Sarufi-Flow-Name: main\r\n"));
	CU_ASSERT_EQUAL(list().n, 0);
}

static void a_turn_leaves_what_it_does_not_wait_for(void)
{
	unsigned was = fake_server_settle();

	add_backend("shop", "/v1");
	set_flow("\"fire_and_forget\":true");
	CU_ASSERT(str_eq(answer_to("hello"), STR("?")));
	CU_ASSERT(str_eq(answer_to("8"), STR("?")));
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	CU_ASSERT_EQUAL(list().n, 1);
	CU_ASSERT_TRUE(send_one());
	CU_ASSERT_EQUAL(fake_server_settle(), was + 1);
	CU_ASSERT(was_asked("POST /v1/orders/8 HTTP/1.1\r\n"));
	CU_ASSERT(was_asked("\"text\":\"8\""));
	CU_ASSERT_EQUAL(list().n, 0);
}

static CU_TestInfo tests[] = {
	{ "calls carry who asks and the credentials",
	    calls_carry_who_asks_and_the_credentials },
	{ "calls that cannot be made say why",
	    calls_that_cannot_be_made_say_why },
	{ "what is stored is sent once", what_is_stored_is_sent_once },
	{ "who cannot be reached is tried some times",
	    who_cannot_be_reached_is_tried_some_times },
	{ "what must not be sent is given up at once",
	    what_must_not_be_sent_is_given_up_at_once },
	{ "a row is in one hand at a time", a_row_is_in_one_hand_at_a_time },
	{ "a workspace has its share of what goes out",
	    a_workspace_has_its_share_of_what_goes_out },
	{ "a turn asks and answers", a_turn_asks_and_answers },
	{ "a turn leaves what it does not wait for",
	    a_turn_leaves_what_it_does_not_wait_for },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_outbox = { "outbox", setup, teardown, set_up, tear_down,
	tests };
