/* chat_ack.c: the answers that events and routes share */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat.h"

static void put_agent(struct json_out *j, const struct chat_conversation *c)
{
	if (id_is_none(c->session.assigned_agent_id)) {
		json_out_null(j, "agent");
		return;
	}
	json_out_object(j, "agent");
	json_out_str(j, "display_name", c->agent_name);
	json_out_end(j);
}

void chat_put_joined(struct json_out *j, const struct chat_joined *joined)
{
	const struct chat_conversation *c = joined->conversation;

	json_out_u64(j, "last_seq", joined->last_seq);
	json_out_json(j, "missed", joined->missed);
	if (joined->has_more)
		json_out_bool(j, "more", true);
	put_agent(j, c);
	if (!joined->is_end_user) {
		chat_put_receipts(j, "receipts", c);
		return;
	}
	chat_put_agents(j, "agents", joined->agents);
	chat_put_receipt(j, "receipts", &c->agent_receipt);
	/* A conversation begins with a session, so none is open any more. */
	json_out_bool(j, "resolved", id_is_none(c->session.id));
}

void chat_put_sent(struct json_out *j, const struct chat_message *m)
{
	json_out_uuid(j, "id", m->id);
	json_out_u64(j, "seq", m->seq);
	json_out_time(j, "created_at", m->created_at);
}

void chat_put_read(struct json_out *j, struct id conversation_id,
    enum chat_sender side, const struct chat_seen *seen)
{
	size_t i;

	json_out_uuid(j, "conversation_id", conversation_id);
	json_out_array(j, "message_ids");
	for (i = 0; i < seen->n; i++)
		json_out_uuid(j, NULL, seen->message_ids[i]);
	json_out_end(j);
	json_out_u64(j, "seq", seen->seq);
	json_out_cstr(j, "reader_type", chat_sender_name(side));
	json_out_str(j, "reader_id", seen->reader_id);
	json_out_time(j, "read_at", seen->read_at);
}

void chat_put_delivered(struct json_out *j, struct id conversation_id,
    enum chat_sender side, const struct chat_delivered *delivered)
{
	json_out_uuid(j, "conversation_id", conversation_id);
	json_out_u64(j, "seq", delivered->seq);
	json_out_cstr(j, "receiver_type", chat_sender_name(side));
	json_out_time(j, "delivered_at", delivered->delivered_at);
}
