/* mcp_keep.c: lists of tools that are kept for a while */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_out.h"
#include "base/log.h"
#include "bot/mcp_tools.h"
#include "db/db_mcp.h"

#define TEXT_MAX 8388608 /* bytes; a longer list is asked for each time */

/* As JSON; empty when it is too long. The schemas are strings in it: they come
 * back byte by byte. */
static struct str write_tools(struct pool *pool, const struct mcp_tools *tools)
{
	struct str text = STR_EMPTY;
	struct json_out j;
	struct buf b;

	buf_init(&b, TEXT_MAX);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "version", tools->version);
	json_out_str(&j, "server_name", tools->server_name);
	json_out_str(&j, "server_version", tools->server_version);
	json_out_array(&j, "tools");
	for (size_t i = 0; i < tools->n; i++) {
		const struct mcp_tool *tool = &tools->items[i];

		json_out_object(&j, NULL);
		json_out_str(&j, "name", tool->name);
		json_out_str(&j, "title", tool->title);
		json_out_str(&j, "description", tool->description);
		json_out_str(&j, "input_schema", tool->input_schema);
		json_out_end(&j);
	}
	json_out_end(&j);
	json_out_end(&j);
	if (!buf_failed(&b))
		text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static bool read_tools(struct pool *pool, const struct mcp_server *server,
    struct str text, struct mcp_tools *tools)
{
	const struct json *v, *list, *item = NULL;

	if (json_parse(pool, text, &v, NULL) != ERR_OK)
		return false;
	list = json_get(v, "tools");
	*tools = (struct mcp_tools){
		.version = json_str(json_get(v, "version")),
		.server_name = json_str(json_get(v, "server_name")),
		.server_version = json_str(json_get(v, "server_version")),
		.items = pool_alloc(
		    pool, (json_count(list) + 1) * sizeof(*tools->items)),
	};
	while ((item = json_next(list, item)) != NULL) {
		struct str name = json_str(json_get(item, "name"));

		tools->items[tools->n++] = (struct mcp_tool){
			.name = name,
			.alias = mcp_alias(pool, server->name, name),
			.title = json_str(json_get(item, "title")),
			.description = json_str(json_get(item, "description")),
			.input_schema =
			    json_str(json_get(item, "input_schema")),
		};
	}
	return true;
}

static bool is_allowed(const struct mcp_server *server, struct str name)
{
	for (size_t i = 0; i < server->n_allowed; i++)
		if (str_eq(server->allowed[i], name))
			return true;
	return false;
}

static void choose(const struct mcp_server *server, struct mcp_tools *tools)
{
	size_t n = 0;

	for (size_t i = 0; i < tools->n; i++)
		if (server->has_allowlist
			? is_allowed(server, tools->items[i].name)
			: n < MCP_TOOLS_DEFAULT)
			tools->items[n++] = tools->items[i];
	tools->n = n;
}

void mcp_server_of(struct pool *pool, const struct integration_mcp *in,
    struct id workspace_id, struct id chatbot_id, struct mcp_server *server_r)
{
	struct http_header *headers =
	    pool_alloc(pool, (in->n_headers + 1) * sizeof(*headers));

	for (size_t i = 0; i < in->n_headers; i++)
		headers[i] = (struct http_header){ in->headers[i].name,
			in->headers[i].value };
	*server_r = (struct mcp_server){ .workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.integration_id = in->id,
		.updated_at = in->updated_at,
		.has_allowlist = in->has_allowlist,
		.n_allowed = in->n_allowed,
		.allowed = in->allowed,
		.name = in->name,
		.url = in->server_url,
		.n_headers = in->n_headers,
		.headers = headers,
		.timeout_ms = in->timeout_ms };
}

enum err_code mcp_tools_in(const struct mcp_world *world, struct db *db,
    struct pool *pool, const struct settings *s,
    const struct mcp_server *server, int64_t max_ms, struct mcp_tools *tools_r,
    struct err *err)
{
	int64_t now = clock_now_us();
	struct mcp_kept kept = { .workspace_id = server->workspace_id,
		.chatbot_id = server->chatbot_id,
		.integration_id = server->integration_id };
	enum err_code code;

	assert(!db_in_transaction(db));
	code = db_mcp_get(
	    db, pool, &kept, now - MCP_TOOLS_FRESH_S * INT64_C(1000000), err);
	if (code == ERR_OK && read_tools(pool, server, kept.tools, tools_r)) {
		choose(server, tools_r);
		return ERR_OK;
	}
	if (code != ERR_OK && code != ERR_NOT_FOUND)
		return code;
	code = mcp_look(world, s, pool, server, max_ms, tools_r, err);
	if (code != ERR_OK)
		return code;
	kept.fetched_at = now;
	kept.tools = write_tools(pool, tools_r);
	/* they are asked for again the next time */
	if (kept.tools.n > 0 &&
	    db_mcp_set(db, &kept, server->updated_at, err) != ERR_OK)
		log_warn("mcp_not_kept integration=%s why=\"%s\"",
		    id_text(server->integration_id),
		    err != NULL ? err->text : "");
	choose(server, tools_r);
	return ERR_OK;
}

enum err_code mcp_tools_of(struct db *db, struct pool *pool,
    const struct settings *s, const struct mcp_server *server, int64_t max_ms,
    struct mcp_tools *tools_r, struct err *err)
{
	return mcp_tools_in(
	    &mcp_world, db, pool, s, server, max_ms, tools_r, err);
}
