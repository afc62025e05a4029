/* agent_tag.c: the tags of a conversation, and its end */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "chat/chat.h"
#include "handlers.h"

/* The body's tags as JSON text; empty when it has none and may. */
static enum err_code read_body(struct req *req, bool must, struct id *id_r,
    struct str *tags_r, struct err *err)
{
	const struct json *body, *tags;
	struct json_fields f;
	enum err_code code;

	*tags_r = STR_EMPTY;
	code = req_param_id(req, "id", id_r, err);
	if (!code)
		code = req_json(req, &body, err);
	if (code)
		return code;
	json_fields_init(&f, body);
	tags = json_fields_get(&f, "tags", JSON_ARRAY);
	code = json_fields_end(&f, err);
	if (code)
		return code;
	if (tags)
		*tags_r = json_text(req->pool, tags);
	else if (must)
		return err_set(
		    err, ERR_BAD_REQUEST, "tags must be an array of texts.");
	return ERR_OK;
}

/* Both answers begin alike. */
static struct json_out *begin(
    struct resp *resp, struct id id, const struct chat_resolved *done)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_uuid(j, "id", id);
	json_out_uuid(j, "session_id", done->session_id);
	json_out_json(j, "tags", done->tags);
	return j;
}

enum err_code agent_resolve(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_resolved done;
	struct json_out *j;
	struct str tags;
	struct id id;
	enum err_code code = read_body(req, false, &id, &tags, err);

	if (!code)
		code = chat_resolve(
		    req->db, req->pool, &actor, id, tags, ID_NONE, &done, err);
	if (code)
		return code;
	j = begin(resp, id, &done);
	json_out_cstr(j, "status", "resolved");
	json_out_time(j, "resolved_at", done.resolved_at);
	json_out_end(j);
	return ERR_OK;
}

enum err_code agent_tag(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct chat_resolved done;
	struct str tags;
	struct id id;
	enum err_code code = read_body(req, true, &id, &tags, err);

	if (!code)
		code = chat_tag(
		    req->db, req->pool, &actor, id, tags, ID_NONE, &done, err);
	if (!code)
		json_out_end(begin(resp, id, &done));
	return code;
}
