/* test_mcp_tools.c: lists of tools, their names and their schemas */
/* SPDX-License-Identifier: MIT */
#include "bot/mcp_tools.h"

#include "bot/mcp_schema.h"
#include "tests/fake/mcp_script.h"
#include "unit.h"

static struct pool *pool;
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

/* ---- names ---- */

#define A10 "aaaaaaaaaa"
#define A50 A10 A10 A10 A10 A10

static const struct {
	const char *server, *tool, *alias; /* alias up to '*': then a hash */
} aliases[] = {
	{ "shop", "echo", "shop__echo" },
	{ "shop", "get-sum", "shop__get-sum" },
	{ "shop", "a.b", "shop__a_b_*" },
	{ "shop", "a b", "shop__a_b_*" },
	{ "shop", "", "shop__" },
	{ "shop", "\xf0\x9f\x8c\xb7", "shop_______*" },
	{ "shop", A50 "aaaaaaaa", "shop__" A50 "aaaaaaaa" },
	{ "shop", A50 "aaaaaaaaa", "shop__" A10 A10 A10 A10 "aaaaaaa_*" },
	{ A50 A50, "x", A50 "aaa_*" },
	{ "a_", "b", "a___b_*" },
	{ "a", "_b", "a___b_*" },
	{ "a", "b__c", "a__b__c" },
};

static void names(void)
{
	for (size_t i = 0; i < COUNT_OF(aliases); i++) {
		struct str got = mcp_alias(
		    pool, str_of(aliases[i].server), str_of(aliases[i].tool));
		struct str want = str_of(aliases[i].alias);
		size_t star = str_index(want, '*');
		bool ok = star == want.n
			      ? str_eq(got, want)
			      : str_starts(got, str_head(want, star)) &&
				    got.n == star + 10;

		CU_ASSERT(unit_case(ok && got.n <= MCP_ALIAS_MAX, i, got.p));
		for (size_t k = 0; k < i; k++) {
			struct str other = mcp_alias(pool,
			    str_of(aliases[k].server), str_of(aliases[k].tool));

			CU_ASSERT(unit_case(!str_eq(got, other), i, got.p));
		}
	}
}

/* ---- lists ---- */

static const struct mcp_server server = { .name = STR_INIT("shop"),
	.url = STR_INIT("https://shop.example/mcp"),
	.timeout_ms = 10000,
	.version = STR_INIT("2026-07-28") };

static enum err_code list(const struct mcp_step *steps, size_t n,
    struct str version, struct mcp_tools *tools)
{
	struct mcp_server *s = pool_alloc(pool, sizeof(*s));
	struct mcp *m;
	enum err_code code;

	*s = server;
	s->version = version;
	mcp_script_play(steps, n, 0);
	code = mcp_open_with(NULL, pool, s, 0, &mcp_script_world, &m, &err);
	if (code == ERR_OK)
		code = mcp_list_tools(m, 0, tools, &err);
	mcp_close(&m);
	CU_ASSERT(mcp_script_is_over());
	return code;
}

#define LIST(steps, tools)                                                     \
	list(steps, COUNT_OF(steps), STR("2026-07-28"), tools)
#define PAGE(id, tools, more)                                                  \
	{                                                                      \
		"\"tools/list\"", 200, MCP_JSON,                               \
		    "{\"jsonrpc\":\"2.0\",\"id\":" id                          \
		    ",\"result\":{\"tools\":[" tools "]" more "}}",            \
		    ERR_OK, 0                                                  \
	}
#define TOOL(name, schema) "{\"name\":\"" name "\",\"inputSchema\":" schema "}"
#define PLAIN(name)	   TOOL(name, "{\"type\":\"object\"}")

static void pages(void)
{
	static const struct mcp_step steps[] = {
		{ "\"tools/list\"\nMcp-Method: tools/list\n!cursor\n!Mcp-Name",
		    200, MCP_JSON,
		    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"_meta\":{"
		    "\"io.modelcontextprotocol/serverInfo\":{\"name\":"
		    "\"Flowers\",\"version\":\"9\"}},\"tools\":["
		    "{\"name\":\"a\",\"title\":\"A\",\"description\":\"Does "
		    "a\",\"inputSchema\":{\"type\":\"object\",\"properties\":"
		    "{\"n\":{\"type\":\"integer\"}}}}],\"nextCursor\":\"\"}}",
		    ERR_OK, 0 },
		{ "\"cursor\":\"\"", 200, MCP_JSON,
		    "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"tools\":[" PLAIN(
			"b") "],\"nextCursor\":\"two\"}}",
		    ERR_OK, 0 },
		{ "\"cursor\":\"two\"", 200, MCP_JSON,
		    "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"tools\":[" PLAIN(
			"c") "],\"nextCursor\":null}}",
		    ERR_OK, 0 },
	};
	struct mcp_tools tools;

	CU_ASSERT_EQUAL_FATAL(LIST(steps, &tools), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(tools.n, 3);
	CU_ASSERT(unit_same(tools.version, "2026-07-28"));
	CU_ASSERT(unit_same(tools.server_name, "Flowers"));
	CU_ASSERT(unit_same(tools.server_version, "9"));
	CU_ASSERT(unit_same(tools.items[0].name, "a"));
	CU_ASSERT(unit_same(tools.items[0].alias, "shop__a"));
	CU_ASSERT(unit_same(tools.items[0].title, "A"));
	CU_ASSERT(unit_same(tools.items[0].description, "Does a"));
	CU_ASSERT(unit_same(tools.items[0].input_schema,
	    "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":"
	    "\"integer\"}}}"));
	CU_ASSERT(unit_same(tools.items[2].name, "c"));
}

static void pages_without_end(void)
{
	static const struct mcp_step same[] = {
		PAGE("1", PLAIN("a"), ",\"nextCursor\":\"x\""),
		PAGE("2", PLAIN("b"), ",\"nextCursor\":\"x\""),
	};
	struct mcp_step other[50];
	struct mcp_tools tools;

	CU_ASSERT_EQUAL(LIST(same, &tools), ERR_BAD_REQUEST);
	for (int i = 0; i < 50; i++)
		other[i] = (struct mcp_step){ "\"tools/list\"", 200, MCP_JSON,
			pool_printf(pool,
			    "{\"id\":%d,\"result\":{\"tools\":[],"
			    "\"nextCursor\":\"%d\"}}",
			    i + 1, i),
			ERR_OK, 0 };
	CU_ASSERT_EQUAL(LIST(other, &tools), ERR_BAD_REQUEST);
	CU_ASSERT(strstr(err.text, "50 pages") != NULL);
}

static void very_many_tools(void)
{
	struct mcp_step step = { "\"tools/list\"", 200, MCP_JSON, NULL, ERR_OK,
		0 };
	struct mcp_tools tools;
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "{\"id\":1,\"result\":{\"nextCursor\":\"x\",\"tools\":[");
	for (int i = 0; i < 10000; i++)
		buf_printf(&b,
		    "%s{\"name\":\"t%d\",\"inputSchema\":{\"type\":\"object\"}"
		    "}",
		    i > 0 ? "," : "", i);
	buf_puts(&b, "]}}");
	step.body = b.p;
	CU_ASSERT_EQUAL(list(&step, 1, STR("2026-07-28"), &tools), ERR_OK);
	CU_ASSERT_EQUAL(tools.n, MCP_TOOLS_MAX);
	buf_fini(&b);
}

static void no_tools(void)
{
	static const struct mcp_step none[] = {
		{ "initialize", 200, MCP_JSON,
		    "{\"id\":1,\"result\":{\"protocolVersion\":\"2025-06-18\","
		    "\"capabilities\":{\"prompts\":{}}}}",
		    ERR_OK, 0 },
		{ "notifications/initialized", 202, NULL, NULL, ERR_OK, 0 },
	};
	static const struct mcp_step refused[] = {
		{ "\"tools/list\"", 200, MCP_JSON,
		    "{\"id\":1,\"error\":{\"code\":-32602,\"message\":\"Bad\\n"
		    "cursor\"}}",
		    ERR_OK, 0 },
	};
	static const struct mcp_step odd[] = {
		{ "\"tools/list\"", 200, MCP_JSON,
		    "{\"id\":1,\"result\":{\"tools\":{\"a\":1}}}", ERR_OK, 0 },
	};
	struct mcp_tools tools;

	CU_ASSERT_EQUAL(
	    list(none, COUNT_OF(none), STR("2025-11-25"), &tools), ERR_OK);
	CU_ASSERT_EQUAL(tools.n, 0);
	CU_ASSERT_EQUAL(LIST(refused, &tools), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(LIST(odd, &tools), ERR_OK);
	CU_ASSERT_EQUAL(tools.n, 0);
}

/* ---- schemas ---- */

#define P(inside)     "{\"type\":\"object\",\"properties\":{" inside "}}"
#define H(type, name) "{\"type\":\"" type "\",\"x-mcp-header\":\"" name "\"}"

/* Whether a tool with it can be used: by a server of the stateless revision,
 * by an older one. */
static const struct {
	const char *schema;
	bool is_new, is_old;
} schemas[] = {
	{ "{\"type\":\"object\"}", true, true },
	{ "{}", true, true },
	{ "null", false, false },
	{ "[]", false, false },
	{ "\"object\"", false, false },
	{ "{\"type\":\"string\"}", false, false },
	{ "{\"type\":null}", false, false },
	{ "{\"$ref\":\"#\"}", true, true },
	{ "{\"$ref\":\"https://evil.example/schema\"}", true, true },
	{ P("\"a\":{\"anyOf\":[{\"$ref\":\"#\"}]}"), true, true },
	{ P("\"r\":" H("string", "Region")), true, true },
	{ P("\"r\":" H("integer", "R") ",\"s\":" H("boolean", "S")), true,
	    true },
	{ P("\"o\":" P("\"deep\":" H("string", "Deep"))), true, true },
	{ P("\"x-mcp-header\":{\"type\":\"string\"}"), true, true },
	{ "{\"default\":{\"x-mcp-header\":\"\"}}", true, true },
	{ "{\"$defs\":{\"x-mcp-header\":{\"type\":\"string\"}}}", true, true },
	{ P("\"r\":" H("string", "")), false, true },
	{ P("\"r\":" H("string", "a b")), false, true },
	{ P("\"r\":" H("string", "a:b")), false, true },
	{ P("\"r\":" H("string", "a\\r\\nX: y")), false, true },
	{ P("\"r\":" H("string", "\xc3\xa4")), false, true },
	{ P("\"r\":" H("number", "R")), false, true },
	{ P("\"r\":" H("object", "R")), false, true },
	{ P("\"r\":" H("array", "R")), false, true },
	{ P("\"r\":{\"x-mcp-header\":\"R\"}"), false, true },
	{ P("\"r\":{\"type\":\"string\",\"x-mcp-header\":7}"), false, true },
	{ P("\"r\":" H("string", "R") ",\"s\":" H("string", "r")), false,
	    true },
	{ "{\"x-mcp-header\":\"R\"}", false, true },
	{ "{\"items\":" H("string", "R") "}", false, true },
	{ "{\"$defs\":{\"a\":" H("string", "R") "}}", false, true },
	{ "{\"anyOf\":[" P("\"r\":" H("string", "R")) "]}", false, true },
	{ P("\"a\":{\"items\":" P("\"r\":" H("string", "R")) "}"), false,
	    true },
};

static void which_schemas(void)
{
	for (size_t i = 0; i < COUNT_OF(schemas) * 2; i++) {
		bool is_new = i % 2 == 0;
		const char *schema = schemas[i / 2].schema;
		struct mcp_step steps[] = {
			{ "initialize", 200, MCP_JSON,
			    "{\"id\":1,\"result\":{\"protocolVersion\":"
			    "\"2025-11-25\",\"capabilities\":{\"tools\":{}}}}",
			    ERR_OK, 0 },
			{ "notifications/initialized", 202, NULL, NULL, ERR_OK,
			    0 },
			{ "\"tools/list\"", 200, MCP_JSON,
			    pool_printf(pool,
				"{\"id\":%d,\"result\":{\"tools\":[{\"name\":"
				"\"bad\",\"inputSchema\":%s}," PLAIN(
				    "good") "]}}",
				is_new ? 1 : 2, schema),
			    ERR_OK, 0 },
		};
		struct mcp_tools tools = { .n = 0 };
		bool want =
		    is_new ? schemas[i / 2].is_new : schemas[i / 2].is_old;
		enum err_code code =
		    is_new ? list(steps + 2, 1, STR("2026-07-28"), &tools)
			   : list(steps, 3, STR("2025-11-25"), &tools);

		CU_ASSERT_EQUAL(code, ERR_OK);
		CU_ASSERT(
		    unit_case(tools.n == 1 + (size_t)want, i / 2, schema));
		CU_ASSERT(unit_same(tools.items[tools.n - 1].name, "good"));
	}
}

static void schemas_are_objects_to_models(void)
{
	static const struct mcp_step steps[] = { PAGE("1",
	    TOOL("a", "{}") "," TOOL(
		"b", "{\"properties\":{\"type\":{\"type\":\"string\"}}}"),
	    "") };
	struct mcp_tools tools;

	CU_ASSERT_EQUAL_FATAL(LIST(steps, &tools), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(tools.n, 2);
	CU_ASSERT(
	    unit_same(tools.items[0].input_schema, "{\"type\":\"object\"}"));
	CU_ASSERT(unit_same(tools.items[1].input_schema,
	    "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":"
	    "\"string\"}}}"));
}

static void hidden_tools(void)
{
	static const struct mcp_step steps[] = { PAGE("1",
	    "17,null,{},"
	    "{\"name\":17,\"inputSchema\":{}}," PLAIN(
		"") ","
		    "{\"name\":\"no schema\"},"
		    "{\"name\":\"task\",\"inputSchema\":{},\"execution\":{"
		    "\"taskSupport\":\"required\"}},"
		    "{\"name\":\"may\",\"inputSchema\":{},\"execution\":{"
		    "\"taskSupport\":\"optional\"}}," PLAIN("twice") "," TOOL(
			"twice",
			"{\"other\":1}") "," PLAIN("\xf0\x9f\x8c\xb7 tulip"),
	    "") };
	struct mcp_tools tools;

	CU_ASSERT_EQUAL_FATAL(LIST(steps, &tools), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(tools.n, 3);
	CU_ASSERT(unit_same(tools.items[0].name, "may"));
	CU_ASSERT(unit_same(tools.items[1].name, "twice"));
	CU_ASSERT(
	    unit_same(tools.items[1].input_schema, "{\"type\":\"object\"}"));
	CU_ASSERT(unit_same(tools.items[2].name, "\xf0\x9f\x8c\xb7 tulip"));
}

/* A schema as deep as n, and a tool behind it that must not suffer. */
static void deep_schemas(void)
{
	static const struct {
		unsigned depth;
		size_t n;
	} depths[] = { { 3, 2 }, { MCP_SCHEMA_DEPTH, 2 },
		{ MCP_SCHEMA_DEPTH + 1, 1 }, { 40, 1 }, { 5000, 1 } };

	for (size_t i = 0; i < COUNT_OF(depths); i++) {
		struct mcp_step step = { "\"tools/list\"", 200, MCP_JSON, NULL,
			ERR_OK, 0 };
		struct mcp_tools tools = { .n = 0 };
		struct buf b;

		buf_init(&b, 0);
		buf_puts(&b, "{\"id\":1,\"result\":{\"tools\":[{\"name\":\"d\","
			     "\"inputSchema\":");
		for (unsigned k = 1; k < depths[i].depth; k++)
			buf_puts(&b, "{\"not\":");
		buf_puts(&b, "{}");
		for (unsigned k = 1; k < depths[i].depth; k++)
			buf_puts(&b, "}");
		buf_puts(&b, "}," PLAIN("good") "]}}");
		step.body = b.p;
		CU_ASSERT_EQUAL(
		    list(&step, 1, STR("2026-07-28"), &tools), ERR_OK);
		CU_ASSERT(unit_case(tools.n == depths[i].n, i, "depth"));
		buf_fini(&b);
	}
}

static void pruned_json(void)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "{\"a\":[1,{\"b\":2}]}", "{\"a\":[1,null]}" },
		{ "{\"a\":[1,[],{}]}", "{\"a\":[1,null,null]}" },
		{ "{\"a\":\"[[[{{{\"}", "{\"a\":\"[[[{{{\"}" },
		{ "{\"a\":[\"\\\"[[\",[[[\"]]\\\\\"]]],2]}",
		    "{\"a\":[\"\\\"[[\",null,2]}" },
		{ "[[[", "[[null" },
		{ "]]]]", "]]]]" },
		{ "\"\\", "\"\\" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(unit_same(
		    mcp_prune(pool, str_of(rows[i].text), 2), rows[i].want));
}

/* ---- arguments in headers ---- */

static void calls_with_headers(void)
{
	static const struct mcp_tool tool = { .name = STR_INIT("sql \xc3\xa4"),
		.input_schema = STR_INIT(P("\"region\":" H(
		    "string", "Region") ",\"n\":" H("integer",
		    "N") ",\"b\":" H("boolean", "B") ",\"none\":" H("string",
		    "None") ",\"null\":" H("string",
		    "Null") ",\"o\":" P("\"s\":" H("string", "Deep")))) };
	static const struct mcp_step steps[] = {
		{ "Mcp-Name: =?base64?c3FsIMOk?=\nMcp-Param-Region: us-west1\n"
		  "Mcp-Param-N: -42\nMcp-Param-B: true\n"
		  "Mcp-Param-Deep: =?base64?IHBhZGRlZCA=?=\n!Mcp-Param-No\n"
		  "!Mcp-Param-Null\n\"arguments\":{\"region\":\"us-west1\",",
		    200, MCP_JSON,
		    "{\"id\":1,\"result\":{\"content\":[{\"type\":\"text\","
		    "\"text\":\"ok\"}]}}",
		    ERR_OK, 0 },
	};
	struct mcp_result r;
	struct mcp *m;

	mcp_script_play(steps, 1, 0);
	CU_ASSERT_EQUAL_FATAL(
	    mcp_open_with(NULL, pool, &server, 0, &mcp_script_world, &m, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(
	    mcp_call(m, &tool,
		STR("{\"region\":\"us-west1\",\"n\":-42,\"b\":true,\"null\":"
		    "null,\"o\":{\"s\":\" padded \"}}"),
		0, &r, &err),
	    ERR_OK);
	CU_ASSERT(unit_same(r.text, "ok"));
	CU_ASSERT(mcp_script_is_over());
	/* Only objects are sent. */
	CU_ASSERT_EQUAL(
	    mcp_call(m, &tool, STR("[1]"), 0, &r, &err), ERR_BAD_REQUEST);
	CU_ASSERT_EQUAL(
	    mcp_call(m, &tool, STR("{}}"), 0, &r, &err), ERR_BAD_REQUEST);
	CU_ASSERT(mcp_script_is_over());
}

static void header_values(void)
{
	static const struct {
		const char *value, *want;
	} rows[] = {
		{ "us-west1", "us-west1" },
		{ "Hello, \xe4\xb8\x96\xe7\x95\x8c",
		    "=?base64?SGVsbG8sIOS4lueVjA==?=" },
		{ " padded ", "=?base64?IHBhZGRlZCA=?=" },
		{ "\tx", "=?base64?CXg=?=" },
		{ "a\tb c", "a\tb c" },
		{ "line1\nline2", "=?base64?bGluZTEKbGluZTI=?=" },
		{ "=?base64?literal?=", "=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=" },
		{ "=?base64?", "=?base64?" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		CU_ASSERT(
		    unit_same(mcp_header_value(pool, str_of(rows[i].value)),
			rows[i].want));
}

static void a_schema_that_has_changed(void)
{
	static const struct mcp_tool tool = { .name = STR_INIT("sql"),
		.input_schema = STR_INIT("{\"type\":\"object\"}") };
	static const struct mcp_step steps[] = {
		{ "\"tools/call\"\n!Mcp-Param", 400, MCP_JSON,
		    "{\"id\":1,\"error\":{\"code\":-32020,\"message\":\"Header "
		    "mismatch\"}}",
		    ERR_OK, 0 },
		PAGE("2", TOOL("sql", P("\"r\":" H("string", "R"))), ""),
		{ "\"tools/call\"\nMcp-Param-R: x", 200, MCP_JSON,
		    "{\"id\":3,\"result\":{\"content\":[{\"type\":\"text\","
		    "\"text\":\"ok\"}]}}",
		    ERR_OK, 0 },
	};
	struct mcp_result r;
	struct mcp *m;

	mcp_script_play(steps, COUNT_OF(steps), 0);
	CU_ASSERT_EQUAL_FATAL(
	    mcp_open_with(NULL, pool, &server, 0, &mcp_script_world, &m, &err),
	    ERR_OK);
	CU_ASSERT_EQUAL(
	    mcp_call(m, &tool, STR("{\"r\":\"x\"}"), 0, &r, &err), ERR_OK);
	CU_ASSERT(unit_same(r.text, "ok"));
	CU_ASSERT(mcp_script_is_over());
}

static CU_TestInfo tests[] = {
	{ "names that models accept, each its own", names },
	{ "a list in pages", pages },
	{ "lists that do not end are refused", pages_without_end },
	{ "of very many tools the first are taken", very_many_tools },
	{ "servers without tools", no_tools },
	{ "which schemas can be used", which_schemas },
	{ "schemas name their type", schemas_are_objects_to_models },
	{ "tools that cannot be used are hidden", hidden_tools },
	{ "a schema that is too deep hides its tool only", deep_schemas },
	{ "what is too deep becomes null", pruned_json },
	{ "arguments that are headers too", calls_with_headers },
	{ "values as headers carry them", header_values },
	{ "a call that lacks headers is made again with those of now",
	    a_schema_that_has_changed },
	CU_TEST_INFO_NULL,
};

CU_SuiteInfo suite_mcp_tools = { "mcp_tools", start, stop, NULL, NULL, tests };
