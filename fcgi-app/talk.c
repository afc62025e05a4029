/* talk.c: a visitor's word and the bot's answer, by the widget API */
/* SPDX-License-Identifier: MIT */
#include "talk.h"

#include "base/settings.h"
#include "bot_turn.h"
#include "finish.h"
#include "once.h"
#include "stream.h"

/* ---------------------------------------------------------------- reading */

static bool is_there(const struct json *v)
{
	return json_type(v) != JSON_NULL && json_type(v) != JSON_BOOL &&
	       json_count(v) > 0;
}

/* Nobody but the widget's own options decides for a visitor. */
static enum err_code refuse(
    const struct talk *t, const char *what, struct err *err)
{
	if (t->req->is_token)
		return err_set(err, ERR_FORBIDDEN,
		    "A session token does not allow %s.", what);
	return err_set(err, ERR_BAD_REQUEST, "%s cannot be used here.", what);
}

static enum err_code read_extensions(
    struct talk *t, const struct json *v, struct err *err)
{
	static const char *const strange[] = { "datasets", "skillsets",
		"features" };
	struct json_fields f;

	if (!v)
		return ERR_OK;
	json_fields_init(&f, v);
	for (size_t i = 0; i < COUNT_OF(strange); i++)
		if (is_there(json_get(v, strange[i])))
			return refuse(t,
			    pool_printf(
				t->req->pool, "extensions.%s", strange[i]),
			    err);
	t->page.backstory =
	    json_fields_str(&f, "backstory", 0, PAGE_BACKSTORY_MAX);
	return json_fields_end(&f, err);
}

static enum err_code read_limits(
    struct talk *t, const struct json *v, struct err *err)
{
	struct json_fields f;

	if (!v)
		return ERR_OK;
	json_fields_init(&f, v);
	t->page.rounds_max =
	    (unsigned)json_fields_i64(&f, "iterations", 1, INT32_MAX, 0);
	t->page.calls_max =
	    (unsigned)json_fields_i64(&f, "calls", 1, INT32_MAX, 0);
	/* An answer that was cut off is not carried on here. */
	(void)json_fields_i64(&f, "continuations", 1, INT32_MAX, 1);
	return json_fields_end(&f, err);
}

static enum err_code read_functions(
    struct talk *t, const struct json *v, struct err *err)
{
	struct page *page = &t->page;
	enum err_code code = page_read_functions(
	    t->req->pool, v, &page->functions, &page->n, err);

	if (code || !page->n)
		return code;
	if (t->req->is_token && !widget_value_is_true(&t->options, "tools"))
		return err_set(
		    err, ERR_FORBIDDEN, "This widget's option tools is off.");
	for (size_t i = 0; !t->is_streaming && i < page->n; i++)
		if (!page->functions[i].data.n)
			return err_set(err, ERR_BAD_REQUEST,
			    "Functions are called in a stream: Accept: "
			    "application/jsonl.");
	return ERR_OK;
}

enum err_code talk_read(struct talk *t, unsigned flags, struct err *err)
{
	const struct json *body, *functions, *extensions, *limits = NULL;
	struct json_fields f;
	enum err_code code = req_json(t->req, &body, err);

	if (code)
		return code;
	json_fields_init(&f, body);
	if (flags & (TALK_TEXT | TALK_NEEDS_TEXT)) {
		t->text = json_fields_str(&f, "text",
		    flags & TALK_NEEDS_TEXT ? 1 : 0, CHAT_CONTENT_MAX);
		/* What is to be hidden from models; none of ours needs it. */
		(void)json_fields_get(&f, "entities", JSON_ARRAY);
	}
	functions = json_fields_get(&f, "functions", JSON_ARRAY);
	extensions = json_fields_get(&f, "extensions", JSON_OBJECT);
	if (flags & TALK_LIMITS)
		limits = json_fields_get(&f, "limits", JSON_OBJECT);
	code = json_fields_end(&f, err);
	if (!code && t->text.n && !str_trim(t->text).n)
		code = err_set(
		    err, ERR_BAD_REQUEST, "text must have more than blanks.");
	if (!code)
		code = read_functions(t, functions, err);
	if (!code)
		code = read_extensions(t, extensions, err);
	return code ? code : read_limits(t, limits, err);
}

/* ---------------------------------------------------------------- stream */

/* Status and headers go out with the first line: what fails before is told by
 * the status. */
static struct json_out *line(struct talk *t, const char *type)
{
	if (!t->resp->is_streamed)
		stream_begin(t->req, t->resp);
	return stream_line(t->resp, type);
}

static void send_bare(struct talk *t, const char *type)
{
	if (!t->is_streaming)
		return;
	(void)line(t, type);
	stream_send(t->req, t->resp);
}

static void send_token(struct talk *t, struct str text)
{
	json_out_str(line(t, "token"), "token", text);
	stream_send(t->req, t->resp);
}

static bool is_shown(const struct talk *t, struct id message)
{
	for (size_t i = 0; i < t->n_shown; i++)
		if (id_eq(t->shown[i], message))
			return true;
	return false;
}

static void on_delta(const struct bot_env *env, struct id conversation_id,
    struct id message, struct str delta)
{
	struct talk *t = env->arg;

	(void)conversation_id;
	if (!is_shown(t, message)) {
		if (t->n_shown == TALK_SHOWN_MAX)
			return;
		t->shown[t->n_shown++] = message;
	}
	send_token(t, delta);
}

static void put_call(struct json_out *j, const struct page_call *call)
{
	json_out_str(j, "channel", call->channel);
	json_out_object(j, "function");
	json_out_str(j, "name", call->name);
	json_out_json(j, "args", call->arguments);
	json_out_end(j);
}

static void on_call(struct page *page, const struct page_call *call)
{
	struct talk *t = page->arg;

	put_call(line(t, "waitForChannelMessageBegin"), call);
	stream_send(t->req, t->resp);
}

static void on_return(struct page *page, const struct page_call *call)
{
	struct talk *t = page->arg;
	struct json_out *j = line(t, "waitForChannelMessageEnd");

	json_out_str(j, "channel", call->channel);
	stream_send(t->req, t->resp);
	if (!page->aborted.n)
		return;
	json_out_str(line(t, "abort"), "functionName", page->aborted);
	stream_send(t->req, t->resp);
}

static bool is_gone(const struct page *page)
{
	const struct talk *t = page->arg;

	return t->req->is_gone;
}

static void send_answer(struct talk *t)
{
	const struct page *page = &t->page;
	struct json_out *j;
	size_t i;

	for (i = 0; i < t->answer.n; i++) {
		const struct chat_message *m = &t->answer.items[i];

		if (t->is_typing && m->content.n && !is_shown(t, m->id))
			send_token(t, m->content);
		j = line(t, "message");
		talk_put_message(j, m);
		stream_send(t->req, t->resp);
	}
	if (page->model.n) {
		j = line(t, "usage");
		json_out_str(j, "model", page->model);
		json_out_u64(j, "inputTokensUsed", (uint64_t)page->tokens_in);
		json_out_u64(j, "outputTokensUsed", (uint64_t)page->tokens_out);
		stream_send(t->req, t->resp);
	}
	send_bare(t, "completeEnd");
}

/* ---------------------------------------------------------------- running */

void talk_init(struct talk *t, struct req *req, struct resp *resp,
    const struct db_talk *of)
{
	memset(t, 0, sizeof(*t));
	t->req = req;
	t->resp = resp;
	t->of = of;
	widget_values(req->pool, of->settings, of->blueprint, &t->options);
	t->is_streaming = stream_is_wanted(req);
	t->is_typing =
	    t->is_streaming && widget_value_is_true(&t->options, "stream");
	t->page.arg = t;
	t->page.on_call = on_call;
	t->page.on_return = on_return;
	t->page.is_gone = is_gone;
	t->env = (struct bot_env){ .settings = req->app->settings,
		.seal_key = req->app->seal_key,
		.on_delta = t->is_typing ? on_delta : NULL,
		.arg = t,
		.page = &t->page };
}

static enum err_code read_answer(struct talk *t, uint64_t seq, struct err *err)
{
	struct req *req = t->req;
	struct db_talk now;
	enum err_code code = bot_find_answer(req->db, req->pool,
	    t->of->workspace_id, t->of->id, seq, &t->answer, err);

	if (!code)
		code = chat_durable(
		    req->db, ID_NONE, chat_newest(&t->answer), err);
	if (code || t->answer.n)
		return code;
	code = db_talk_get(
	    req->db, req->pool, t->of->workspace_id, t->of->id, &now, err);
	t->is_with_agent = !code && now.is_with_agent;
	return code;
}

static enum err_code finish(
    struct talk *t, uint64_t seq, bool is_left, struct err *err)
{
	const struct finish in = { &t->env, t->of->id, seq, is_left };
	struct str state;
	enum err_code code = finish_run(t->req, &in, &state, err);

	/* What others have asked meanwhile, and what nobody answers so far. */
	if (!code)
		bot_turn_run(t->req, t->of->id);
	return code;
}

static enum err_code say(struct talk *t, struct chat_sent *sent,
    struct bot_turn *turn, struct err *err)
{
	const struct settings *s = t->req->app->settings;
	const struct chat_actor actor = { .kind = CHAT_END_USER,
		.external_id = t->of->external_id };
	struct chat_send in = { .conversation_id = t->of->id,
		.content_type = CHAT_TEXT,
		.content = t->text };
	struct bot_env env = t->env;
	enum err_code code =
	    once_client_id(t->req, t->resp, &in.client_id, err);

	if (code)
		return code;
	if (t->req->is_token)
		in.rate = (struct chat_rate){ settings_int(&s->message_burst),
			settings_int(&s->message_refill_ms) };
	env.is_brief = true;
	code = bot_answer(t->req->db, t->req->pool, &env, &actor, &in, id_new(),
	    ID_NONE, sent, turn, err);
	if (code && !id_is_none(sent->message.id))
		return finish_failed(t->of->id, code, err);
	if (!code && sent->is_duplicate) {
		if (!str_eq(sent->message.content, in.content))
			return once_other(err);
		once_replayed(t->resp);
	}
	return code;
}

enum err_code talk_complete(struct talk *t, struct err *err)
{
	struct chat_sent sent;
	struct bot_turn turn;
	enum err_code code = say(t, &sent, &turn, err);

	if (code)
		return code;
	t->message_id = sent.message.id;
	send_bare(t, "completeBegin");
	if (!turn.is_done || turn.is_due)
		code = finish(
		    t, sent.message.seq, turn.is_due && !turn.is_done, err);
	if (!code)
		code = read_answer(t, sent.message.seq, err);
	if (!code && t->is_streaming)
		send_answer(t);
	return code;
}

enum err_code talk_receive(struct talk *t, struct err *err)
{
	enum err_code code = ERR_OK;

	send_bare(t, "completeBegin");
	if (!t->of->is_with_agent)
		code = finish(t, t->of->last_visitor_seq, false, err);
	if (!code)
		code = read_answer(t, t->of->last_visitor_seq, err);
	if (!code && t->is_streaming)
		send_answer(t);
	return code;
}

/* ---------------------------------------------------------------- results */

void talk_put_message(struct json_out *j, const struct chat_message *m)
{
	json_out_ulid(j, "id", m->id);
	json_out_cstr(
	    j, "type", m->sender_type == CHAT_END_USER ? "user" : "bot");
	json_out_str(j, "text", m->content);
	json_out_u64(j, "createdAt", (uint64_t)m->created_at / 1000);
	json_out_u64(j, "updatedAt", (uint64_t)m->created_at / 1000);
	if (m->content_type == CHAT_TEXT && m->sender_type != CHAT_AGENT &&
	    !m->rich_media.n)
		return;
	json_out_object(j, "meta");
	json_out_cstr(j, "sender", chat_sender_name(m->sender_type));
	json_out_cstr(j, "contentType", chat_content_name(m->content_type));
	if (m->rich_media.n)
		json_out_json(j, "richMedia", m->rich_media);
	json_out_end(j);
}

static struct str all_text(struct talk *t)
{
	struct str text;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	for (i = 0; i < t->answer.n; i++) {
		if (b.n && t->answer.items[i].content.n)
			buf_puts(&b, "\n\n");
		buf_put(&b, t->answer.items[i].content);
	}
	text = str_copy(t->req->pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

void talk_put_result(struct talk *t, bool with_end)
{
	struct json_out *j =
	    t->is_streaming ? line(t, "result") : resp_json(t->resp);
	const struct chat_messages *a = &t->answer;

	if (!t->is_streaming)
		json_out_object(j, NULL);
	json_out_ulid(j, "id", a->n ? a->items[a->n - 1].id : t->message_id);
	json_out_str(j, "text", all_text(t));
	json_out_object(j, "usage");
	json_out_u64(
	    j, "token", (uint64_t)(t->page.tokens_in + t->page.tokens_out));
	json_out_end(j);
	if (with_end) {
		json_out_object(j, "end");
		json_out_cstr(
		    j, "reason", t->page.aborted.n ? "abort" : "stop");
		json_out_end(j);
	}
	json_out_cstr(j, "handledBy", t->is_with_agent ? "agent" : "bot");
	if (t->is_streaming)
		stream_send(t->req, t->resp);
	else
		json_out_end(j);
}
