/* auth_json.h: how the surface tells an agent who it is */
/* SPDX-License-Identifier: MIT */
#ifndef AUTH_JSON_H
#define AUTH_JSON_H

#include "req.h"
#include "resp.h"

/* {user, workspace, csrf_token} of req->account and req->session. */
void auth_put_account(const struct req *req, struct resp *resp);

#endif
