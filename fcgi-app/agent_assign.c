/* agent_assign.c: an agent takes a conversation, or hands it on */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "chat/chat.h"
#include "handlers.h"

static enum err_code read_body(
    struct req *req, struct chat_assign *in, struct err *err)
{
	const struct json *body;
	struct json_fields f;
	enum err_code code;

	code = req_param_id(req, "id", &in->conversation_id, err);
	if (!code)
		code = req_json(req, &body, err);
	if (code)
		return code;
	json_fields_init(&f, body);
	json_fields_id(&f, "agent_id", false, in->agent_id.b);
	in->force = json_fields_bool(&f, "force", false);
	return json_fields_end(&f, err);
}

enum err_code agent_assign(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_assign in = { .origin = ID_NONE };
	struct chat_assigned done;
	struct json_out *j;
	enum err_code code;

	code = read_body(req, &in, err);
	if (!code)
		code = chat_assign(req->db, req->pool, &actor, &in, &done, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_uuid(j, "id", in.conversation_id);
	json_out_uuid(j, "assigned_agent_id", done.agent_id);
	json_out_time(j, "assigned_at", done.assigned_at);
	json_out_end(j);
	return ERR_OK;
}
