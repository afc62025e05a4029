/* auth_logout.c: the end of a login */
/* SPDX-License-Identifier: MIT */
#include "auth.h"
#include "handlers.h"

enum err_code auth_logout(struct req *req, struct resp *resp, struct err *err)
{
	enum err_code code = account_logout(req->db, req->session, err);

	if (code)
		return code;
	auth_clear_session(req, resp);
	resp_empty(resp, 204);
	return ERR_OK;
}
