/* bot_turn.c: lets the bot answer within a request, or right after it */
/* SPDX-License-Identifier: MIT */
#include "bot_turn.h"

#include "base/log.h"
#include "base/settings.h"
#include "bot/bot.h"
#include "chat/daemons.h"
#include "waiting.h"

static struct bot_env env_of(const struct app *app, bool is_brief)
{
	return (struct bot_env){ .settings = app->settings,
		.seal_key = app->seal_key,
		.is_brief = is_brief };
}

static void complain(struct id conversation_id, const struct err *err)
{
	log_warn("turn_failed conversation=%s error=%s why=\"%s\"",
	    id_text(conversation_id), err_slug(err->code), err->text);
}

bool bot_turn_tell(struct req *req, struct id conversation_id)
{
	int64_t dead_ms = settings_int(&req->app->settings->daemon_dead_ms);
	struct err err = { 0 };
	bool is_told = true;

	if (daemons_tell_turn(
		req->db, req->pool, dead_ms, conversation_id, &is_told, &err))
		complain(conversation_id, &err);
	return is_told;
}

/* Without a daemon this thread runs it once its client has the answer. */
static void leave(struct req *req, struct id conversation_id)
{
	if (!bot_turn_tell(req, conversation_id) && req->later_r)
		*req->later_r = conversation_id;
}

void bot_turn_run(struct req *req, struct id conversation_id)
{
	const struct bot_env env = env_of(req->app, true);
	struct bot_turn turn = { 0 };
	struct err err = { 0 };

	if (bot_run_turn(req->db, req->pool, &env, conversation_id, id_new(),
		ID_NONE, &turn, &err))
		complain(conversation_id, &err);
	else if (turn.is_due)
		leave(req, conversation_id);
}

enum err_code bot_turn_answer(struct req *req, const struct chat_actor *actor,
    const struct chat_send *in, struct chat_sent *sent_r, struct err *err)
{
	const struct bot_env env = env_of(req->app, true);
	struct bot_turn turn = { 0 };
	enum err_code code = bot_answer(req->db, req->pool, &env, actor, in,
	    id_new(), ID_NONE, sent_r, &turn, err);

	if (code && id_is_none(sent_r->message.id))
		return code;
	if (code)
		complain(in->conversation_id, err);
	else if (turn.is_due)
		leave(req, in->conversation_id);
	return ERR_OK;
}

void bot_turn_later(const struct app *app, struct db *db, struct pool *pool,
    struct id conversation_id)
{
	const struct bot_env env = env_of(app, false);
	enum waiting held = WAITING_NOBODY;
	struct bot_turn turn = { 0 };
	struct err err = { 0 };

	if (waiting_enter(app->waiting, WAITING_CALL, &held, &err) ||
	    bot_run_turn(db, pool, &env, conversation_id, id_new(), ID_NONE,
		&turn, &err))
		complain(conversation_id, &err);
	waiting_leave(app->waiting, &held);
}
