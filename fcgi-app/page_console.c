/* page_console.c: the shell of the console */
/* SPDX-License-Identifier: MIT */
#include "auth.h"
#include "handlers.h"
#include "page.h"

enum err_code page_console(struct req *req, struct resp *resp, struct err *err)
{
	const struct page_value values[] = {
		{ "CSRF_TOKEN", auth_make_csrf(req) },
	};

	return page_put(
	    req, resp, "console/index.html", values, COUNT_OF(values), err);
}
