/* chat_event_json.c: the events of a workspace's queue as they are spelt */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat_events.h"

/* The one list of them; login, presence and typing, which daemons tell only
 * each other, are not in it. */
static const struct chat_kind kinds[] = {
	{ "message", "conversation_updated", .to_conversation = false },
	{ "assigned", "conversation_assigned", true, .has_time = true },
	{ "resolved", "conversation_resolved", true, .has_time = true },
	{ "tagged", "conversation_tagged", false, .has_time = true },
	{ "handoff", "conversation_handoff", false, .has_time = false },
	{ "bot_failed", "conversation_bot_failed", false, .has_time = false },
	{ "read", "messages_read", true, .has_time = true },
	{ "delivered", "messages_delivered", true, .has_time = true },
};

const struct chat_kind *chat_kind_find(struct str kind)
{
	for (size_t i = 0; i < COUNT_OF(kinds); i++)
		if (str_eq(kind, str_of(kinds[i].kind)))
			return &kinds[i];
	return NULL;
}

void chat_put_updated(struct json_out *j, const struct chat_message *m)
{
	json_out_uuid(j, "conversation_id", m->conversation_id);
	json_out_cstr(j, "sender_type", chat_sender_name(m->sender_type));
	json_out_cstr(j, "content_type", chat_content_name(m->content_type));
	json_out_str(j, "content", m->content);
	json_out_u64(j, "seq", m->seq);
	json_out_time(j, "created_at", m->created_at);
}

void chat_put_events(
    struct json_out *j, const char *name, const struct chat_events *events)
{
	json_out_array(j, name);
	for (size_t i = 0; i < events->n; i++) {
		const struct chat_event *e = &events->items[i];

		json_out_object(j, NULL);
		json_out_u64(j, "id", e->id);
		json_out_cstr(j, "event", e->name);
		json_out_json(j, "payload", e->payload);
		json_out_end(j);
	}
	json_out_end(j);
}
