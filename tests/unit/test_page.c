/* test_page.c: login, console and loader pages, and where they lead */
/* SPDX-License-Identifier: MIT */
#include <sys/stat.h>
#include <unistd.h>

#include "auth.h"
#include "tests/fake/loop.h"
#include "unit.h"

#define FORM "Content-Type: application/x-www-form-urlencoded\n"

static struct loop loop;
static char www[] = "/tmp/baraza-page-XXXXXX";
static const char *const folders[] = { "console", "widget" };
static const struct {
	const char *name, *text;
} files[] = {
	{ "console/login.html",
	    "<meta name=\"csrf-token\" "
	    "content=\"%CSRF_TOKEN%\"><i>%NEXT%</i><b>%ERROR%</b>100% %X%" },
	{ "console/index.html", "<meta content=\"%CSRF_TOKEN%\">" },
	{ "widget/index.html", "<main>" },
	{ "widget/embed.js", "hello();" },
};

static const char *path_of(const char *name)
{
	static char path[100];

	snprintf(path, sizeof(path), "%s/%s", www, name);
	return path;
}

static int setup(void)
{
	size_t i;

	if (!mkdtemp(www))
		return 1;
	for (i = 0; i < COUNT_OF(folders); i++)
		mkdir(path_of(folders[i]), 0700);
	for (i = 0; i < COUNT_OF(files); i++) {
		FILE *f = fopen(path_of(files[i].name), "we");

		if (!f || fputs(files[i].text, f) == EOF || fclose(f))
			return 1;
	}
	log_open("baraza", "/dev/null", LOG_ERROR);
	loop_init(&loop, www);
	return 0;
}

static int teardown(void)
{
	size_t i;

	for (i = 0; i < COUNT_OF(files); i++)
		unlink(path_of(files[i].name));
	for (i = 0; i < COUNT_OF(folders); i++)
		rmdir(path_of(folders[i]));
	loop_fini(&loop);
	log_open("baraza", NULL, LOG_INFO);
	return rmdir(www);
}

static void next_is_a_path_of_ours(void)
{
	static const struct {
		const char *next, *answer;
	} cases[] = {
		{ "/console/inbox?x=1#y", "/console/inbox?x=1#y" },
		{ "/", "/" },
		{ "", "/console/" },
		{ "//evil.example", "/console/" },
		{ "///evil.example", "/console/" },
		{ "/\\evil.example", "/console/" },
		{ "/a\\b", "/console/" },
		{ "\\/evil.example", "/console/" },
		{ "https://evil.example/", "/console/" },
		{ "javascript:alert(1)", "/console/" },
		{ "evil", "/console/" },
		{ "/\t/evil.example", "/console/" },
		{ "/a\r\nSet-Cookie: x=y", "/console/" },
		{ " /a", "/console/" },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_same(
		    auth_next(str_of(cases[i].next)), cases[i].answer));
}

static void a_page_without_login_leads_there_and_back(void)
{
	loop_run(&loop, "GET", "/console/c/1?a=b&c=%20d", NULL, NULL);
	CU_ASSERT_EQUAL(loop.status, 303);
	CU_ASSERT(unit_same(loop_header(&loop, "Location"),
	    "/auth/login?next=%2Fconsole%2Fc%2F1%3Fa%3Db%26c%3D%2520d"));
	loop_run(&loop, "GET", "/auth/login?next=%2Fconsole%2Fc%2F1",
	    "Cookie: session=" LOOP_AGENT "\n", NULL);
	CU_ASSERT_EQUAL(loop.status, 303);
	CU_ASSERT(unit_same(loop_header(&loop, "Location"), "/console/c/1"));
	loop_run(&loop, "GET", "/", NULL, NULL);
	CU_ASSERT(unit_same(loop_header(&loop, "Location"), "/console/"));
}

static void the_login_page_escapes_what_it_is_given(void)
{
	struct str cookie;

	loop_run(&loop, "GET", "/auth/login?next=/%22%3E%3Cscript%3E&x=%25",
	    NULL, NULL);
	CU_ASSERT_EQUAL(loop.status, 200);
	CU_ASSERT(loop_body_has(
	    &loop, "<i>/&quot;&gt;&lt;script&gt;</i><b></b>100% %X%"));
	CU_ASSERT_FALSE(loop_body_has(&loop, "%CSRF_TOKEN%"));
	cookie = loop_header(&loop, "Set-Cookie");
	CU_ASSERT(str_starts(cookie, STR("csrf=")));
	CU_ASSERT(str_ends(
	    cookie, STR("Path=/auth; Max-Age=14400; HttpOnly; SameSite=Lax")));
	CU_ASSERT(unit_same(loop_header(&loop, "X-Frame-Options"), "DENY"));
}

static void the_login_form_needs_its_own_token(void)
{
	char headers[200], body[300];
	struct str cookie, token;

	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/login", FORM, "email=a&password=b"),
	    400);
	CU_ASSERT(loop_body_has(&loop, "<p>The CSRF token is missing.</p>"));
	CU_ASSERT_EQUAL(loop_run(&loop, "POST", "/auth/login", FORM,
			    "email=a&password=b&csrf_token=x"),
	    400);
	CU_ASSERT(loop_body_has(&loop, "The CSRF session token is missing."));
	/* the cookie of one browser, the token of another */
	loop_run(&loop, "GET", "/auth/login", NULL, NULL);
	cookie = loop_header(&loop, "Set-Cookie");
	snprintf(headers, sizeof(headers), FORM "Cookie: %.*s\n",
	    STR_ARG(str_head(cookie, str_index(cookie, ';'))));
	loop_run(&loop, "GET", "/auth/login", NULL, NULL);
	token =
	    str_from(loop.body, str_search(loop.body, STR("content=\"")) + 9);
	snprintf(body, sizeof(body), "email=a&password=b&csrf_token=%.*s",
	    STR_ARG(str_head(token, str_index(token, '"'))));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/login", headers, body), 400);
	CU_ASSERT(loop_body_has(&loop, "The CSRF tokens do not match."));
}

static void me_tells_who_and_gives_a_token(void)
{
	char headers[300];
	struct str token;

	loop_run(
	    &loop, "GET", "/auth/me", "Cookie: session=" LOOP_AGENT "\n", NULL);
	CU_ASSERT_EQUAL(loop.status, 200);
	CU_ASSERT(loop_body_has(&loop,
	    "{\"user\":{\"id\":\"01000000-0000-0000-0000-000000000000\","
	    "\"email\":\"asha@example.com\",\"display_name\":\"Asha <A>\","
	    "\"role\":\"agent\"},\"workspace\":{\"id\":"
	    "\"02000000-0000-0000-0000-000000000000\",\"name\":\"Maua\"},"
	    "\"csrf_token\":\""));
	token = str_from(
	    loop.body, str_search(loop.body, STR("csrf_token\":\"")) + 13);
	/* it opens the door: the next refusal is about the body */
	snprintf(headers, sizeof(headers),
	    "Cookie: session=" LOOP_AGENT "\n"
	    "X-CSRFToken: %.*s\nContent-Type: application/json\n"
	    "Origin: http://chat.example\n",
	    STR_ARG(str_head(token, str_index(token, '"'))));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST",
		"/api/conversations/01890a5d-ac96-774b-bcce-b302099a8057/tag",
		headers, "{}"),
	    400);
	CU_ASSERT(loop_body_has(&loop, "tags must be an array of texts."));
}

static void the_console_page_holds_a_token(void)
{
	loop_run(&loop, "GET", "/console/",
	    "Cookie: session=" LOOP_AGENT "\n"
	    "Host: chat.example\n",
	    NULL);
	CU_ASSERT_EQUAL(loop.status, 200);
	CU_ASSERT_FALSE(loop_body_has(&loop, "%"));
	CU_ASSERT(str_ends(loop_header(&loop, "Content-Security-Policy"),
	    STR("; connect-src 'self' ws://chat.example; "
		"frame-ancestors 'none'")));
	CU_ASSERT(unit_same(loop_header(&loop, "Cache-Control"), "no-store"));
}

static void the_loader_is_cached_by_its_content(void)
{
	char header[100];

	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/chat-widget/embed.js", NULL, NULL), 200);
	CU_ASSERT(unit_same(loop.body, "hello();"));
	CU_ASSERT(unit_same(
	    loop_header(&loop, "Cache-Control"), "public, max-age=3600"));
	CU_ASSERT(unit_same(loop_header(&loop, "Cross-Origin-Resource-Policy"),
	    "cross-origin"));
	snprintf(header, sizeof(header), "If-None-Match: \"x\", W/%.*s\n",
	    STR_ARG(loop_header(&loop, "ETag")));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/chat-widget/embed.js", header, NULL), 304);
	CU_ASSERT_EQUAL(loop.body.n, 0);
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/chat-widget/embed.js",
			    "If-None-Match: \"x\"\n", NULL),
	    200);
}

static void a_missing_page_is_500_without_its_path(void)
{
	unlink(path_of("widget/embed.js"));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/chat-widget/embed.js", NULL, NULL), 500);
	CU_ASSERT_FALSE(loop_body_has(&loop, "embed"));
}

static CU_TestInfo tests[] = {
	{ "next is a path of ours", next_is_a_path_of_ours },
	{ "a page without login leads there and back",
	    a_page_without_login_leads_there_and_back },
	{ "the login page escapes what it is given",
	    the_login_page_escapes_what_it_is_given },
	{ "the login form needs its own token",
	    the_login_form_needs_its_own_token },
	{ "me tells who and gives a token", me_tells_who_and_gives_a_token },
	{ "the console page holds a token", the_console_page_holds_a_token },
	{ "the loader is cached by its content",
	    the_loader_is_cached_by_its_content },
	{ "a missing page is 500 without its path",
	    a_missing_page_is_500_without_its_path },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_page = { "page", setup, teardown, NULL, NULL, tests };
