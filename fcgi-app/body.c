/* body.c: members that the bodies of several routes have in common */
/* SPDX-License-Identifier: MIT */
#include "body.h"

#include "chat/site.h"
#include "whence.h"

enum err_code body_fields(
    struct req *req, struct json_fields *f, struct err *err)
{
	const struct json *body;
	enum err_code code = req_json(req, &body, err);

	if (!code)
		json_fields_init(f, body);
	return code;
}

/* Only a page of another site needs the list. */
enum err_code body_check_origin(
    struct req *req, struct id conversation_id, struct err *err)
{
	struct str origin = req_env(req, "HTTP_ORIGIN"), list;
	enum err_code code;

	if (!origin.n || whence_is_own(req, origin))
		return ERR_OK;
	code =
	    site_get_origins(req->db, req->pool, conversation_id, &list, err);
	return code ? code : whence_check_listed(req, list, false, err);
}

enum err_code body_visitor(struct req *req, struct json_fields *f,
    struct body_visitor *visitor_r, struct err *err)
{
	enum err_code code = body_fields(req, f, err);

	if (code)
		return code;
	memset(visitor_r, 0, sizeof(*visitor_r));
	json_fields_id(
	    f, "conversation_id", true, visitor_r->conversation_id.b);
	visitor_r->actor.kind = CHAT_END_USER;
	visitor_r->actor.external_id =
	    json_fields_bytes(f, "external_id", 1, CHAT_EXTERNAL_ID_MAX);
	code = json_fields_end(f, err);
	return code ? code
		    : body_check_origin(req, visitor_r->conversation_id, err);
}

enum err_code body_message(struct req *req, struct json_fields *f,
    struct chat_send *in, struct err *err)
{
	struct str type = json_fields_str(f, "content_type", 0, 16);
	const struct json *media;
	enum err_code code;

	in->content = json_fields_str(f, "content", 0, CHAT_CONTENT_MAX);
	in->client_id =
	    json_fields_bytes(f, "client_id", 0, CHAT_CLIENT_ID_MAX);
	media = json_fields_get(f, "rich_media", JSON_OBJECT);
	if (media)
		in->rich_media = json_text(req->pool, media);
	in->content_type = CHAT_TEXT;
	code = json_fields_end(f, err);
	if (!code && type.n && !chat_content_parse(type, &in->content_type))
		return err_set(
		    err, ERR_BAD_REQUEST, "content_type is unknown.");
	return code;
}

enum err_code body_ids(struct json_fields *f, struct id ids[CHAT_IDS_MAX],
    size_t *n_r, struct err *err)
{
	const struct json *list = json_fields_get(f, "message_ids", JSON_ARRAY);
	const struct json *item = NULL;
	enum err_code code = json_fields_end(f, err);

	*n_r = 0;
	if (code)
		return code;
	if (!json_count(list) || json_count(list) > CHAT_IDS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "message_ids must be 1 to %d ids.", CHAT_IDS_MAX);
	while ((item = json_next(list, item)))
		if (!id_parse(json_str(item), &ids[(*n_r)++]))
			return err_set(err, ERR_BAD_REQUEST,
			    "message_ids holds something that is no id.");
	return ERR_OK;
}

enum err_code body_seq(struct json_fields *f, uint64_t *seq_r, struct err *err)
{
	int64_t seq = json_fields_i64(f, "seq", 0, INT64_MAX, -1);
	enum err_code code = json_fields_end(f, err);

	if (!code && seq < 0)
		return err_set(err, ERR_BAD_REQUEST, "seq is missing.");
	*seq_r = (uint64_t)MAX_OF(seq, 0);
	return code;
}
