/* agent_history.c: what was said in a conversation */
/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"
#include "handlers.h"

#define LIMIT_DEFAULT 50
#define OFFSET_MAX    1000000

enum err_code agent_history(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct fields *q = &req->query;
	size_t limit =
	    fields_u64(q, "limit", 1, CHAT_HISTORY_MAX, LIMIT_DEFAULT);
	size_t offset = fields_u64(q, "offset", 0, OFFSET_MAX, 0);
	uint64_t after = fields_u64(q, "after_seq", 0, INT64_MAX, 0);
	bool has_after = fields_find(q, "after_seq").n;
	struct chat_messages list;
	enum err_code code;
	struct id id;

	code = fields_end(q, err);
	if (!code)
		code = req_param_id(req, "id", &id, err);
	if (!code && has_after)
		code = chat_history_after(
		    req->db, req->pool, &actor, id, after, limit, &list, err);
	else if (!code)
		code = chat_history_last(
		    req->db, req->pool, &actor, id, limit, offset, &list, err);
	if (!code)
		code = chat_durable_list(req->db, &list, err);
	if (code)
		return code;
	chat_put_messages(resp_json(resp), NULL, &list, false);
	return ERR_OK;
}
