/* test_whence.c: which sites may do what */
/* SPDX-License-Identifier: MIT */
#include "whence.h"

#include "base/settings.h"
#include "secure.h"
#include "unit.h"

static struct pool *pool;
static struct settings settings;
static struct app app = { .settings = &settings };
static char line[200];

static int setup(void)
{
	pool = pool_new();
	return 0;
}

static int teardown(void)
{
	pool_free(&pool);
	return 0;
}

/* A request to this Host with one header more. */
static struct req *ask(const char *host, const char *header)
{
	static char host_line[200];
	static char uri[] = "REQUEST_URI=/";
	static char *env[] = { uri, host_line, line, NULL };
	static struct req req;
	struct err err;

	memset(&req, 0, sizeof(req));
	req.pool = pool;
	req.app = &app;
	req.env = env;
	snprintf(host_line, sizeof(host_line), "HTTP_HOST=%s", host);
	snprintf(line, sizeof(line), "%s", header);
	CU_ASSERT_EQUAL(req_init(&req, &err), ERR_OK);
	return &req;
}

static void own_is_base_url_or_the_host(void)
{
	static char base[] = "https://chat.example";
	static const struct {
		bool has_base;
		const char *host, *origin;
		bool is_own;
	} cases[] = {
		{ true, "chat.example", "https://chat.example", true },
		{ true, "127.0.0.1:8080", "https://chat.example", true },
		{ true, "127.0.0.1:8080", "http://127.0.0.1:8080", true },
		{ true, "chat.example", "https://evil.example", false },
		{ true, "chat.example", "null", false },
		{ true, "chat.example", "", false },
		{ false, "chat.example", "http://chat.example", true },
		{ false, "chat.example", "https://chat.example", true },
		{ false, "chat.example:81", "http://chat.example", false },
		{ false, "chat.example", "https://chat.example.evil", false },
		{ false, "", "http://", false },
		{ false, "a b", "http://a b", false },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		settings.base_url = cases[i].has_base ? base : NULL;
		CU_ASSERT(
		    unit_case(whence_is_own(ask(cases[i].host, "X=1"),
				  str_of(cases[i].origin)) == cases[i].is_own,
			i, cases[i].origin));
	}
	settings.base_url = NULL;
}

static void visitors_come_from_listed_pages(void)
{
	static const char list[] =
	    "https://shop.example\nhttp://127.0.0.1:81\n";
	static const struct {
		const char *list, *header;
		bool must_tell, ok;
	} cases[] = {
		{ "", "X=1", true, true },
		{ "", "HTTP_ORIGIN=https://any.example", false, true },
		{ list, "X=1", true, false },
		{ list, "X=1", false, true },
		{ list, "HTTP_ORIGIN=https://shop.example", false, true },
		{ list, "HTTP_ORIGIN=http://shop.example", false, false },
		{ list, "HTTP_ORIGIN=null", false, false },
		{ list, "HTTP_ORIGIN=http://chat.example", false, true },
		{ list, "HTTP_REFERER=https://shop.example/a?b", true, true },
		{ list, "HTTP_REFERER=http://chat.example/demo/", true, true },
		{ list,
		    "HTTP_REFERER=https://evil.example/"
		    "https://shop.example",
		    true, false },
		{ list, "HTTP_REFERER=https://shop.example@evil/", true,
		    false },
		{ list, "HTTP_REFERER=https://shop.example.evil/", true,
		    false },
	};
	struct err err;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(
		    !whence_check_listed(ask("chat.example", cases[i].header),
			str_of(cases[i].list), cases[i].must_tell,
			&err) == cases[i].ok,
		    i, cases[i].header));
}

static void frames_are_for_the_listed_sites(void)
{
	static const struct {
		const char *list, *ancestors;
	} cases[] = {
		{ "", "; frame-ancestors *" },
		{ "*", "; frame-ancestors *" },
		{ "https://a.example\n",
		    "; frame-ancestors 'self' https://a.example" },
		{ "https://a.example\nhttps://*.b.example\n",
		    "; frame-ancestors 'self' https://a.example "
		    "https://*.b.example" },
		{ "https://a.example; script-src *",
		    "; frame-ancestors 'self' https://a.example  script-src *" },
	};
	struct resp resp;
	struct str csp;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		resp_init(&resp);
		resp.face = RESP_WIDGET;
		secure_put_frame(
		    ask("chat.example", "X=1"), &resp, str_of(cases[i].list));
		csp = buf_str(&resp.headers);
		CU_ASSERT(unit_case(
		    str_ends(str_trim(csp), str_of(cases[i].ancestors)), i,
		    cases[i].list));
		resp_fini(&resp);
	}
}

static CU_TestInfo tests[] = {
	{ "own is base_url or the host", own_is_base_url_or_the_host },
	{ "visitors come from listed pages", visitors_come_from_listed_pages },
	{ "frames are for the listed sites", frames_are_for_the_listed_sites },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_whence = { "whence", setup, teardown, NULL, NULL, tests };
