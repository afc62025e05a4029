/* v1_talk.c: the widget API: what a visitor says and what the bot answers */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"
#include "chat/channel.h"
#include "handlers.h"
#include "once.h"
#include "stream.h"
#include "talk.h"

enum err_code v1_complete(struct req *req, struct resp *resp, struct err *err)
{
	struct talk t;
	enum err_code code;

	talk_init(&t, req, resp, req->talk);
	code = talk_read(&t, TALK_TEXT | TALK_LIMITS, err);
	if (!code)
		code =
		    t.text.n ? talk_complete(&t, err) : talk_receive(&t, err);
	if (!code)
		talk_put_result(&t, true);
	return code;
}

enum err_code v1_receive(struct req *req, struct resp *resp, struct err *err)
{
	struct talk t;
	enum err_code code;

	talk_init(&t, req, resp, req->talk);
	code = talk_read(&t, 0, err);
	if (!code)
		code = talk_receive(&t, err);
	if (!code)
		talk_put_result(&t, false);
	return code;
}

/* The bot answers in its own time, a `receive` before that. */
static enum err_code store(
    struct talk *t, struct chat_sent *sent, struct err *err)
{
	const struct settings *s = t->req->app->settings;
	const struct chat_actor actor = { .kind = CHAT_END_USER,
		.external_id = t->of->external_id };
	struct chat_send in = { .conversation_id = t->of->id,
		.content_type = CHAT_TEXT,
		.content = t->text };
	enum err_code code =
	    once_client_id(t->req, t->resp, &in.client_id, err);

	if (t->req->is_token)
		in.rate = (struct chat_rate){ settings_int(&s->message_burst),
			settings_int(&s->message_refill_ms) };
	if (!code)
		code =
		    chat_send(t->req->db, t->req->pool, &actor, &in, sent, err);
	if (code || !sent->is_duplicate)
		return code;
	if (!str_eq(sent->message.content, in.content))
		return once_other(err);
	once_replayed(t->resp);
	return ERR_OK;
}

enum err_code v1_send(struct req *req, struct resp *resp, struct err *err)
{
	struct chat_sent sent;
	struct json_out *j;
	struct talk t;
	enum err_code code;

	talk_init(&t, req, resp, req->talk);
	code = talk_read(&t, TALK_NEEDS_TEXT, err);
	if (!code)
		code = store(&t, &sent, err);
	if (code)
		return code;
	if (t.is_streaming) {
		stream_begin(req, resp);
		j = stream_line(resp, "result");
	} else {
		j = resp_json(resp);
		json_out_object(j, NULL);
	}
	json_out_ulid(j, "id", sent.message.id);
	json_out_array(j, "entities");
	json_out_end(j);
	json_out_cstr(
	    j, "handledBy", req->talk->is_with_agent ? "agent" : "bot");
	if (t.is_streaming)
		stream_send(req, resp);
	else
		json_out_end(j);
	return ERR_OK;
}

enum err_code v1_channel_publish(
    struct req *req, struct resp *resp, struct err *err)
{
	struct str name = req_param(req, "channelId");
	const struct json *body;
	struct json_out *j;
	enum err_code code = req_json(req, &body, err);

	if (!code)
		code =
		    channel_publish(req->db, req->pool, req->key.workspace_id,
			name, json_get(body, "message"), err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_str(j, "id", name);
	json_out_end(j);
	return ERR_OK;
}
