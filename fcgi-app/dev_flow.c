/* dev_flow.c: the flows of a chatbot of the key's workspace */
/* SPDX-License-Identifier: MIT */
#include "bot/bot_flows.h"
#include "chat/model.h"
#include "dev_fields.h"
#include "handlers.h"

static const char *const types[] = { "conversation", "meta", NULL };

enum { NAME, FLOW, TYPE, FIELD__MAX };

/* A change may have the first two. */
#define FIELDS(required)                                                       \
	{                                                                      \
		[NAME] = { "name", DEV_NAME, (required), 1, CHAT_NAME_MAX,     \
			NULL },                                                \
		[FLOW] = { "flow", DEV_OBJECT, 0, 0, FLOW_JSON_MAX, NULL },    \
		[TYPE] = { "type", DEV_CHOICE, (required), 0, 0, types },      \
	}

static const struct dev_field add_fields[FIELD__MAX] = FIELDS(DEV_REQUIRED);
static const struct dev_field set_fields[FIELD__MAX] = FIELDS(0);

static enum err_code bot_id(struct req *req, struct id *id_r, struct err *err)
{
	return dev_id(req, "chatbot_id", "Chatbot", id_r, err);
}

static enum err_code both_ids(
    struct req *req, struct id *bot_r, struct id *flow_r, struct err *err)
{
	enum err_code code = bot_id(req, bot_r, err);

	return code ? code : dev_id(req, "flow_id", "Flow", flow_r, err);
}

/* What items of the list have too. */
static void put_head(struct json_out *j, const struct db_flow *flow)
{
	json_out_ulid(j, "id", flow->id);
	json_out_ulid(j, "chatbot_id", flow->chatbot_id);
	json_out_str(j, "name", flow->name);
	json_out_cstr(j, "type", types[flow->is_meta]);
	json_out_cstr(j, "status", flow->published_at ? "published" : "draft");
}

static void put_flow(struct resp *resp, const struct db_flow *flow)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	put_head(j, flow);
	json_out_json(j, "flow", flow->draft);
	json_out_time_s(j, "created_at", flow->created_at);
	json_out_time_s(j, "updated_at",
	    flow->updated_at == flow->created_at ? 0 : flow->updated_at);
	json_out_end(j);
}

enum err_code dev_flow_list(struct req *req, struct resp *resp, struct err *err)
{
	struct db_flows list;
	struct json_out *j;
	struct id bot;
	enum err_code code = bot_id(req, &bot, err);
	size_t i;

	if (!code)
		code = bot_flow_list(
		    req->db, req->pool, req->key.workspace_id, bot, &list, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "items");
	for (i = 0; i < list.n; i++) {
		json_out_object(j, NULL);
		put_head(j, &list.items[i]);
		json_out_time_s(j, "created_at", list.items[i].created_at);
		json_out_end(j);
	}
	json_out_end(j);
	json_out_u64(j, "total", list.n);
	json_out_end(j);
	return ERR_OK;
}

enum err_code dev_flow_add(struct req *req, struct resp *resp, struct err *err)
{
	struct db_flow flow = { .workspace_id = req->key.workspace_id };
	struct dev_value v[FIELD__MAX];
	enum err_code code = bot_id(req, &flow.chatbot_id, err);

	if (!code)
		code = dev_body(req, resp, add_fields, FIELD__MAX, v, err);
	if (code)
		return code;
	flow.name = v[NAME].text;
	flow.is_meta = str_eq(v[TYPE].text, STR("meta"));
	flow.draft = v[FLOW].text;
	code = bot_flow_add(req->db, req->pool, &flow, err);
	if (code)
		return code;
	put_flow(resp, &flow);
	resp->status = 201;
	return ERR_OK;
}

enum err_code dev_flow_show(struct req *req, struct resp *resp, struct err *err)
{
	struct db_flow flow;
	struct id bot, id;
	enum err_code code = both_ids(req, &bot, &id, err);

	if (!code)
		code = bot_flow_get(req->db, req->pool, req->key.workspace_id,
		    bot, id, &flow, err);
	if (!code)
		put_flow(resp, &flow);
	return code;
}

enum err_code dev_flow_set(struct req *req, struct resp *resp, struct err *err)
{
	struct dev_value v[FIELD__MAX];
	struct db_flow flow;
	struct id bot, id;
	enum err_code code = both_ids(req, &bot, &id, err);

	if (!code)
		code = dev_body(req, resp, set_fields, FLOW + 1, v, err);
	if (!code)
		code = bot_flow_set(req->db, req->pool, req->key.workspace_id,
		    bot, id, v[NAME].is_set ? &v[NAME].text : NULL,
		    v[FLOW].is_set ? &v[FLOW].text : NULL, &flow, err);
	if (!code)
		put_flow(resp, &flow);
	return code;
}

static void put_findings(struct json_out *j, const char *name,
    const struct flow_findings *findings, bool is_warning)
{
	size_t i;

	json_out_array(j, name);
	for (i = 0; i < findings->n; i++) {
		if (findings->items[i].is_warning != is_warning)
			continue;
		json_out_object(j, NULL);
		json_out_str(j, "path", findings->items[i].path);
		json_out_str(j, "message", findings->items[i].text);
		json_out_end(j);
	}
	json_out_end(j);
}

enum err_code dev_flow_validate(
    struct req *req, struct resp *resp, struct err *err)
{
	struct flow_findings findings;
	struct db_flow flow;
	struct json_out *j;
	struct id bot, id;
	enum err_code code = both_ids(req, &bot, &id, err);

	if (!code)
		code = bot_flow_get(req->db, req->pool, req->key.workspace_id,
		    bot, id, &flow, err);
	if (!code)
		code =
		    bot_flow_check(req->db, req->pool, &flow, &findings, err);
	if (!code)
		code = bot_flow_look(req->db, req->pool, req->app->settings,
		    &flow, &findings, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_bool(j, "valid", findings.n_errors == 0);
	put_findings(j, "errors", &findings, false);
	put_findings(j, "warnings", &findings, true);
	json_out_end(j);
	return ERR_OK;
}

enum err_code dev_flow_publish(
    struct req *req, struct resp *resp, struct err *err)
{
	struct db_flow flow;
	struct json_out *j;
	struct id bot, id;
	enum err_code code = both_ids(req, &bot, &id, err);

	if (!code)
		code = bot_flow_publish(req->db, req->pool,
		    req->key.workspace_id, bot, id, &flow, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "id", flow.id);
	json_out_cstr(j, "status", "published");
	json_out_time_s(j, "published_at", flow.published_at);
	json_out_end(j);
	return ERR_OK;
}

enum err_code dev_flow_del(struct req *req, struct resp *resp, struct err *err)
{
	struct id bot, id;
	enum err_code code = both_ids(req, &bot, &id, err);

	if (!code)
		code = bot_flow_del(
		    req->db, req->pool, req->key.workspace_id, bot, id, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}
