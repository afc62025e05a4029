/* test_http.c: requests to servers on this machine, and those never made */
/* SPDX-License-Identifier: MIT */
#include "net/http.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/json_in.h"
#include "base/settings.h"
#include "tests/fake/server.h"
#include "tests/fake/time.h"
#include "unit.h"

#define TIMEOUT_MS 20000

static char allow[64];
static char none[] = "";
static char any_port[] = "1-65535";
static struct settings settings = {
	.outside_allow = allow, .outside_ports = any_port, .outside_http = true
};
/* The same without a neighbour. */
static struct settings strict = {
	.outside_allow = none, .outside_ports = any_port, .outside_http = true
};

static struct pool *pool;
static struct http_response answer;
static struct err err;

static int setup(void)
{
	if (!fake_server_start())
		return 1;
	snprintf(allow, sizeof(allow), "127.0.0.1:%u", fake_server_port());
	return 0;
}

static int teardown(void)
{
	fake_server_stop();
	return 0;
}

static void before(void)
{
	pool = pool_new();
}

/* Nothing of the test is needed any more. */
static void after(void)
{
	(void)fake_server_settle();
	fake_server_answer(STR_EMPTY, false);
	pool_free(&pool);
}

/* --------------------------------------------------------- names to test */

/*
 * Stands before the C library's, for libcurl too. Names under "flip.example"
 * change their mind at each look-up: the first time a public address, then this
 * machine's. "both.example" has one of each kind at once.
 */
static unsigned lookups;
static struct sockaddr_in found[2];
static struct addrinfo list[2];

static void give(size_t i, const char *text, const char *port)
{
	uint64_t n = 0;

	(void)str_u64(str_of(port), 0, 65535, &n);
	found[i] = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons((uint16_t)n) };
	inet_pton(AF_INET, text, &found[i].sin_addr);
	list[i] = (struct addrinfo){ .ai_family = AF_INET,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
		.ai_addrlen = sizeof(found[i]),
		.ai_addr = (struct sockaddr *)&found[i] };
}

int getaddrinfo(const char *node, const char *service,
    const struct addrinfo *hints, struct addrinfo **out)
{
	struct str name = str_of(node);

	(void)hints;
	lookups++;
	*out = list;
	if (str_eq(name, STR("inside.example")))
		give(0, "127.0.0.1", service);
	else if (str_eq(name, STR("meta.example")))
		give(0, "169.254.169.254", service);
	else if (str_eq(name, STR("flip.example")))
		give(0, lookups == 1 ? "8.8.8.8" : "127.0.0.1", service);
	else if (str_eq(name, STR("both.example"))) {
		give(0, "10.0.0.1", service);
		give(1, "127.0.0.1", service);
		list[0].ai_next = &list[1];
	} else
		return EAI_NONAME;
	return 0;
}

void freeaddrinfo(struct addrinfo *res)
{
	CU_ASSERT_PTR_EQUAL(res, list);
}

/* -------------------------------------------------------------- our side */

static struct http_request to(const char *path)
{
	return (struct http_request){ .method = "GET",
		.url = str_of(pool_printf(
		    pool, "http://127.0.0.1:%u%s", fake_server_port(), path)),
		.timeout_ms = TIMEOUT_MS };
}

static enum err_code get(const char *text)
{
	struct http_request in = to("/");

	fake_server_answer(str_of(text), false);
	return http_send(&settings, pool, &in, &answer, &err);
}

static bool was_asked(const char *part)
{
	struct str all = fake_server_request();

	return str_search(all, str_of(part)) < all.n;
}

static void requests_are_sent_as_they_were_given(void)
{
	static const struct http_header headers[] = {
		{ STR_INIT("X-Key"), STR_INIT("a b") },
		{ STR_INIT("X-Empty"), STR_INIT("") },
		{ STR_INIT("Content-Type"), STR_INIT("application/json") },
	};
	static const char *const methods[] = { "POST", "PUT", "PATCH",
		"DELETE" };
	struct http_request in;

	fake_server_answer(STR("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
			       "X-One: 1\r\nX-one:  two \r\n\r\nhi"),
	    false);
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		in = to("/a/b?c=%20d");
		in.method = methods[i];
		in.headers = headers;
		in.n_headers = COUNT_OF(headers);
		in.has_body = true;
		in.body = STR("{\"a\":1}");
		CU_ASSERT_EQUAL(
		    http_send(&settings, pool, &in, &answer, &err), ERR_OK);
		CU_ASSERT_EQUAL(answer.status, 200);
		CU_ASSERT(unit_same(answer.body, "hi"));
		CU_ASSERT(unit_same(http_header(&answer, "X-ONE"), "1"));
		CU_ASSERT(unit_same(http_header(&answer, "x-two"), ""));
		CU_ASSERT_EQUAL(answer.n_headers, 3);
		CU_ASSERT(was_asked(pool_printf(
		    pool, "%s /a/b?c=%%20d HTTP/1.1\r\n", methods[i])));
		CU_ASSERT(was_asked("\r\nX-Key: a b\r\n"));
		CU_ASSERT(was_asked("\r\nX-Empty:\r\n"));
		CU_ASSERT(was_asked("\r\nContent-Type: application/json\r\n"));
		CU_ASSERT(was_asked("\r\nContent-Length: 7\r\n"));
		CU_ASSERT(was_asked("\r\nUser-Agent: Baraza/"));
		CU_ASSERT(was_asked("\r\n\r\n{\"a\":1}"));
		CU_ASSERT_FALSE(was_asked("Expect:"));
	}
	in = to("/");
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT(was_asked("GET / HTTP/1.1\r\n"));
	CU_ASSERT_FALSE(was_asked("Content-"));
	in.method = "POST";
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT(was_asked("\r\nContent-Length: 0\r\n"));
	CU_ASSERT_FALSE(was_asked("Content-Type"));
	in.method = "DELETE";
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT(was_asked("DELETE / HTTP/1.1\r\n"));
	CU_ASSERT_FALSE(was_asked("Content-"));
}

static void answers_are_taken_as_they_are(void)
{
	static const struct {
		const char *text;
		enum err_code code;
		int status;
		const char *body;
	} rows[] = {
		{ "HTTP/1.1 204 No Content\r\n\r\n", ERR_OK, 204, "" },
		{ "HTTP/1.0 404 No\r\n\r\nnot here", ERR_OK, 404, "not here" },
		{ "HTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\nx", ERR_OK, 500,
		    "x" },
		{ "HTTP/1.1 100 Continue\r\nX-One: 0\r\n\r\n"
		  "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny",
		    ERR_OK, 200, "y" },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		  "2\r\nab\r\n1\r\nc\r\n0\r\nX-One: trailer\r\n\r\n",
		    ERR_OK, 200, "abc" },
		/* a redirect is the answer */
		{ "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0"
		  "\r\n\r\n",
		    ERR_OK, 302, "" },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
		    ERR_BAD_GATEWAY, 0, NULL },
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		    ERR_BAD_GATEWAY, 0, NULL },
		{ "what?\r\n\r\n", ERR_BAD_GATEWAY, 0, NULL },
		{ "", ERR_BAD_GATEWAY, 0, NULL },
	};

	before();
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		CU_ASSERT(unit_case(
		    get(rows[i].text) == rows[i].code, i, rows[i].text));
		if (rows[i].code != ERR_OK)
			continue;
		CU_ASSERT_EQUAL(answer.status, rows[i].status);
		CU_ASSERT(unit_same(answer.body, rows[i].body));
		CU_ASSERT(unit_same(http_header(&answer, "x-one"), ""));
	}
	after();
}

static void what_is_too_long_ends(void)
{
	/* 10,000 zeroes in few bytes */
	static const char zipped[] =
	    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
	    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xed\xc1\x01\x0d\x00\x00"
	    "\x00\xc2\xa0\x4a\xef\x9f\xce\x1c\x6e\x40\x01\x00\x00\x00\x00\x00"
	    "\x00\x00\x00\xc0\xbf\x01\x69\x58\x18\x0a\x10\x27\x00\x00";
	struct http_request in;
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "HTTP/1.1 200 OK\r\n\r\n");
	for (int i = 0; i < 1000; i++)
		buf_puts(&b, "0123456789");
	before();
	fake_server_answer(buf_str(&b), false);
	in = to("/");
	in.answer_max = 10000;
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT_EQUAL(answer.body.n, 10000);
	in.answer_max = 9999;
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_TOO_LARGE);
	/* headers without end */
	buf_clear(&b);
	buf_puts(&b, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 10000; i++)
		buf_puts(&b, "X-More: more\r\n");
	fake_server_answer(buf_str(&b), false);
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_TOO_LARGE);
	fake_server_answer(str_make(zipped, sizeof(zipped) - 1), false);
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_TOO_LARGE);
	in.answer_max = 10000;
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT_EQUAL(answer.body.n, 10000);
	after();
	buf_fini(&b);
}

static bool give_up(void *arg)
{
	return ++*(unsigned *)arg < 3;
}

static bool take_piece(
    void *arg, const struct http_response *r, struct str data)
{
	struct buf *b = arg;

	CU_ASSERT_EQUAL(r->status, 200);
	CU_ASSERT(
	    unit_same(http_header(r, "content-type"), "text/event-stream"));
	buf_put(b, data);
	return str_search(buf_str(b), STR("end")) == b->n;
}

static bool move_clock(void *arg)
{
	(void)arg;
	fake_time_add_ms(2000);
	return true;
}

static void slow_servers_are_given_up(void)
{
	unsigned ticks = 0;
	struct http_request in;

	before();
	fake_server_answer(STR_EMPTY, true);
	in = to("/");
	in.tick = give_up;
	in.arg = &ticks;
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_TIMEOUT);
	CU_ASSERT_EQUAL(ticks, 3);
	in = to("/");
	in.timeout_ms = 200;
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_TIMEOUT);
	in = to("/");
	in.idle_timeout_ms = 5000;
	in.tick = move_clock;
	fake_server_answer(STR("HTTP/1.1 200 OK\r\n\r\nfirst"), true);
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_TIMEOUT);
	after();
}

static void bodies_may_be_read_as_they_come(void)
{
	struct http_request in;
	struct buf b;

	before();
	buf_init(&b, 0);
	in = to("/");
	in.on_data = take_piece;
	in.arg = &b;
	fake_server_answer(STR("HTTP/1.1 200 OK\r\nContent-Type: "
			       "text/event-stream\r\n\r\ndata: 1\n\n"),
	    false);
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT_FALSE(answer.is_cut);
	CU_ASSERT(unit_same(buf_str(&b), "data: 1\n\n"));
	CU_ASSERT(unit_same(answer.body, ""));
	/* the server would go on for ever */
	fake_server_answer(STR("HTTP/1.1 200 OK\r\nContent-Type: "
			       "text/event-stream\r\n\r\nthe end"),
	    true);
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT(answer.is_cut);
	CU_ASSERT_EQUAL(answer.status, 200);
	buf_fini(&b);
	after();
}

static void bad_headers_are_not_sent(void)
{
	struct http_header bad = { STR("Host"), STR("inside.example") };
	struct http_header many[HTTP_HEADERS_MAX + 1];
	unsigned was = fake_server_settle();
	struct http_request in;

	before();
	in = to("/");
	in.headers = &bad;
	in.n_headers = 1;
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_BAD_REQUEST);
	bad = (struct http_header){ STR("X-A"), STR("1\r\nHost: x") };
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_BAD_REQUEST);
	for (size_t i = 0; i < COUNT_OF(many); i++)
		many[i] = (struct http_header){ STR("X-A"), STR("1") };
	in.headers = many;
	in.n_headers = COUNT_OF(many);
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	after();
}

/* "{port}" is where the server listens. */
static struct str fill(struct str url)
{
	size_t at = str_search(url, STR("{port}"));
	struct str head = str_head(url, at);

	if (at == url.n)
		return url;
	return fill(str_of(pool_printf(pool, "%.*s%u%.*s", STR_ARG(head),
	    fake_server_port(), STR_ARG(str_from(url, at + 6)))));
}

static void no_hostile_url_is_ever_connected(void)
{
	static char text[65536];
	const struct json *all, *urls, *item = NULL;
	unsigned was = fake_server_settle();
	struct http_request in;

	before();
	CU_ASSERT_EQUAL_FATAL(
	    json_parse(pool,
		unit_read("tests/data/ssrf.json", text, sizeof(text)), &all,
		&err),
	    ERR_OK);
	urls = json_get(all, "urls");
	CU_ASSERT(json_count(urls) > 100);
	while ((item = json_next(urls, item)) != NULL) {
		in = to("/");
		in.url = fill(json_str(item));
		CU_ASSERT(unit_case(
		    http_check_url(&strict, in.url, &err) == ERR_BAD_REQUEST &&
			http_send(&strict, pool, &in, &answer, &err) ==
			    ERR_BAD_REQUEST,
		    0, str_dup(pool, in.url)));
	}
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	after();
}

static void names_are_judged_by_what_they_lead_to(void)
{
	static const char *const names[] = { "inside.example", "meta.example",
		"both.example" };
	unsigned was = fake_server_settle();
	struct http_request in;

	before();
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		in = to("/");
		in.url = str_of(pool_printf(
		    pool, "http://%s:%u/", names[i], fake_server_port()));
		CU_ASSERT_EQUAL(http_check_url(&strict, in.url, &err), ERR_OK);
		CU_ASSERT_EQUAL(http_send(&strict, pool, &in, &answer, &err),
		    ERR_BAD_REQUEST);
	}
	/* at first it looks public: what is looked up is what is judged */
	in.url = str_of(
	    pool_printf(pool, "http://flip.example:%u/", fake_server_port()));
	for (lookups = 1; lookups < 4;)
		CU_ASSERT_EQUAL(http_send(&strict, pool, &in, &answer, &err),
		    ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	in.url = str_of(
	    pool_printf(pool, "http://nobody.example:%u/", fake_server_port()));
	CU_ASSERT_EQUAL(
	    http_send(&strict, pool, &in, &answer, &err), ERR_BAD_GATEWAY);
	/* of both addresses only the one that is allowed is tried; and by
	 * names the same server is reached */
	fake_server_answer(STR("HTTP/1.1 200 OK\r\n\r\n"), false);
	in.url = str_of(
	    pool_printf(pool, "http://both.example:%u/", fake_server_port()));
	CU_ASSERT_EQUAL(http_send(&settings, pool, &in, &answer, &err), ERR_OK);
	in.is_trusted = true;
	in.url = str_of(
	    pool_printf(pool, "http://inside.example:%u/", fake_server_port()));
	CU_ASSERT_EQUAL(http_send(&strict, pool, &in, &answer, &err), ERR_OK);
	CU_ASSERT_EQUAL(fake_server_settle(), was + 2);
	after();
}

static void redirects_lead_nowhere(void)
{
	static const char *const statuses[] = { "301", "302", "303", "307",
		"308" };
	unsigned was;

	before();
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		was = fake_server_settle();
		CU_ASSERT_EQUAL(
		    get(pool_printf(pool,
			"HTTP/1.1 %s Go\r\nContent-Length: 0\r\nLocation: "
			"http://127.0.0.1:%u/inside\r\n\r\n",
			statuses[i], fake_server_port())),
		    ERR_OK);
		CU_ASSERT_EQUAL(answer.status / 100, 3);
		CU_ASSERT_EQUAL(fake_server_settle(), was + 1);
	}
	after();
}

static void the_environment_has_no_say(void)
{
	static const char *const names[] = { "http_proxy", "HTTP_PROXY",
		"https_proxy", "all_proxy", "ALL_PROXY" };
	struct http_request in;
	unsigned was = fake_server_settle();
	char proxy[64];

	before();
	snprintf(
	    proxy, sizeof(proxy), "http://127.0.0.1:%u", fake_server_port());
	for (size_t i = 0; i < COUNT_OF(names); i++)
		setenv(names[i], proxy, 1);
	in = to("/");
	in.url = STR("http://meta.example/");
	CU_ASSERT_EQUAL(
	    http_send(&settings, pool, &in, &answer, &err), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(fake_server_settle(), was);
	for (size_t i = 0; i < COUNT_OF(names); i++)
		unsetenv(names[i]);
	after();
}

static void retry_after_is_seconds_or_a_date(void)
{
	static const struct {
		const char *value;
		int64_t want;
	} rows[] = {
		{ "120", 120 },
		{ "0", 0 },
		{ "Thu, 01 Jan 2026 00:01:00 GMT", 60 },
		{ "Wed, 31 Dec 2025 23:59:00 GMT", 0 },
		{ "soon", -1 },
		{ "-5", -1 },
		{ "", -1 },
	};
	struct http_header h = { STR("retry-after"), STR_EMPTY };
	const struct http_response r = { .n_headers = 1, .headers = &h };

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		h.value = str_of(rows[i].value);
		CU_ASSERT(
		    unit_case(http_retry_after(&r, 1767225600) == rows[i].want,
			i, rows[i].value));
	}
}

static void requests_wrapped(void)
{
	before();
	requests_are_sent_as_they_were_given();
	after();
}

static CU_TestInfo tests[] = {
	{ "requests are sent as they were given", requests_wrapped },
	{ "answers are taken as they are", answers_are_taken_as_they_are },
	{ "what is too long ends", what_is_too_long_ends },
	{ "slow servers are given up", slow_servers_are_given_up },
	{ "bodies may be read as they come", bodies_may_be_read_as_they_come },
	{ "bad headers are not sent", bad_headers_are_not_sent },
	{ "no hostile url is ever connected",
	    no_hostile_url_is_ever_connected },
	{ "names are judged by what they lead to",
	    names_are_judged_by_what_they_lead_to },
	{ "redirects lead nowhere", redirects_lead_nowhere },
	{ "the environment has no say", the_environment_has_no_say },
	{ "Retry-After is seconds or a date",
	    retry_after_is_seconds_or_a_date },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_http = { "http", setup, teardown, NULL, NULL, tests };
