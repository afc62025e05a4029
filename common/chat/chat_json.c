/* chat_json.c: messages and conversations as the agent surface spells them */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat.h"

void chat_put_message(struct json_out *j, const char *name,
    const struct chat_message *m, bool for_end_user)
{
	json_out_object(j, name);
	json_out_uuid(j, "id", m->id);
	json_out_uuid(j, "conversation_id", m->conversation_id);
	if (!for_end_user)
		json_out_uuid(j, "session_id", m->session_id);
	json_out_cstr(j, "sender_type", chat_sender_name(m->sender_type));
	json_out_str(j, "sender_id", m->sender_id);
	json_out_cstr(j, "content_type", chat_content_name(m->content_type));
	json_out_str(j, "content", m->content);
	json_out_json(j, "rich_media", m->rich_media);
	if (!for_end_user)
		json_out_json(
		    j, "read_by", m->read_by.n > 0 ? m->read_by : STR("{}"));
	json_out_time(j, "created_at", m->created_at);
	json_out_u64(j, "seq", m->seq);
	json_out_str_or_null(j, "client_id", m->client_id);
	json_out_end(j);
}

void chat_put_messages(struct json_out *j, const char *name,
    const struct chat_messages *list, bool for_end_user)
{
	json_out_array(j, name);
	for (size_t i = 0; i < list->n; i++)
		chat_put_message(j, NULL, &list->items[i], for_end_user);
	json_out_end(j);
}

void chat_put_agents(
    struct json_out *j, const char *name, const struct chat_agents *list)
{
	json_out_array(j, name);
	for (size_t i = 0; i < list->n; i++) {
		json_out_object(j, NULL);
		json_out_uuid(j, "id", list->items[i].id);
		json_out_str(j, "display_name", list->items[i].display_name);
		json_out_end(j);
	}
	json_out_end(j);
}

void chat_put_receipt(
    struct json_out *j, const char *name, const struct chat_receipt *receipt)
{
	json_out_object(j, name);
	json_out_u64(j, "delivered_seq", receipt->delivered_seq);
	json_out_u64(j, "read_seq", receipt->read_seq);
	json_out_end(j);
}

void chat_put_receipts(
    struct json_out *j, const char *name, const struct chat_conversation *c)
{
	json_out_object(j, name);
	chat_put_receipt(j, "visitor", &c->visitor_receipt);
	chat_put_receipt(j, "agent", &c->agent_receipt);
	json_out_end(j);
}

static void put_session_members(
    struct json_out *j, const struct chat_session *s)
{
	json_out_uuid(j, "id", s->id);
	json_out_cstr(j, "status", s->is_resolved ? "resolved" : "open");
	json_out_uuid(j, "assigned_agent_id", s->assigned_agent_id);
	json_out_json(j, "tags", s->tags.n > 0 ? s->tags : STR("[]"));
	json_out_time(j, "first_message_at", s->first_message_at);
	json_out_time(j, "assigned_at", s->assigned_at);
	json_out_time(j, "resolved_at", s->resolved_at);
}

static void put_session(
    struct json_out *j, const char *name, const struct chat_session *s)
{
	if (id_is_none(s->id)) {
		json_out_null(j, name);
		return;
	}
	json_out_object(j, name);
	put_session_members(j, s);
	json_out_end(j);
}

static void put_sessions(
    struct json_out *j, const char *name, const struct chat_sessions *list)
{
	json_out_array(j, name);
	for (size_t i = 0; i < list->n; i++) {
		const struct chat_session *s = &list->items[i];

		json_out_object(j, NULL);
		put_session_members(j, s);
		json_out_time(j, "handoff_at", s->handoff_at);
		json_out_uuid(j, "resolved_by", s->resolved_by);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put_last(
    struct json_out *j, const char *name, const struct chat_conversation *c)
{
	if (!c->has_last) {
		json_out_null(j, name);
		return;
	}
	json_out_object(j, name);
	json_out_u64(j, "seq", c->last.seq);
	json_out_cstr(j, "sender_type", chat_sender_name(c->last.sender_type));
	json_out_cstr(
	    j, "content_type", chat_content_name(c->last.content_type));
	json_out_str(j, "content", c->last.content);
	json_out_time(j, "created_at", c->last.created_at);
	json_out_end(j);
}

void chat_put_bot(
    struct json_out *j, const char *name, struct str why, int64_t failed_at)
{
	if (failed_at == 0) {
		json_out_null(j, name);
		return;
	}
	json_out_object(j, name);
	json_out_str(j, "failed_why", why);
	json_out_time(j, "failed_at", failed_at);
	json_out_end(j);
}

static void put_members(struct json_out *j, const struct chat_conversation *c)
{
	json_out_uuid(j, "id", c->id);
	json_out_object(j, "end_user");
	json_out_uuid(j, "id", c->contact_id);
	json_out_str(j, "display_name", c->contact_name);
	json_out_str(j, "external_id", c->external_id);
	json_out_end(j);
	json_out_uuid(j, "channel_id", c->integration_id);
	json_out_str(j, "channel", c->channel);
	json_out_uuid(j, "organization_id", c->workspace_id);
	put_session(j, "active_session", &c->session);
	json_out_time(j, "created_at", c->created_at);
	json_out_time(j, "updated_at", c->updated_at);
	json_out_u64(j, "last_seq", c->last_seq);
	json_out_u64(j, "unread_count", c->unread);
	json_out_bool(j, "handoff", c->session.handoff_at != 0);
	chat_put_receipts(j, "receipts", c);
	chat_put_bot(j, "bot", c->bot_failed_why, c->bot_failed_at);
	put_last(j, "last_message", c);
}

void chat_put_conversation(
    struct json_out *j, const char *name, const struct chat_conversation *c)
{
	json_out_object(j, name);
	put_members(j, c);
	json_out_end(j);
}

void chat_put_conversation_sessions(struct json_out *j, const char *name,
    const struct chat_conversation *c, const struct chat_sessions *sessions,
    struct str details)
{
	json_out_object(j, name);
	put_members(j, c);
	put_sessions(j, "sessions", sessions);
	json_out_json(j, "contact_details", details);
	json_out_end(j);
}
