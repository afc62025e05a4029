/* test_mcp.c: conversations with MCP servers: eras, sessions, streams */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/mcp_script.h"
#include "unit.h"

/* What an older server says at first, and how the handshake goes on. */
#define REFUSED                                                                    \
	{                                                                          \
		"\"server/discover\"\nMCP-Protocol-Version: 2026-07-28\n"          \
		"Mcp-Method: server/discover\n!Mcp-Session-Id",                    \
		    400, MCP_JSON,                                                 \
		    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":" \
		    "\"Bad Request: Server not initialized\"},\"id\":null}",       \
		    ERR_OK, 0                                                      \
	}
#define GREETED(id, version)                                                   \
	"{\"result\":{\"protocolVersion\":\"" version                          \
	"\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":"         \
	"\"Shop\",\"version\":\"2.1\"}},\"jsonrpc\":\"2.0\",\"id\":" id "}"
#define INITIALIZE(id, version, session)                                          \
	{                                                                         \
		"POST\nContent-Type: application/json\n"                          \
		"Accept: application/json, text/event-stream\n"                   \
		"\"method\":\"initialize\"\n\"protocolVersion\":\"2025-11-25\"\n" \
		"!MCP-Protocol-Version\n!Mcp-Session-Id\nX-Key: geheim-1234",     \
		    200, MCP_JSON session, GREETED(id, version), ERR_OK, 0        \
	}
#define INITIALIZED(version)                                                   \
	{                                                                      \
		"notifications/initialized\nMCP-Protocol-Version: " version    \
		"\nX-Key: geheim-1234\n!\"id\"",                               \
		    202, NULL, NULL, ERR_OK, 0                                 \
	}
#define BYE                                                                    \
	{                                                                      \
		"DELETE\nMcp-Session-Id: s-1\nX-Key: geheim-1234", 200, NULL,  \
		    NULL, ERR_OK, 0                                            \
	}
#define SESSION "\nmcp-session-id: s-1"

static const struct http_header key = { STR_INIT("X-Key"),
	STR_INIT("geheim-1234") };
static struct pool *pool;
static struct mcp_server server;
static struct err err;

static int start(void)
{
	pool = pool_new();
	return 0;
}

static int stop(void)
{
	pool_free(&pool);
	return 0;
}

static enum err_code open_mcp(struct mcp **mcp_r)
{
	err_clear(&err);
	server = (struct mcp_server){ .name = STR("shop"),
		.url = STR("https://shop.example/mcp"),
		.n_headers = 1,
		.headers = &key,
		.timeout_ms = 10000,
		.version = server.version };
	return mcp_open_with(
	    NULL, pool, &server, 0, &mcp_script_world, mcp_r, &err);
}

static const struct mcp_tool echo = { .name = STR_INIT("echo"),
	.input_schema = STR_INIT("{\"type\":\"object\"}") };

/* Opens, calls echo, closes; the steps must be used up. */
static enum err_code talk(
    const struct mcp_step *steps, size_t n, size_t piece, struct mcp_result *r)
{
	struct mcp *m = NULL;
	enum err_code code;

	*r = (struct mcp_result){ .is_error = false };
	mcp_script_play(steps, n, piece);
	code = open_mcp(&m);
	if (code == ERR_OK)
		code =
		    mcp_call(m, &echo, STR("{\"message\":\"hi\"}"), 0, r, &err);
	mcp_close(&m);
	CU_ASSERT(mcp_script_is_over());
	return code;
}

#define TALK(steps, r) talk(steps, COUNT_OF(steps), 0, r)

#define TEXT(id, text)                                                         \
	"{\"jsonrpc\":\"2.0\",\"id\":" id                                      \
	",\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"" text        \
	"\"}]}}"
#define CALL_WANT                                                              \
	"POST\n\"method\":\"tools/call\"\n\"name\":\"echo\"\n"                 \
	"\"arguments\":{\"message\":\"hi\"}\nX-Key: geheim-1234"

static void the_handshake(void)
{
	static const struct mcp_step steps[] = {
		REFUSED,
		INITIALIZE("2", "2025-11-25", SESSION),
		INITIALIZED("2025-11-25\nMcp-Session-Id: s-1"),
		{ CALL_WANT "\nMCP-Protocol-Version: 2025-11-25\n"
			    "Mcp-Session-Id: s-1\n!Mcp-Method\n!_meta",
		    200, "content-type: Application/JSON; charset=utf-8",
		    TEXT("3", "hello"), ERR_OK, 0 },
		BYE,
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(!r.is_error);
	CU_ASSERT(unit_same(r.text, "hello"));
}

static void older_versions(void)
{
	static const char *const versions[] = { "2025-06-18", "2025-03-26" };

	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		struct mcp_step steps[] = {
			REFUSED,
			INITIALIZE("2", "V", ""),
			INITIALIZED("V"),
			{ CALL_WANT "\n!Mcp-Session-Id", 200, MCP_JSON,
			    TEXT("3", "hello"), ERR_OK, 0 },
		};
		struct mcp_result r;

		steps[1].body = i == 0 ? GREETED("2", "2025-06-18")
				       : GREETED("2", "2025-03-26");
		steps[2].want = versions[i];
		CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
		CU_ASSERT(unit_same(r.text, "hello"));
	}
}

static void an_unknown_version(void)
{
	static const struct mcp_step steps[] = {
		REFUSED,
		INITIALIZE("2", "2024-11-05", ""),
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_BAD_REQUEST);
	CU_ASSERT(strstr(err.text, "“2024-11-05”") != NULL);
}

static void a_version_that_is_offered(void)
{
	static const struct mcp_step steps[] = {
		REFUSED,
		{ "\"initialize\"", 400, MCP_JSON,
		    "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":-32602,"
		    "\"message\":\"Unsupported protocol version\",\"data\":{"
		    "\"supported\":[\"2024-11-05\",\"2025-03-26\"],"
		    "\"requested\":\"2025-11-25\"}}}",
		    ERR_OK, 0 },
		{ "\"initialize\"\n\"protocolVersion\":\"2025-03-26\"", 200,
		    MCP_JSON, GREETED("3", "2025-03-26"), ERR_OK, 0 },
		INITIALIZED("2025-03-26"),
		{ CALL_WANT, 200, MCP_JSON, TEXT("4", "old"), ERR_OK, 0 },
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(unit_same(r.text, "old"));
}

static void the_stateless_era(void)
{
	static const struct mcp_step steps[] = {
		{ "\"server/discover\"", 200, MCP_JSON,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":"
		    "\"complete\",\"supportedVersions\":[\"2026-07-28\"],"
		    "\"capabilities\":{\"tools\":{}}}}",
		    ERR_OK, 0 },
		{ CALL_WANT
		    "\nMCP-Protocol-Version: 2026-07-28\nMcp-Method: tools/call"
		    "\nMcp-Name: echo\n!Mcp-Session-Id\n\"_meta\":{\""
		    "io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"\n"
		    "\"io.modelcontextprotocol/clientCapabilities\":{}\n"
		    "\"io.modelcontextprotocol/clientInfo\":{\"name\":",
		    200, MCP_JSON, TEXT("2", "new"), ERR_OK, 0 },
	};
	static const struct mcp_step known[] = {
		{ CALL_WANT, 200, MCP_JSON, TEXT("1", "at once"), ERR_OK, 0 },
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(unit_same(r.text, "new"));
	/* What was kept of last time saves the question. */
	server.version = STR("2026-07-28");
	CU_ASSERT_EQUAL(TALK(known, &r), ERR_OK);
	CU_ASSERT(unit_same(r.text, "at once"));
	server.version = STR_EMPTY;
}

static void what_was_kept_is_no_longer_so(void)
{
	static const struct mcp_step steps[] = {
		{ CALL_WANT "\nMcp-Name: echo", 400, MCP_JSON,
		    "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,"
		    "\"message\":\"not initialized\"},\"id\":null}",
		    ERR_OK, 0 },
		INITIALIZE("2", "2025-06-18", ""),
		INITIALIZED("2025-06-18"),
		{ CALL_WANT "\n!Mcp-Name", 200, MCP_JSON, TEXT("3", "back"),
		    ERR_OK, 0 },
	};
	struct mcp_result r;

	server.version = STR("2026-07-28");
	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(unit_same(r.text, "back"));
	server.version = STR_EMPTY;
}

static void eras(void)
{
	static const struct {
		int status;
		const char *result, *error;
		int64_t code;
		enum mcp_era era;
	} rows[] = {
		{ 200, "{\"supportedVersions\":[\"2026-07-28\"]}", NULL, 0,
		    MCP_ERA_STATELESS },
		{ 200, "{\"supportedVersions\":[\"2025-06-18\"]}", NULL, 0,
		    MCP_ERA_HANDSHAKE },
		{ 200, "{\"supportedVersions\":[\"2030-01-01\"]}", NULL, 0,
		    MCP_ERA_NONE },
		{ 200, "{\"supportedVersions\":[]}", NULL, 0, MCP_ERA_NONE },
		{ 200, "{}", NULL, 0, MCP_ERA_HANDSHAKE },
		{ 200, NULL, "{}", -32601, MCP_ERA_HANDSHAKE },
		{ 404, NULL, "{}", -32601, MCP_ERA_STATELESS },
		{ 404, NULL, NULL, 0, MCP_ERA_HANDSHAKE },
		{ 405, NULL, NULL, 0, MCP_ERA_HANDSHAKE },
		{ 400, NULL, "{}", -32000, MCP_ERA_HANDSHAKE },
		{ 400, NULL, "{}", -32020, MCP_ERA_STATELESS },
		{ 400, NULL, "{}", -32021, MCP_ERA_STATELESS },
		{ 400, NULL, "{}", -32022, MCP_ERA_STATELESS },
		{ 400, NULL, "{\"data\":{\"supported\":[\"2025-11-25\"]}}",
		    -32022, MCP_ERA_HANDSHAKE },
		{ 400, NULL, "{\"data\":{\"supported\":[\"2031-01-01\"]}}",
		    -32022, MCP_ERA_NONE },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mcp_answer a = { .status = rows[i].status,
			.error_code = rows[i].code };
		enum err_code code = ERR_OK;

		if (rows[i].result != NULL)
			code = json_parse(
			    pool, str_of(rows[i].result), &a.result, &err);
		if (rows[i].error != NULL)
			code = json_parse(
			    pool, str_of(rows[i].error), &a.error, &err);
		CU_ASSERT_EQUAL(code, ERR_OK);
		CU_ASSERT(unit_case(mcp_era_of(&a) == rows[i].era, i, "era"));
	}
}

static void a_lost_session(void)
{
	static const char *const answers[] = {
		"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32001,\"message\":"
		"\"Session not found\"},\"id\":null}",
		"{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32000,\"message\":"
		"\"Bad Request: No valid session ID provided\"},\"id\":null}",
		"gone",
	};
	static const int statuses[] = { 404, 400, 404 };

	for (size_t i = 0; i < COUNT_OF(answers); i++) {
		struct mcp_step steps[] = {
			REFUSED,
			INITIALIZE("2", "2025-11-25", SESSION),
			INITIALIZED("2025-11-25"),
			{ CALL_WANT, statuses[i], MCP_JSON, answers[i], ERR_OK,
			    0 },
			INITIALIZE("4", "2025-11-25", "\nMCP-Session-Id: s-2"),
			INITIALIZED("2025-11-25\nMcp-Session-Id: s-2"),
			{ CALL_WANT "\nMcp-Session-Id: s-2", 200, MCP_JSON,
			    TEXT("5", "again"), ERR_OK, 0 },
			{ "DELETE\nMcp-Session-Id: s-2", 405, NULL, NULL,
			    ERR_OK, 0 },
		};
		struct mcp_result r;

		steps[4].head = MCP_JSON "\nmcp-session-id: s-2";
		CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
		CU_ASSERT(unit_same(r.text, "again"));
	}
}

static void a_session_lost_twice(void)
{
	static const struct mcp_step steps[] = {
		REFUSED,
		INITIALIZE("2", "2025-11-25", SESSION),
		INITIALIZED("2025-11-25"),
		{ CALL_WANT, 404, NULL, NULL, ERR_OK, 0 },
		INITIALIZE("4", "2025-11-25", SESSION),
		INITIALIZED("2025-11-25"),
		{ CALL_WANT, 404, NULL, NULL, ERR_OK, 0 },
		BYE,
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(r.is_error);
	CU_ASSERT(str_search(r.text, STR("404")) < r.text.n);
}

static void bad_sessions(void)
{
	static const char *const heads[] = {
		MCP_JSON "\nmcp-session-id: a b",
		MCP_JSON "\nmcp-session-id: \xc3\xa4",
		MCP_JSON "\nmcp-session-id: a\x7f",
	};

	for (size_t i = 0; i < COUNT_OF(heads); i++) {
		struct mcp_step steps[] = { REFUSED,
			INITIALIZE("2", "2025-11-25", "") };
		struct mcp_result r;

		steps[1].head = heads[i];
		CU_ASSERT_EQUAL(TALK(steps, &r), ERR_BAD_REQUEST);
		CU_ASSERT(strstr(err.text, "session id") != NULL);
	}
}

/* ---- streams ---- */

#define OPEN                                                                   \
	REFUSED, INITIALIZE("2", "2025-11-25", SESSION),                       \
	    INITIALIZED("2025-11-25")

static void a_stream_in_pieces(void)
{
	static const struct mcp_step steps[] = {
		OPEN,
		{ CALL_WANT, 200, "content-type: text/event-stream; x=y",
		    "\xef\xbb\xbf: hello\r\nid: e1\r\ndata: \r\n\r\n"
		    "event: message\rid: e2\rdata: {\"method\":"
		    "\"notifications/progress\",\"jsonrpc\":\"2.0\"}\r\r"
		    "event: ping\ndata: {]\n\n"
		    "data: {\"jsonrpc\":\"2.0\",\"id\":\"3\",\"result\":{}}\n\n"
		    "data: {\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}\n\n"
		    "data: {\"jsonrpc\":\"2.0\",\"id\":3,\n"
		    "data: \"result\":{\"content\":[{\"type\":\"text\","
		    "\"text\":\"H\xc3\xbclle\"}]}}\n\n"
		    "data: {\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{}}\n\n",
		    ERR_OK, 0 },
		BYE,
	};
	static const size_t pieces[] = { 0, 1, 2, 3, 7 };

	for (size_t i = 0; i < COUNT_OF(pieces); i++) {
		struct mcp_result r;

		CU_ASSERT_EQUAL(
		    talk(steps, COUNT_OF(steps), pieces[i], &r), ERR_OK);
		CU_ASSERT(unit_same(r.text, "Hülle"));
	}
}

static void questions_of_the_server(void)
{
	static const struct mcp_step steps[] = {
		OPEN,
		{ CALL_WANT, 200, MCP_SSE,
		    "data: {\"jsonrpc\":\"2.0\",\"id\":\"p\\\"1\",\"method\":"
		    "\"ping\"}\n\n"
		    "data: {\"jsonrpc\":\"2.0\",\"id\":5,\"method\":"
		    "\"sampling/createMessage\",\"params\":{}}\n\n"
		    "data: " TEXT("3", "done") "\n\n",
		    ERR_OK, 0 },
		{ "POST\nMcp-Session-Id: s-1\nX-Key: geheim-1234\n"
		  "{\"jsonrpc\":\"2.0\",\"id\":\"p\\\"1\",\"result\":{}}",
		    202, NULL, NULL, ERR_OK, 0 },
		{ "POST\n\"id\":5,\"error\":{\"code\":-32601,", 202, NULL, NULL,
		    ERR_OK, 0 },
		BYE,
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(unit_same(r.text, "done"));
}

static void a_server_that_asks_without_end(void)
{
	static struct mcp_step steps[4 + MCP_ASKED_MAX + 1] = { OPEN };
	struct mcp_result r;
	struct buf b;

	buf_init(&b, 0);
	for (int i = 0; i < 100; i++)
		buf_printf(&b, "data: {\"id\":%d,\"method\":\"ping\"}\n\n", i);
	steps[3] = (struct mcp_step){ CALL_WANT, 200, MCP_SSE, b.p, ERR_OK, 0 };
	for (int i = 0; i < MCP_ASKED_MAX; i++)
		steps[4 + i] = (struct mcp_step){ "\"result\":{}", 202, NULL,
			NULL, ERR_OK, 0 };
	steps[4 + MCP_ASKED_MAX] = (struct mcp_step)BYE;
	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_BAD_REQUEST);
	buf_fini(&b);
}

static void a_stream_that_ends_early(void)
{
	static const struct mcp_step steps[] = {
		OPEN,
		{ CALL_WANT, 200, MCP_SSE,
		    "id: e-1\nretry: 700\ndata: \n\nid: e-2\ndata: {\"id\"",
		    ERR_BAD_GATEWAY, 0 },
		{ "GET\nAccept: text/event-stream\nLast-Event-ID: e-1\n"
		  "Mcp-Session-Id: s-1\nMCP-Protocol-Version: 2025-11-25\n"
		  "X-Key: geheim-1234\n!tools/call\n!Content-Type",
		    200, MCP_SSE, "id: e-3\n\n", ERR_OK, 0 },
		{ "GET\nLast-Event-ID: e-3", 200, MCP_SSE,
		    "data: " TEXT("3", "at last") "\n\n", ERR_OK, 0 },
		BYE,
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
	CU_ASSERT(unit_same(r.text, "at last"));
}

static void a_stream_that_cannot_be_resumed(void)
{
	static const char *const bodies[] = {
		"data: {\"method\":\"notifications/message\"}\n\n", "",
		"id: a\x01z\ndata: \n\n", "data: {\"id\":3,\"result\":{}}"
	};

	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct mcp_step steps[] = { OPEN,
			{ CALL_WANT, 200, MCP_SSE, bodies[i], ERR_OK, 0 },
			BYE };
		struct mcp_result r;

		CU_ASSERT_EQUAL(TALK(steps, &r), ERR_BAD_GATEWAY);
	}
}

static void a_retry_that_is_too_late(void)
{
	static const struct mcp_step steps[] = {
		OPEN,
		{ CALL_WANT, 200, MCP_SSE, "id: 1\nretry: 99999999\ndata: \n\n",
		    ERR_OK, 0 },
		{ "notifications/cancelled\n\"requestId\":3", 202, NULL, NULL,
		    ERR_OK, 0 },
		BYE,
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_TIMEOUT);
}

static void streams_that_always_end(void)
{
	static struct mcp_step steps[4 + MCP_RESUMES_MAX + 1] = { OPEN };
	struct mcp_result r;

	for (int i = 0; i <= MCP_RESUMES_MAX; i++)
		steps[3 + i] =
		    (struct mcp_step){ i == 0 ? CALL_WANT : "GET", 200, MCP_SSE,
			    "id: 1\nretry: 0\ndata: \n\n", ERR_OK, 0 };
	steps[4 + MCP_RESUMES_MAX] = (struct mcp_step)BYE;
	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_BAD_REQUEST);
}

static void too_slow(void)
{
	static const struct mcp_step steps[] = {
		OPEN,
		{ CALL_WANT, 200, MCP_JSON, TEXT("3", "late"), ERR_OK, 10000 },
		{ "notifications/cancelled\n\"requestId\":3\n"
		  "\"reason\":\"timeout\"\nMcp-Session-Id: s-1",
		    202, NULL, NULL, ERR_OK, 0 },
		BYE,
	};
	/* initialize is never cancelled, nor what is stateless */
	static const struct mcp_step first[] = {
		{ "\"server/discover\"", 200, MCP_JSON, "", ERR_OK, 10000 },
	};
	static const struct mcp_step second[] = {
		REFUSED,
		{ "\"initialize\"", 200, MCP_JSON, "", ERR_OK, 10000 },
	};
	struct mcp_result r;

	CU_ASSERT_EQUAL(TALK(steps, &r), ERR_TIMEOUT);
	CU_ASSERT_EQUAL(TALK(first, &r), ERR_TIMEOUT);
	CU_ASSERT_EQUAL(TALK(second, &r), ERR_TIMEOUT);
}

/* ---- answers that are none ---- */

static void statuses(void)
{
	static const struct {
		int status;
		const char *head, *body;
		enum err_code code;
		unsigned retry_after;
	} rows[] = {
		{ 401, "content-type: text/plain", "no", ERR_UNAUTHORIZED, 0 },
		{ 403, MCP_JSON, "{}", ERR_FORBIDDEN, 0 },
		{ 429, MCP_JSON "\nretry-after: 17", "{}", ERR_RATE_LIMITED,
		    17 },
		{ 503, MCP_JSON, "", ERR_UNAVAILABLE, 0 },
		{ 500, MCP_JSON, "{}", ERR_BAD_REQUEST, 0 },
		{ 302, "location: http://127.0.0.1/", "", ERR_BAD_REQUEST, 0 },
		{ 202, NULL, NULL, ERR_BAD_REQUEST, 0 },
		{ 200, "content-type: text/html", "<html>", ERR_BAD_REQUEST,
		    0 },
		{ 200, MCP_JSON, "{\"jsonrpc\":", ERR_BAD_REQUEST, 0 },
		{ 200, MCP_JSON, "", ERR_BAD_REQUEST, 0 },
		{ 200, MCP_JSON, "[]", ERR_BAD_REQUEST, 0 },
		{ 200, MCP_JSON, "{\"id\":9,\"result\":{}}", ERR_BAD_REQUEST,
		    0 },
		{ 200, MCP_JSON, "{\"id\":\"3\",\"result\":{}}",
		    ERR_BAD_REQUEST, 0 },
		{ 200, MCP_JSON, "{\"id\":3}", ERR_BAD_REQUEST, 0 },
		{ 200, MCP_JSON, "{\"id\":3,\"result\":[]}", ERR_BAD_REQUEST,
		    0 },
		{ 200, MCP_JSON, "{\"id\":3,\"result\":{},\"error\":{}}",
		    ERR_BAD_REQUEST, 0 },
		{ 200, MCP_JSON, "{\"id\":3,\"result\":{\"x\":1e400}}",
		    ERR_BAD_REQUEST, 0 },
		{ 200, MCP_SSE, "data: {]\n\n", ERR_BAD_REQUEST, 0 },
		{ 0, NULL, NULL, ERR_BAD_GATEWAY, 0 },
		{ 200, MCP_JSON, "{\"id\":", ERR_BAD_GATEWAY, 0 },
		{ 200, MCP_JSON, "{}", ERR_TOO_LARGE, 0 },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mcp_step steps[] = { OPEN,
			{ CALL_WANT, rows[i].status, rows[i].head, rows[i].body,
			    i + 3 < COUNT_OF(rows) ? ERR_OK : rows[i].code, 0 },
			BYE };
		enum err_code want = rows[i].code == ERR_TOO_LARGE
					 ? ERR_BAD_REQUEST
					 : rows[i].code;
		struct mcp_result r;

		CU_ASSERT(unit_case(TALK(steps, &r) == want, i, rows[i].body));
		CU_ASSERT_EQUAL(err.retry_after_s, rows[i].retry_after);
		CU_ASSERT(err.text[0] != '\0');
	}
}

static void errors_of_json_rpc(void)
{
	static const struct {
		int status;
		const char *body;
	} rows[] = {
		{ 200,
		    "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32602,"
		    "\"message\":\"Unknown tool: geheim-1234\"}}" },
		{ 400,
		    "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":{\"code\":-32602,"
		    "\"message\":\"Unknown tool: geheim-1234\"}}" },
		{ 200,
		    "[{\"method\":\"x\"},{\"id\":3,\"error\":{\"code\":-32602,"
		    "\"message\":\"Unknown tool: geheim-1234\"}}]" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct mcp_step steps[] = { OPEN,
			{ CALL_WANT, rows[i].status, MCP_JSON, rows[i].body,
			    ERR_OK, 0 },
			BYE };
		struct mcp_result r;

		CU_ASSERT_EQUAL(TALK(steps, &r), ERR_OK);
		CU_ASSERT(r.is_error);
		CU_ASSERT(unit_same(r.text,
		    "The MCP server refuses the call: Unknown tool: *** "
		    "(-32602)."));
	}
}

static void headers_of_integrations(void)
{
	static const char *const names[] = { "Mcp-Session-Id", "mcp-name",
		"MCP-Protocol-Version", "Accept", "content-type",
		"Last-Event-ID" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct http_header bad = { str_of(names[i]), STR("x") };
		const struct mcp_server s = { .url = STR("https://a.example/"),
			.n_headers = 1,
			.headers = &bad,
			.timeout_ms = 1000 };
		struct mcp *m;

		mcp_script_play(NULL, 0, 0);
		CU_ASSERT_EQUAL(mcp_open_with(NULL, pool, &s, 0,
				    &mcp_script_world, &m, &err),
		    ERR_BAD_REQUEST);
		CU_ASSERT_PTR_NULL(m);
		CU_ASSERT(mcp_script_is_over());
	}
}

static bool is_patient(void *arg)
{
	return --*(int *)arg > 0;
}

static void the_caller_gives_up(void)
{
	static const struct mcp_step steps[] = {
		OPEN,
		{ CALL_WANT, 200, MCP_SSE, "id: 1\nretry: 2000\ndata: \n\n",
		    ERR_OK, 0 },
		{ "notifications/cancelled", 202, NULL, NULL, ERR_OK, 0 },
		BYE,
	};
	int left = 3;
	struct mcp_result r;
	struct mcp *m;

	mcp_script_play(steps, COUNT_OF(steps), 0);
	CU_ASSERT_EQUAL_FATAL(open_mcp(&m), ERR_OK);
	server.tick = is_patient;
	server.arg = &left;
	CU_ASSERT_EQUAL(
	    mcp_call(m, &echo, STR("{\"message\":\"hi\"}"), 0, &r, &err),
	    ERR_TIMEOUT);
	CU_ASSERT_EQUAL(left, 0);
	mcp_close(&m);
	CU_ASSERT_PTR_NULL(m);
	CU_ASSERT(mcp_script_is_over());
}

static CU_TestInfo tests[] = {
	{ "older servers get the handshake", the_handshake },
	{ "each revision with a handshake is spoken", older_versions },
	{ "an unknown version is told as one", an_unknown_version },
	{ "a refused version is replaced by one that is offered",
	    a_version_that_is_offered },
	{ "the stateless revision stands alone", the_stateless_era },
	{ "a version that was kept may be wrong",
	    what_was_kept_is_no_longer_so },
	{ "what shows the era of a server", eras },
	{ "a lost session is opened again, once, and the call sent again",
	    a_lost_session },
	{ "a session that is lost again is a failure", a_session_lost_twice },
	{ "a session id that cannot be a header is refused", bad_sessions },
	{ "a stream is read in pieces of any size", a_stream_in_pieces },
	{ "ping is answered, other questions are refused",
	    questions_of_the_server },
	{ "a server cannot ask without end", a_server_that_asks_without_end },
	{ "a stream that ends early is read on where it ended",
	    a_stream_that_ends_early },
	{ "without an event id it is a failure",
	    a_stream_that_cannot_be_resumed },
	{ "a pause beyond the time limit is not made",
	    a_retry_that_is_too_late },
	{ "streams that always end are given up", streams_that_always_end },
	{ "a call that is too slow is cancelled, other requests are not",
	    too_slow },
	{ "answers that are none", statuses },
	{ "errors of JSON-RPC are for the model, without secrets",
	    errors_of_json_rpc },
	{ "an integration cannot set the protocol's headers",
	    headers_of_integrations },
	{ "the caller may give up while we wait", the_caller_gives_up },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_mcp = { "mcp", start, stop, NULL, NULL, tests };
