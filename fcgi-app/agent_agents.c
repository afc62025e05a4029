/* agent_agents.c: the colleagues of a workspace */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

enum err_code agent_agents(struct req *req, struct resp *resp, struct err *err)
{
	struct accounts list;
	struct json_out *j;
	enum err_code code;
	size_t i;

	code = account_list(
	    req->db, req->pool, req->account.workspace_id, &list, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_array(j, NULL);
	for (i = 0; i < list.n; i++) {
		json_out_object(j, NULL);
		json_out_uuid(j, "id", list.items[i].user_id);
		json_out_str(j, "display_name", list.items[i].display_name);
		json_out_str(j, "email", list.items[i].email);
		json_out_str(j, "role", list.items[i].role);
		json_out_end(j);
	}
	json_out_end(j);
	return ERR_OK;
}
