/* bot_turn.c: lets the bot answer within a request */
/* SPDX-License-Identifier: MIT */
#include "bot_turn.h"

#include "base/log.h"
#include "bot/bot.h"

void bot_turn_run(struct req *req, struct id conversation_id)
{
	const struct bot_env env = { .settings = req->app->settings,
		.seal_key = req->app->seal_key };
	struct bot_turn turn = { 0 };
	struct err err = { 0 };

	if (bot_run_turn(req->db, req->pool, &env, conversation_id, id_new(),
		ID_NONE, &turn, &err))
		log_warn("turn_failed conversation=%s error=%s why=\"%s\"",
		    id_text(conversation_id), err_slug(err.code), err.text);
}
