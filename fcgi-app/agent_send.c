/* agent_send.c: an agent says something, without a socket */
/* SPDX-License-Identifier: MIT */
#include "ack.h"
#include "body.h"
#include "handlers.h"

enum err_code agent_send(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_send in = { .origin = ID_NONE };
	struct json_fields f;
	struct chat_sent sent;
	enum err_code code;

	code = req_param_id(req, "id", &in.conversation_id, err);
	if (!code)
		code = body_fields(req, &f, err);
	if (!code)
		code = body_message(req, &f, &in, err);
	if (!code)
		code = chat_send(req->db, req->pool, &actor, &in, &sent, err);
	if (!code)
		ack_put_sent(resp, &sent);
	return code;
}
