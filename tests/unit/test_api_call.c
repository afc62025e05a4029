/* test_api_call.c: API_CALL in the hands of the engine, with servers of ours */
/* SPDX-License-Identifier: MIT */
#include "bot/action_api_call.h"

#include "base/buf.h"
#include "base/json_in.h"
#include "bot/call_request.h"
#include "bot/engine.h"
#include "bot/vars.h"
#include "unit.h"

static struct pool *pool;

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

/* What was asked last, and what comes back. */
static struct {
	unsigned n;
	struct call_request in;
	enum err_code code;
	struct call_response out;
} server;

static enum err_code on_request(void *arg, struct pool *p,
    const struct call_request *in, struct call_response *out_r, struct err *err)
{
	CU_ASSERT_PTR_EQUAL(arg, &server);
	CU_ASSERT_PTR_NOT_NULL(p);
	server.n++;
	server.in = *in;
	*out_r = server.out;
	return server.code == ERR_OK
		   ? ERR_OK
		   : err_set(err, server.code, "It is out of reach.");
}

static const struct bot_calls calls = { .arg = &server, .request = on_request };
static struct engine_output last;

/* The state "call" with these members beside its type is reached by a message;
 * it may lead to "yes", "no" and, by default, to "on". */
#define FLOW(members, more)                                                    \
	"{\"ask\":{\"message\":\"?\",\"save_to\":\"said\","                    \
	"\"transitions\":{\"default\":\"call\"}},"                             \
	"\"call\":{\"message\":\"got {{response.id}}\",\"actions\":"           \
	"[{\"type\":\"API_CALL\"," members "}" more                            \
	"},\"yes\":{\"message\":\"yes {{order.id}}\"},"                        \
	"\"no\":{\"message\":\"no {{order.id}}\"},"                            \
	"\"on\":{\"message\":\"on {{order.id}}\"}}"
#define ON     "],\"transitions\":{\"default\":\"on\"}"
#define STAY   "]"
#define ROUTES ",\"success_transition\":\"yes\",\"failure_transition\":\"no\""
#define URL    "\"url\":\"https://a.example/x\""

static const char variables[] =
    "{\"contact_name\":\"Amina\",\"n\":7,\"list\":[1,2],\"nil\":null,"
    "\"dots\":\"..\",\"slash\":\"a/b?c#d&e\",\"line\":\"a\\r\\nHost: b\","
    "\"whole\":\"https://b.example/y?z=1\",\"host\":\"c.example/\","
    "\"_flow\":{\"at\":1}}";

/* What is said when the visitor says that. */
static struct str run(const char *json, const char *text)
{
	struct engine_input in = { .variables = STR_EMPTY,
		.state = STR("ask"),
		.has_message = true,
		.message = { .text = str_of(text) },
		.calls = &calls };
	struct flow_findings f;
	struct str said;
	struct buf b;

	in.variables = str_of(variables);
	in.flow = flow_parse(pool, str_of(json), &f);
	for (size_t i = 0; i < f.n && in.flow == NULL; i++)
		printf("\n     %.*s: %.*s\n", STR_ARG(f.items[i].path),
		    STR_ARG(f.items[i].text));
	CU_ASSERT_PTR_NOT_NULL_FATAL(in.flow);
	server.n = 0;
	engine_step(pool, &in, &last);
	buf_init(&b, 0);
	for (size_t i = 0; i < last.messages.n; i++) {
		buf_puts(&b, i > 0 ? " | " : "");
		buf_put(&b, last.messages.items[i].text);
	}
	said = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return said;
}

static void answer(int status, const char *body)
{
	server.code = ERR_OK;
	server.out = (struct call_response){ status, str_of(body) };
}

static struct str var(const char *path)
{
	struct vars vars;

	vars_parse(pool, last.variables, &vars);
	return json_text(pool, vars_find(&vars, str_of(path)));
}

static struct str header(const char *name)
{
	const struct http_response r = { .n_headers = server.in.n_headers,
		.headers = (struct http_header *)(uintptr_t)server.in.headers };

	return http_header(&r, name);
}

static void answers_lead_on(void)
{
	static const struct {
		int status; /* 0: out of reach */
		const char *flow;
		const char *want;
		bool is_failed;
	} rows[] = {
#define KEPT URL ",\"save_to\":\"order\""
		{ 200, FLOW(KEPT ROUTES, ON), "got  | yes 7", false },
		{ 201, FLOW(KEPT ROUTES, STAY), "got  | yes 7", false },
		{ 299, FLOW(KEPT ROUTES, ON), "got  | yes 7", false },
		{ 404, FLOW(KEPT ROUTES, ON), "got  | no 7", true },
		{ 500, FLOW(KEPT ROUTES, ON), "got  | no 7", true },
		{ 302, FLOW(KEPT ROUTES, ON), "got  | no 7", true },
		{ 0, FLOW(KEPT ROUTES, ON), "got  | no ", true },
		/* neither applies: the state's default */
		{ 200, FLOW(KEPT ",\"failure_transition\":\"no\"", ON),
		    "got  | on 7", false },
		{ 404, FLOW(KEPT ",\"success_transition\":\"yes\"", ON),
		    "got  | on 7", true },
		{ 0, FLOW(KEPT ",\"success_transition\":\"yes\"", ON),
		    "got  | on ", true },
		{ 200, FLOW(KEPT, ON), "got  | on 7", false },
		/* nothing leads away: the message comes behind, with the
		 * answer */
		{ 200, FLOW(KEPT, STAY), "got 7", false },
		{ 500, FLOW(KEPT, STAY), "got 7", true },
		{ 404, FLOW(KEPT ",\"success_transition\":\"yes\"", STAY),
		    "got ", true },
		/* what stands behind it is done first, and may choose */
		{ 200,
		    FLOW(KEPT, ",{\"type\":\"SEND_MESSAGE\",\"message\":"
			       "\"is {{order.id}}\"}" ON),
		    "got  | is 7 | on 7", false },
		{ 200,
		    FLOW(KEPT, ",{\"type\":\"CONDITION\",\"expression\":"
			       "\"order.id == 7\",\"true_transition\":"
			       "\"no\"}" ON),
		    "got  | no 7", false },
		{ 200,
		    FLOW(KEPT, ",{\"type\":\"COLLECT\",\"message\":"
			       "\"which?\",\"variable\":\"v\"}" ON),
		    "got  | which?", false },
		{ 200,
		    FLOW(KEPT ROUTES,
			",{\"type\":\"SEND_MESSAGE\",\"message\":\"never\"}" ON),
		    "got  | yes 7", false },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		answer(rows[i].status, "{\"id\":7}");
		if (rows[i].status == 0) {
			server.code = ERR_TIMEOUT;
			server.out = (struct call_response){ .status = 0 };
		}
		CU_ASSERT(
		    unit_case(unit_same(run(rows[i].flow, "hi"), rows[i].want),
			i, rows[i].flow));
		CU_ASSERT(unit_case(
		    (last.failed.n > 0) == rows[i].is_failed, i, "failed"));
		CU_ASSERT_EQUAL(server.n, 1);
	}
	CU_ASSERT_EQUAL(last.n_later, 0);
}

static void answers_are_kept_whole(void)
{
	static const struct {
		const char *body;
		const char *want;
	} rows[] = {
		{ "{\"a\":[1,{\"b\":null}]}", "{\"a\":[1,{\"b\":null}]}" },
		{ " [1, 2]\n", "[1,2]" },
		{ "7", "7" },
		{ "\"x\"", "\"x\"" },
		{ "true", "true" },
		{ "", "\"\"" },
		{ "<html>\n", "\"<html>\\n\"" },
		{ "{\"a\":1", "\"{\\\"a\\\":1\"" },
		{ "a\xff\x62", "\"a\xef\xbf\xbd\x62\"" },
		/* 32 deep is one too many beside the other variables */
		{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
		    "\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]"
		    "]]]]]\"" },
	};
	char *big = pool_alloc(pool, API_CALL_KEPT_MAX + 2);

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		answer(200, rows[i].body);
		run(FLOW(KEPT ROUTES, ON), "hi");
		CU_ASSERT(unit_same(var("order"), rows[i].want));
		CU_ASSERT(unit_same(var("response"), rows[i].want));
		run(FLOW(URL ROUTES, ON), "hi");
		CU_ASSERT(unit_same(var("order"), "null"));
		CU_ASSERT(unit_same(var("response"), rows[i].want));
		/* of failures too */
		server.out.status = 500;
		run(FLOW(KEPT ROUTES, ON), "hi");
		CU_ASSERT(unit_same(var("order"), rows[i].want));
	}
	/* as long as may be, then not at all; no other variable gives way */
	memset(big, '1', API_CALL_KEPT_MAX);
	big[0] = '"';
	big[API_CALL_KEPT_MAX - 1] = '"';
	answer(200, big);
	CU_ASSERT(unit_same(run(FLOW(KEPT ROUTES, ON), "hi"), "got  | yes "));
	CU_ASSERT_EQUAL(var("order").n, API_CALL_KEPT_MAX);
	CU_ASSERT_EQUAL(var("response").n, API_CALL_KEPT_MAX);
	CU_ASSERT(unit_same(var("contact_name"), "\"Amina\""));
	big[API_CALL_KEPT_MAX - 1] = '1';
	big[API_CALL_KEPT_MAX] = '"';
	answer(200, big);
	CU_ASSERT(unit_same(run(FLOW(KEPT ROUTES, ON), "hi"), "got  | no "));
	CU_ASSERT(unit_same(var("order"), "null"));
	CU_ASSERT(unit_same(var("contact_name"), "\"Amina\""));
	CU_ASSERT(str_search(last.failed, STR("longer than")) < last.failed.n);
}

static void requests_have_the_variables_in_them(void)
{
	answer(200, "{}");
	run(FLOW("\"integration\":\" shop \",\"path\":"
		 "\"/orders/{{said}}/{{slash}}?q={{n}}&l={{list}}\","
		 "\"headers\":{\"X-Said\":\"<{{said}}>\",\"X-N\":7,"
		 "\"X-Yes\":true,\"X-None\":\"{{nil}}\"}" ROUTES,
		ON),
	    "a b%");
	CU_ASSERT_STRING_EQUAL(server.in.method, "GET");
	CU_ASSERT(unit_same(server.in.integration, "shop"));
	CU_ASSERT(unit_same(server.in.url,
	    "/orders/a%20b%25/a%2Fb%3Fc%23d%26e?q=7&l=%5B1%2C2%5D"));
	CU_ASSERT_FALSE(server.in.has_body);
	CU_ASSERT(unit_same(header("x-said"), "<a b%>"));
	CU_ASSERT(unit_same(header("x-n"), "7"));
	CU_ASSERT(unit_same(header("x-yes"), "true"));
	CU_ASSERT(unit_same(header("x-none"), ""));
	CU_ASSERT(unit_same(server.in.state, "call"));
	CU_ASSERT(unit_same(server.in.user_name, "Amina"));
	/* a whole address may come first; behind that it is a part */
	run(FLOW("\"url\":\"{{whole}}&s={{slash}}\"", ON), "hi");
	CU_ASSERT(unit_same(
	    server.in.url, "https://b.example/y?z=1&s=a%2Fb%3Fc%23d%26e"));
	CU_ASSERT(unit_same(server.in.integration, ""));
	run(FLOW("\"url\":\"https://{{host}}.a.example/\"", ON), "hi");
	CU_ASSERT(unit_same(server.in.url, "https://c.example%2F.a.example/"));
	/* an integration's path never begins anew */
	run(FLOW("\"integration\":\"shop\",\"path\":\"{{whole}}\"", ON), "hi");
	CU_ASSERT(
	    unit_same(server.in.url, "https%3A%2F%2Fb.example%2Fy%3Fz%3D1"));
}

static void bodies_are_merged_and_keep_their_types(void)
{
	static const char *const methods[] = { "POST", "put", "Patch" };
	const struct json *v = NULL;

	answer(200, "{}");
	for (size_t i = 0; i < COUNT_OF(methods); i++) {
		run(pool_printf(pool,
			FLOW(URL ",\"method\":\"%s\",\"body\":{\"n\":"
				 "\"{{n}}\",\"text\":\"<{{n}}>\",\"l\":"
				 "[\"{{list}}\",{\"x\":\"{{nil}}\"}],"
				 "\"name\":\"{{contact_name}}\"}",
			    ON),
			methods[i]),
		    "hello");
		CU_ASSERT(server.in.has_body);
		CU_ASSERT_EQUAL_FATAL(
		    json_parse(pool, server.in.body, &v, NULL), ERR_OK);
		CU_ASSERT(unit_same(json_text(pool, json_get(v, "message")),
		    "{\"type\":\"text\",\"text\":\"hello\"}"));
		CU_ASSERT(unit_same(json_text(pool, json_get(v, "n")), "7"));
		CU_ASSERT(
		    unit_same(json_text(pool, json_get(v, "text")), "\"<7>\""));
		CU_ASSERT(unit_same(
		    json_text(pool, json_get(v, "l")), "[[1,2],{\"x\":null}]"));
		CU_ASSERT(unit_same(
		    json_text(pool, json_get(v, "name")), "\"Amina\""));
		v = json_get(v, "variables");
		CU_ASSERT(unit_same(
		    json_text(pool, json_get(v, "said")), "\"hello\""));
		CU_ASSERT(unit_same(json_text(pool, json_get(v, "n")), "7"));
		CU_ASSERT_PTR_NULL(json_get(v, FLOW_MARK));
	}
	/* declared fields win */
	run(FLOW(URL ",\"method\":\"POST\",\"body\":{\"message\":null,"
		     "\"variables\":{\"n\":\"{{n}}\"}}",
		ON),
	    "hello");
	CU_ASSERT(unit_same(
	    server.in.body, "{\"message\":null,\"variables\":{\"n\":7}}"));
	/* without one of its own */
	run(FLOW(URL ",\"method\":\"POST\"", ON), "hello");
	CU_ASSERT(str_starts(server.in.body,
	    STR("{\"message\":{\"type\":\"text\",\"text\":\"hello\"},"
		"\"variables\":{")));
	run(FLOW(URL ",\"method\":\"DELETE\",\"body\":{\"a\":1}", ON), "hi");
	CU_ASSERT_STRING_EQUAL(server.in.method, "DELETE");
	CU_ASSERT_FALSE(server.in.has_body);
}

/* What a visitor says can change neither headers nor where it goes. */
static void values_that_would_lead_elsewhere_are_not_sent(void)
{
	static const struct {
		const char *flow;
		const char *said;
		bool is_sent;
	} rows[] = {
		{ FLOW(URL ",\"headers\":{\"X-A\":\"{{line}}\"}" ROUTES, ON),
		    "hi", false },
		{ FLOW(URL ",\"headers\":{\"X-A\":\"{{said}}\"}" ROUTES, ON),
		    "a\nb", false },
		{ FLOW(URL ",\"headers\":{\"X-A\":\"{{said}}\"}" ROUTES, ON),
		    "a b", true },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/{{dots}}/b\"" ROUTES,
		      ON),
		    "hi", false },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/{{said}}/b\"" ROUTES,
		      ON),
		    ".", false },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/{{said}}./b\"" ROUTES,
		      ON),
		    ".", false },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/%2e{{said}}/b\"" ROUTES,
		      ON),
		    ".", false },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/{{said}}/b\"" ROUTES,
		      ON),
		    "%2e%2e", true },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/{{said}}/b\"" ROUTES,
		      ON),
		    "...", true },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a?x={{said}}/..\"" ROUTES,
		      ON),
		    "..", true },
		{ FLOW("\"integration\":\"s\",\"path\":"
		       "\"/a/../{{said}}\"" ROUTES,
		      ON),
		    "b", true },
		{ FLOW("\"url\":\"https://a.example/{{said}}\"" ROUTES, ON),
		    "..", false },
	};
	char *big = pool_alloc(pool, HTTP_URL_MAX + 1);

	answer(200, "{}");
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct str said = run(rows[i].flow, rows[i].said);

		CU_ASSERT(unit_case(server.n == rows[i].is_sent, i, "sent"));
		CU_ASSERT(
		    unit_case(unit_same(said, rows[i].is_sent ? "got  | yes "
							      : "got  | no "),
			i, rows[i].flow));
		CU_ASSERT((last.failed.n > 0) == !rows[i].is_sent);
	}
	memset(big, 'a', HTTP_URL_MAX);
	run(FLOW("\"url\":\"https://a.example/{{said}}\"" ROUTES, ON), big);
	CU_ASSERT_EQUAL(server.n, 0);
	CU_ASSERT(unit_same(var("response"), "null"));
}

static void what_is_forgotten_waits_for_nobody(void)
{
#define FORGOTTEN                                                              \
	URL ",\"method\":\"POST\",\"fire_and_forget\":true,"                   \
	    "\"save_to\":\"order\",\"body\":{\"n\":\"{{n}}\"}"
	answer(200, "{\"id\":7}");
	CU_ASSERT(unit_same(run(FLOW(FORGOTTEN, ON), "hi"), "got  | on "));
	CU_ASSERT_EQUAL(server.n, 0);
	CU_ASSERT(unit_same(var("order"), "null"));
	CU_ASSERT(unit_same(var("response"), "null"));
	CU_ASSERT_EQUAL_FATAL(last.n_later, 1);
	CU_ASSERT_STRING_EQUAL(last.later[0]->method, "POST");
	CU_ASSERT(unit_same(last.later[0]->url, "https://a.example/x"));
	CU_ASSERT(unit_same(last.later[0]->state, "call"));
	CU_ASSERT(str_search(last.later[0]->body, STR("\"n\":7")) <
		  last.later[0]->body.n);
	CU_ASSERT_EQUAL(last.failed.n, 0);
	/* it has succeeded, as far as anybody here will know */
	CU_ASSERT(
	    unit_same(run(FLOW(FORGOTTEN ROUTES, ON), "hi"), "got  | yes "));
	CU_ASSERT(unit_same(run(FLOW(FORGOTTEN, STAY), "hi"), "got "));
	CU_ASSERT(unit_same(
	    run(FLOW(FORGOTTEN ",\"headers\":{\"X\":\"{{line}}\"}", ON), "hi"),
	    "got  | on "));
	CU_ASSERT_EQUAL(last.n_later, 0);
	CU_ASSERT(last.failed.n > 0);
	/* a circle has an end */
	run("{\"ask\":{\"transitions\":{\"default\":\"call\"}},\"call\":{"
	    "\"actions\":[{\"type\":\"API_CALL\"," FORGOTTEN
	    "}],\"transitions\":{\"default\":\"call\"}}}",
	    "hi");
	CU_ASSERT_EQUAL(last.n_later, ENGINE_LATER_MAX);
}

static void flows_are_checked(void)
{
	static const struct {
		const char *members;
		const char *path; /* NULL: no finding */
		const char *text;
	} rows[] = {
#define AT "states.a.actions[0]"
		{ "\"method\":\"GET\"", AT, "needs an" },
		{ URL ",\"integration\":\"x\",\"path\":\"/\"", AT, "not both" },
		{ "\"integration\":\"x\"", AT ".path", "needs a “path”" },
		{ "\"integration\":\"\",\"path\":\"/\"", AT ".integration",
		    "name of an integration" },
		{ "\"integration\":7,\"path\":\"/\"", AT ".integration",
		    "text" },
		{ "\"integration\":\"x\",\"path\":7", AT ".path", "text" },
		{ "\"url\":\"a.example\"", AT ".url", "https://" },
		{ "\"url\":\"ftp://a.example\"", AT ".url", "https://" },
		{ "\"url\":\"\"", AT ".url", "https://" },
		{ URL ",\"path\":\"/\"", AT ".path", "“integration” only" },
		{ URL ",\"method\":\"HEAD\"", AT ".method", "DELETE" },
		{ URL ",\"method\":7", AT ".method", "DELETE" },
		{ URL ",\"headers\":[]", AT ".headers", "object" },
		{ URL ",\"headers\":{\"X\":[]}", AT ".headers", "text" },
		{ URL ",\"headers\":{\"Host\":\"x\"}", AT ".headers",
		    "cannot be sent" },
		{ URL ",\"headers\":{\"X Y\":\"x\"}", AT ".headers",
		    "cannot be sent" },
		{ URL ",\"headers\":{\"X\":\"a\\r\\nb\"}", AT ".headers",
		    "cannot be sent" },
		{ URL ",\"method\":\"POST\",\"body\":[]", AT ".body",
		    "object" },
		{ URL ",\"method\":\"POST\",\"body\":\"x\"", AT ".body",
		    "object" },
		{ URL ",\"body\":{}", AT ".body", "sends no body" },
		{ URL ",\"save_to\":7", AT ".save_to", "text" },
		{ URL ",\"save_to\":\"_flow\"", AT ".save_to", "is not" },
		{ URL ",\"fire_and_forget\":\"yes\"", AT ".fire_and_forget",
		    "true or false" },
		{ URL ",\"success_transition\":\"moon\"",
		    AT ".success_transition", "no state “moon”" },
		{ URL ",\"failure_transition\":7", AT ".failure_transition",
		    "name of a state" },
		{ URL ",\"success_transition\":\"a\",\"failure_transition\":"
		      "\"a\"",
		    NULL, NULL },
		{ URL, NULL, NULL },
		{ URL ",\"success_transition\":\"a\"", "states.a.transitions",
		    "No fallback" },
		{ "\"url\":\"{{whole}}\",\"method\":null,\"headers\":null,"
		  "\"body\":null,\"save_to\":null,\"fire_and_forget\":null,"
		  "\"integration\":null,\"path\":null",
		    NULL, NULL },
	};
	struct flow_findings f;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *json = pool_printf(pool,
		    "{\"a\":{\"message\":\"x\",\"actions\":[{\"type\":"
		    "\"API_CALL\",%s}]}}",
		    rows[i].members);

		(void)flow_parse(pool, str_of(json), &f);
		CU_ASSERT(unit_case(
		    (f.n > 0) == (rows[i].path != NULL), i, rows[i].members));
		if (f.n == 0 || rows[i].path == NULL)
			continue;
		CU_ASSERT(unit_same(f.items[0].path, rows[i].path));
		CU_ASSERT(
		    unit_case(str_search(f.items[0].text,
				  str_of(rows[i].text)) < f.items[0].text.n,
			i, str_dup(pool, f.items[0].text)));
	}
}

static void paths_stay_behind_their_base(void)
{
	static const struct {
		const char *base;
		const char *path;
		const char *want;
	} rows[] = {
		{ "https://a.example", "/x", "https://a.example/x" },
		{ "https://a.example/", "/x", "https://a.example/x" },
		{ "https://a.example/v1//", "x", "https://a.example/v1/x" },
		{ "https://a.example/v1", "//x", "https://a.example/v1/x" },
		{ "https://a.example", "@b.example/",
		    "https://a.example/@b.example/" },
		{ "https://a.example", ".b.example/",
		    "https://a.example/.b.example/" },
		{ "https://a.example", ":80/", "https://a.example/:80/" },
		{ "https://a.example/v1", "?q=1", "https://a.example/v1?q=1" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_case(
		    unit_same(call_request_url(pool, str_of(rows[i].base),
				  str_of(rows[i].path)),
			rows[i].want),
		    i, rows[i].path));
}

static CU_TestInfo tests[] = {
	{ "answers lead on", answers_lead_on },
	{ "answers are kept whole", answers_are_kept_whole },
	{ "requests have the variables in them",
	    requests_have_the_variables_in_them },
	{ "bodies are merged and keep their types",
	    bodies_are_merged_and_keep_their_types },
	{ "values that would lead elsewhere are not sent",
	    values_that_would_lead_elsewhere_are_not_sent },
	{ "what is forgotten waits for nobody",
	    what_is_forgotten_waits_for_nobody },
	{ "flows are checked", flows_are_checked },
	{ "paths stay behind their base", paths_stay_behind_their_base },
	CU_TEST_INFO_NULL,
};
CU_SuiteInfo suite_api_call = { "api_call", setup, teardown, NULL, NULL,
	tests };
