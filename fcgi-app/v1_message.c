/* v1_message.c: the widget API: messages of a conversation, and votes on them */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "chat/chat.h"
#include "db/db_message.h"
#include "handlers.h"
#include "stream.h"
#include "talk.h"

#define VOTE_MAX   100
#define REASON_MAX 1000 /* characters */
#define TAKE_MAX   100

/* ----------------------------------------------------------------- votes */

/* One of this conversation that its visitor has not written. */
static enum err_code find_message(
    struct req *req, struct chat_message *m, struct err *err)
{
	struct id id;
	enum err_code code = ERR_OK;

	if (!id_parse(req_param(req, "messageId"), &id))
		id = ID_NONE;
	code = db_message_find(
	    req->db, req->pool, req->talk->workspace_id, id, m, err);
	if (!code && (id_is_none(m->id) || m->sender_type == CHAT_END_USER ||
			 !id_eq(m->conversation_id, req->talk->id)))
		code = err_set(err, ERR_NOT_FOUND, "There is no such message.");
	return code;
}

static enum err_code vote(
    struct req *req, struct resp *resp, int sign, struct err *err)
{
	const struct json *body;
	struct chat_message m;
	struct json_fields f;
	struct json_out *j;
	struct db_talk_vote v;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	json_fields_init(&f, body);
	v.value =
	    sign * (int)json_fields_i64(&f, "value", 1, VOTE_MAX, VOTE_MAX);
	v.reason = json_fields_str(&f, "reason", 0, REASON_MAX);
	code = json_fields_end(&f, err);
	if (!code)
		code = find_message(req, &m, err);
	if (code)
		return code;
	v.workspace_id = req->talk->workspace_id;
	v.conversation_id = req->talk->id;
	v.message_id = m.id;
	code = db_talk_set_vote(req->db, &v, clock_now_us(), err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "id", m.id);
	json_out_end(j);
	return ERR_OK;
}

enum err_code v1_message_upvote(
    struct req *req, struct resp *resp, struct err *err)
{
	return vote(req, resp, 1, err);
}

enum err_code v1_message_downvote(
    struct req *req, struct resp *resp, struct err *err)
{
	return vote(req, resp, -1, err);
}

/* -------------------------------------------------------------- messages */

/* Where the page begins: behind the message that the cursor names. */
static enum err_code find_cursor(
    struct req *req, struct id cursor, uint64_t *seq_r, struct err *err)
{
	struct chat_message m;
	enum err_code code;

	*seq_r = 0;
	if (id_is_none(cursor))
		return ERR_OK;
	code = db_message_find(
	    req->db, req->pool, req->talk->workspace_id, cursor, &m, err);
	if (!code &&
	    (id_is_none(m.id) || !id_eq(m.conversation_id, req->talk->id)))
		code = err_set(
		    err, ERR_BAD_REQUEST, "cursor is no message of this.");
	*seq_r = m.seq;
	return code;
}

static void put_list(
    struct req *req, struct resp *resp, const struct chat_messages *list)
{
	struct json_out *j;
	size_t i;

	if (stream_is_wanted(req)) {
		stream_begin(req, resp);
		for (i = 0; i < list->n; i++) {
			j = stream_line(resp, "item");
			talk_put_message(j, &list->items[i]);
			stream_send(req, resp);
		}
		return;
	}
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "items");
	for (i = 0; i < list->n; i++) {
		json_out_object(j, NULL);
		talk_put_message(j, &list->items[i]);
		json_out_end(j);
	}
	json_out_end(j);
	if (list->n)
		json_out_ulid(j, "cursor", list->items[list->n - 1].id);
	else
		json_out_cstr(j, "cursor", "");
	json_out_end(j);
}

enum err_code v1_message_list(
    struct req *req, struct resp *resp, struct err *err)
{
	static const char *const orders[] = { "desc", "asc", NULL };
	size_t order = fields_enum(&req->query, "order", orders, 0);
	uint64_t take = fields_u64(&req->query, "take", 1, TAKE_MAX, TAKE_MAX);
	struct id cursor = fields_id(&req->query, "cursor");
	struct chat_messages list;
	uint64_t from = 0;
	enum err_code code = fields_end(&req->query, err);

	if (!code)
		code = find_cursor(req, cursor, &from, err);
	if (!code)
		code = db_talk_list_messages(req->db, req->pool,
		    req->talk->workspace_id, req->talk->id, order == 0, from,
		    (size_t)take, &list, err);
	if (!code)
		code = chat_durable(req->db, ID_NONE, chat_newest(&list), err);
	if (code)
		return code;
	put_list(req, resp, &list);
	return ERR_OK;
}

/* ---------------------------------------------------------------- create */

struct creating {
	struct req *req;
	struct chat_message m;
};

/* In the bot's name. */
static enum err_code store_in(struct db *db, void *arg, struct err *err)
{
	struct creating *c = arg;
	const struct db_talk *talk = c->req->talk;
	char sender[ID_UUID_SIZE];
	enum err_code code;

	c->m.sender_id =
	    str_copy(c->req->pool, str_of(id_uuid(talk->chatbot_id, sender)));
	code = chat_store_in(
	    db, talk->workspace_id, talk->id, ID_NONE, &c->m, 1, err);
	return code ? code
		    : chat_notify_in(
			  db, talk->workspace_id, &c->m, 1, ID_NONE, err);
}

static enum err_code create(struct creating *c, struct err *err)
{
	const struct chat_actor actor = { .kind = CHAT_END_USER,
		.external_id = c->req->talk->external_id };
	const struct chat_send in = { .conversation_id = c->req->talk->id,
		.content_type = CHAT_TEXT,
		.content = c->m.content };
	struct chat_sent sent;
	enum err_code code;

	if (c->m.sender_type == CHAT_BOT) {
		code =
		    chat_media_check(CHAT_TEXT, c->m.content, STR_EMPTY, err);
		if (!code)
			code = db_transact(c->req->db, store_in, c, err);
		if (!code)
			doorbell_ring();
		return code;
	}
	code = chat_send(c->req->db, c->req->pool, &actor, &in, &sent, err);
	if (!code)
		c->m.id = sent.message.id;
	return code;
}

enum err_code v1_message_create(
    struct req *req, struct resp *resp, struct err *err)
{
	struct creating c = { .req = req,
		.m = { .conversation_id = req->talk->id,
		    .content_type = CHAT_TEXT } };
	const struct json *body;
	struct json_fields f;
	struct json_out *j;
	struct str type;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	json_fields_init(&f, body);
	type = json_fields_str(&f, "type", 1, 16);
	c.m.content = json_fields_str(&f, "text", 1, CHAT_CONTENT_MAX);
	code = json_fields_end(&f, err);
	c.m.sender_type = str_eq(type, STR("bot")) ? CHAT_BOT : CHAT_END_USER;
	if (!code && c.m.sender_type != CHAT_BOT && !str_eq(type, STR("user")))
		code = err_set(err, ERR_BAD_REQUEST,
		    "type must be user or bot: there are no others here.");
	if (!code && c.m.sender_type == CHAT_BOT &&
	    id_is_none(req->talk->chatbot_id))
		code =
		    err_set(err, ERR_CONFLICT, "This conversation has no bot.");
	if (!code)
		code = create(&c, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "id", c.m.id);
	json_out_array(j, "entities");
	json_out_end(j);
	json_out_end(j);
	return ERR_OK;
}
