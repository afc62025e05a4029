/* widget_page.c: the page that stands in a frame on customers' sites */
/* SPDX-License-Identifier: MIT */
#include "chat/site.h"
#include "handlers.h"
#include "whence.h"
#include "page.h"
#include "secure.h"

enum err_code widget_page(struct req *req, struct resp *resp, struct err *err)
{
	struct integration site;
	enum err_code code;

	code = site_by_token(req->db, req->pool,
	    fields_find(&req->query, "embed_token"), &site, err);
	if (!code)
		code =
		    whence_check_listed(req, site.allowed_origins, true, err);
	if (!code)
		code = page_put(req, resp, "widget/index.html", NULL, 0, err);
	if (code)
		return code;
	secure_put_frame(req, resp, site.allowed_origins);
	return ERR_OK;
}
