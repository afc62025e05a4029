/* mcp_tools.c: the tools that an MCP server tells of */
/* SPDX-License-Identifier: MIT */
#include "bot/mcp_tools.h"

#include "base/buf.h"
#include "bot/mcp_schema.h"

#define PAGES_MAX	50
#define CURSOR_MAX	4096
#define NAME_BYTES_MAX	256
#define TITLE_MAX	200
#define DESCRIPTION_MAX 4096
#define HASH_DIGITS	10

/* FNV-1a: the same everywhere and always, which is all that is asked of it. */
static uint64_t add_hash(uint64_t hash, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3U;
	return hash;
}

static bool put_plain(struct buf *b, struct str s)
{
	bool is_same = true;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool ok = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			  (c >= 'a' && c <= 'z') || c == '_' || c == '-';

		buf_byte(b, ok ? c : '_');
		is_same = is_same && ok;
	}
	return is_same;
}

struct str mcp_alias(struct pool *pool, struct str server, struct str tool)
{
	bool is_same;
	struct str alias;
	struct buf b;

	buf_init(&b, 0);
	is_same = put_plain(&b, server);
	buf_puts(&b, "__");
	is_same = put_plain(&b, tool) && is_same;
	/* a_ and b would be the same as a and _b */
	is_same = is_same && b.n <= MCP_ALIAS_MAX &&
		  !str_ends(server, STR("_")) && !str_starts(tool, STR("_"));
	alias = buf_str(&b);
	if (is_same) {
		alias = str_copy(pool, alias);
	} else {
		uint64_t hash = add_hash(0xcbf29ce484222325U, server);

		hash = add_hash(add_hash(hash, STR("\n")), tool);
		alias = str_head(alias, MCP_ALIAS_MAX - 1 - HASH_DIGITS);
		alias = str_of(pool_printf(pool, "%.*s_%0*llx", STR_ARG(alias),
		    HASH_DIGITS, (unsigned long long)(hash & 0xffffffffffU)));
	}
	buf_fini(&b);
	return alias;
}

/* ---- one tool ---- */

static bool is_known(const struct mcp_tools *tools, const struct mcp_tool *tool)
{
	for (size_t i = 0; i < tools->n; i++)
		if (str_eq(tools->items[i].name, tool->name) ||
		    str_eq(tools->items[i].alias, tool->alias))
			return true;
	return false;
}

/* False: it cannot be used, or not by us. */
static bool read_tool(struct mcp *m, struct pool *scratch, const struct json *v,
    struct mcp_tool *tool)
{
	const struct json *schema = json_get(v, "inputSchema");
	struct http_header headers[MCP_PARAMS_MAX];
	struct str name = json_str(json_get(v, "name"));
	struct str task =
	    json_str(json_get(json_get(v, "execution"), "taskSupport"));
	size_t n;

	if (name.n == 0 || name.n > NAME_BYTES_MAX ||
	    str_eq(task, STR("required")) || !mcp_schema_check(scratch, schema))
		return false;
	if (m->is_stateless &&
	    !mcp_schema_params(scratch, schema, NULL, headers, &n))
		return false;
	*tool = (struct mcp_tool){
		.name = str_copy(m->pool, name),
		.alias = mcp_alias(m->pool, m->server->name, name),
		.title = mcp_clean(
		    m, m->pool, json_str(json_get(v, "title")), TITLE_MAX),
		.description = mcp_clean(m, m->pool,
		    json_str(json_get(v, "description")), DESCRIPTION_MAX),
		.input_schema =
		    str_copy(m->pool, mcp_schema_text(scratch, schema)),
	};
	return true;
}

/* ---- all of them ---- */

struct listing {
	struct mcp *m;
	struct mcp_tools *tools;
	char *cursor; /* of the next page; heap, NULL: there is none */
	size_t bytes;
};

static void read_page(
    struct listing *l, struct pool *scratch, const struct json *result)
{
	const struct json *list = json_get(result, "tools"), *item = NULL;
	struct mcp_tools *tools = l->tools;

	if (json_type(list) != JSON_ARRAY)
		return;
	while (
	    (item = json_next(list, item)) != NULL && tools->n < MCP_TOOLS_MAX)
		if (read_tool(l->m, scratch, item, &tools->items[tools->n]) &&
		    !is_known(tools, &tools->items[tools->n]))
			tools->n++;
}

static enum err_code next_page(
    struct listing *l, const struct json *result, struct err *err)
{
	const struct json *next = json_get(result, "nextCursor");
	struct str cursor = json_str(next);

	if (json_type(next) != JSON_STRING || l->tools->n == MCP_TOOLS_MAX) {
		free(l->cursor);
		l->cursor = NULL;
		return ERR_OK;
	}
	if (cursor.n > CURSOR_MAX || l->bytes > MCP_ANSWER_MAX ||
	    (l->cursor != NULL && str_eq(cursor, str_of(l->cursor))))
		return err_set(err, ERR_BAD_REQUEST,
		    "The MCP server's list of tools does not end.");
	free(l->cursor);
	l->cursor = mem_new(cursor.n + 1);
	memcpy(l->cursor, cursor.p, cursor.n);
	return ERR_OK;
}

static enum err_code ask_page(struct listing *l, struct err *err)
{
	struct mcp_ask ask = { .method = "tools/list",
		.has_cursor = l->cursor != NULL,
		.cursor = str_of(l->cursor) };
	struct pool *scratch = pool_new();
	struct mcp_answer a;
	enum err_code code = mcp_ask_again(l->m, scratch, &ask, &a, err);

	if (code == ERR_OK && a.result == NULL)
		code = mcp_refused(l->m, "tools/list", &a, err);
	if (code == ERR_OK) {
		l->bytes += a.bytes;
		mcp_read_server(l->m, a.result);
		read_page(l, scratch, a.result);
		code = next_page(l, a.result, err);
	}
	pool_free(&scratch);
	return code;
}

enum err_code mcp_read_tools(
    struct mcp *m, struct mcp_tools *tools_r, struct err *err)
{
	struct listing l = { .m = m, .tools = tools_r };
	enum err_code code = ERR_OK;
	unsigned pages = 0;

	*tools_r = (struct mcp_tools){
		.items = pool_alloc(
		    m->pool, MCP_TOOLS_MAX * sizeof(*tools_r->items)),
	};
	if (m->has_tools)
		do {
			code =
			    pages++ < PAGES_MAX
				? ask_page(&l, err)
				: err_set(err, ERR_BAD_REQUEST,
				      "The MCP server's list of tools has more "
				      "than %d pages.",
				      PAGES_MAX);
		} while (code == ERR_OK && l.cursor != NULL);
	free(l.cursor);
	tools_r->version = str_copy(m->pool, str_of(m->version));
	tools_r->server_name = m->server_name;
	tools_r->server_version = m->server_version;
	return code;
}

enum err_code mcp_list_tools(
    struct mcp *m, int64_t max_ms, struct mcp_tools *tools_r, struct err *err)
{
	mcp_begin(m, max_ms);
	return mcp_read_tools(m, tools_r, err);
}
