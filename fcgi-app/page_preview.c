/* page_preview.c: the widget as the console shows it beside its settings */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"
#include "page.h"
#include "secure.h"
#include "whence.h"

/* The page asks nothing of the server; its options come from the console, whose
 * frame it stands in and no other. */
enum err_code page_preview(struct req *req, struct resp *resp, struct err *err)
{
	const struct page_value values[] = { { "REFUSED", STR("preview") } };
	enum err_code code = page_put(
	    req, resp, "widget/index.html", values, COUNT_OF(values), err);

	if (!code)
		secure_put_frame(req, resp, whence_own(req));
	return code;
}
