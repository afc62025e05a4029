/* dev_integration.c: the integrations of a chatbot: all types, and by id */
/* SPDX-License-Identifier: MIT */
#include "dev_integration.h"

#include "base/settings.h"
#include "bot/bot_integrations.h"
#include "db/db_chatbot.h"
#include "handlers.h"
#include "net/http.h"

static enum err_code which_of(struct req *req, enum integration_type type,
    bool by_id, struct integration_which *which_r, struct err *err)
{
	enum err_code code;

	*which_r =
	    (struct integration_which){ .workspace_id = req->key.workspace_id,
		    .type = type };
	code = dev_id(req, "chatbot_id", "Chatbot", &which_r->chatbot_id, err);
	if (!code && by_id)
		code = dev_id(
		    req, "integration_id", "Integration", &which_r->id, err);
	return code;
}

const struct json *dev_settings(struct req *req, struct str text)
{
	const struct json *v = NULL;
	struct err err;

	return text.n && !json_parse(req->pool, text, &v, &err) ? v : NULL;
}

void dev_put_auth(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	const struct json *auth =
	    json_get(dev_settings(req, row->secrets), "auth");
	const struct json *item = NULL;
	struct str type =
	    json_str(json_get(dev_settings(req, row->settings), "auth_type"));

	json_out_str(j, "auth_type", type.n ? type : STR("NONE"));
	json_out_object(j, "auth_config");
	while ((item = json_next(auth, item)))
		json_out_cstr(j, json_name(item).p, INTEGRATION_KEPT);
	json_out_end(j);
}

/* ------------------------------------------------------------ the answers */

static void put_whatsapp(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	json_out_str(j, "phone_number_id",
	    json_str(
		json_get(dev_settings(req, row->settings), "phone_number_id")));
	json_out_cstr(j, "access_token", INTEGRATION_KEPT);
	json_out_cstr(j, "verify_token", INTEGRATION_KEPT);
}

static void put_rest_api(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	json_out_str(j, "webhook_url",
	    json_str(
		json_get(dev_settings(req, row->settings), "webhook_url")));
}

typedef void put_fn(
    struct req *req, struct json_out *j, const struct db_integration *row);

static put_fn *const configs[INTEGRATION_TYPE__MAX] = {
	[INTEGRATION_WEB] = dev_web_put_config,
	[INTEGRATION_WHATSAPP] = put_whatsapp,
	[INTEGRATION_REST_API] = put_rest_api,
	[INTEGRATION_MCP] = dev_mcp_put_config,
	[INTEGRATION_API] = dev_api_put_config,
};

void dev_integration_put(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	enum integration_type type = integration_type_of(row);

	json_out_object(j, NULL);
	json_out_ulid(j, "id", row->id);
	json_out_ulid(j, "chatbot_id", row->chatbot_id);
	json_out_cstr(j, "type", integration_type_name(type));
	json_out_str(j, "name", row->name);
	json_out_object(j, "config");
	configs[type](req, j, row);
	json_out_end(j);
	json_out_bool(j, "is_active", row->is_active);
	json_out_time_s(j, "created_at", row->created_at);
	json_out_time_s(j, "updated_at",
	    row->updated_at == row->created_at ? 0 : row->updated_at);
	json_out_end(j);
}

/* ------------------------------------------------------- POST and PATCH */

struct asking {
	const struct dev_kind *kind;
	struct req *req;
	struct resp *resp;
	struct dev_value values[DEV_INTEGRATION_FIELDS_MAX];
	struct dev_value part[DEV_INTEGRATION_FIELDS_MAX];
};

/* A change needs no field. */
static enum err_code read_body(
    struct asking *a, bool is_change, struct err *err)
{
	const struct dev_kind *k = a->kind;
	struct dev_field fields[DEV_INTEGRATION_FIELDS_MAX];
	struct dev_part part = { k->part_fields, k->part_n, a->part };
	enum err_code code;
	size_t i;

	assert(k->n <= COUNT_OF(fields) && k->part_n <= COUNT_OF(a->part));
	for (i = 0; i < k->n; i++) {
		fields[i] = k->fields[i];
		if (is_change)
			fields[i].flags &= ~(unsigned)DEV_REQUIRED;
	}
	code =
	    dev_body_part(a->req, a->resp, fields, k->n, a->values, &part, err);
	for (i = 0; !code && k->part_others && i < k->part_n; i++)
		if (k->part_others[i].is_set &&
		    (a->part[i].is_null || !(is_change || a->part[i].is_set)))
			a->part[i] = k->part_others[i];
	return code;
}

static enum err_code check_url(const struct asking *a, struct err *err)
{
	const struct dev_kind *k = a->kind;
	struct str url = STR_EMPTY;
	enum err_code code;
	size_t i;

	for (i = 0; k->url && i < k->n; i++)
		if (!strcmp(k->fields[i].name, k->url))
			break;
	if (!k->url || !a->values[i].is_set)
		return ERR_OK;
	url = a->values[i].text;
	code = http_check_url(a->req->app->settings, url, err);
	if (!code && k->is_base && str_index(url, '?') < url.n)
		code = err_set(err, ERR_BAD_REQUEST,
		    "%s must not have a query: paths are put behind it.",
		    k->url);
	return code;
}

static enum err_code apply(
    struct pool *pool, struct db_integration *row, void *arg, struct err *err)
{
	struct asking *a = arg;
	struct dev_faults faults;

	dev_faults_init(&faults);
	(void)dev_kind_apply(a->kind, pool, a->values, a->part, row, &faults);
	return dev_faults_end(&faults, a->req, a->resp, err);
}

enum err_code dev_kind_add(const struct dev_kind *kind, struct req *req,
    struct resp *resp, struct err *err)
{
	struct asking a = { .kind = kind, .req = req, .resp = resp };
	struct db_integration row = { .workspace_id = req->key.workspace_id,
		.settings = STR("{}"),
		.is_active = true };
	enum err_code code =
	    dev_id(req, "chatbot_id", "Chatbot", &row.chatbot_id, err);

	if (!code)
		code = read_body(&a, false, err);
	if (!code)
		code = check_url(&a, err);
	if (!code)
		code = apply(req->pool, &row, &a, err);
	if (code)
		return code;
	if (!row.name.n)
		row.name = str_of(kind->default_name);
	if (kind->prepare)
		kind->prepare(req->pool, &row);
	code =
	    integration_add(req->db, req->pool, req->app->seal_key, kind->type,
		kind->max ? kind->max(req->app->settings) : -1, &row, err);
	if (code)
		return code;
	kind->put(req, resp_json(resp), &row);
	resp->status = 201;
	return ERR_OK;
}

enum err_code dev_kind_show(const struct dev_kind *kind, bool by_id,
    struct req *req, struct resp *resp, struct err *err)
{
	struct integration_which which;
	struct db_integration row;
	enum err_code code = which_of(req, kind->type, by_id, &which, err);

	if (!code)
		code = integration_get(
		    req->db, req->pool, req->app->seal_key, &which, &row, err);
	if (!code)
		kind->put(req, resp_json(resp), &row);
	return code;
}

enum err_code dev_kind_set(const struct dev_kind *kind, bool by_id,
    struct req *req, struct resp *resp, struct err *err)
{
	struct asking a = { .kind = kind, .req = req, .resp = resp };
	struct integration_which which;
	struct db_integration row;
	enum err_code code = which_of(req, kind->type, by_id, &which, err);

	if (!code)
		code = read_body(&a, true, err);
	if (!code)
		code = check_url(&a, err);
	if (!code)
		code = integration_set(req->db, req->pool, req->app->seal_key,
		    &which, apply, &a, &row, err);
	if (!code)
		kind->put(req, resp_json(resp), &row);
	return code;
}

static enum err_code list_of(struct req *req, enum integration_type type,
    struct db_integrations *list_r, struct err *err)
{
	struct integration_which which;
	struct chatbot bot;
	enum err_code code = which_of(req, type, false, &which, err);

	if (!code)
		code = db_chatbot_get(req->db, req->pool, which.workspace_id,
		    which.chatbot_id, &bot, err);
	if (!code)
		code = integration_list(req->db, req->pool, req->app->seal_key,
		    which.workspace_id, which.chatbot_id, type, list_r, err);
	return code;
}

enum err_code dev_kind_list(const struct dev_kind *kind, const char *name,
    bool is_first, struct req *req, struct resp *resp, struct err *err)
{
	struct db_integrations list;
	struct json_out *j;
	size_t i;
	enum err_code code =
	    list_of(req, kind ? kind->type : INTEGRATION_TYPE__MAX, &list, err);

	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	if (is_first)
		json_out_u64(j, name, list.n);
	json_out_array(j, "items");
	for (i = 0; i < list.n; i++)
		(kind ? kind->put : dev_integration_put)(
		    req, j, &list.items[i]);
	json_out_end(j);
	if (!is_first)
		json_out_u64(j, name, list.n);
	json_out_end(j);
	return ERR_OK;
}

/* ------------------------------------------------------ of any type, by id */

enum err_code dev_integration_list(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_list(NULL, "total", false, req, resp, err);
}

enum err_code dev_integration_show(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct dev_kind any = { .type = INTEGRATION_TYPE__MAX,
		.put = dev_integration_put };

	return dev_kind_show(&any, true, req, resp, err);
}

static enum err_code del(struct req *req, struct resp *resp,
    enum integration_type type, struct err *err)
{
	struct integration_which which;
	enum err_code code = which_of(req, type, true, &which, err);

	if (!code)
		code = bot_integration_del(req->db, req->pool, &which, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}

enum err_code dev_integration_del(
    struct req *req, struct resp *resp, struct err *err)
{
	return del(req, resp, INTEGRATION_TYPE__MAX, err);
}

enum err_code dev_mcp_del(struct req *req, struct resp *resp, struct err *err)
{
	return del(req, resp, INTEGRATION_MCP, err);
}

enum err_code dev_api_del(struct req *req, struct resp *resp, struct err *err)
{
	return del(req, resp, INTEGRATION_API, err);
}

/* -------------------------------------------------- WhatsApp and REST API */

enum { PHONE, ACCESS, VERIFY, WA_NAME, WA_ACTIVE, WA__MAX };

static const struct dev_field whatsapp_fields[WA__MAX] = {
	[PHONE] = { "phone_number_id", DEV_NAME, DEV_REQUIRED, 1, 100, NULL },
	[ACCESS] = { "access_token", DEV_NAME, DEV_REQUIRED, 1, DEV_VALUE_MAX,
	    NULL },
	[VERIFY] = { "verify_token", DEV_NAME, DEV_REQUIRED, 1, DEV_VALUE_MAX,
	    NULL },
	[WA_NAME] = { "name", DEV_NAME, 0, 1, INTEGRATION_NAME_MAX, NULL },
	[WA_ACTIVE] = { "is_active", DEV_BOOL, 0, 0, 0, NULL },
};

static const struct dev_place whatsapp_places[WA__MAX] = {
	[PHONE] = { DEV_AT_SETTINGS, NULL, NULL },
	[ACCESS] = { DEV_AT_SECRETS, NULL, NULL },
	[VERIFY] = { DEV_AT_SECRETS, NULL, NULL },
	[WA_NAME] = { DEV_AT_NAME, NULL, NULL },
	[WA_ACTIVE] = { DEV_AT_ACTIVE, NULL, NULL },
};

static const struct dev_kind whatsapp = {
	.type = INTEGRATION_WHATSAPP,
	.n = WA__MAX,
	.fields = whatsapp_fields,
	.places = whatsapp_places,
	.default_name = "WhatsApp",
	.put = dev_integration_put,
};

enum { WEBHOOK, REST_NAME, REST_ACTIVE, REST__MAX };

static const struct dev_field rest_fields[REST__MAX] = {
	[WEBHOOK] = { "webhook_url", DEV_URL, DEV_REQUIRED, 1, HTTP_URL_MAX,
	    NULL },
	[REST_NAME] = { "name", DEV_NAME, 0, 1, INTEGRATION_NAME_MAX, NULL },
	[REST_ACTIVE] = { "is_active", DEV_BOOL, 0, 0, 0, NULL },
};

static const struct dev_place rest_places[REST__MAX] = {
	[WEBHOOK] = { DEV_AT_SETTINGS, NULL, NULL },
	[REST_NAME] = { DEV_AT_NAME, NULL, NULL },
	[REST_ACTIVE] = { DEV_AT_ACTIVE, NULL, NULL },
};

static const struct dev_kind rest_api = {
	.type = INTEGRATION_REST_API,
	.n = REST__MAX,
	.fields = rest_fields,
	.places = rest_places,
	.url = "webhook_url",
	.default_name = "REST API",
	.put = dev_integration_put,
};

enum err_code dev_whatsapp_add(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_add(&whatsapp, req, resp, err);
}

enum err_code dev_whatsapp_show(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_show(&whatsapp, false, req, resp, err);
}

enum err_code dev_whatsapp_set(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_set(&whatsapp, false, req, resp, err);
}

enum err_code dev_rest_api_add(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_add(&rest_api, req, resp, err);
}

enum err_code dev_rest_api_show(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_show(&rest_api, false, req, resp, err);
}

enum err_code dev_rest_api_set(
    struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_set(&rest_api, false, req, resp, err);
}
