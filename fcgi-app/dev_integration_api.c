/* dev_integration_api.c: backends that API_CALL names: address, credentials */
/* SPDX-License-Identifier: MIT */
#include "dev_integration.h"
#include "handlers.h"
#include "net/http.h"

enum { NAME, BASE_URL, AUTH_TYPE, AUTH_CONFIG, HEADERS, IS_ACTIVE, FIELD__MAX };

static const struct dev_field fields[FIELD__MAX] = {
	[NAME] = { "name", DEV_NAME, DEV_REQUIRED, 1, INTEGRATION_NAME_MAX,
	    NULL },
	[BASE_URL] = { "base_url", DEV_URL, DEV_REQUIRED, 1, HTTP_URL_MAX,
	    NULL },
	[AUTH_TYPE] = { "auth_type", DEV_CHOICE, 0, 0, 0, dev_auth_types },
	[AUTH_CONFIG] = { "auth_config", DEV_MAP, DEV_NULL, 0,
	    INTEGRATION_HEADERS_MAX, NULL },
	[HEADERS] = { "headers", DEV_MAP, DEV_NULL, 0, INTEGRATION_HEADERS_MAX,
	    NULL },
	[IS_ACTIVE] = { "is_active", DEV_BOOL, 0, 0, 0, NULL },
};

static const struct dev_place places[FIELD__MAX] = {
	[NAME] = { DEV_AT_NAME, NULL, NULL },
	[BASE_URL] = { DEV_AT_SETTINGS, NULL, NULL },
	[AUTH_TYPE] = { DEV_AT_AUTH_TYPE, NULL, NULL },
	[AUTH_CONFIG] = { DEV_AT_AUTH, NULL, NULL },
	[HEADERS] = { DEV_AT_HEADERS, NULL, NULL },
	[IS_ACTIVE] = { DEV_AT_ACTIVE, NULL, NULL },
};

void dev_api_put_config(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	const struct json *headers =
	    json_get(dev_settings(req, row->secrets), "headers");

	json_out_str(j, "base_url",
	    json_str(json_get(dev_settings(req, row->settings), "base_url")));
	dev_put_auth(req, j, row);
	json_out_json(j, "headers",
	    json_type(headers) == JSON_OBJECT ? json_text(req->pool, headers)
					      : STR("{}"));
}

static void put(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	json_out_object(j, NULL);
	json_out_ulid(j, "id", row->id);
	json_out_ulid(j, "chatbot_id", row->chatbot_id);
	json_out_cstr(j, "type", integration_type_name(INTEGRATION_API));
	json_out_str(j, "name", row->name);
	dev_api_put_config(req, j, row);
	json_out_bool(j, "is_active", row->is_active);
	json_out_time_s(j, "created_at", row->created_at);
	json_out_time_s(j, "updated_at",
	    row->updated_at == row->created_at ? 0 : row->updated_at);
	json_out_end(j);
}

static const struct dev_kind api = {
	.type = INTEGRATION_API,
	.n = FIELD__MAX,
	.fields = fields,
	.places = places,
	.url = "base_url",
	.is_base = true,
	.put = put,
};

enum err_code dev_api_list(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_list(&api, "total", false, req, resp, err);
}

enum err_code dev_api_add(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_add(&api, req, resp, err);
}

enum err_code dev_api_show(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_show(&api, true, req, resp, err);
}

enum err_code dev_api_set(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_set(&api, true, req, resp, err);
}
