/* test_req.c: reading a request, and the fields of its query */
/* SPDX-License-Identifier: MIT */
#include "req.h"

#include "base/json_in.h"
#include "base/settings.h"
#include "unit.h"

static struct pool *pool;
static struct settings settings;
static struct app app = { .settings = &settings };

static int setup(void)
{
	pool = pool_new();
	conf_defaults(settings_rows, settings_rows_n, &settings);
	return 0;
}

static int teardown(void)
{
	conf_fini(settings_rows, settings_rows_n, &settings);
	pool_free(&pool);
	return 0;
}

static enum err_code make(struct req *req, const char *const *env)
{
	struct err err = { 0 };

	memset(req, 0, sizeof(*req));
	req->pool = pool;
	req->app = &app;
	/* the reader only reads */
	req->env = (char *const *)(uintptr_t)env;
	return req_init(req, &err);
}

static void query_is_decoded(void)
{
	static const struct {
		const char *text, *name, *value;
	} cases[] = {
		{ "a=1&b=2", "b", "2" },
		{ "a=1&a=2", "a", "1" },
		{ "a=x+y%20z", "a", "x y z" },
		{ "a=%C3%A9%2B", "a", "\xc3\xa9+" },
		{ "a=b=c", "a", "b=c" },
		{ "a", "a", "" },
		{ "&&a=1&", "a", "1" },
		{ "%61=1", "a", "1" },
		{ "a=%26%3D", "a", "&=" },
		{ "", "a", "" },
	};
	struct fields f;
	struct err err;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		CU_ASSERT_EQUAL(
		    fields_parse(&f, pool, str_of(cases[i].text), &err),
		    ERR_OK);
		CU_ASSERT(
		    unit_same(fields_find(&f, cases[i].name), cases[i].value));
	}
	CU_ASSERT_PTR_NULL(fields_find(&f, "a").p);
}

static void broken_queries_are_refused(void)
{
	static const char *const cases[] = { "a=%", "a=%2", "a=%2g", "%=1",
		"a=%ff", "a=%00", "a=%ed%a0%80", "a=%c0%af" };
	struct fields f;
	struct err err;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++)
		CU_ASSERT(unit_case(fields_parse(&f, pool, str_of(cases[i]),
					&err) == ERR_BAD_REQUEST,
		    i, cases[i]));
}

static void readers_keep_the_first_fault(void)
{
	static const char *const names[] = { "one", "two", NULL };
	struct fields f;
	struct err err;

	CU_ASSERT_EQUAL(
	    fields_parse(&f, pool, STR("n=7&e=two&i=x&big=99"), &err), ERR_OK);
	CU_ASSERT_EQUAL(fields_u64(&f, "n", 1, 10, 5), 7);
	CU_ASSERT_EQUAL(fields_u64(&f, "none", 1, 10, 5), 5);
	CU_ASSERT_EQUAL(fields_enum(&f, "e", names, 0), 1);
	CU_ASSERT_EQUAL(fields_enum(&f, "none", names, 0), 0);
	CU_ASSERT_EQUAL(fields_end(&f, &err), ERR_OK);
	CU_ASSERT_EQUAL(fields_u64(&f, "big", 1, 10, 5), 5);
	CU_ASSERT(id_is_none(fields_id(&f, "i")));
	CU_ASSERT_EQUAL(fields_end(&f, &err), ERR_BAD_REQUEST);
	CU_ASSERT_STRING_EQUAL(
	    err.text, "big: must be a whole number from 1 to 10.");
}

static void numbers_are_digits_in_range(void)
{
	static const char *const bad[] = { "n=-1", "n=+1", "n=%201", "n=1e3",
		"n=0", "n=201", "n=99999999999999999999", "n=0x10", "n=1.0" };
	struct fields f;
	struct err err;
	size_t i;

	for (i = 0; i < COUNT_OF(bad); i++) {
		CU_ASSERT_EQUAL(
		    fields_parse(&f, pool, str_of(bad[i]), &err), ERR_OK);
		fields_u64(&f, "n", 1, 200, 50);
		CU_ASSERT(unit_case(
		    fields_end(&f, &err) == ERR_BAD_REQUEST, i, bad[i]));
	}
}

static void target_is_request_uri_alone(void)
{
	static const char *const env[] = { "REQUEST_METHOD=GET",
		"SCRIPT_NAME=/cgi-bin/x", "PATH_INFO=/y", "QUERY_STRING=z=1",
		"REQUEST_URI=/api/agents?limit=5", NULL };
	static const char *const host[] = { "REQUEST_METHOD=BREW",
		"REQUEST_URI=https://other.example:1/a/b?c", NULL };
	struct req req;

	CU_ASSERT_EQUAL(make(&req, env), ERR_OK);
	CU_ASSERT(unit_same(req.path, "/api/agents"));
	CU_ASSERT(unit_same(fields_find(&req.query, "limit"), "5"));
	CU_ASSERT_PTR_NULL(fields_find(&req.query, "z").p);
	CU_ASSERT_EQUAL(make(&req, host), ERR_OK);
	CU_ASSERT(unit_same(req.path, "/a/b"));
	CU_ASSERT_EQUAL(req.method, M__MAX);
}

static void cookies_are_found_exactly(void)
{
	static const struct {
		const char *header, *value;
	} cases[] = {
		{ "session=abc", "abc" },
		{ "a=1; session=abc; b=2", "abc" },
		{ "a=1;session=abc", "abc" },
		{ "xsession=abc", "" },
		{ "session_=abc", "" },
		{ "Session=abc", "" },
		{ "session", "" },
		{ "session=", "" },
		{ ";;; session=a=b", "a=b" },
		{ "session=abc; session=abc", "abc" },
		{ "session=abc; session=def", "" },
	};
	char line[200];
	const char *env[] = { line, "REQUEST_URI=/", NULL };
	struct req req;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		snprintf(line, sizeof(line), "HTTP_COOKIE=%s", cases[i].header);
		CU_ASSERT_EQUAL(make(&req, env), ERR_OK);
		CU_ASSERT(
		    unit_same(req_cookie(&req, "session"), cases[i].value));
	}
}

static void address_is_the_peer_or_what_the_trusted_proxy_says(void)
{
	static const struct {
		bool trust;
		const char *forwarded, *address;
	} cases[] = {
		{ false, "203.0.113.1", "192.0.2.1" },
		{ true, "203.0.113.1", "203.0.113.1" },
		{ true, "1.1.1.1, 203.0.113.1", "203.0.113.1" },
		{ true, "1.1.1.1,2001:db8::1", "2001:db8::1" },
		{ true, "203.0.113.1, unknown", "192.0.2.1" },
		{ true, "", "192.0.2.1" },
		{ true, "' OR 1=1", "192.0.2.1" },
	};
	char line[200];
	const char *env[] = { line, "REQUEST_URI=/", "REMOTE_ADDR=192.0.2.1",
		NULL };
	struct req req;
	size_t i;

	for (i = 0; i < COUNT_OF(cases); i++) {
		snprintf(line, sizeof(line), "HTTP_X_FORWARDED_FOR=%s",
		    cases[i].forwarded);
		settings.trust_proxy = cases[i].trust;
		CU_ASSERT_EQUAL(make(&req, env), ERR_OK);
		CU_ASSERT(unit_same(req.address, cases[i].address));
	}
	settings.trust_proxy = false;
}

static void json_bodies_are_objects(void)
{
	static const struct {
		const char *body;
		enum err_code code;
	} cases[] = {
		{ "", ERR_OK },
		{ "  \n", ERR_OK },
		{ "{}", ERR_OK },
		{ "{\"a\":1}", ERR_OK },
		{ "[]", ERR_BAD_REQUEST },
		{ "null", ERR_BAD_REQUEST },
		{ "{", ERR_BAD_REQUEST },
		{ "{} {}", ERR_BAD_REQUEST },
	};
	static const char *const env[] = { "REQUEST_URI=/", NULL };
	const struct json *body;
	struct req req;
	struct err err;
	size_t i;

	CU_ASSERT_EQUAL(make(&req, env), ERR_OK);
	for (i = 0; i < COUNT_OF(cases); i++) {
		req.body = str_of(cases[i].body);
		CU_ASSERT(
		    unit_case(req_json(&req, &body, &err) == cases[i].code, i,
			cases[i].body));
	}
}

static void content_types_are_compared_without_parameters(void)
{
	static const char *const env[] = { "REQUEST_URI=/",
		"CONTENT_TYPE=Application/JSON ; charset=utf-8", NULL };
	struct req req;

	CU_ASSERT_EQUAL(make(&req, env), ERR_OK);
	CU_ASSERT(req_has_type(&req, "application/json"));
	CU_ASSERT_FALSE(req_has_type(&req, "application/json; charset=utf-8"));
}

static CU_TestInfo tests[] = {
	{ "query is decoded", query_is_decoded },
	{ "broken queries are refused", broken_queries_are_refused },
	{ "readers keep the first fault", readers_keep_the_first_fault },
	{ "numbers are digits in range", numbers_are_digits_in_range },
	{ "target is REQUEST_URI alone", target_is_request_uri_alone },
	{ "cookies are found exactly", cookies_are_found_exactly },
	{ "address is the peer, or what the trusted proxy says",
	    address_is_the_peer_or_what_the_trusted_proxy_says },
	{ "JSON bodies are objects", json_bodies_are_objects },
	{ "content types are compared without parameters",
	    content_types_are_compared_without_parameters },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_req = { "req", setup, teardown, NULL, NULL, tests };
