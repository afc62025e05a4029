/* widget_details.c: what the page tells of its visitor */
/* SPDX-License-Identifier: MIT */
#include "body.h"
#include "handlers.h"

enum err_code widget_details(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct json *details = NULL;
	struct body_visitor visitor;
	bool is_kept = false;
	struct json_fields f;
	struct json_out *j;
	enum err_code code = body_visitor(req, &f, &visitor, err);

	if (code)
		return code;
	details = json_fields_get(&f, "contact_details", JSON_OBJECT);
	code = json_fields_end(&f, err);
	if (!code && !details)
		code = err_set(err, ERR_BAD_REQUEST,
		    "contact_details is wanted here, an object.");
	if (!code)
		code = chat_tell_details(req->db, req->pool, &visitor.actor,
		    visitor.conversation_id, details, &is_kept, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_bool(j, "ok", true);
	json_out_bool(j, "is_kept", is_kept);
	json_out_end(j);
	return ERR_OK;
}
