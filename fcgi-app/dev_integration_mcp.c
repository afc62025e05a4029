/* dev_integration_mcp.c: servers of tools: as they are kept */
/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/settings.h"
#include "dev_integration.h"
#include "handlers.h"
#include "net/http.h"

#define DESCRIPTION_MAX 500
#define ALLOWLIST_MAX	50

enum {
	NAME,
	SERVER_URL,
	AUTH_TYPE,
	AUTH_CONFIG,
	DESCRIPTION,
	TIMEOUT,
	ALLOWLIST,
	ENABLED,
	FIELD__MAX
};

static const struct dev_field fields[FIELD__MAX] = {
	[NAME] = { "name", DEV_IDENT, DEV_REQUIRED, 1, INTEGRATION_NAME_MAX,
	    NULL },
	[SERVER_URL] = { "server_url", DEV_URL, DEV_REQUIRED, 1, HTTP_URL_MAX,
	    NULL },
	[AUTH_TYPE] = { "auth_type", DEV_CHOICE, 0, 0, 0, dev_auth_types },
	[AUTH_CONFIG] = { "auth_config", DEV_MAP, DEV_NULL, 0,
	    INTEGRATION_HEADERS_MAX, NULL },
	[DESCRIPTION] = { "description", DEV_TEXT, DEV_NULL, 0, DESCRIPTION_MAX,
	    NULL },
	[TIMEOUT] = { "timeout", DEV_NUMBER, DEV_NULL, DEV_MCP_TIMEOUT_MIN_S,
	    DEV_MCP_TIMEOUT_MAX_S, NULL },
	[ALLOWLIST] = { "tool_allowlist", DEV_LIST, DEV_NULL, 0, ALLOWLIST_MAX,
	    NULL },
	[ENABLED] = { "enabled", DEV_BOOL, 0, 0, 0, NULL },
};

static const struct dev_place places[FIELD__MAX] = {
	[NAME] = { DEV_AT_NAME, NULL, NULL },
	[SERVER_URL] = { DEV_AT_SETTINGS, NULL, NULL },
	[AUTH_TYPE] = { DEV_AT_AUTH_TYPE, NULL, NULL },
	[AUTH_CONFIG] = { DEV_AT_AUTH, NULL, NULL },
	[DESCRIPTION] = { DEV_AT_SETTINGS, NULL, NULL },
	[TIMEOUT] = { DEV_AT_SETTINGS, NULL, NULL },
	[ALLOWLIST] = { DEV_AT_SETTINGS, NULL, NULL },
	[ENABLED] = { DEV_AT_ACTIVE, NULL, NULL },
};

/* 20.0: a number of seconds is no count. */
static struct str seconds(struct pool *pool, double s)
{
	return str_of(pool_printf(pool, s == floor(s) ? "%.1f" : "%.15g", s));
}

void dev_mcp_put_config(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	const struct json *s = dev_settings(req, row->settings);
	const struct json *list = json_get(s, "tool_allowlist");

	json_out_str_or_null(
	    j, "description", json_str(json_get(s, "description")));
	json_out_str(j, "server_url", json_str(json_get(s, "server_url")));
	dev_put_auth(req, j, row);
	json_out_json(j, "timeout",
	    seconds(req->pool,
		json_num(json_get(s, "timeout"), DEV_MCP_TIMEOUT_S)));
	json_out_json(
	    j, "tool_allowlist", list ? json_text(req->pool, list) : STR_EMPTY);
}

static void put(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	json_out_object(j, NULL);
	json_out_ulid(j, "integration_id", row->id);
	json_out_ulid(j, "chatbot_id", row->chatbot_id);
	json_out_str(j, "name", row->name);
	dev_mcp_put_config(req, j, row);
	json_out_bool(j, "enabled", row->is_active);
	json_out_time_s(j, "created_at", row->created_at);
	json_out_time_s(j, "updated_at", row->updated_at);
	json_out_end(j);
}

int64_t dev_mcp_max(const struct settings *s)
{
	return settings_int(&s->mcp_servers_max);
}

static const struct dev_kind mcp = {
	.type = INTEGRATION_MCP,
	.n = FIELD__MAX,
	.fields = fields,
	.places = places,
	.url = "server_url",
	.ours = HTTP_HEADER_MCP,
	.max = dev_mcp_max,
	.put = put,
};

enum err_code dev_mcp_list(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_list(&mcp, "count", true, req, resp, err);
}

enum err_code dev_mcp_add(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_add(&mcp, req, resp, err);
}

enum err_code dev_mcp_show(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_show(&mcp, true, req, resp, err);
}

enum err_code dev_mcp_set(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_set(&mcp, true, req, resp, err);
}
