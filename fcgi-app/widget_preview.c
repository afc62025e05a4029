/* widget_preview.c: what the page behind a link says of itself */
/* SPDX-License-Identifier: MIT */
#include "body.h"
#include "bot/unfurl.h"
#include "chat/access.h"
#include "chat/link_preview.h"
#include "chat/site.h"
#include "handlers.h"
#include "net/http.h"
#include "waiting.h"

static enum err_code check_option(struct req *req, struct id workspace_id,
    struct id conversation_id, struct err *err)
{
	struct widget_values values;
	enum err_code code = site_conversation_values(
	    req->db, req->pool, workspace_id, conversation_id, &values, err);

	if (!code && !widget_value_is_true(&values, "unfurl"))
		return err_set(
		    err, ERR_FORBIDDEN, "This chat shows no previews.");
	return code;
}

/* No transaction is open. What cannot be had now is none for a while. */
static enum err_code fetch(struct req *req, struct id workspace_id,
    struct str url, struct str *preview_r, struct err *err)
{
	enum waiting held = WAITING_NOBODY;
	struct err why = { 0 };
	enum err_code code =
	    waiting_enter(req->app->waiting, WAITING_CALL, &held, err);

	if (code)
		return code;
	*preview_r = STR_EMPTY;
	if (unfurl(req->app->settings, req->pool, url, preview_r, &why))
		*preview_r = STR_EMPTY;
	waiting_leave(req->app->waiting, &held);
	return link_preview_keep(req->db, workspace_id, url, *preview_r, err);
}

enum err_code widget_preview(
    struct req *req, struct resp *resp, struct err *err)
{
	struct str url = STR_EMPTY, preview = STR_EMPTY;
	struct body_visitor visitor;
	struct id workspace_id;
	bool is_known = false;
	struct json_fields f;
	struct json_out *j;
	enum err_code code = body_visitor(req, &f, &visitor, err);

	if (code)
		return code;
	url = json_fields_bytes(&f, "url", 1, HTTP_URL_MAX);
	code = json_fields_end(&f, err);
	if (!code)
		code = access_conversation(req->db, req->pool, &visitor.actor,
		    visitor.conversation_id, &workspace_id, err);
	if (!code)
		code = check_option(
		    req, workspace_id, visitor.conversation_id, err);
	url = str_head(url, str_index(url, '#'));
	if (!code)
		code = http_check_url(req->app->settings, url, err);
	if (!code)
		code = link_preview_find(req->db, req->pool, workspace_id, url,
		    &preview, &is_known, err);
	if (!code && !is_known)
		code = fetch(req, workspace_id, url, &preview, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_json(j, "preview", preview);
	json_out_end(j);
	return ERR_OK;
}
