/* dev_me.c: who asks: the key and its workspace */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

/* There are no plans to bill here. */
#define PLAN "self-hosted"

enum err_code dev_me(struct req *req, struct resp *resp, struct err *err)
{
	const struct api_key *key = &req->key;
	struct json_out *j = resp_json(resp);

	(void)err;
	json_out_object(j, NULL);
	json_out_object(j, "workspace");
	json_out_ulid(j, "id", key->workspace_id);
	json_out_str(j, "name", key->workspace_name);
	json_out_cstr(j, "plan", PLAN);
	json_out_time_s(j, "created_at", key->workspace_created_at);
	json_out_end(j);
	json_out_object(j, "api_key");
	json_out_str(j, "key", apikey_masked(req->pool, key));
	json_out_time_s(j, "created_at", key->created_at);
	json_out_time_s(j, "last_used_at", key->last_used_at);
	json_out_end(j);
	json_out_end(j);
	return ERR_OK;
}
