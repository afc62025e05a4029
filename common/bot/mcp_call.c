/* mcp_call.c: a call of a tool, and its result as the model is told */
/* SPDX-License-Identifier: MIT */
#include "base/buf.h"
#include "base/json_out.h"
#include "bot/mcp_result.h"
#include "bot/mcp_schema.h"
#include "bot/mcp_tools.h"

#define NOTE_MAX 300 /* bytes of a name, a type or a URI in a placeholder */

static struct str member(const struct json *v, const char *name)
{
	return str_head(json_str(json_get(v, name)), NOTE_MAX);
}

static void put_part(struct buf *b, const char *name, struct str value)
{
	if (value.n > 0)
		buf_printf(b, "%s%.*s", name, STR_ARG(value));
}

/* A file in words: the model cannot look at it. */
static void put_data(
    struct buf *b, const struct json *v, const char *what, const char *data)
{
	size_t n = json_str(json_get(v, data)).n;

	buf_printf(b, "[%s", what);
	put_part(b, " ", member(v, "mimeType"));
	put_part(b, " ", member(v, "uri"));
	buf_printf(b, ", %zu bytes]", n / 4 * 3);
}

static void put_link(struct buf *b, const struct json *v)
{
	struct str title = member(v, "title");

	buf_puts(b, "[resource");
	put_part(b, " ", title.n > 0 ? title : member(v, "name"));
	put_part(b, " (", member(v, "mimeType"));
	buf_puts(b, member(v, "mimeType").n > 0 ? ")" : "");
	put_part(b, ": ", member(v, "uri"));
	put_part(b, ", ", member(v, "description"));
	buf_puts(b, "]");
}

static void put_resource(struct buf *b, const struct json *v)
{
	const struct json *resource = json_get(v, "resource");

	if (json_type(json_get(resource, "text")) != JSON_STRING) {
		put_data(b, resource, "resource", "blob");
		return;
	}
	put_part(b, "[resource ", member(resource, "uri"));
	buf_puts(b, member(resource, "uri").n > 0 ? "]\n" : "");
	buf_put(b, json_str(json_get(resource, "text")));
}

/* One item of content; whether it is the JSON that the structured content is
 * said to repeat. */
static bool put_item(struct buf *b, const struct json *v)
{
	struct str type = json_str(json_get(v, "type")), text;

	if (b->n > 0)
		buf_byte(b, '\n');
	if (str_eq(type, STR("text"))) {
		text = json_str(json_get(v, "text"));
		buf_put(b, text);
		text = str_trim(text);
		return str_starts(text, STR("{")) || str_starts(text, STR("["));
	}
	if (str_eq(type, STR("image")) || str_eq(type, STR("audio")))
		put_data(b, v, str_eq(type, STR("image")) ? "image" : "audio",
		    "data");
	else if (str_eq(type, STR("resource_link")))
		put_link(b, v);
	else if (str_eq(type, STR("resource")))
		put_resource(b, v);
	else
		buf_printf(b, "[%.*s]", STR_ARG(str_head(type, NOTE_MAX)));
	return false;
}

static void put_content(
    struct pool *scratch, struct buf *b, const struct json *result)
{
	const struct json *content = json_get(result, "content"), *item = NULL;
	const struct json *structured = json_get(result, "structuredContent");
	bool is_repeated = false;

	if (json_type(content) == JSON_ARRAY)
		while (
		    (item = json_next(content, item)) != NULL && !buf_failed(b))
			is_repeated = put_item(b, item) || is_repeated;
	if (structured == NULL || json_type(structured) == JSON_NULL ||
	    is_repeated)
		return;
	if (b->n > 0)
		buf_byte(b, '\n');
	buf_put(b, json_text(scratch, structured));
}

static void set_text(struct mcp *m, struct str text, struct mcp_result *r)
{
	static const char cut[] = "\n[cut: it is longer]";
	struct pool *scratch = pool_new();
	struct str all = mcp_clean(m, scratch, text, SIZE_MAX);

	if (all.n <= MCP_RESULT_MAX) {
		r->text = str_copy(m->pool, all);
	} else {
		all = mcp_clean(m, scratch, all, MCP_RESULT_MAX - sizeof(cut));
		r->text =
		    str_of(pool_printf(m->pool, "%.*s%s", STR_ARG(all), cut));
	}
	pool_free(&scratch);
}

static void fail(struct mcp *m, const char *text, struct mcp_result *r)
{
	r->is_error = true;
	set_text(m, str_of(text), r);
}

void mcp_read_result(
    struct mcp *m, const struct json *result, struct mcp_result *result_r)
{
	const struct json *type = json_get(result, "resultType");
	struct pool *scratch;
	struct buf b;

	*result_r = (struct mcp_result){
		.is_error = json_bool(json_get(result, "isError"), false)
	};
	if (str_eq(json_str(type), STR("input_required"))) {
		fail(m,
		    "The tool needs an answer from a person, which it "
		    "cannot get here.",
		    result_r);
		return;
	}
	if (type != NULL && !str_eq(json_str(type), STR("complete"))) {
		fail(m, "The tool gave a result of an unknown kind.", result_r);
		return;
	}
	scratch = pool_new();
	buf_init(&b, MCP_ANSWER_MAX);
	put_content(scratch, &b, result);
	if (b.n > 0)
		set_text(m, buf_str(&b), result_r);
	else if (result_r->is_error)
		fail(m, "The tool failed and does not say why.", result_r);
	else if (json_type(json_get(result, "content")) == JSON_ARRAY)
		set_text(m, STR("The tool has nothing to say."), result_r);
	else
		fail(m, "The tool gave no result.", result_r);
	buf_fini(&b);
	pool_free(&scratch);
}

/* Its code and words say what is wrong with what the model asked for. */
static void read_error(
    struct mcp *m, const struct mcp_answer *a, struct mcp_result *r)
{
	struct str said = json_str(json_get(a->error, "message"));

	if (a->error == NULL)
		said = STR("no reason");
	fail(m,
	    pool_printf(m->pool,
		"The MCP server refuses the call: %.*s (%lld).", STR_ARG(said),
		a->error != NULL ? (long long)a->error_code
				 : (long long)a->status),
	    r);
}

static enum err_code call_once(struct mcp *m, const struct mcp_tool *tool,
    struct str arguments, struct mcp_result *r, bool *is_stale_r,
    struct err *err)
{
	struct http_header headers[MCP_PARAMS_MAX];
	struct mcp_ask ask = { .method = "tools/call",
		.name = tool->name,
		.arguments = arguments,
		.headers = headers };
	struct pool *scratch = pool_new();
	const struct json *schema = NULL, *values = NULL;
	struct mcp_answer a;
	enum err_code code = json_parse(
	    scratch, arguments.n > 0 ? arguments : STR("{}"), &values, err);

	if (code == ERR_OK && json_type(values) != JSON_OBJECT)
		code = err_set(err, ERR_BAD_REQUEST,
		    "The arguments of a tool are a JSON object.");
	if (code == ERR_OK)
		code = json_parse(scratch, tool->input_schema, &schema, err);
	if (code == ERR_OK) {
		if (!mcp_schema_params(
			scratch, schema, values, headers, &ask.n_headers))
			ask.n_headers = 0;
		code = mcp_ask_again(m, scratch, &ask, &a, err);
	}
	if (code == ERR_OK) {
		*is_stale_r = a.error_code == MCP_HEADER_MISMATCH;
		if (a.result != NULL)
			mcp_read_result(m, a.result, r);
		else
			read_error(m, &a, r);
	}
	pool_free(&scratch);
	return code;
}

enum err_code mcp_call(struct mcp *m, const struct mcp_tool *tool,
    struct str arguments, int64_t max_ms, struct mcp_result *result_r,
    struct err *err)
{
	struct mcp_tools tools;
	bool is_stale = false;
	enum err_code code;

	mcp_begin(m, max_ms);
	*result_r = (struct mcp_result){ .is_error = false };
	code = call_once(m, tool, arguments, result_r, &is_stale, err);
	/* The headers are not those that it wants by now: read the schema
	 * again, once. */
	if (code != ERR_OK || !is_stale)
		return code;
	code = mcp_read_tools(m, &tools, err);
	for (size_t i = 0; i < tools.n && code == ERR_OK; i++)
		if (str_eq(tools.items[i].name, tool->name))
			return call_once(m, &tools.items[i], arguments,
			    result_r, &is_stale, err);
	return code;
}
