/* widget_upload.c: a visitor sends a picture or a document */
/* SPDX-License-Identifier: MIT */
#include "body.h"
#include "chat/access.h"
#include "chat/site.h"
#include "handlers.h"
#include "upload.h"

static enum err_code check_option(struct req *req, struct id workspace_id,
    struct id conversation_id, struct err *err)
{
	struct widget_values values;
	enum err_code code = site_conversation_values(
	    req->db, req->pool, workspace_id, conversation_id, &values, err);

	if (!code && !widget_value_is_true(&values, "attachments"))
		return err_set(
		    err, ERR_FORBIDDEN, "This chat takes no attachments.");
	return code;
}

enum err_code widget_upload(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = { .kind = CHAT_END_USER };
	struct file_new in = { .is_kept = false };
	struct upload upload;
	struct file file;
	struct json_out *j;
	enum err_code code = upload_read(req, &upload, err);

	if (code)
		return code;
	if (!id_parse(str_trim(upload.conversation_id), &in.conversation_id) ||
	    !upload.external_id.n)
		return err_set(err, ERR_BAD_REQUEST,
		    "conversation_id or external_id is missing.");
	actor.external_id = upload.external_id;
	code = body_check_origin(req, in.conversation_id, err);
	if (!code)
		code = access_conversation(req->db, req->pool, &actor,
		    in.conversation_id, &in.workspace_id, err);
	if (!code)
		code =
		    check_option(req, in.workspace_id, in.conversation_id, err);
	in.name = upload.name;
	in.bytes = upload.bytes;
	if (!code)
		code = file_store(
		    req->db, req->pool, req->app->settings, &in, &file, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	upload_put(j, req->pool, &file);
	json_out_end(j);
	return ERR_OK;
}
