/* agent_events.c: what has happened in the workspace, for who has no socket */
/* SPDX-License-Identifier: MIT */
#include "chat/chat_events.h"

#include "base/settings.h"
#include "handlers.h"

#define LIMIT_DEFAULT 200

enum err_code agent_events(struct req *req, struct resp *resp, struct err *err)
{
	int64_t grace_ms = settings_int(&req->app->settings->feed_grace_ms);
	struct fields *q = &req->query;
	const struct chat_events_ask ask = {
		.workspace_id = req->account.workspace_id,
		.after = fields_u64(q, "after", 0, INT64_MAX, 0),
		.limit =
		    fields_u64(q, "limit", 1, CHAT_EVENTS_MAX, LIMIT_DEFAULT),
		.grace_ms = grace_ms,
	};
	struct chat_events events = { .n = 0 };
	struct json_out *j;
	enum err_code code = fields_end(q, err);

	if (!code && fields_find(q, "after").n)
		code =
		    chat_events_after(req->db, req->pool, &ask, &events, err);
	else if (!code)
		code = chat_events_cursor(
		    req->db, req->pool, grace_ms, &events.cursor, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	chat_put_events(j, "events", &events);
	json_out_u64(j, "cursor", events.cursor);
	json_out_bool(j, "more", events.has_more);
	json_out_end(j);
	return ERR_OK;
}
