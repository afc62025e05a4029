/* agent_key.c: the keys of the developer API, for administrators */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "chat/apikey.h"
#include "handlers.h"

static void put_key(
    struct json_out *j, struct pool *pool, const struct api_key *key)
{
	json_out_uuid(j, "id", key->id);
	json_out_str(j, "name", key->name);
	json_out_str(j, "masked", apikey_masked(pool, key));
	json_out_array(j, "scopes");
	json_out_cstr(j, NULL, "read");
	if (key->can_write)
		json_out_cstr(j, NULL, "write");
	json_out_end(j);
	json_out_str_or_null(j, "created_by", key->created_by_name);
	json_out_time(j, "created_at", key->created_at);
	json_out_time(j, "last_used_at", key->last_used_at);
	json_out_time(j, "expires_at", key->expires_at);
	json_out_time(j, "revoked_at", key->revoked_at);
}

enum err_code agent_key_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct api_keys list;
	struct json_out *j;
	enum err_code code = apikey_list(
	    req->db, req->pool, req->account.workspace_id, &list, err);

	if (code)
		return code;
	j = resp_json(resp);
	json_out_array(j, NULL);
	for (size_t i = 0; i < list.n; i++) {
		json_out_object(j, NULL);
		put_key(j, req->pool, &list.items[i]);
		json_out_end(j);
	}
	json_out_end(j);
	return ERR_OK;
}

struct wish {
	struct str name;
	bool can_write;
	int64_t days; /* 0: it does not expire */
};

static enum err_code read_wish(
    struct req *req, struct wish *wish_r, struct err *err)
{
	const struct json *body;
	struct json_fields f;
	struct str scope;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	json_fields_init(&f, body);
	wish_r->name = json_fields_str(&f, "name", 1, CHAT_NAME_MAX);
	scope = json_fields_str(&f, "scope", 1, CHAT_NAME_MAX);
	wish_r->days = json_fields_i64(&f, "days", 1, APIKEY_DAYS_MAX, 0);
	wish_r->can_write = str_eq(scope, STR("write"));
	code = json_fields_end(&f, err);
	if (!code && !wish_r->can_write && !str_eq(scope, STR("read")))
		return err_set(
		    err, ERR_BAD_REQUEST, "scope must be read or write.");
	return code;
}

enum err_code agent_key_add(struct req *req, struct resp *resp, struct err *err)
{
	const struct account *who = &req->account;
	struct str secret;
	struct api_key key;
	struct json_out *j;
	struct wish wish;
	enum err_code code = read_wish(req, &wish, err);

	if (!code)
		code = apikey_add(req->db, req->pool, who->workspace_id,
		    wish.name, wish.can_write, who->user_id, wish.days, &key,
		    &secret, err);
	if (code)
		return code;
	key.created_by_name = who->display_name;
	j = resp_json(resp);
	json_out_object(j, NULL);
	put_key(j, req->pool, &key);
	json_out_str(j, "secret", secret);
	json_out_end(j);
	resp->status = 201;
	return ERR_OK;
}

enum err_code agent_key_del(struct req *req, struct resp *resp, struct err *err)
{
	struct id id;
	enum err_code code = req_param_id(req, "id", &id, err);

	if (!code)
		code = apikey_revoke(req->db, req->app->settings,
		    req->account.workspace_id, id, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}
