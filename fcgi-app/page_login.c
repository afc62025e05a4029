/* page_login.c: the login form */
/* SPDX-License-Identifier: MIT */
#include "auth.h"
#include "handlers.h"
#include "page.h"

enum err_code page_login(struct req *req, struct resp *resp, struct err *err)
{
	struct str next = auth_next(fields_find(&req->query, "next"));
	enum err_code code;

	code = auth_find(req, err);
	if (!code) {
		resp_redirect(resp, next);
		return ERR_OK;
	}
	if (code != ERR_UNAUTHORIZED)
		return code;
	return page_put_login(req, resp, next, STR_EMPTY, err);
}
