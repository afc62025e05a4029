/* bot_turn.c: lets the bot answer within a request */
/* SPDX-License-Identifier: MIT */
#include "bot_turn.h"

#include "base/log.h"
#include "bot/bot.h"

void bot_turn_run(struct req *req, struct id conversation_id)
{
	struct bot_turn turn = { 0 };
	struct err err = { 0 };

	if (bot_run_turn(req->db, req->pool, req->app->settings,
		conversation_id, id_new(), ID_NONE, &turn, &err))
		log_warn("turn_failed conversation=%s error=%s why=\"%s\"",
		    id_text(conversation_id), err_slug(err.code), err.text);
}
