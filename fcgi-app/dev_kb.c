/* dev_kb.c: the knowledge bases of the key's workspace, and who has them */
/* SPDX-License-Identifier: MIT */
#include "bot/kb.h"
#include "chat/model.h"
#include "dev_fields.h"
#include "handlers.h"

enum { NAME, DESCRIPTION, FIELD__MAX };

#define FIELDS(required)                                                       \
	{                                                                      \
		[NAME] = { "name", DEV_NAME, (required), 1, CHAT_NAME_MAX,     \
			NULL },                                                \
		[DESCRIPTION] = { "description", DEV_TEXT, DEV_NULL, 0,        \
			KB_DESCRIPTION_MAX, NULL },                            \
	}

static const struct dev_field add_fields[FIELD__MAX] = FIELDS(DEV_REQUIRED);
static const struct dev_field set_fields[FIELD__MAX] = FIELDS(0);
static const struct dev_field attach_fields[] = {
	{ "kb_id", DEV_NAME, DEV_REQUIRED, 1, CHAT_NAME_MAX, NULL },
};

static enum err_code kb_id(struct req *req, struct id *id_r, struct err *err)
{
	return dev_id(req, "kb_id", "Knowledge base", id_r, err);
}

static enum err_code bot_id(struct req *req, struct id *id_r, struct err *err)
{
	return dev_id(req, "chatbot_id", "Chatbot", id_r, err);
}

static void put_kb(struct json_out *j, const struct kb *kb)
{
	json_out_object(j, NULL);
	json_out_ulid(j, "id", kb->id);
	json_out_str(j, "name", kb->name);
	json_out_str_or_null(j, "description", kb->description);
	json_out_u64(j, "source_count", kb->sources);
	json_out_cstr(j, "status", kb_status(kb));
	json_out_time_s(j, "created_at", kb->created_at);
	json_out_end(j);
}

static void put_list(struct resp *resp, const struct kbs *list)
{
	struct json_out *j = resp_json(resp);
	size_t i;

	json_out_object(j, NULL);
	json_out_array(j, "items");
	for (i = 0; i < list->n; i++)
		put_kb(j, &list->items[i]);
	json_out_end(j);
	json_out_u64(j, "total", list->n);
	json_out_end(j);
}

enum err_code dev_kb_list(struct req *req, struct resp *resp, struct err *err)
{
	struct kbs list;
	enum err_code code =
	    kb_list(req->db, req->pool, req->key.workspace_id, &list, err);

	if (!code)
		put_list(resp, &list);
	return code;
}

enum err_code dev_kb_add(struct req *req, struct resp *resp, struct err *err)
{
	struct kb kb = { .workspace_id = req->key.workspace_id };
	struct dev_value v[FIELD__MAX];
	enum err_code code =
	    dev_body(req, resp, add_fields, FIELD__MAX, v, err);

	if (code)
		return code;
	kb.name = v[NAME].text;
	kb.description = v[DESCRIPTION].text;
	code = kb_add(req->db, req->pool, &kb, err);
	if (code)
		return code;
	put_kb(resp_json(resp), &kb);
	resp->status = 201;
	return ERR_OK;
}

enum err_code dev_kb_show(struct req *req, struct resp *resp, struct err *err)
{
	struct kb kb;
	struct id id;
	enum err_code code = kb_id(req, &id, err);

	if (!code)
		code = db_kb_get(
		    req->db, req->pool, req->key.workspace_id, id, &kb, err);
	if (!code)
		put_kb(resp_json(resp), &kb);
	return code;
}

enum err_code dev_kb_set(struct req *req, struct resp *resp, struct err *err)
{
	struct dev_value v[FIELD__MAX];
	struct kb kb;
	struct id id;
	enum err_code code = kb_id(req, &id, err);

	if (!code)
		code = dev_body(req, resp, set_fields, FIELD__MAX, v, err);
	if (!code)
		code = kb_set(req->db, req->pool, req->key.workspace_id, id,
		    v[NAME].is_set ? &v[NAME].text : NULL,
		    v[DESCRIPTION].is_set ? &v[DESCRIPTION].text : NULL, &kb,
		    err);
	if (!code)
		put_kb(resp_json(resp), &kb);
	return code;
}

enum err_code dev_kb_del(struct req *req, struct resp *resp, struct err *err)
{
	struct id id;
	enum err_code code = kb_id(req, &id, err);

	if (!code)
		code =
		    kb_del(req->db, req->pool, req->key.workspace_id, id, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}

enum err_code dev_kb_list_attached(
    struct req *req, struct resp *resp, struct err *err)
{
	struct kbs list;
	struct id bot;
	enum err_code code = bot_id(req, &bot, err);

	if (!code)
		code = kb_list_attached(
		    req->db, req->pool, req->key.workspace_id, bot, &list, err);
	if (!code)
		put_list(resp, &list);
	return code;
}

enum err_code dev_kb_attach(struct req *req, struct resp *resp, struct err *err)
{
	struct dev_value v;
	struct kb kb;
	struct id bot, id;
	enum err_code code = bot_id(req, &bot, err);

	if (!code)
		code = dev_body(req, resp, attach_fields, 1, &v, err);
	if (!code && !id_parse(v.text, &id))
		code = err_set(err, ERR_NOT_FOUND, "Knowledge base not found.");
	if (!code)
		code = kb_attach(req->db, req->pool, req->key.workspace_id, bot,
		    id, &kb, err);
	if (code)
		return code;
	put_kb(resp_json(resp), &kb);
	resp->status = 201;
	return ERR_OK;
}

enum err_code dev_kb_detach(struct req *req, struct resp *resp, struct err *err)
{
	struct id bot, id;
	enum err_code code = bot_id(req, &bot, err);

	if (!code)
		code = kb_id(req, &id, err);
	if (!code)
		code = kb_detach(
		    req->db, req->pool, req->key.workspace_id, bot, id, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}
