/* widget_page.c: the page that stands in a frame on customers' sites */
/* SPDX-License-Identifier: MIT */
#include "chat/site.h"
#include "handlers.h"
#include "whence.h"
#include "page.h"
#include "secure.h"

#define SHELL "widget/index.html"

/*
 * A bare error page may stand in no frame, so a visitor would see only the
 * browser's own grey one. Whoever is refused gets the same page, which asks
 * nothing and says so in the visitor's language; there is nothing in it to be
 * tricked into, so any site may frame it.
 */
static enum err_code put_refusal(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct page_value values[] = { { "REFUSED",
	    str_of(err_slug(err->code)) } };
	struct err ignored = { 0 };

	if (page_put(req, resp, SHELL, values, COUNT_OF(values), &ignored))
		return err->code;
	resp->status = err_status(err->code);
	secure_put_frame(req, resp, STR_EMPTY);
	return ERR_OK;
}

enum err_code widget_page(struct req *req, struct resp *resp, struct err *err)
{
	const struct page_value values[] = { { "REFUSED", STR_EMPTY } };
	struct integration site;
	enum err_code code;

	code = site_by_token(req->db, req->pool,
	    fields_find(&req->query, "embed_token"), &site, err);
	if (!code)
		code =
		    whence_check_listed(req, site.allowed_origins, true, err);
	if (code)
		return put_refusal(req, resp, err);
	code = page_put(req, resp, SHELL, values, COUNT_OF(values), err);
	if (code)
		return code;
	secure_put_frame(req, resp, site.allowed_origins);
	return ERR_OK;
}
