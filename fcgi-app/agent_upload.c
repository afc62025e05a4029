/* agent_upload.c: an agent sends a picture or a document */
/* SPDX-License-Identifier: MIT */
#include "chat/access.h"
#include "handlers.h"
#include "upload.h"

enum err_code agent_upload(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);
	struct file_new in = { .is_kept = false };
	struct upload upload;
	struct json_out *j;
	struct file file;
	enum err_code code;

	code = req_param_id(req, "id", &in.conversation_id, err);
	if (!code)
		code = access_conversation(req->db, req->pool, &actor,
		    in.conversation_id, &in.workspace_id, err);
	if (!code)
		code = upload_read(req, &upload, err);
	if (code)
		return code;
	in.name = upload.name;
	in.bytes = upload.bytes;
	code =
	    file_store(req->db, req->pool, req->app->settings, &in, &file, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	upload_put(j, req->pool, &file);
	json_out_end(j);
	return ERR_OK;
}
