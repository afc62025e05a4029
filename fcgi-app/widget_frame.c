/* widget_frame.c: the page in the frame of our loaders */
/* SPDX-License-Identifier: MIT */
#include "chat/site.h"
#include "handlers.h"
#include "page.h"
#include "secure.h"

#define SHELL "widget/index.html"

/* allowed_origins: as for secure_put_frame. */
static enum err_code put_shell(struct req *req, struct resp *resp,
    struct str refused, struct str allowed_origins, struct err *err)
{
	const struct page_value values[] = { { "REFUSED", refused } };
	enum err_code code =
	    page_put(req, resp, SHELL, values, COUNT_OF(values), err);

	if (!code)
		secure_put_frame(req, resp, allowed_origins);
	return code;
}

enum err_code widget_frame(struct req *req, struct resp *resp, struct err *err)
{
	struct integration site = { 0 };
	enum err_code code;
	struct id id;

	code = req_param_id(req, "id", &id, err);
	if (!code)
		code = site_by_widget(req->db, req->pool, id, &site, err);
	if (code == ERR_NOT_FOUND) {
		resp_redirect(resp, str_of(pool_printf(req->pool,
					"/integrations/widget/%.*s/404",
					STR_ARG(req_param(req, "id")))));
		return ERR_OK;
	}
	if (code)
		return code;
	return put_shell(req, resp, STR_EMPTY, site.allowed_origins, err);
}

/* It may stand anywhere: what it opens asks from where (widget_open.c). */
enum err_code widget_frame_any(
    struct req *req, struct resp *resp, struct err *err)
{
	return put_shell(req, resp, STR_EMPTY, STR_EMPTY, err);
}

enum err_code widget_frame_none(
    struct req *req, struct resp *resp, struct err *err)
{
	enum err_code code = put_shell(
	    req, resp, str_of(err_slug(ERR_NOT_FOUND)), STR_EMPTY, err);

	if (!code)
		resp->status = err_status(ERR_NOT_FOUND);
	return code;
}
