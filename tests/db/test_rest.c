/* test_rest.c: the REST surface over a real database */
/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <unistd.h>

#include "chat/account.h"
#include "chat/site.h"
#include "fixture.h"
#include "harness.h"
#include "route.h"
#include "tests/fake/loop.h"

#define PASSWORD  "correct horse"
#define JSON_TYPE "Content-Type: application/json\n"
#define ORIGINS	  "https://shop.example"

/* A body that every row of agents takes. */
#define FITS_ALL                                                               \
	"{\"tags\":[\"x\"],\"force\":true,\"content\":\"x\",\"seq\":1,"        \
	"\"message_ids\":[\"00000000-0000-0000-0000-000000000001\"]}"

static struct fixture f;
static struct loop loop;
static struct str embed; /* token of a widget for ORIGINS, with a bot */
static char ours[300], theirs[300]; /* headers of an agent of each side */

/* The text between two others in the last body. */
static struct str between(const char *before, const char *after)
{
	struct str s = str_from(
	    loop.body, str_search(loop.body, str_of(before)) + strlen(before));

	return str_copy(f.pool, str_head(s, str_search(s, str_of(after))));
}

static void log_in(const char *email, char headers[300])
{
	struct str cookie;
	char *body = pool_printf(
	    f.pool, "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email);

	CU_ASSERT_EQUAL_FATAL(
	    loop_run(&loop, "POST", "/auth/login", JSON_TYPE, body), 200);
	cookie = loop_header(&loop, "Set-Cookie");
	snprintf(headers, 300, JSON_TYPE "Cookie: %.*s\nX-CSRFToken: %.*s\n",
	    STR_ARG(str_head(cookie, str_index(cookie, ';'))),
	    STR_ARG(between("\"csrf_token\":\"", "\"")));
}

static void setup(void)
{
	struct id id;

	fixture_make(&f);
	harness_sql(f.db, "DELETE FROM logins;\nDELETE FROM login_fails;\n");
	loop_init(&loop, "/nonexistent");
	loop.db = f.db;
	loop.app.find_account = account_by_token;
	FATAL_OK(account_add(f.db, f.ada.workspace_id, STR("we@example.com"),
	    STR("We"), STR("agent"), STR(PASSWORD), &id, &f.err));
	FATAL_OK(
	    account_add(f.db, f.stranger.workspace_id, STR("they@example.com"),
		STR("They"), STR("admin"), STR(PASSWORD), &id, &f.err));
	FATAL_OK(site_add_web_chat(f.db, f.pool, f.ada.workspace_id,
	    f.chatbot_id, STR("Shop"), STR(ORIGINS),
	    STR("{\"color\":\"#123456\",\"secret\":\"hidden\"}"), &id, &embed,
	    &f.err));
	log_in("we@example.com", ours);
	log_in("they@example.com", theirs);
	fixture_say(&f, &f.visitor, "Hello");
}

static void teardown(void)
{
	loop_fini(&loop);
	fixture_free(&f);
}

/* The row's path with the fixture's conversation in it. */
static const char *uri_of(const struct route *r, struct id id)
{
	static char uri[256];
	char text[ID_UUID_SIZE];
	const char *colon = strchr(r->path, ':');

	if (!colon)
		return r->path;
	snprintf(uri, sizeof(uri), "%.*s%s%s", (int)(colon - r->path), r->path,
	    id_uuid(id, text), colon + strcspn(colon, "/"));
	return uri;
}

static int ask(const struct route *r, struct id id, const char *headers)
{
	return loop_run(&loop, req_method_name(r->method), uri_of(r, id),
	    headers, r->body_max ? FITS_ALL : NULL);
}

/* ------------------------------------------------------------- strangers */

static void every_row_hides_another_workspace(void)
{
	struct chat_conversation c = { 0 };
	const struct route *r;
	struct str foreign;

	for (r = routes; r < routes + routes_n; r++) {
		if (r->who != WHO_AGENT || !strchr(r->path, ':'))
			continue;
		/* what is foreign and what does not exist look the same */
		CU_ASSERT_EQUAL(ask(r, f.c.id, theirs), 404);
		foreign = str_copy(f.pool, loop.body);
		CU_ASSERT_EQUAL(ask(r, ID_NONE, theirs), 404);
		CU_ASSERT(str_starts(foreign, STR("{\"error\":\"not_found\"")));
	}
	FATAL_OK(chat_get(f.db, f.pool, &f.ada, f.c.id, &c, &f.err));
	CU_ASSERT(id_is_none(c.session.assigned_agent_id));
	CU_ASSERT(str_eq(c.session.tags, STR("[]")));
}

static void no_list_tells_of_another_workspace(void)
{
	char text[ID_UUID_SIZE];
	const struct route *r;

	id_uuid(f.c.id, text);
	for (r = routes; r < routes + routes_n; r++) {
		if (r->who != WHO_AGENT || r->method != M_GET ||
		    strchr(r->path, ':'))
			continue;
		CU_ASSERT_EQUAL(ask(r, ID_NONE, theirs), 200);
		CU_ASSERT_FALSE(loop_body_has(&loop, text));
		CU_ASSERT_FALSE(loop_body_has(&loop, "visitor-1"));
		CU_ASSERT_FALSE(loop_body_has(&loop, "we@example.com"));
		CU_ASSERT_FALSE(loop_body_has(&loop, "Ada"));
	}
}

static void every_visitor_row_wants_the_contact(void)
{
	static const char *const queries[] = { "",
		"?external_id=", "?external_id=visitor-2",
		"?external_id=VISITOR-1", "?external_id=visitor-1%20" };
	const struct route *r;
	size_t i;

	for (r = routes; r < routes + routes_n; r++)
		for (i = 0; i < COUNT_OF(queries); i++) {
			/* a file's address has a secret of its own; pages
			 * and scripts hold nothing of a visitor, and anybody
			 * may begin a session */
			if (r->who != WHO_ANYONE || !strchr(r->path, ':') ||
			    r->face == RESP_FILE || r->face == RESP_WIDGET ||
			    r->face == RESP_SCRIPT || r->face == RESP_V1)
				continue;
			/* an agent's cookie opens nothing here */
			loop_run(&loop, "GET",
			    pool_printf(
				f.pool, "%s%s", uri_of(r, f.c.id), queries[i]),
			    ours, NULL);
			CU_ASSERT_EQUAL(loop.status, i < 2 ? 400 : 403);
		}
}

/* ---------------------------------------------------------------- agents */

static void an_agent_works_through_a_conversation(void)
{
	char id[ID_UUID_SIZE], *uri;

	id_uuid(f.c.id, id);
	uri = pool_printf(f.pool, "/api/conversations/%s", id);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/api/conversations/", ours, NULL), 200);
	CU_ASSERT(loop_body_has(&loop, id));
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", uri, ours, NULL), 200);
	CU_ASSERT(loop_body_has(&loop, "\"external_id\":\"visitor-1\""));
	CU_ASSERT_EQUAL(loop_run(&loop, "GET",
			    pool_printf(f.pool, "%s/history", uri), ours, NULL),
	    200);
	CU_ASSERT(loop_body_has(&loop, "\"content\":\"Hello\""));
	CU_ASSERT(loop_body_has(&loop, "\"session_id\""));
	CU_ASSERT_EQUAL(loop_run(&loop, "POST",
			    pool_printf(f.pool, "%s/assign", uri), ours, NULL),
	    200);
	CU_ASSERT(loop_body_has(&loop, "\"assigned_at\":\"20"));
	CU_ASSERT_EQUAL(loop_run(&loop, "GET",
			    "/api/conversations/?filter=mine", ours, NULL),
	    200);
	CU_ASSERT(loop_body_has(&loop, id));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/api/conversations", ours, NULL), 200);
	CU_ASSERT(str_eq(loop.body, STR("[]")));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", pool_printf(f.pool, "%s/tag", uri), ours,
		"{\"tags\":[\"vip\"]}"),
	    200);
	CU_ASSERT(loop_body_has(&loop, "\"tags\":[\"vip\"]"));
	CU_ASSERT_EQUAL(loop_run(&loop, "POST",
			    pool_printf(f.pool, "%s/resolve", uri), ours, NULL),
	    200);
	CU_ASSERT(loop_body_has(&loop, "\"status\":\"resolved\""));
	CU_ASSERT(loop_body_has(&loop, "\"tags\":[\"vip\"]"));
	CU_ASSERT_EQUAL(loop_run(&loop, "POST",
			    pool_printf(f.pool, "%s/resolve", uri), ours, NULL),
	    409);
	CU_ASSERT(loop_body_has(&loop, "{\"error\":\"conflict\""));
}

static void bad_parameters_are_400(void)
{
	static const char *const queries[] = {
		"?filter=others", "?limit=0", "?limit=201", "?limit=-1",
		"?limit=x", "?cursor=zzz", "?channel=1", "?status=closed",
		"?tag=%0a",
		"?q=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	};
	static const char *const bodies[] = { "{\"tags\":\"x\"}", "{}",
		"{\"tags\":[1]}", "{\"tags\":[\"\"]}", "[]", "{\"tags\":[" };
	size_t i;

	for (i = 0; i < COUNT_OF(queries); i++)
		CU_ASSERT_EQUAL(loop_run(&loop, "GET",
				    pool_printf(f.pool, "/api/conversations/%s",
					queries[i]),
				    ours, NULL),
		    400);
	for (i = 0; i < COUNT_OF(bodies); i++)
		CU_ASSERT_EQUAL(
		    loop_run(&loop, "POST",
			pool_printf(f.pool, "/api/conversations/%s/tag",
			    id_text(f.c.id)),
			ours, bodies[i]),
		    400);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/api/conversations/x", ours, NULL), 404);
}

static void a_logout_ends_the_cookie(void)
{
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/auth/me", ours, NULL), 200);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/logout", ours, NULL), 204);
	CU_ASSERT(str_starts(loop_header(&loop, "Set-Cookie"),
	    STR("session=; Path=/; Max-Age=0; ")));
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/auth/me", ours, NULL), 401);
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/auth/me", theirs, NULL), 200);
}

static void a_new_login_ends_the_old_one_of_the_browser(void)
{
	char before[300];

	snprintf(before, sizeof(before), "%s", ours);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/login", ours,
		"{\"email\":\"we@example.com\",\"password\":\"" PASSWORD "\"}"),
	    200);
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/auth/me", before, NULL), 401);
}

static void wrong_logins_are_401_then_429(void)
{
	int i;

	for (i = 0; i < 5; i++)
		CU_ASSERT_EQUAL(
		    loop_run(&loop, "POST", "/auth/login", JSON_TYPE,
			"{\"email\":\"we@example.com\","
			"\"password\":\"wrong\"}"),
		    401);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/login", JSON_TYPE,
		"{\"email\":\"we@example.com\",\"password\":\"wrong\"}"),
	    429);
	CU_ASSERT(loop_header(&loop, "Retry-After").n);
	CU_ASSERT_EQUAL(loop_run(&loop, "POST", "/auth/login", JSON_TYPE,
			    "{\"email\":\"we@example.com\"}"),
	    400);
}

/* -------------------------------------------------------------- visitors */

static int open_chat(const char *headers, const char *session, const char *more)
{
	return loop_run(&loop, "POST", "/chat-widget/open", headers,
	    pool_printf(f.pool,
		"{\"embed_token\":\"%.*s\",\"session_id\":\"%s\"%s}",
		STR_ARG(embed), session, more));
}

static void a_visitor_opens_a_chat_once(void)
{
	struct str id;

	CU_ASSERT_EQUAL(
	    open_chat(JSON_TYPE "Origin: " ORIGINS "\n", "v-9",
		",\"customer_name\":\"Juma\",\"page_url\":\"https://a/\""),
	    200);
	CU_ASSERT(loop_body_has(&loop, "\"external_id\":\"v-9\""));
	CU_ASSERT(loop_body_has(&loop, "\"agent\":null"));
	CU_ASSERT(loop_body_has(&loop, "\"color\":\"#123456\""));
	CU_ASSERT(loop_body_has(&loop, "\"title\":\"Shop\""));
	CU_ASSERT_FALSE(loop_body_has(&loop, "hidden"));
	id = between("\"conversation_id\":\"", "\"");
	CU_ASSERT_EQUAL(open_chat(JSON_TYPE, "v-9", ""), 200);
	CU_ASSERT(str_eq(id, between("\"conversation_id\":\"", "\"")));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET",
		pool_printf(f.pool, "/chat-widget/history/%.*s?external_id=v-9",
		    STR_ARG(id)),
		NULL, NULL),
	    200);
}

static void history_of_a_visitor_is_short_of_inner_things(void)
{
	CU_ASSERT_EQUAL(loop_run(&loop, "GET",
			    pool_printf(f.pool,
				"/chat-widget/history/%s?external_id=visitor-1",
				id_text(f.c.id)),
			    NULL, NULL),
	    200);
	CU_ASSERT(loop_body_has(&loop, "\"content\":\"Hello\""));
	CU_ASSERT(loop_body_has(&loop, "\"seq\":1"));
	CU_ASSERT_FALSE(loop_body_has(&loop, "session_id"));
	CU_ASSERT_FALSE(loop_body_has(&loop, "read_by"));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET",
		pool_printf(f.pool,
		    "/chat-widget/history/%s?external_id=visitor-1&after_seq=1",
		    id_text(f.c.id)),
		NULL, NULL),
	    200);
	CU_ASSERT(str_eq(loop.body, STR("[]")));
}

static void visitors_from_elsewhere_are_refused(void)
{
	static const char *const sessions[] = { "", "a\\u0000b", "a\\nb",
		"\xff" };
	char longest[2 * 256 + 1];
	size_t i;

	CU_ASSERT_EQUAL(
	    open_chat(JSON_TYPE "Origin: https://evil.example\n", "v-9", ""),
	    403);
	CU_ASSERT_EQUAL(open_chat(JSON_TYPE "Origin: null\n", "v-9", ""), 403);
	CU_ASSERT_EQUAL(
	    open_chat(JSON_TYPE "Origin: http://chat.example\n", "v-9", ""),
	    200);
	for (i = 0; i < COUNT_OF(sessions); i++)
		CU_ASSERT_EQUAL(open_chat(JSON_TYPE, sessions[i], ""), 400);
	/* 128 characters, 256 bytes */
	for (i = 0; i < 128; i++)
		memcpy(longest + 2 * i, "\xc3\xa9", 2);
	longest[256] = '\0';
	CU_ASSERT_EQUAL(open_chat(JSON_TYPE, longest, ""), 400);
	embed = STR("ew_guess");
	CU_ASSERT_EQUAL(open_chat(JSON_TYPE, "v-9", ""), 403);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/chat-widget?embed_token=x", NULL, NULL),
	    403);
	CU_ASSERT(loop_body_has(&loop, "<!doctype html>"));
}

static void the_frame_is_for_listed_pages(void)
{
	const char *uri = pool_printf(
	    f.pool, "/chat-widget?embed_token=%.*s", STR_ARG(embed));
	char www[] = "/tmp/baraza-rest-XXXXXX", path[64];
	FILE *file;

	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(www));
	snprintf(path, sizeof(path), "%s/widget", www);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/widget/index.html", www);
	file = fopen(path, "we");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fputs("<main>", file);
	fclose(file);
	free(loop.settings.www_dir);
	loop.settings.www_dir = mem_strdup(www);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", uri, "Referer: " ORIGINS "/a\n", NULL), 200);
	CU_ASSERT(str_ends(loop_header(&loop, "Content-Security-Policy"),
	    STR("; frame-ancestors 'self' " ORIGINS)));
	CU_ASSERT_PTR_NULL(loop_header(&loop, "X-Frame-Options").p);
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", uri, NULL, NULL), 403);
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", uri,
			    "Referer: https://evil.example/\n", NULL),
	    403);
	unlink(path);
	*strrchr(path, '/') = '\0';
	rmdir(path);
	rmdir(www);
}

static void health_tells_the_schema(void)
{
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/healthz", NULL, NULL), 200);
	CU_ASSERT(str_eq(
	    loop.body, STR("{\"ok\":true,\"database\":true,\"schema\":5}")));
}

static CU_TestInfo tests[] = {
	{ "every row hides another workspace",
	    every_row_hides_another_workspace },
	{ "no list tells of another workspace",
	    no_list_tells_of_another_workspace },
	{ "every visitor row wants the contact",
	    every_visitor_row_wants_the_contact },
	{ "an agent works through a conversation",
	    an_agent_works_through_a_conversation },
	{ "bad parameters are 400", bad_parameters_are_400 },
	{ "a logout ends the cookie", a_logout_ends_the_cookie },
	{ "a new login ends the old one of the browser",
	    a_new_login_ends_the_old_one_of_the_browser },
	{ "wrong logins are 401, then 429", wrong_logins_are_401_then_429 },
	{ "a visitor opens a chat once", a_visitor_opens_a_chat_once },
	{ "history of a visitor is short of inner things",
	    history_of_a_visitor_is_short_of_inner_things },
	{ "visitors from elsewhere are refused",
	    visitors_from_elsewhere_are_refused },
	{ "the frame is for listed pages", the_frame_is_for_listed_pages },
	{ "health tells the schema", health_tells_the_schema },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_rest = { "rest", NULL, NULL, setup, teardown, tests };
