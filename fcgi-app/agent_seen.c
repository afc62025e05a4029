/* agent_seen.c: what an agent has received and read, without a socket */
/* SPDX-License-Identifier: MIT */
#include "ack.h"
#include "body.h"
#include "handlers.h"

enum err_code agent_read(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct id id, ids[CHAT_IDS_MAX];
	struct json_fields f;
	struct chat_seen seen;
	enum err_code code;
	size_t n;

	code = req_param_id(req, "id", &id, err);
	if (!code)
		code = body_fields(req, &f, err);
	if (!code)
		code = body_ids(&f, ids, &n, err);
	if (!code)
		code = chat_mark_read(req->db, req->pool, &actor, id, ids, n,
		    ID_NONE, &seen, err);
	if (!code)
		ack_put(resp);
	return code;
}

enum err_code agent_delivered(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_delivered delivered;
	struct json_fields f;
	enum err_code code;
	uint64_t seq;
	struct id id;

	code = req_param_id(req, "id", &id, err);
	if (!code)
		code = body_fields(req, &f, err);
	if (!code)
		code = body_seq(&f, &seq, err);
	if (!code)
		code = chat_mark_delivered(req->db, req->pool, &actor, id, seq,
		    ID_NONE, &delivered, err);
	if (code)
		return code;
	ack_put_seq(resp, delivered.seq);
	return ERR_OK;
}
