/* dev_integration_probe.c: servers of tools: whether they can be used */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"
#include "bot/mcp.h"
#include "chat/integration.h"
#include "db/db_chatbot.h"
#include "dev_integration.h"
#include "handlers.h"
#include "key_budget.h"
#include "waiting.h"

static void put_tools(struct resp *resp, const struct mcp_tools *tools)
{
	struct json_out *j = resp_json(resp);
	size_t i;

	json_out_object(j, NULL);
	json_out_str(j, "server_name", tools->server_name);
	json_out_str(j, "server_version", tools->server_version);
	json_out_u64(j, "tool_count", tools->n);
	json_out_array(j, "tools");
	for (i = 0; i < tools->n; i++) {
		json_out_object(j, NULL);
		json_out_str(j, "name", tools->items[i].name);
		json_out_str(j, "description", tools->items[i].description);
		json_out_json(j, "input_schema", tools->items[i].input_schema);
		json_out_end(j);
	}
	json_out_end(j);
	json_out_end(j);
}

/* In the words and codes of the API; the caller's own 401 is another one. */
static enum err_code spell(enum err_code code, struct err *err)
{
	static const struct {
		enum err_code from, to;
		const char *text;
	} rows[] = {
		{ ERR_UNAUTHORIZED, ERR_UNAUTHORIZED,
		    "The MCP server refused the credentials (401)." },
		{ ERR_FORBIDDEN, ERR_FORBIDDEN,
		    "The MCP server denied access (403)." },
		{ ERR_TIMEOUT, ERR_BAD_GATEWAY,
		    "The MCP server did not answer in time." },
		/* its limits are not ours: 429 is for the caller's own */
		{ ERR_RATE_LIMITED, ERR_BAD_GATEWAY,
		    "The MCP server has too many requests (429)." },
		{ ERR_UNAVAILABLE, ERR_BAD_GATEWAY,
		    "The MCP server is not available (503)." },
	};
	size_t i;

	for (i = 0; i < COUNT_OF(rows); i++)
		if (rows[i].from == code)
			return err_set(err, rows[i].to, "%s", rows[i].text);
	return code;
}

/* No transaction is open: it may last for minutes. */
static enum err_code probe(struct req *req, struct resp *resp,
    const struct db_integration *row, struct err *err)
{
	const struct json *s = dev_settings(req, row->settings);
	const struct integration_header *headers;
	struct http_header *list;
	struct mcp_server server = {
		.name = row->name,
		.url = json_str(json_get(s, "server_url")),
		.timeout_ms = (int64_t)(json_num(json_get(s, "timeout"),
					    DEV_MCP_TIMEOUT_S) *
					1000),
	};
	enum waiting held = WAITING_NOBODY;
	struct mcp_tools tools;
	enum err_code code;
	size_t i;

	integration_headers(req->pool, NULL, json_str(json_get(s, "auth_type")),
	    json_get(dev_settings(req, row->secrets), "auth"),
	    &server.n_headers, &headers);
	list = pool_alloc(req->pool, (server.n_headers + 1) * sizeof(*list));
	for (i = 0; i < server.n_headers; i++)
		list[i] =
		    (struct http_header){ headers[i].name, headers[i].value };
	server.headers = list;
	code = key_budget_take(
	    req->app->key_budget, req->key.id, KEY_BUDGET_PROBE, err);
	if (code)
		return code;
	code = waiting_enter(req->app->waiting, WAITING_CALL, &held, err);
	if (code)
		return code;
	code = mcp_probe(req->app->settings, req->pool, &server, &tools, err);
	waiting_leave(req->app->waiting, &held);
	if (code)
		return spell(code, err);
	put_tools(resp, &tools);
	return ERR_OK;
}

static enum err_code may_have(struct req *req, struct err *err)
{
	return integration_check_max(
	    INTEGRATION_MCP, dev_mcp_max(req->app->settings), err);
}

enum err_code dev_mcp_test(struct req *req, struct resp *resp, struct err *err)
{
	struct integration_which which = {
		.workspace_id = req->key.workspace_id, .type = INTEGRATION_MCP
	};
	struct db_integration row = { .id = ID_NONE };
	enum err_code code =
	    dev_id(req, "chatbot_id", "Chatbot", &which.chatbot_id, err);

	if (!code)
		code = dev_id(
		    req, "integration_id", "Integration", &which.id, err);
	if (!code)
		code = integration_get(
		    req->db, req->pool, req->app->seal_key, &which, &row, err);
	if (!code)
		code = may_have(req, err);
	return code ? code : probe(req, resp, &row, err);
}

enum { TRY_URL, TRY_TYPE, TRY_CONFIG, TRY_TIMEOUT, TRY__MAX };

static const struct dev_field try_fields[TRY__MAX] = {
	[TRY_URL] = { "server_url", DEV_URL, DEV_REQUIRED, 1, HTTP_URL_MAX,
	    NULL },
	[TRY_TYPE] = { "auth_type", DEV_CHOICE, 0, 0, 0, dev_auth_types },
	[TRY_CONFIG] = { "auth_config", DEV_MAP, DEV_NULL, 0,
	    INTEGRATION_HEADERS_MAX, NULL },
	[TRY_TIMEOUT] = { "timeout", DEV_NUMBER, DEV_NULL,
	    DEV_MCP_TIMEOUT_MIN_S, DEV_MCP_TIMEOUT_MAX_S, NULL },
};

static const struct dev_place try_places[TRY__MAX] = {
	[TRY_URL] = { DEV_AT_SETTINGS, NULL, NULL },
	[TRY_TYPE] = { DEV_AT_AUTH_TYPE, NULL, NULL },
	[TRY_CONFIG] = { DEV_AT_AUTH, NULL, NULL },
	[TRY_TIMEOUT] = { DEV_AT_SETTINGS, NULL, NULL },
};

static const struct dev_kind trial = {
	.n = TRY__MAX,
	.fields = try_fields,
	.places = try_places,
	.ours = HTTP_HEADER_MCP,
};

enum err_code dev_mcp_try(struct req *req, struct resp *resp, struct err *err)
{
	struct db_integration row = { .name = STR("test"),
		.settings = STR("{}") };
	struct dev_value v[TRY__MAX];
	struct dev_faults faults;
	struct chatbot bot;
	enum err_code code =
	    dev_id(req, "chatbot_id", "Chatbot", &row.chatbot_id, err);

	if (!code)
		code = dev_body(req, resp, try_fields, TRY__MAX, v, err);
	if (code)
		return code;
	dev_faults_init(&faults);
	(void)dev_kind_apply(&trial, req->pool, v, NULL, &row, &faults);
	code = dev_faults_end(&faults, req, resp, err);
	if (!code)
		code = db_chatbot_get(req->db, req->pool, req->key.workspace_id,
		    row.chatbot_id, &bot, err);
	if (!code)
		code = may_have(req, err);
	if (!code)
		code = http_check_url(req->app->settings, v[TRY_URL].text, err);
	return code ? code : probe(req, resp, &row, err);
}
