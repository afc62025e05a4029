/* test_route.c: what each row refuses, whoever wrote the row */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/loop.h"
#include "key_budget.h"
#include "route.h"
#include "stream.h"
#include "unit.h"

#define JSON_TYPE "Content-Type: application/json\n"
#define ID	  "01890a5d-ac96-774b-bcce-b302099a8057"

static struct loop loop;

static int setup(void)
{
	log_open("baraza", "/dev/null", LOG_ERROR);
	loop_init(&loop, "/nonexistent");
	return 0;
}

static int teardown(void)
{
	loop_fini(&loop);
	log_open("baraza", NULL, LOG_INFO);
	return 0;
}

/* An address that the row's path matches. */
static const char *uri_of(const struct route *r)
{
	static char uri[256];
	const char *p = r->path;
	size_t n = 0;

	while (*p && n + sizeof(ID) < sizeof(uri)) {
		if (*p == ':') {
			n += (size_t)snprintf(uri + n, sizeof(uri) - n, ID);
			p += strcspn(p, "/");
		} else if (*p == '*') {
			uri[n++] = 'x';
			p++;
		} else {
			uri[n++] = *p++;
		}
	}
	uri[n] = '\0';
	return uri;
}

static bool is_error(const struct route *r, const char *slug)
{
	char text[64];

	if (r->face == RESP_DEV)
		return loop_body_has(&loop, "{\"detail\":");
	if (r->face == RESP_V1)
		return loop_body_has(&loop, "{\"message\":\"") &&
		       loop_body_has(&loop, "\",\"code\":\"");
	snprintf(text, sizeof(text), "{\"error\":\"%s\",\"message\":\"", slug);
	return r->face == RESP_PAGE || r->face == RESP_WIDGET
		   ? loop_body_has(&loop, "<!doctype html>")
		   : loop_body_has(&loop, text);
}

static bool is_refused(const struct route *r, int status, const char *slug)
{
	if (loop.status == status && is_error(r, slug))
		return true;
	printf("\n     %s %s: %d %.*s\n", req_method_name(r->method), r->path,
	    loop.status, STR_ARG(loop.body));
	return false;
}

static bool is_for_keys(const struct route *r)
{
	return r->who == WHO_KEY || r->who == WHO_TALK ||
	       r->who == WHO_TALK_KEY;
}

static int ask(const struct route *r, const char *headers, const char *body)
{
	return loop_run(
	    &loop, req_method_name(r->method), uri_of(r), headers, body);
}

static const char *with_agent(const char *more)
{
	static char text[512];

	snprintf(
	    text, sizeof(text), "Cookie: session=" LOOP_AGENT "\n%s", more);
	return text;
}

/* A caller that no row refuses. */
static const char *with_all(const char *more)
{
	static char text[768];

	snprintf(text, sizeof(text),
	    "Cookie: session=" LOOP_AGENT "\nX-CSRFToken: %s\n"
	    "Authorization: Bearer " LOOP_KEY "\n%s",
	    loop_csrf(&loop, LOOP_AGENT), more);
	return text;
}

static const char *with_token(const char *cookie, const char *more)
{
	static char text[512];

	snprintf(text, sizeof(text),
	    "Cookie: session=" LOOP_AGENT "\nX-CSRFToken: %s\n%s",
	    loop_csrf(&loop, cookie), more);
	return text;
}

/* -------------------------------------------------- every row of the table */

static void every_row_refuses_a_caller_without_login(void)
{
	static const char *const cookies[] = { NULL, "Cookie: session=\n",
		"Cookie: session=guessed\n",
		"Cookie: session=" LOOP_AGENT "; session=other\n",
		"Authorization: Bearer " LOOP_AGENT "\n",
		"Authorization: Basic " LOOP_KEY "\n",
		"Authorization: " LOOP_KEY "\n", "Authorization: Bearer\n",
		"X-Api-Key: " LOOP_KEY "\n" };
	const struct route *r;
	size_t i;

	for (r = routes; r < routes + routes_n; r++)
		for (i = 0; i < COUNT_OF(cookies); i++) {
			if (r->who == WHO_ANYONE)
				continue;
			ask(r, cookies[i], NULL);
			if (is_for_keys(r)) {
				CU_ASSERT(is_refused(r, 401, "unauthorized"));
				CU_ASSERT(unit_same(loop.body,
				    r->face == RESP_V1
					? "{\"message\":\"Invalid or expired "
					  "API key.\","
					  "\"code\":\"UNAUTHORIZED\"}"
					: "{\"detail\":\"Invalid or expired "
					  "API key.\"}"));
				CU_ASSERT(unit_same(
				    loop_header(&loop, "WWW-Authenticate"),
				    "Bearer"));
				continue;
			}
			if (r->who == WHO_AGENT || r->who == WHO_ADMIN) {
				CU_ASSERT(is_refused(r, 401, "unauthorized"));
				continue;
			}
			CU_ASSERT_EQUAL(loop.status, 303);
			CU_ASSERT(str_starts(loop_header(&loop, "Location"),
			    STR("/auth/login?next=%2F")));
		}
}

static void every_row_for_administrators_refuses_an_agent(void)
{
	char headers[512];
	const struct route *r;
	unsigned n = 0;

	for (r = routes; r < routes + routes_n; r++) {
		if (r->who != WHO_ADMIN)
			continue;
		snprintf(headers, sizeof(headers),
		    "Cookie: session=" LOOP_COLLEAGUE
		    "\nX-CSRFToken: %s\n" JSON_TYPE,
		    loop_csrf(&loop, LOOP_COLLEAGUE));
		ask(r, headers, r->body_max ? "{}" : NULL);
		CU_ASSERT(is_refused(r, 403, "forbidden"));
		n++;
	}
	CU_ASSERT(n >= 3);
}

static void every_row_that_changes_something_needs_a_token(void)
{
	const struct route *r;
	const char *body;

	for (r = routes; r < routes + routes_n; r++) {
		/* a cookie alone never changes anything */
		if (r->method != M_GET && r->who != WHO_ANYONE &&
		    !is_for_keys(r))
			CU_ASSERT(r->flags & ROUTE_CSRF);
		if (!(r->flags & ROUTE_CSRF) || r->who == WHO_ANYONE)
			continue;
		body = r->body_max ? "{}" : NULL;
		ask(r, with_agent(JSON_TYPE), body);
		CU_ASSERT(is_refused(r, 400, "bad_request"));
		CU_ASSERT(loop_body_has(&loop, "The CSRF token is missing."));
		ask(r, with_agent(JSON_TYPE "X-CSRFToken: 1234\n"), body);
		CU_ASSERT(is_refused(r, 400, "bad_request"));
		CU_ASSERT(loop_body_has(&loop, "The CSRF token is invalid."));
		ask(r, with_token(LOOP_COLLEAGUE, JSON_TYPE), body);
		CU_ASSERT(is_refused(r, 400, "bad_request"));
		CU_ASSERT(loop_body_has(&loop, "do not match."));
	}
}

static void every_row_with_a_cookie_refuses_other_sites(void)
{
	static const char *const from[] = { "Sec-Fetch-Site: cross-site\n",
		"Sec-Fetch-Site: same-site\n", "Origin: http://evil.example\n",
		"Origin: null\n", "Origin: http://chat.example.evil.example\n",
		"Origin: http://chat.example@evil.example\n",
		"Origin: http://chat.example:81\n",
		"Referer: http://evil.example/http://chat.example/\n" };
	const struct route *r;
	size_t i;

	for (r = routes; r < routes + routes_n; r++)
		for (i = 0; i < COUNT_OF(from); i++) {
			if (!(r->flags & ROUTE_CSRF))
				continue;
			ask(r, with_token(LOOP_AGENT, from[i]), NULL);
			CU_ASSERT(is_refused(r, 403, "forbidden"));
		}
}

static void every_row_has_a_limit_on_its_body(void)
{
	static char big[1200000];
	const struct route *r;

	memset(big, ' ', sizeof(big) - 1);
	/* Files: by the settings. */
	loop.settings.attachment_max_bytes = 65536;
	for (r = routes; r < routes + routes_n; r++) {
		CU_ASSERT(
		    r->body_max < sizeof(big) - 1 || r->flags & ROUTE_FILE);
		ask(r, with_all(JSON_TYPE), big);
		CU_ASSERT(is_refused(r, 413, "too_large"));
	}
}

static void every_row_that_takes_json_takes_nothing_else(void)
{
	static const char *const types[] = { "", "Content-Type: text/plain\n",
		"Content-Type: multipart/form-data\n",
		"Content-Type: application/jsonp\n" };
	const struct route *r;
	size_t i;

	for (r = routes; r < routes + routes_n; r++) {
		/* the last: what sites' pages send without asking first */
		CU_ASSERT(r->body_max == 0 ||
			  r->flags & (ROUTE_JSON | ROUTE_FILE) ||
			  r->face == RESP_GUEST);
		for (i = 0; r->flags & ROUTE_JSON && i < COUNT_OF(types); i++) {
			ask(r, with_all(types[i]), "{}");
			CU_ASSERT(is_refused(r, 415, "unsupported_media_type"));
		}
	}
}

static bool is_known(const char *method, const char *uri)
{
	const struct route *r;

	for (r = routes; r < routes + routes_n; r++)
		if (!strcmp(req_method_name(r->method), method) &&
		    route_match(r->path, str_of(uri), NULL))
			return true;
	return false;
}

static void every_path_tells_its_methods(void)
{
	static const char *const wrong[] = { "DELETE", "PUT", "PATCH", "TRACE",
		"get" };
	const struct route *r;
	struct str allow;
	size_t i;

	for (r = routes; r < routes + routes_n; r++) {
		const char *name = req_method_name(r->method);

		for (i = 0; i < COUNT_OF(wrong); i++) {
			if (is_known(wrong[i], uri_of(r)))
				continue;
			loop_run(&loop, wrong[i], uri_of(r), NULL, NULL);
			CU_ASSERT_EQUAL(loop.status, 405);
			allow = loop_header(&loop, "Allow");
			CU_ASSERT(str_search(allow, str_of(name)) < allow.n);
		}
		CU_ASSERT_EQUAL(
		    loop_run(&loop, "OPTIONS", uri_of(r), NULL, NULL), 204);
		allow = loop_header(&loop, "Allow");
		CU_ASSERT(str_search(allow, str_of(name)) < allow.n);
		CU_ASSERT(
		    (r->face == RESP_DEV || r->face == RESP_V1) ==
		    !!loop_header(&loop, "Access-Control-Allow-Origin").p);
		CU_ASSERT_PTR_NULL(
		    loop_header(&loop, "Access-Control-Allow-Credentials").p);
	}
}

static void every_answer_is_complete(void)
{
	static const char *const always[] = { "X-Request-Id", "Cache-Control",
		"X-Content-Type-Options", "Content-Length", "Content-Type",
		"Content-Security-Policy", "Referrer-Policy" };
	const struct route *r;
	size_t i;

	for (r = routes; r < routes + routes_n; r++) {
		ask(r, JSON_TYPE "Content-Length: x\n", NULL);
		CU_ASSERT_EQUAL(loop.status, 400);
		for (i = 0; i < COUNT_OF(always); i++)
			CU_ASSERT(unit_case(
			    loop_header(&loop, always[i]).n, i, r->path));
		CU_ASSERT(
		    unit_same(loop_header(&loop, "Cache-Control"), "no-store"));
	}
}

static void every_row_for_keys_knows_their_scope(void)
{
	static const char reader[] = "Authorization: bearer " LOOP_READER "\n";
	static const char renamed[] = "Redirect-Http-Authorization: x\n";
	const struct route *r;

	for (r = routes; r < routes + routes_n; r++) {
		if (!is_for_keys(r))
			continue;
		CU_ASSERT(r->face == RESP_DEV || r->face == RESP_V1);
		if (r->method == M_GET)
			continue;
		ask(r, reader, NULL);
		CU_ASSERT(is_refused(r, 403, "forbidden"));
		ask(r, renamed, NULL);
		CU_ASSERT(is_refused(r, 401, "unauthorized"));
	}
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/api/dev/v1/me", reader, NULL), 200);
	CU_ASSERT(loop_body_has(&loop, "\"key\":\"sk-••••••••••••abcd\""));
	CU_ASSERT_EQUAL(loop_run(&loop, "GET", "/api/dev/v1/me",
			    with_agent("Origin: http://evil.example\n"), NULL),
	    401);
}

static void a_key_has_a_budget(void)
{
	static const char key[] = "Authorization: Bearer " LOOP_KEY "\n";
	int i;

	key_budget_close(&loop.app.key_budget);
	loop.settings.key_read_burst = 3;
	loop.settings.key_read_rate = 1;
	loop.app.key_budget = key_budget_open(&loop.settings);
	for (i = 0; i < 3; i++)
		CU_ASSERT_EQUAL(
		    loop_run(&loop, "GET", "/api/dev/v1/me", key, NULL), 200);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "/api/dev/v1/me", key, NULL), 429);
	CU_ASSERT(
	    unit_same(loop.body, "{\"detail\":\"Rate limit exceeded.\"}"));
	CU_ASSERT(unit_same(loop_header(&loop, "Retry-After"), "1"));
}

static void a_stalled_body_is_408(void)
{
	const struct route *r;

	loop.stall_after = 1;
	for (r = routes; r < routes + routes_n; r++)
		if (r->body_max) {
			ask(r, with_all(JSON_TYPE), "{\"a\":1}");
			CU_ASSERT(is_refused(r, 408, "request_timeout"));
		}
	loop.stall_after = 0;
}

/* --------------------------------------------------------------- matching */

static void paths_match_part_by_part(void)
{
	static const struct {
		const char *pattern, *path;
		bool match;
	} cases[] = {
		{ "/", "/", true },
		{ "/", "/x", false },
		{ "/a/", "/a", true },
		{ "/a", "/a/", true },
		{ "/a", "/a//", false },
		{ "/a", "//a", false },
		{ "/a/:id", "/a/1", true },
		{ "/a/:id", "/a/1/", true },
		{ "/a/:id", "/a/", false },
		{ "/a/:id", "/a//", false },
		{ "/a/:id", "/a/1/b", false },
		{ "/a/:id/b", "/a/1/b", true },
		{ "/a/:id/b", "/a/1/c", false },
		{ "/a/*", "/a", true },
		{ "/a/*", "/a/", true },
		{ "/a/*", "/a/b/c", true },
		{ "/a/*", "/ab", false },
		{ "/a", "/A", false },
		{ "/a/b", "/a%2fb", false },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(
		    route_match(cases[i].pattern, str_of(cases[i].path),
			NULL) == cases[i].match,
		    i, cases[i].path));
}

static void unknown_paths_are_404_in_the_words_of_their_surface(void)
{
	static const struct {
		const char *uri;
		bool is_json;
	} cases[] = {
		{ "/api/nothing", true },
		{ "/api", true },
		{ "/auth/x", true },
		{ "/api/developers", true },
		{ "/chat-widget/x?embed_token=a", true },
		{ "/chat-widgets", false },
		{ "/apiary", false },
		{ "/wp-login.php", false },
		{ "/api/conversations/%00/history", true },
		{ "/api/conversations/%zz/history", true },
		{ "/../etc/passwd", false },
		{ "/console/../api/agents", false },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		loop_run(&loop, "GET", cases[i].uri, with_agent(""), NULL);
		if (str_starts(str_of(cases[i].uri), STR("/console")))
			continue; /* the shell's own business */
		CU_ASSERT(unit_case(loop.status == 404, i, cases[i].uri));
		CU_ASSERT(unit_case(
		    str_starts(loop.body,
			cases[i].is_json
			    ? STR("{\"error\":\"not_found\",\"message\":\"")
			    : STR("<!doctype html>")),
		    i, cases[i].uri));
	}
}

static void a_bad_request_line_is_answered(void)
{
	static const char *const uris[] = { "", "x", "*", "/api/agents?a=%zz",
		"/api/agents?a=%ff", "/api/agents?a=%00",
		"/api/agents?1&2&3&4&5&6&7&8&9&10&11&12&13&14&15&16&17&18&19&"
		"20&21&22&23&24&25&26&27&28&29&30&31&32&33" };
	size_t i;

	for (i = 0; i < COUNT_OF(uris); i++)
		CU_ASSERT(unit_case(loop_run(&loop, "GET", uris[i],
					with_agent(""), NULL) == 400,
		    i, uris[i]));
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "GET", "http://chat.example/auth/me?x=1",
		with_agent(""), NULL),
	    200);
	CU_ASSERT_EQUAL(loop_run(&loop, "POST", "/auth/logout",
			    with_agent("Content-Length: -1\n"), NULL),
	    400);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/logout",
		with_agent("Content-Length: 99999999999999999999\n"), NULL),
	    400);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/auth/logout",
		with_token(LOOP_AGENT, JSON_TYPE "Content-Length: 5\n"), NULL),
	    400);
}

static void head_is_get_without_its_body(void)
{
	char length[16];

	loop_run(&loop, "GET", "/auth/me", with_agent(""), NULL);
	snprintf(length, sizeof(length), "%zu", loop.body.n);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "HEAD", "/auth/me", with_agent(""), NULL), 200);
	CU_ASSERT_EQUAL(loop.body.n, 0);
	CU_ASSERT(unit_same(loop_header(&loop, "Content-Length"), length));
}

/* The smallest request_burst that one may set. */
static int64_t least_burst(void)
{
	size_t i;

	for (i = 0; i < settings_rows_n; i++)
		if (!strcmp(settings_rows[i].key, "request_burst"))
			return settings_rows[i].min;
	return 0;
}

static void anonymous_rows_have_a_price(void)
{
	const struct route *r;
	int i;

	for (r = routes; r < routes + routes_n; r++)
		if (r->who == WHO_ANYONE && r->run && strcmp(r->path, "/"))
			CU_ASSERT(unit_case(r->cost, 0, r->path));
	for (r = routes; r < routes + routes_n; r++)
		CU_ASSERT(unit_case(r->cost <= least_burst(), 0, r->path));
	loop.address = "198.51.100.1";
	/* refused before the handler: the type is checked behind the size */
	for (i = 0; i < 60; i++)
		CU_ASSERT_EQUAL(loop_run(&loop, "POST", "/chat-widget/open",
				    JSON_TYPE, "[]"),
		    400);
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/chat-widget/open", JSON_TYPE, "[]"), 429);
	CU_ASSERT(loop_body_has(&loop, "{\"error\":\"rate_limited\""));
	CU_ASSERT(unit_same(loop_header(&loop, "Retry-After"), "2"));
	loop.address = "198.51.100.2";
	CU_ASSERT_EQUAL(
	    loop_run(&loop, "POST", "/chat-widget/open", JSON_TYPE, "[]"), 400);
	loop.address = "192.0.2.7";
}

static void a_failure_amid_a_stream_has_the_code_of_json(void)
{
	struct err err = { 0 };
	struct buf out;
	struct req req = { .out = &out };
	struct resp resp;

	buf_init(&out, 0);
	resp_init(&resp);
	(void)err_set(&err, ERR_NOT_FOUND, "There is no such thing.");
	stream_error(&req, &resp, &err);
	(void)err_set(&err, ERR_TOO_LARGE, "Too much.");
	stream_error(&req, &resp, &err);
	CU_ASSERT_TRUE(str_eq(buf_str(&out),
	    STR("{\"type\":\"error\",\"data\":{\"message\":"
		"\"There is no such thing.\",\"code\":\"NOT_FOUND\"}}\n"
		"{\"type\":\"error\",\"data\":{\"message\":"
		"\"Too much.\",\"code\":\"CONTENT_TOO_LARGE\"}}\n")));
	resp_fini(&resp);
	buf_fini(&out);
}

static CU_TestInfo tests[] = {
	{ "every row refuses a caller without login",
	    every_row_refuses_a_caller_without_login },
	{ "every row for administrators refuses an agent",
	    every_row_for_administrators_refuses_an_agent },
	{ "every row that changes something needs a token",
	    every_row_that_changes_something_needs_a_token },
	{ "every row with a cookie refuses other sites",
	    every_row_with_a_cookie_refuses_other_sites },
	{ "every row has a limit on its body",
	    every_row_has_a_limit_on_its_body },
	{ "every row that takes JSON takes nothing else",
	    every_row_that_takes_json_takes_nothing_else },
	{ "every path tells its methods", every_path_tells_its_methods },
	{ "every answer is complete", every_answer_is_complete },
	{ "every row for keys knows their scope",
	    every_row_for_keys_knows_their_scope },
	{ "a stalled body is 408", a_stalled_body_is_408 },
	{ "paths match part by part", paths_match_part_by_part },
	{ "unknown paths are 404 in the words of their surface",
	    unknown_paths_are_404_in_the_words_of_their_surface },
	{ "a bad request line is answered", a_bad_request_line_is_answered },
	{ "HEAD is GET without its body", head_is_get_without_its_body },
	{ "anonymous rows have a price", anonymous_rows_have_a_price },
	{ "a key has a budget", a_key_has_a_budget },
	{ "a failure amid a stream has the code of JSON",
	    a_failure_amid_a_stream_has_the_code_of_json },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_route = { "route", setup, teardown, NULL, NULL, tests };
