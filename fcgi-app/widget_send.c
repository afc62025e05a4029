/* widget_send.c: a visitor says something, without a socket */
/* SPDX-License-Identifier: MIT */
#include "ack.h"
#include "base/settings.h"
#include "body.h"
#include "bot_turn.h"
#include "handlers.h"

enum err_code widget_send(struct req *req, struct resp *resp, struct err *err)
{
	const struct settings *s = req->app->settings;
	struct chat_send in = {
		.rate = { settings_int(&s->message_burst),
		    settings_int(&s->message_refill_ms) },
	};
	struct body_visitor visitor;
	struct json_fields f;
	struct chat_sent sent;
	enum err_code code;

	code = body_visitor(req, &f, &visitor, err);
	if (!code)
		code = body_message(req, &f, &in, err);
	if (code)
		return code;
	in.conversation_id = visitor.conversation_id;
	/* Who sends again may have lost more than the answer: the request that
	 * stored the message, and with it the turn. */
	code = bot_turn_answer(req, &visitor.actor, &in, &sent, err);
	if (code)
		return code;
	ack_put_sent(resp, &sent);
	return ERR_OK;
}
