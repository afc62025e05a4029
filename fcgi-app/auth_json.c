/* auth_json.c: how the surface tells an agent who it is */
/* SPDX-License-Identifier: MIT */
#include "auth_json.h"

#include "auth.h"

void auth_put_account(const struct req *req, struct resp *resp)
{
	const struct account *a = &req->account;
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_object(j, "user");
	json_out_uuid(j, "id", a->user_id);
	json_out_str(j, "email", a->email);
	json_out_str(j, "display_name", a->display_name);
	json_out_str(j, "role", a->role);
	json_out_end(j);
	json_out_object(j, "workspace");
	json_out_uuid(j, "id", a->workspace_id);
	json_out_str(j, "name", a->workspace_name);
	json_out_end(j);
	json_out_str(j, "csrf_token", auth_make_csrf(req));
	json_out_end(j);
}
