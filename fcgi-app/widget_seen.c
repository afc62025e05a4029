/* widget_seen.c: what a visitor has received and read, without a socket */
/* SPDX-License-Identifier: MIT */
#include "ack.h"
#include "body.h"
#include "handlers.h"

enum err_code widget_read(struct req *req, struct resp *resp, struct err *err)
{
	struct id ids[CHAT_IDS_MAX];
	struct body_visitor visitor;
	struct json_fields f;
	struct chat_seen seen;
	enum err_code code;
	size_t n;

	code = body_visitor(req, &f, &visitor, err);
	if (!code)
		code = body_ids(&f, ids, &n, err);
	if (!code)
		code = chat_mark_read(req->db, req->pool, &visitor.actor,
		    visitor.conversation_id, ids, n, ID_NONE, &seen, err);
	if (!code)
		ack_put(resp);
	return code;
}

enum err_code widget_delivered(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chat_delivered delivered;
	struct body_visitor visitor;
	struct json_fields f;
	enum err_code code;
	uint64_t seq;

	code = body_visitor(req, &f, &visitor, err);
	if (!code)
		code = body_seq(&f, &seq, err);
	if (!code)
		code = chat_mark_delivered(req->db, req->pool, &visitor.actor,
		    visitor.conversation_id, seq, ID_NONE, &delivered, err);
	if (code)
		return code;
	ack_put_seq(resp, delivered.seq);
	return ERR_OK;
}
