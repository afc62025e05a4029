/* agent_conversation.c: the inbox: its list and one conversation */
/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"
#include "handlers.h"

#define LIMIT_DEFAULT 50
#define LIMIT_MAX     200
#define CURSOR_MAX    200

static const char *const filters[] = {
	[CHAT_UNASSIGNED] = "unassigned",
	[CHAT_MINE] = "mine",
	[CHAT_ALL] = "all",
	NULL,
};
static const char *const statuses[] = { "open", "resolved", "", NULL };

static enum err_code read_query(
    struct req *req, struct chat_list *in, struct err *err)
{
	struct fields *q = &req->query;

	in->filter = (enum chat_filter)fields_enum(
	    q, "filter", filters, CHAT_UNASSIGNED);
	in->limit = fields_u64(q, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT);
	in->cursor = fields_str(q, "cursor", CURSOR_MAX);
	in->q = fields_str(q, "q", CHAT_NAME_MAX);
	in->tag = fields_str(q, "tag", CHAT_TAG_MAX);
	in->integration_id = fields_id(q, "channel");
	in->status = str_of(statuses[fields_enum(q, "status", statuses, 2)]);
	return fields_end(q, err);
}

enum err_code agent_conversation_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_conversations list;
	struct chat_list in;
	struct str cursor;
	struct json_out *j;
	enum err_code code;
	size_t i;

	code = read_query(req, &in, err);
	if (!code)
		code = chat_list(
		    req->db, req->pool, &actor, &in, &list, &cursor, err);
	if (code)
		return code;
	if (cursor.n)
		resp_header(resp, "X-Next-Cursor", cursor);
	j = resp_json(resp);
	json_out_array(j, NULL);
	for (i = 0; i < list.n; i++)
		chat_put_conversation(j, NULL, &list.items[i]);
	json_out_end(j);
	return ERR_OK;
}

enum err_code agent_conversation_show(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_conversation conversation;
	struct chat_sessions sessions;
	struct str details = STR_EMPTY;
	enum err_code code;
	struct id id;

	code = req_param_id(req, "id", &id, err);
	if (!code)
		code = chat_get(
		    req->db, req->pool, &actor, id, &conversation, err);
	if (!code)
		code = chat_sessions(
		    req->db, req->pool, &actor, id, &sessions, err);
	if (!code)
		code = chat_get_details(req->db, req->pool, actor.workspace_id,
		    conversation.contact_id, &details, err);
	if (!code)
		code = chat_durable(
		    req->db, ID_NONE, conversation.last.created_at, err);
	if (code)
		return code;
	chat_put_conversation_sessions(
	    resp_json(resp), NULL, &conversation, &sessions, details);
	return ERR_OK;
}
