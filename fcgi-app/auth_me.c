/* auth_me.c: who the caller is */
/* SPDX-License-Identifier: MIT */
#include "auth_json.h"
#include "handlers.h"

enum err_code auth_me(struct req *req, struct resp *resp, struct err *err)
{
	(void)err;
	auth_put_account(req, resp);
	return ERR_OK;
}
