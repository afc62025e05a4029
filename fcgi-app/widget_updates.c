/* widget_updates.c: what a visitor has missed, without a socket */
/* SPDX-License-Identifier: MIT */
#include "ack.h"
#include "handlers.h"

enum err_code widget_updates(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chat_actor actor = {
		.kind = CHAT_END_USER,
		.external_id = fields_find(&req->query, "external_id"),
	};

	if (!actor.external_id.n)
		return err_set(err, ERR_BAD_REQUEST, "external_id is missing.");
	return ack_updates(req, resp, &actor, err);
}
