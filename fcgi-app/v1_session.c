/* v1_session.c: the widget API: session tokens, and the conversations behind */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/log.h"
#include "base/rnd.h"
#include "base/valid.h"
#include "bot_turn.h"
#include "chat/site.h"
#include "db/db_chat_session.h"
#include "handlers.h"
#include "talk.h"
#include "token.h"
#include "whence.h"

#define MESSAGES_MAX 10	   /* that a visitor may bring along */
#define LINES_MAX    20	   /* messages that `initial` becomes at most */
#define META_MAX     16384 /* bytes of JSON */
#define PHONE_MAX    15	   /* digits (E.164) */
#define PHONE_MIN    6

/* What a request wants. */
struct wanted {
	int64_t seconds; /* 0: nothing was said */
	struct str name; /* of the visitor */
	struct str email;
	struct str phone;
	const struct json *messages;
	const struct json *meta;
};

/* Where it comes to be. */
struct place {
	struct req *req;
	struct chat_open in;
	struct str meta; /* JSON object */
	size_t n_lines;
	struct str lines[LINES_MAX]; /* the bot says them first */
	struct chat_conversation conversation;
};

/* ---------------------------------------------------------------- reading */

static bool is_phone(struct str s)
{
	size_t digits = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9')
			digits++;
		else if (!strchr(" ()-.", c) && (c != '+' || i))
			return false;
	}
	return s.n && s.p[0] == '+' && digits >= PHONE_MIN &&
	       digits <= PHONE_MAX;
}

static enum err_code read_contact(
    struct wanted *w, const struct json *contact, struct err *err)
{
	struct json_fields f;
	enum err_code code;

	if (!contact)
		return ERR_OK;
	json_fields_init(&f, contact);
	w->name = str_trim(json_fields_str(&f, "name", 0, CHAT_NAME_MAX));
	w->email = str_trim(json_fields_str(&f, "email", 0, 254));
	w->phone = str_trim(json_fields_str(&f, "phone", 0, 40));
	code = json_fields_end(&f, err);
	if (!code && !valid_text(w->name, false))
		code = err_set(err, ERR_BAD_REQUEST,
		    "contact.name: no control characters.");
	if (!code && w->email.n && !valid_email(w->email))
		code = err_set(err, ERR_BAD_REQUEST,
		    "contact.email must be an e-mail address.");
	if (!code && w->phone.n && !is_phone(w->phone))
		code = err_set(err, ERR_BAD_REQUEST,
		    "contact.phone must be a telephone number such as "
		    "+255 700 000 000.");
	return code;
}

/* Only a visitor's own words: nobody speaks for the bot. */
static enum err_code check_messages(const struct json *list, struct err *err)
{
	const struct json *item = NULL;
	size_t i = 0;

	if (json_count(list) > MESSAGES_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "messages may have at most %d.", MESSAGES_MAX);
	for (; (item = json_next(list, item)); i++) {
		struct str text = json_str(json_get(item, "text"));

		if (!str_eq(json_str(json_get(item, "type")), STR("user")))
			return err_set(err, ERR_BAD_REQUEST,
			    "messages[%zu].type must be user.", i);
		if (!str_trim(text).n || !valid_text(text, true) ||
		    valid_utf8_count(text) > CHAT_CONTENT_MAX)
			return err_set(err, ERR_BAD_REQUEST,
			    "messages[%zu].text must have 1 to %d characters.",
			    i, CHAT_CONTENT_MAX);
	}
	return ERR_OK;
}

static enum err_code check_meta(
    struct pool *pool, const struct json *meta, struct err *err)
{
	const struct json *item = NULL;

	while ((item = json_next(meta, item)))
		if (str_starts(json_name(item), STR("_")) || !json_name(item).n)
			return err_set(err, ERR_BAD_REQUEST,
			    "meta: names must not begin with _.");
	if (meta && json_text(pool, meta).n > META_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "meta may have at most %d bytes.", META_MAX);
	return ERR_OK;
}

static enum err_code read_body(
    struct req *req, struct wanted *w, struct err *err)
{
	const struct json *body, *contact;
	struct json_fields f;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	json_fields_init(&f, body);
	w->seconds = json_fields_i64(
	    &f, "durationInSeconds", TOKEN_S_MIN, TOKEN_S_MAX, 0);
	contact = json_fields_get(&f, "contact", JSON_OBJECT);
	w->messages = json_fields_get(&f, "messages", JSON_ARRAY);
	w->meta = json_fields_get(&f, "meta", JSON_OBJECT);
	code = json_fields_end(&f, err);
	if (!code)
		code = read_contact(w, contact, err);
	if (!code)
		code = check_messages(w->messages, err);
	return code ? code : check_meta(req->pool, w->meta, err);
}

/* -------------------------------------------------------------- the place */

/* What nobody guesses: no counter stands in it. */
static struct str new_name(
    struct pool *pool, const char *before, const char *behind)
{
	char ulid[ID_ULID_SIZE];
	struct id id = id_new();

	rnd_bytes(id.b + 6, sizeof(id.b) - 6);
	return str_of(
	    pool_printf(pool, "%s%s%s", before, id_ulid(id, ulid), behind));
}

/* The caller's, and where it comes from. */
static struct str meta_of(
    struct req *req, const struct json *meta, struct id widget_id)
{
	const struct json *item = NULL;
	char ulid[ID_ULID_SIZE];
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	while ((item = json_next(meta, item))) {
		struct str name = json_name(item);

		if (id_is_none(widget_id) ||
		    (!str_eq(name, STR("app")) &&
			!str_eq(name, STR("widgetIntegrationId"))))
			json_out_json(&j, str_dup(req->pool, name),
			    json_text(req->pool, item));
	}
	if (!id_is_none(widget_id)) {
		json_out_cstr(&j, "app", "widget");
		json_out_cstr(
		    &j, "widgetIntegrationId", id_ulid(widget_id, ulid));
	}
	json_out_end(&j);
	text = str_copy(req->pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static void split_initial(struct place *p, struct str json)
{
	const struct json *v;
	struct str rest, text;

	if (json_parse(p->req->pool, json, &v, NULL))
		return;
	rest = json_str(v);
	while (
	    rest.p && p->n_lines < LINES_MAX && str_split(&rest, '\n', &text)) {
		text = valid_utf8_head(str_trim(text), CHAT_CONTENT_MAX);
		if (text.n)
			p->lines[p->n_lines++] = text;
	}
}

static enum err_code say_initial(
    struct db *db, struct place *p, struct err *err)
{
	struct id workspace_id = p->in.workspace_id;
	char sender[ID_UUID_SIZE];
	struct chat_message *items =
	    pool_alloc(p->req->pool, (p->n_lines + 1) * sizeof(*items));
	enum err_code code;
	size_t i;

	id_uuid(p->in.chatbot_id, sender);
	for (i = 0; i < p->n_lines; i++)
		items[i] = (struct chat_message){
			.conversation_id = p->conversation.id,
			.sender_type = CHAT_BOT,
			.sender_id = str_copy(p->req->pool, str_of(sender)),
			.content_type = CHAT_TEXT,
			.content = p->lines[i],
		};
	code = chat_store_in(db, workspace_id, p->conversation.id, ID_NONE,
	    items, p->n_lines, err);
	return code ? code
		    : chat_notify_in(
			  db, workspace_id, items, p->n_lines, ID_NONE, err);
}

static enum err_code open_in(struct db *db, void *arg, struct err *err)
{
	struct place *p = arg;
	enum err_code code =
	    chat_open(db, p->req->pool, &p->in, &p->conversation, err);

	if (!code)
		code = db_talk_set_meta(
		    db, p->in.workspace_id, p->conversation.id, p->meta, err);
	return code || !p->n_lines ? code : say_initial(db, p, err);
}

/* ---------------------------------------------------------------- answers */

/* What the visitor has brought is answered, one after the other, before the
 * session is told of; an answer that does not come fails nothing. */
static enum err_code converse(struct req *req, struct resp *resp,
    const struct place *p, const struct json *messages, struct err *err)
{
	const struct json *item = NULL;
	struct db_talk of;
	struct talk t;
	enum err_code code;

	bot_turn_run(req, p->conversation.id);
	code = db_talk_get(req->db, req->pool, p->in.workspace_id,
	    p->conversation.id, &of, err);
	while (!code && (item = json_next(messages, item))) {
		talk_init(&t, req, resp, &of);
		t.is_streaming = t.is_typing = false;
		t.env.on_delta = NULL;
		t.env.page = NULL;
		t.text = json_str(json_get(item, "text"));
		code = talk_complete(&t, err);
		if (code && !id_is_none(t.message_id)) {
			log_warn(
			    "session_unanswered conversation=%s why=\"%s\"",
			    id_text(of.id), err->text);
			code = ERR_OK;
		}
	}
	return code;
}

static enum err_code put_messages(
    struct req *req, struct json_out *j, const struct place *p, struct err *err)
{
	struct chat_messages list;
	enum err_code code =
	    db_talk_list_messages(req->db, req->pool, p->in.workspace_id,
		p->conversation.id, false, 0, CHAT_HISTORY_MAX, &list, err);

	if (!code)
		code = chat_durable(req->db, ID_NONE, chat_newest(&list), err);
	if (code)
		return code;
	json_out_array(j, "messages");
	for (size_t i = 0; i < list.n; i++) {
		json_out_object(j, NULL);
		talk_put_message(j, &list.items[i]);
		json_out_end(j);
	}
	json_out_end(j);
	return ERR_OK;
}

static enum err_code put_session(struct req *req, struct resp *resp,
    const struct place *p, struct id id, int64_t seconds, struct err *err)
{
	const struct chat_conversation *c = &p->conversation;
	struct token token;
	struct json_out *j;
	enum err_code code =
	    token_make(req, p->in.workspace_id, c->id, seconds, &token, err);

	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "id", id);
	json_out_ulid(j, "conversationId", c->id);
	json_out_str(j, "token", token.text);
	json_out_u64(j, "expiresAt", (uint64_t)token.expires_at);
	/* For join_conversation and /chat-widget, as uuid there. */
	json_out_str(j, "session_id", p->in.external_id);
	code = put_messages(req, j, p, err);
	json_out_end(j);
	return code;
}

static enum err_code open_session(struct place *p, struct err *err)
{
	enum err_code code = db_transact(p->req->db, open_in, p, err);

	if (!code)
		doorbell_ring();
	return code;
}

/* ---------------------------------------------------------------- widget */

/* As asked, within what the widget allows: an hour unless it says less. */
static int64_t seconds_of(struct pool *pool, const struct widget_values *values,
    const struct wanted *w)
{
	const struct json *v;
	int64_t limit = 0;

	if (json_parse(
		pool, widget_value(values, "session_duration"), &v, NULL) ||
	    !json_i64(v, 1000, TOKEN_S * 1000, &limit))
		limit = TOKEN_S * 1000;
	limit /= 1000;
	return w->seconds ? MIN_OF(w->seconds, limit) : limit;
}

static enum err_code find_widget(
    struct req *req, struct integration *site, struct err *err)
{
	struct id id;
	enum err_code code;

	if (!id_parse(req_param(req, "widgetIntegrationId"), &id))
		return err_set(err, ERR_NOT_FOUND, "Widget not found.");
	code = site_by_widget(req->db, req->pool, id, site, err);
	if (!code)
		code =
		    whence_check_listed(req, site->allowed_origins, false, err);
	return code;
}

enum err_code v1_widget_session_create(
    struct req *req, struct resp *resp, struct err *err)
{
	struct place p = { .req = req };
	struct widget_values values;
	struct integration site;
	struct wanted w = { 0 };
	enum err_code code = find_widget(req, &site, err);

	if (!code)
		code = read_body(req, &w, err);
	if (!code && id_is_none(site.chatbot_id))
		code = err_set(err, ERR_CONFLICT,
		    "This widget has no bot to answer in a session.");
	if (code)
		return code;
	site_values(req->pool, &site, &values);
	p.in = (struct chat_open){ .workspace_id = site.workspace_id,
		.integration_id = site.id,
		.chatbot_id = site.chatbot_id,
		.external_id = new_name(req->pool, "session:", "") };
	if (widget_value_is_true(&values, "contact_collection"))
		p.in.display_name = w.name;
	p.meta = meta_of(req, w.meta, site.id);
	split_initial(&p, widget_value(&values, "initial"));
	/* A stranger's, in the visitor's place: its rate counts. */
	req->is_token = true;
	code = open_session(&p, err);
	if (!code)
		code = converse(req, resp, &p, w.messages, err);
	return code ? code
		    : put_session(req, resp, &p, site.id,
			  seconds_of(req->pool, &values, &w), err);
}

/* -------------------------------------------------------------- with a key */

enum err_code v1_bot_session_create(
    struct req *req, struct resp *resp, struct err *err)
{
	struct place p = { .req = req };
	struct db_chat_target target = { .has_bot = false };
	struct wanted w = { 0 };
	struct id bot = ID_NONE;
	enum err_code code = ERR_OK;

	if (id_parse(req_param(req, "botId"), &bot))
		code = db_chat_session_get_target(req->db, req->pool,
		    req->key.workspace_id, bot, ID_NONE, &target, err);
	if (!code && !target.has_bot)
		code = err_set(err, ERR_NOT_FOUND, "Bot not found.");
	if (!code)
		code = read_body(req, &w, err);
	p.in = (struct chat_open){ .workspace_id = req->key.workspace_id,
		.chatbot_id = bot,
		.display_name = w.name };
	if (!code)
		code = db_chat_session_get_integration(req->db, req->pool,
		    req->key.workspace_id, bot, &p.in.integration_id, err);
	if (code)
		return code;
	/* As sessions of the Chat API are named: nobody calls them by it. */
	p.in.external_id = new_name(req->pool, "", ":");
	p.meta = meta_of(req, w.meta, ID_NONE);
	code = open_session(&p, err);
	if (!code)
		code = converse(req, resp, &p, w.messages, err);
	return code ? code
		    : put_session(req, resp, &p, bot,
			  w.seconds ? w.seconds : TOKEN_S, err);
}

enum err_code v1_conversation_session_create(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct db_talk *talk = req->talk;
	struct wanted w = { 0 };
	struct token token;
	struct json_out *j;
	enum err_code code = read_body(req, &w, err);

	if (!code)
		code = token_make(req, talk->workspace_id, talk->id,
		    w.seconds ? w.seconds : TOKEN_S, &token, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "id", talk->id);
	json_out_str(j, "token", token.text);
	json_out_u64(j, "expiresAt", (uint64_t)token.expires_at);
	json_out_str(j, "session_id", talk->external_id);
	json_out_end(j);
	return ERR_OK;
}
