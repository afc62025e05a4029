/* dev_chatbot.c: the chatbots of the key's workspace */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "chat/analytics.h"
#include "chat/chatbot.h"
#include "chat/model.h"
#include "dev_fields.h"
#include "handlers.h"

#define LIMIT_DEFAULT 29
#define LIMIT_MAX     37
#define WEEK_US	      INT64_C(604800000000)

enum { NAME, DESCRIPTION, CATEGORY, IS_ACTIVE, WEBHOOK_URL, FIELD__MAX };

/* A change may have all of them; a new bot the first three. */
#define FIELDS(required)                                                       \
	{                                                                      \
		[NAME] = { "name", DEV_NAME, (required), 1, CHAT_NAME_MAX,     \
			NULL },                                                \
		[DESCRIPTION] = { "description", DEV_TEXT, DEV_NULL, 0,        \
			CHATBOT_DESCRIPTION_MAX, NULL },                       \
		[CATEGORY] = { "category", DEV_NAME, DEV_NULL, 0,              \
			CHATBOT_CATEGORY_MAX, NULL },                          \
		[IS_ACTIVE] = { "is_active", DEV_BOOL, 0, 0, 0, NULL },        \
		[WEBHOOK_URL] = { "webhook_url", DEV_URL, DEV_NULL, 0,         \
			CHATBOT_URL_MAX, NULL },                               \
	}

static const struct dev_field add_fields[FIELD__MAX] = FIELDS(DEV_REQUIRED);
static const struct dev_field set_fields[FIELD__MAX] = FIELDS(0);

static enum err_code bot_id(struct req *req, struct id *id_r, struct err *err)
{
	return dev_id(req, "chatbot_id", "Chatbot", id_r, err);
}

static void put_bot(struct resp *resp, const struct chatbot *bot)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_ulid(j, "id", bot->id);
	json_out_ulid(j, "workspace_id", bot->workspace_id);
	json_out_str(j, "name", bot->name);
	json_out_str_or_null(j, "description", bot->description);
	json_out_str_or_null(j, "category", bot->category);
	json_out_str_or_null(j, "webhook_url", bot->webhook_url);
	json_out_str(j, "webhook_secret", bot->secret);
	json_out_bool(j, "is_active", bot->is_active);
	json_out_time_s(j, "created_at", bot->created_at);
	json_out_time_s(j, "updated_at",
	    bot->updated_at == bot->created_at ? 0 : bot->updated_at);
	json_out_end(j);
}

enum err_code dev_chatbot_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chatbots list;
	struct dev_page page;
	struct json_out *j;
	enum err_code code;
	size_t i, n;

	code = dev_page(req, resp, LIMIT_DEFAULT, LIMIT_MAX, &page, err);
	/* one more tells whether there are more */
	if (!code)
		code =
		    db_chatbot_list(req->db, req->pool, req->key.workspace_id,
			page.before, page.limit + 1, &list, err);
	if (code)
		return code;
	n = MIN_OF(list.n, page.limit);
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "items");
	for (i = 0; i < n; i++) {
		json_out_object(j, NULL);
		json_out_ulid(j, "id", list.items[i].id);
		json_out_str(j, "name", list.items[i].name);
		json_out_str_or_null(
		    j, "description", list.items[i].description);
		json_out_bool(j, "is_active", list.items[i].is_active);
		json_out_time_s(j, "created_at", list.items[i].created_at);
		json_out_end(j);
	}
	json_out_end(j);
	if (list.n > n)
		json_out_str(j, "next_cursor",
		    dev_cursor(req->pool, list.items[n - 1].id));
	else
		json_out_null(j, "next_cursor");
	json_out_u64(j, "total", list.total);
	json_out_end(j);
	return ERR_OK;
}

enum err_code dev_chatbot_add(
    struct req *req, struct resp *resp, struct err *err)
{
	struct dev_value v[FIELD__MAX];
	struct chatbot bot = { .workspace_id = req->key.workspace_id };
	enum err_code code;

	/* the others are changed, not given at birth */
	code = dev_body(req, resp, add_fields, CATEGORY + 1, v, err);
	if (code)
		return code;
	bot.name = v[NAME].text;
	bot.description = v[DESCRIPTION].text;
	bot.category = v[CATEGORY].text;
	code = chatbot_add(req->db, req->pool, req->app->seal_key, &bot, err);
	if (code)
		return code;
	put_bot(resp, &bot);
	resp->status = 201;
	return ERR_OK;
}

enum err_code dev_chatbot_show(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chatbot bot;
	struct id id;
	enum err_code code = bot_id(req, &id, err);

	if (!code)
		code = chatbot_get(req->db, req->pool, req->app->seal_key,
		    req->key.workspace_id, id, &bot, err);
	if (!code)
		put_bot(resp, &bot);
	return code;
}

static const struct str *text_of(const struct dev_value *v)
{
	return v->is_set ? &v->text : NULL;
}

enum err_code dev_chatbot_set(
    struct req *req, struct resp *resp, struct err *err)
{
	struct dev_value v[FIELD__MAX];
	struct chatbot_change change;
	struct chatbot bot;
	struct id id;
	enum err_code code = bot_id(req, &id, err);

	if (!code)
		code = dev_body(req, resp, set_fields, FIELD__MAX, v, err);
	if (code)
		return code;
	change = (struct chatbot_change){
		.name = text_of(&v[NAME]),
		.description = text_of(&v[DESCRIPTION]),
		.category = text_of(&v[CATEGORY]),
		.webhook_url = text_of(&v[WEBHOOK_URL]),
		.is_active = v[IS_ACTIVE].is_set ? &v[IS_ACTIVE].is_true : NULL,
	};
	code = chatbot_set(req->db, req->pool, req->app->seal_key,
	    req->key.workspace_id, id, &change, &bot, err);
	if (!code)
		put_bot(resp, &bot);
	return code;
}

enum err_code dev_chatbot_del(
    struct req *req, struct resp *resp, struct err *err)
{
	struct id id;
	enum err_code code = bot_id(req, &id, err);

	if (!code)
		code = chatbot_del(
		    req->db, req->pool, req->key.workspace_id, id, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}

enum err_code dev_chatbot_stats(
    struct req *req, struct resp *resp, struct err *err)
{
	struct db_analytics_sums stats = { 0 };
	struct chatbot bot;
	struct json_out *j;
	struct id id;
	enum err_code code = bot_id(req, &id, err);

	if (!code)
		code = db_chatbot_get(
		    req->db, req->pool, req->key.workspace_id, id, &bot, err);
	if (!code)
		code = analytics_sum(req->db, req->pool, req->key.workspace_id,
		    id, clock_now_us() - WEEK_US, &stats, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "id", bot.id);
	json_out_str(j, "name", bot.name);
	json_out_bool(j, "is_active", bot.is_active);
	json_out_object(j, "stats");
	json_out_u64(j, "total_conversations", stats.conversations);
	json_out_u64(j, "total_messages", stats.messages);
	json_out_u64(j, "active_users_7d", stats.active_users);
	json_out_end(j);
	json_out_time_s(j, "created_at", bot.created_at);
	json_out_end(j);
	return ERR_OK;
}
