/* test_mcp_result.c: what a tool gave, as the model is told */
/* SPDX-License-Identifier: MIT */
#include "bot/mcp_result.h"

#include "unit.h"

static struct pool *pool;
static const struct http_header headers[] = {
	{ STR_INIT("Authorization"), STR_INIT("Bearer tok-987654") },
	{ STR_INIT("X-Short"), STR_INIT("abc") },
};
static const struct mcp_server server = { .name = STR_INIT("shop"),
	.n_headers = COUNT_OF(headers),
	.headers = headers };
static char session[] = "sess-4711";
static struct mcp mcp = { .server = &server, .session = session };

static int start(void)
{
	pool = mcp.pool = pool_new();
	return 0;
}

static int stop(void)
{
	pool_free(&pool);
	return 0;
}

static struct mcp_result read_result(struct str json)
{
	struct mcp_result r = { .is_error = false };
	const struct json *v;
	struct err err;

	if (json_parse(pool, json, &v, &err) == ERR_OK)
		mcp_read_result(&mcp, v, &r);
	else
		CU_FAIL("the test's own JSON");
	return r;
}

#define CONTENT(items) "{\"content\":[" items "]}"
#define SAYS(text)     "{\"type\":\"text\",\"text\":\"" text "\"}"

static const struct {
	const char *json;
	const char *text;
	bool is_error;
} rows[] = {
	{ CONTENT(SAYS("hello")), "hello", false },
	{ CONTENT(SAYS("a") "," SAYS("b")), "a\nb", false },
	{ CONTENT("{\"type\":\"image\",\"data\":\"AAAA\",\"mimeType\":"
		  "\"image/png\"}"),
	    "[image image/png, 3 bytes]", false },
	{ CONTENT("{\"type\":\"audio\",\"data\":\"!?\"}"), "[audio, 0 bytes]",
	    false },
	{ CONTENT("{\"type\":\"image\",\"data\":17}"), "[image, 0 bytes]",
	    false },
	{ CONTENT("{\"type\":\"resource_link\",\"uri\":\"file:///a\",\"name\":"
		  "\"a\",\"mimeType\":\"text/plain\",\"description\":\"A "
		  "file\"}"),
	    "[resource a (text/plain): file:///a, A file]", false },
	{ CONTENT("{\"type\":\"resource_link\"}"), "[resource]", false },
	{ CONTENT("{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///b\","
		  "\"text\":\"inside\"}}"),
	    "[resource file:///b]\ninside", false },
	{ CONTENT("{\"type\":\"resource\",\"resource\":{\"uri\":\"file:///c\","
		  "\"mimeType\":\"application/gzip\",\"blob\":\"AAAAAAAA\"}}"),
	    "[resource application/gzip file:///c, 6 bytes]", false },
	{ CONTENT("{\"type\":\"resource\"}"), "[resource, 0 bytes]", false },
	{ CONTENT("{\"type\":\"hologram\"}," SAYS("x")), "[hologram]\nx",
	    false },
	{ CONTENT("17,null,{}"), "[]\n[]\n[]", false },
	/* structured: once */
	{ "{\"content\":[" SAYS("{\\\"t\\\":22}") "],\"structuredContent\":{"
						  "\"t\":22}}",
	    "{\"t\":22}", false },
	{ "{\"content\":[" SAYS("It is warm.") "],\"structuredContent\":{"
					       "\"t\":22}}",
	    "It is warm.\n{\"t\":22}", false },
	{ "{\"content\":[],\"structuredContent\":{\"t\":22}}", "{\"t\":22}",
	    false },
	{ "{\"structuredContent\":[1]}", "[1]", false },
	{ "{\"structuredContent\":null,\"content\":[]}",
	    "The tool has nothing to say.", false },
	/* failures */
	{ "{\"isError\":true,\"content\":[" SAYS("No such city") "]}",
	    "No such city", true },
	{ "{\"isError\":true}", "The tool failed and does not say why.", true },
	{ "{\"isError\":\"yes\",\"content\":[" SAYS("x") "]}", "x", false },
	{ "{}", "The tool gave no result.", true },
	{ "{\"content\":\"x\"}", "The tool gave no result.", true },
	{ CONTENT(""), "The tool has nothing to say.", false },
	{ "{\"resultType\":\"complete\",\"content\":[" SAYS("x") "]}", "x",
	    false },
	{ "{\"resultType\":\"input_required\",\"inputRequests\":{}}",
	    "The tool needs an answer from a person, which it cannot get "
	    "here.",
	    true },
	{ "{\"resultType\":\"task\",\"content\":[]}",
	    "The tool gave a result of an unknown kind.", true },
	{ "{\"resultType\":7,\"content\":[]}",
	    "The tool gave a result of an unknown kind.", true },
	/* secrets, and what no text holds */
	{ CONTENT(SAYS("tok-987654 tok-987654! Bearer tok-987654 abc")),
	    "*** ***! Bearer *** abc", false },
	{ CONTENT(SAYS("at sess-4711, sess\\u0001-4711")), "at ***, ***",
	    false },
	{ CONTENT(SAYS("a\\u0007\\u001b[31mb\\tc\\nd\\u007f")), "a[31mb\tc\nd",
	    false },
};

static void results(void)
{
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mcp_result r = read_result(str_of(rows[i].json));

		CU_ASSERT(unit_case(unit_same(r.text, rows[i].text) &&
					r.is_error == rows[i].is_error,
		    i, rows[i].json));
	}
}

static void long_results(void)
{
	static const size_t lengths[] = { MCP_RESULT_MAX - 1, MCP_RESULT_MAX,
		MCP_RESULT_MAX + 1, 3 * MCP_RESULT_MAX };

	for (size_t i = 0; i < COUNT_OF(lengths); i++) {
		size_t n = lengths[i];
		struct mcp_result r;
		struct buf b;

		buf_init(&b, 0);
		buf_puts(&b, "{\"content\":[{\"type\":\"text\",\"text\":\"x");
		for (size_t k = 0; 2 * k + 1 < n - 1; k++)
			buf_puts(&b, "\xc3\xa4");
		if (n % 2 == 0)
			buf_byte(&b, 'y');
		buf_puts(&b, "\"}]}");
		r = read_result(buf_str(&b));
		buf_fini(&b);
		CU_ASSERT(r.text.n <= MCP_RESULT_MAX);
		CU_ASSERT(str_ends(r.text, STR("[cut: it is longer]")) ==
			  (n > MCP_RESULT_MAX));
		if (n <= MCP_RESULT_MAX) {
			CU_ASSERT_EQUAL(r.text.n, n);
		} else {
			CU_ASSERT(r.text.n > MCP_RESULT_MAX - 8);
		}
	}
}

static CU_TestInfo tests[] = {
	{ "what the model is told", results },
	{ "long results are cut between characters", long_results },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_mcp_result = { "mcp_result", start, stop, NULL, NULL,
	tests };
