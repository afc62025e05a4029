/* widget_history.c: what a visitor's conversation holds */
/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"
#include "handlers.h"

enum err_code widget_history(
    struct req *req, struct resp *resp, struct err *err)
{
	struct fields *q = &req->query;
	struct chat_actor actor = {
		.kind = CHAT_END_USER,
		.external_id = fields_find(q, "external_id"),
	};
	uint64_t after = fields_u64(q, "after_seq", 0, INT64_MAX, 0);
	struct chat_messages list;
	enum err_code code;
	struct id id;

	code = fields_end(q, err);
	if (!code && !actor.external_id.n)
		code = err_set(err, ERR_BAD_REQUEST, "external_id is missing.");
	if (!code)
		code = req_param_id(req, "id", &id, err);
	if (!code && fields_find(q, "after_seq").n)
		code = chat_history_after(req->db, req->pool, &actor, id, after,
		    CHAT_WIDGET_HISTORY, &list, err);
	else if (!code)
		code = chat_history_last(req->db, req->pool, &actor, id,
		    CHAT_WIDGET_HISTORY, 0, &list, err);
	if (!code)
		code = chat_durable_list(req->db, &list, err);
	if (code)
		return code;
	chat_put_messages(resp_json(resp), NULL, &list, true);
	return ERR_OK;
}
