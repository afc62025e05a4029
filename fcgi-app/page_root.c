/* page_root.c: who comes without a path wants the console */
/* SPDX-License-Identifier: MIT */
#include "handlers.h"

enum err_code page_root(struct req *req, struct resp *resp, struct err *err)
{
	(void)req;
	(void)err;
	resp_redirect(resp, STR("/console/"));
	return ERR_OK;
}
