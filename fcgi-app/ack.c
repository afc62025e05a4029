/* ack.c: the answers of the routes that stand in for socket events */
/* SPDX-License-Identifier: MIT */
#include "ack.h"

static struct json_out *begin(struct resp *resp)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_bool(j, "ok", true);
	return j;
}

void ack_put(struct resp *resp)
{
	json_out_end(begin(resp));
}

void ack_put_seq(struct resp *resp, uint64_t seq)
{
	struct json_out *j = begin(resp);

	json_out_u64(j, "seq", seq);
	json_out_end(j);
}

void ack_put_sent(struct resp *resp, const struct chat_sent *sent)
{
	struct json_out *j = begin(resp);

	chat_put_sent(j, &sent->message);
	json_out_end(j);
}

static void put_updates(struct req *req, struct resp *resp,
    const struct chat_updates *u, bool is_end_user)
{
	struct chat_joined joined = {
		.conversation = &u->conversation,
		.last_seq = u->last_seq,
		.has_more = u->has_more,
		.is_end_user = is_end_user,
		.agents = &u->agents,
	};
	struct json_out missed, *j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&missed, &b);
	chat_put_messages(&missed, NULL, &u->missed, is_end_user);
	joined.missed = str_copy(req->pool, buf_str(&b));
	buf_fini(&b);
	j = begin(resp);
	chat_put_joined(j, &joined);
	json_out_end(j);
}

enum err_code ack_updates(struct req *req, struct resp *resp,
    const struct chat_actor *actor, struct err *err)
{
	struct fields *q = &req->query;
	uint64_t after = fields_u64(q, "after_seq", 0, INT64_MAX, 0);
	bool has_after = fields_find(q, "after_seq").n > 0;
	struct chat_updates u;
	enum err_code code;
	struct id id;

	code = fields_end(q, err);
	if (!code)
		code = req_param_id(req, "id", &id, err);
	if (!code)
		code = chat_updates(req->db, req->pool, actor, id,
		    has_after ? &after : NULL, &u, err);
	if (!code)
		put_updates(req, resp, &u, actor->kind == CHAT_END_USER);
	return code;
}
