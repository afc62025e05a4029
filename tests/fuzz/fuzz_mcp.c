/* fuzz_mcp.c: what MCP servers answer */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/mcp_result.h"
#include "bot/mcp_schema.h"
#include "bot/mcp_tools.h"
#include "tests/fake/time.h"
#include "tests/fuzz/drive.h"

/*
 * The answers, divided by the byte 0xff, which no JSON and no event holds. Of
 * each, the first byte says what it is: j JSON, s a stream, m a stream in
 * pieces of 3 bytes, other digits a status (4: 400, ...), x a lost connection.
 * A second 'i' behind it gives a session id, the rest is the body.
 */
static struct str answers;
static unsigned n_sent;

#define SENT_MAX 400

static const struct http_header key = { STR_INIT("X-Key"),
	STR_INIT("geheim-1234") };

static enum err_code give(
    const struct http_request *in, struct http_response *out, struct str data)
{
	size_t piece = data.n;

	if (data.n > 0 && data.p[0] == 'm')
		piece = 3;
	data = str_from(data, 1);
	for (; data.n > 0; data = str_from(data, piece)) {
		struct str part = str_head(data, piece);
		char *copy = mem_new(part.n);
		bool goes_on;

		/* Exactly as large: reading on is a fault. */
		memcpy(copy, part.p, part.n);
		goes_on = in->on_data(in->arg, out, str_make(copy, part.n));
		free(copy);
		if (!goes_on) {
			out->is_cut = true;
			return ERR_OK;
		}
	}
	return ERR_OK;
}

static enum err_code answer(const struct settings *s, struct pool *pool,
    const struct http_request *in, struct http_response *out, struct err *err)
{
	struct http_header *h = pool_alloc(pool, 2 * sizeof(*h));
	struct str one = STR_EMPTY;
	char kind;

	(void)s;
	MUST(in->timeout_ms > 0);
	MUST(++n_sent < SENT_MAX);
	for (size_t i = 0; i < in->n_headers; i++)
		for (size_t k = 0; k < in->headers[i].value.n; k++)
			MUST(
			    strchr("\r\n", in->headers[i].value.p[k]) == NULL ||
			    in->headers[i].value.p[k] == '\0');
	*out = (struct http_response){ .status = 200, .headers = h };
	fake_time_add_ms(10);
	if (!str_split(&answers, '\xff', &one) || one.n == 0)
		return err_set(err, ERR_BAD_GATEWAY, "The end.");
	kind = one.p[0];
	h[out->n_headers++] = (struct http_header){ STR("content-type"),
		kind == 's' || kind == 'm' ? STR("text/event-stream")
					   : STR("application/json") };
	if (one.n > 1 && one.p[1] == 'i') {
		h[out->n_headers++] =
		    (struct http_header){ STR("mcp-session-id"),
			    str_head(str_from(one, 2), 6) };
		one = str_from(one, 1);
	}
	if (kind == 'x')
		return err_set(err, ERR_BAD_GATEWAY, "Gone.");
	if (kind >= '2' && kind <= '5')
		out->status = (kind - '0') * 100 + (int)(one.n % 5);
	if (in->on_data == NULL)
		return ERR_OK;
	return give(in, out, one);
}

static void rest(int64_t ms)
{
	MUST(ms > 0);
	fake_time_add_ms(ms);
}

static const struct mcp_world world = { answer, rest };

static void judge(struct str text)
{
	MUST(valid_utf8(text));
	MUST(str_search(text, key.value) == text.n);
}

static void judge_tools(struct pool *pool, const struct mcp_tools *tools)
{
	const struct json *schema;

	MUST(tools->n <= MCP_TOOLS_MAX);
	for (size_t i = 0; i < tools->n; i++) {
		const struct mcp_tool *t = &tools->items[i];

		MUST(t->name.n > 0 && t->alias.n <= MCP_ALIAS_MAX);
		for (size_t k = 0; k < t->alias.n; k++)
			MUST(t->alias.p[k] == '_' || t->alias.p[k] == '-' ||
			     (t->alias.p[k] >= '0' && t->alias.p[k] <= '9') ||
			     ((t->alias.p[k] | 32) >= 'a' &&
				 (t->alias.p[k] | 32) <= 'z'));
		for (size_t k = 0; k < i; k++)
			MUST(!str_eq(t->alias, tools->items[k].alias));
		judge(t->description);
		MUST(
		    json_parse(pool, t->input_schema, &schema, NULL) == ERR_OK);
		MUST(json_type(schema) == JSON_OBJECT);
	}
}

static void talk(struct pool *pool, const struct mcp_server *server)
{
	const struct mcp_tool echo = { .name = STR("echo"),
		.input_schema = STR("{\"type\":\"object\"}") };
	struct mcp_tools tools = { .n = 0 };
	struct mcp_result result;
	struct err err = { .code = ERR_OK };
	struct mcp *m = NULL;
	enum err_code code =
	    mcp_open_with(NULL, pool, server, 0, &world, &m, &err);

	if (code == ERR_OK)
		code = mcp_list_tools(m, 0, &tools, &err);
	judge_tools(pool, &tools);
	if (code == ERR_OK) {
		code = mcp_call(m, tools.n > 0 ? &tools.items[0] : &echo,
		    STR("{\"a\":\"b\",\"n\":1}"), 0, &result, &err);
		if (code == ERR_OK) {
			MUST(result.text.n > 0);
			MUST(result.text.n <= MCP_RESULT_MAX);
			judge(result.text);
		}
	}
	MUST((code == ERR_OK) || err.text[0] != '\0');
	judge(str_of(err.text));
	mcp_close(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pool *pool = pool_new();
	struct mcp_server server = { .name = STR("shop"),
		.url = STR("https://shop.example/mcp"),
		.n_headers = 1,
		.headers = &key,
		.timeout_ms = 5000 };

	answers = str_make((const char *)data, n);
	n_sent = 0;
	/* The first byte: what is thought to be known of the server. */
	if (n > 0 && data[0] == '7')
		server.version = STR("2026-07-28");
	else if (n > 0 && data[0] == '1')
		server.version = STR("2025-11-25");
	answers = str_from(answers, 1);
	talk(pool, &server);
	pool_free(&pool);
	return 0;
}
