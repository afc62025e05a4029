/* agent_updates.c: what an agent has missed of a conversation */
/* SPDX-License-Identifier: MIT */
#include "ack.h"
#include "handlers.h"

enum err_code agent_updates(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = account_actor(&req->account);

	return ack_updates(req, resp, &actor, err);
}
