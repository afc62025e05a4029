/* test_rest_talk.c: a conversation over REST alone, without a socket */
/* SPDX-License-Identifier: MIT */
#include "chat/account.h"
#include "fixture.h"
#include "harness.h"
#include "tests/fake/loop.h"

#define JSON_TYPE "Content-Type: application/json\n"
#define V1	  "\"external_id\":\"visitor-1\""

static struct fixture f;
static struct loop loop;

/* Ada by her name; the agent of the other workspace by his. */
static enum err_code find_account(struct db *db, struct pool *pool,
    const struct settings *s, struct str token, struct account *account_r,
    struct err *err)
{
	const struct chat_actor *who = &f.ada;

	(void)db;
	(void)pool;
	(void)s;
	if (str_eq(token, STR("stranger")))
		who = &f.stranger;
	else if (!str_eq(token, STR("ada")))
		return err_set(err, ERR_UNAUTHORIZED, "Please log in.");
	*account_r = (struct account){
		.user_id = who->user_id,
		.workspace_id = who->workspace_id,
		.display_name = who->display_name,
		.role = STR("agent"),
	};
	return ERR_OK;
}

static void set_up(void)
{
	fixture_make(&f);
	loop_init(&loop, "/nonexistent");
	loop.db = f.db;
	loop.app.find_account = find_account;
	loop.settings.message_burst = 3;
}

static void tear_down(void)
{
	loop_fini(&loop);
	fixture_free(&f);
}

static int get(const char *who, const char *uri)
{
	const char *cookie =
	    pool_printf(f.pool, "Cookie: session=%s\n", who ? who : "");

	return loop_run(
	    &loop, "GET", pool_printf(f.pool, "%s", uri), cookie, NULL);
}

static int post_from(const char *headers, const char *path, const char *more)
{
	return loop_run(&loop, "POST", path,
	    pool_printf(f.pool, JSON_TYPE "%s", headers),
	    pool_printf(f.pool, "{\"conversation_id\":\"%s\"%s%s}",
		id_text(f.c.id), *more ? "," : "", more));
}

static int post(const char *path, const char *more)
{
	return post_from("", path, more);
}

/* As an agent, to the conversation. */
static int agent_post(const char *who, const char *verb, const char *body)
{
	return loop_run(&loop, "POST",
	    pool_printf(
		f.pool, "/api/conversations/%s/%s", id_text(f.c.id), verb),
	    pool_printf(f.pool,
		JSON_TYPE "Cookie: session=%s\nX-CSRFToken: %s\n", who,
		loop_csrf(&loop, who)),
	    body);
}

static int updates(const char *query)
{
	return get(NULL, pool_printf(f.pool, "/chat-widget/updates/%s?%s",
			     id_text(f.c.id), query));
}

static int agent_updates(const char *who, const char *query)
{
	return get(who, pool_printf(f.pool, "/api/conversations/%s/updates%s",
			    id_text(f.c.id), query));
}

static bool has(const char *text)
{
	if (loop_body_has(&loop, text))
		return true;
	printf("\n     %d %.*s\n     lacks %s\n", loop.status,
	    STR_ARG(loop.body), text);
	return false;
}

/* ------------------------------------------------------------------ talk */

static void a_message_is_sent_once(void)
{
	struct str first;

	CU_ASSERT_EQUAL(post("/chat-widget/send",
			    V1 ",\"content\":\"Habari\",\"client_id\":\"c1\""),
	    200);
	CU_ASSERT(has("{\"ok\":true,\"id\":\""));
	CU_ASSERT(has("\",\"seq\":1,\"created_at\":\"20"));
	first = str_copy(f.pool, loop.body);
	CU_ASSERT_EQUAL(post("/chat-widget/send",
			    V1 ",\"content\":\"Habari\",\"client_id\":\"c1\""),
	    200);
	CU_ASSERT(str_eq(first, loop.body));
	CU_ASSERT_EQUAL(fixture_notified(&f, "message"), 1);
}

static void a_click_is_sent_with_its_value(void)
{
	CU_ASSERT_EQUAL(post("/chat-widget/send",
			    V1 ",\"content\":\"Yes\",\"content_type\":\"text\","
			       "\"rich_media\":{\"value\":\"y\"}"),
	    200);
	updates("external_id=visitor-1&after_seq=0");
	CU_ASSERT(has("\"rich_media\":{\"value\":\"y\"}"));
}

static void both_sides_talk_and_see_the_ticks(void)
{
	CU_ASSERT_EQUAL(
	    post("/chat-widget/send", V1 ",\"content\":\"Habari\""), 200);
	CU_ASSERT_EQUAL(agent_updates("ada", "?after_seq=0"), 200);
	CU_ASSERT(has("{\"ok\":true,\"last_seq\":1,\"missed\":[{\"id\""));
	CU_ASSERT(has("\"session_id\""));
	CU_ASSERT(has("],\"agent\":null,\"receipts\":{\"visitor\":"
		      "{\"delivered_seq\":0,\"read_seq\":0},\"agent\":"
		      "{\"delivered_seq\":0,\"read_seq\":0}}}"));
	CU_ASSERT_EQUAL(agent_post("ada", "delivered", "{\"seq\":1}"), 200);
	CU_ASSERT(str_eq(loop.body, STR("{\"ok\":true,\"seq\":1}")));
	CU_ASSERT_EQUAL(
	    agent_post("ada", "messages", "{\"content\":\"Nzuri\"}"), 200);
	CU_ASSERT(has("{\"ok\":true,\"id\":\""));
	CU_ASSERT(has("\"seq\":2"));
	CU_ASSERT_EQUAL(updates("external_id=visitor-1&after_seq=1"), 200);
	CU_ASSERT(has("{\"ok\":true,\"last_seq\":2,\"missed\":[{\"id\""));
	CU_ASSERT(has("\"content\":\"Nzuri\""));
	CU_ASSERT_FALSE(loop_body_has(&loop, "session_id"));
	CU_ASSERT(has("\"agents\":[{\"id\":\""));
	CU_ASSERT(has("\"receipts\":{\"delivered_seq\":1,\"read_seq\":0},"
		      "\"resolved\":false}"));
	CU_ASSERT_EQUAL(post("/chat-widget/delivered", V1 ",\"seq\":9"), 200);
	CU_ASSERT(str_eq(loop.body, STR("{\"ok\":true,\"seq\":2}")));
	agent_updates("ada", "");
	CU_ASSERT(has("\"missed\":[],"));
	CU_ASSERT(has("\"visitor\":{\"delivered_seq\":2,\"read_seq\":0}"));
}

static char *newest_id(void)
{
	struct chat_messages list = { .n = 0 };
	char uuid[ID_UUID_SIZE];

	FATAL_OK(chat_history_last(
	    f.db, f.pool, &f.ada, f.c.id, 1, 0, &list, &f.err));
	return pool_printf(f.pool, "\"message_ids\":[\"%s\"]",
	    id_uuid(list.items[0].id, uuid));
}

static void reading_is_stored(void)
{
	fixture_say(&f, &f.visitor, "Habari");
	CU_ASSERT_EQUAL(
	    agent_post("ada", "read", pool_printf(f.pool, "{%s}", newest_id())),
	    200);
	CU_ASSERT(str_eq(loop.body, STR("{\"ok\":true}")));
	updates("external_id=visitor-1");
	CU_ASSERT(has("\"receipts\":{\"delivered_seq\":1,\"read_seq\":1}"));
	fixture_say(&f, &f.ada, "Nzuri");
	CU_ASSERT_EQUAL(post("/chat-widget/read",
			    pool_printf(f.pool, V1 ",%s", newest_id())),
	    200);
	CU_ASSERT(str_eq(loop.body, STR("{\"ok\":true}")));
	agent_updates("ada", "");
	CU_ASSERT(has("\"visitor\":{\"delivered_seq\":2,\"read_seq\":2}"));
	CU_ASSERT_EQUAL(fixture_notified(&f, "read"), 2);
}

static void an_end_is_seen(void)
{
	fixture_say(&f, &f.visitor, "Habari");
	CU_ASSERT_EQUAL(agent_post("ada", "resolve", "{}"), 200);
	updates("external_id=visitor-1");
	CU_ASSERT(has("\"resolved\":true}"));
	CU_ASSERT_EQUAL(
	    agent_post("ada", "messages", "{\"content\":\"x\"}"), 409);
	CU_ASSERT_EQUAL(
	    post("/chat-widget/send", V1 ",\"content\":\"again\""), 200);
	updates("external_id=visitor-1");
	CU_ASSERT(has("\"resolved\":false}"));
}

/* The bot's turn comes behind the commit and cannot undo it. */
static void a_bot_that_fails_fails_nothing_else(void)
{
	harness_sql(f.db,
	    "CREATE TRIGGER no_turns BEFORE UPDATE ON bot_states FOR EACH ROW "
	    "IF OLD.turn_until IS NOT NULL AND NEW.turn_until IS NULL THEN "
	    "SIGNAL SQLSTATE '45000'; "
	    "END IF\n");
	CU_ASSERT_EQUAL(
	    post("/chat-widget/send", V1 ",\"content\":\"Habari\""), 200);
	CU_ASSERT(has("\"seq\":1"));
	harness_sql(f.db, "DROP TRIGGER no_turns;\n");
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
	CU_ASSERT(fixture_bot(&f, f.c.id).is_due);
}

/* The request that stored it may have died before the bot answered. */
static void sending_again_runs_the_turn_that_was_left(void)
{
	struct chat_sent sent;

	FATAL_OK(fixture_send(
	    f.db, f.pool, &f.visitor, f.c.id, "Habari", "c1", &sent, &f.err));
	CU_ASSERT(fixture_bot(&f, f.c.id).is_due);
	CU_ASSERT_EQUAL(post("/chat-widget/send",
			    V1 ",\"content\":\"Habari\",\"client_id\":\"c1\""),
	    200);
	CU_ASSERT_FALSE(fixture_bot(&f, f.c.id).is_due);
}

/* ---------------------------------------------------------------- limits */

static void too_many_messages_are_429(void)
{
	for (int i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(
		    post("/chat-widget/send",
			pool_printf(f.pool,
			    V1 ",\"content\":\"x\",\"client_id\":\"%d\"", i)),
		    200);
	CU_ASSERT_EQUAL(
	    post("/chat-widget/send", V1 ",\"content\":\"x\""), 429);
	CU_ASSERT(has("{\"error\":\"rate_limited\",\"message\":\""));
	CU_ASSERT(loop_header(&loop, "Retry-After").n);
	CU_ASSERT_EQUAL(post("/chat-widget/send",
			    V1 ",\"content\":\"x\",\"client_id\":\"2\""),
	    200);
	CU_ASSERT(has("\"seq\":3"));
	/* Agents may go on. */
	CU_ASSERT_EQUAL(
	    agent_post("ada", "messages", "{\"content\":\"x\"}"), 200);
}

static const char *const visitor_posts[][2] = {
	{ "/chat-widget/send", "\"content\":\"x\"" },
	{ "/chat-widget/delivered", "\"seq\":1" },
	{ "/chat-widget/details", "\"contact_details\":{}" },
	{ "/chat-widget/read",
	    "\"message_ids\":[\"00000000-0000-0000-0000-000000000001\"]" },
};

static void every_visitor_post_wants_the_contact(void)
{
	static const char *const others[] = { "\"external_id\":\"visitor-2\"",
		"\"external_id\":\"VISITOR-1\"",
		"\"external_id\":\"visitor-1 \"" };
	static const char *const missing[] = { "", "\"external_id\":\"\",",
		"\"external_id\":null,", "\"external_id\":7," };
	size_t i, k;

	for (i = 0; i < COUNT_OF(visitor_posts); i++) {
		const char *path = visitor_posts[i][0];
		const char *more = visitor_posts[i][1];

		CU_ASSERT_EQUAL(
		    post(path, pool_printf(f.pool, V1 ",%s", more)), 200);
		for (k = 0; k < COUNT_OF(others); k++)
			CU_ASSERT_EQUAL(post(path, pool_printf(f.pool, "%s,%s",
						       others[k], more)),
			    403);
		for (k = 0; k < COUNT_OF(missing); k++)
			CU_ASSERT_EQUAL(post(path, pool_printf(f.pool, "%s%s",
						       missing[k], more)),
			    400);
		CU_ASSERT_EQUAL(
		    loop_run(&loop, "POST", path, JSON_TYPE,
			pool_printf(f.pool,
			    "{\"conversation_id\":\"%s\"," V1 ",%s}",
			    id_text(id_new()), more)),
		    404);
		CU_ASSERT_EQUAL(loop_run(&loop, "POST", path, JSON_TYPE,
				    pool_printf(f.pool, "{" V1 ",%s}", more)),
		    400);
	}
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 1);
	CU_ASSERT_EQUAL(fixture_notified(&f, "delivered"), 1);
}

static void every_visitor_post_wants_a_page_of_the_list(void)
{
	size_t i;

	harness_sql(f.db, "UPDATE integrations SET allowed_origins = "
			  "'https://shop.example';\n");
	for (i = 0; i < COUNT_OF(visitor_posts); i++) {
		const char *path = visitor_posts[i][0];
		const char *body =
		    pool_printf(f.pool, V1 ",%s", visitor_posts[i][1]);

		CU_ASSERT_EQUAL(
		    post_from("Origin: https://evil.example\n", path, body),
		    403);
		CU_ASSERT_EQUAL(post_from("Origin: null\n", path, body), 403);
		CU_ASSERT_EQUAL(
		    post_from("Origin: https://shop.example\n", path, body),
		    200);
		CU_ASSERT_EQUAL(
		    post_from("Origin: http://chat.example\n", path, body),
		    200);
	}
}

static void bad_bodies_are_400(void)
{
	static const char *const sends[] = { "", "\"content\":\"\"",
		"\"content\":7", "\"content\":\"x\",\"content_type\":\"poem\"",
		"\"content\":\"x\",\"rich_media\":[]",
		"\"content\":\"x\",\"rich_media\":{\"value\":1}",
		"\"content\":\"a\\u0001\"", "\"content_type\":\"image\"" };
	static const char *const seqs[] = { "", "\"seq\":-1", "\"seq\":1.5",
		"\"seq\":\"1\"", "\"seq\":null" };
	static const char *const ids[] = { "", "\"message_ids\":[]",
		"\"message_ids\":[1]", "\"message_ids\":\"x\"",
		"\"message_ids\":[\"x\"]" };
	const struct {
		const char *visitor, *agent;
		const char *const *bodies;
		size_t n;
	} rows[] = {
		{ "/chat-widget/send", "messages", sends, COUNT_OF(sends) },
		{ "/chat-widget/delivered", "delivered", seqs, COUNT_OF(seqs) },
		{ "/chat-widget/read", "read", ids, COUNT_OF(ids) },
	};
	size_t i, k;

	for (i = 0; i < COUNT_OF(rows); i++)
		for (k = 0; k < rows[i].n; k++) {
			const char *body = rows[i].bodies[k];

			CU_ASSERT_EQUAL(
			    post(rows[i].visitor, pool_printf(f.pool, V1 "%s%s",
						      *body ? "," : "", body)),
			    400);
			CU_ASSERT_EQUAL(agent_post("ada", rows[i].agent,
					    pool_printf(f.pool, "{%s}", body)),
			    400);
		}
	CU_ASSERT_EQUAL(updates("external_id=visitor-1&after_seq=x"), 400);
	CU_ASSERT_EQUAL(agent_updates("ada", "?after_seq=-1"), 400);
	CU_ASSERT_EQUAL(fixture_count(&f, f.c.id), 0);
}

static void another_workspace_changes_nothing(void)
{
	fixture_say(&f, &f.visitor, "Habari");
	CU_ASSERT_EQUAL(agent_updates("stranger", ""), 404);
	CU_ASSERT_EQUAL(
	    agent_post("stranger", "messages", "{\"content\":\"x\"}"), 404);
	CU_ASSERT_EQUAL(
	    agent_post("stranger", "delivered", "{\"seq\":1}"), 404);
	CU_ASSERT_EQUAL(agent_post("stranger", "read",
			    pool_printf(f.pool, "{%s}", newest_id())),
	    404);
	agent_updates("ada", "?after_seq=0");
	CU_ASSERT(has("\"last_seq\":1,"));
	CU_ASSERT(has("\"read_by\":{}"));
	CU_ASSERT(has("\"agent\":{\"delivered_seq\":0,\"read_seq\":0}"));
}

static CU_TestInfo tests[] = {
	{ "a message is sent once", a_message_is_sent_once },
	{ "a click is sent with its value", a_click_is_sent_with_its_value },
	{ "both sides talk and see the ticks",
	    both_sides_talk_and_see_the_ticks },
	{ "reading is stored", reading_is_stored },
	{ "an end is seen", an_end_is_seen },
	{ "a bot that fails fails nothing else",
	    a_bot_that_fails_fails_nothing_else },
	{ "sending again runs the turn that was left",
	    sending_again_runs_the_turn_that_was_left },
	{ "too many messages are 429", too_many_messages_are_429 },
	{ "every visitor's POST wants the contact",
	    every_visitor_post_wants_the_contact },
	{ "every visitor's POST wants a page of the list",
	    every_visitor_post_wants_a_page_of_the_list },
	{ "bad bodies are 400", bad_bodies_are_400 },
	{ "another workspace changes nothing",
	    another_workspace_changes_nothing },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_rest_talk = { "rest_talk", NULL, NULL, set_up, tear_down,
	tests };
