/* site.c: workspaces, chatbots and widgets: making and finding them */
/* SPDX-License-Identifier: MIT */
#include "chat/site.h"

#include "base/clock.h"
#include "base/json_in.h"
#include "base/rnd.h"
#include "base/valid.h"
#include "chat/model.h"
#include "db/db_chatbot.h"
#include "db/db_integration.h"
#include "db/db_workspace.h"

#define TOKEN_MAX    128
#define TOKEN_BYTES  24 /* 192 random bits */
#define SETTINGS_MAX 65536

static enum err_code check_name(struct str name, struct err *err)
{
	if (str_trim(name).n == 0 || !valid_utf8(name) ||
	    !valid_text(name, false) || valid_utf8_count(name) > CHAT_NAME_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "A name has 1 to %d characters.", CHAT_NAME_MAX);
	return ERR_OK;
}

enum err_code site_by_token(struct db *db, struct pool *pool, struct str token,
    struct integration *integration_r, struct err *err)
{
	uint8_t hash[RND_SHA256_SIZE];
	enum err_code code;

	if (token.n == 0 || token.n > TOKEN_MAX)
		return err_set(
		    err, ERR_FORBIDDEN, "The embed token is not valid.");
	rnd_sha256(token, hash);
	code = db_integration_get_by_token(db, pool,
	    str_make((const char *)hash, sizeof(hash)), integration_r, err);
	if (code == ERR_NOT_FOUND)
		return err_set(
		    err, ERR_FORBIDDEN, "The embed token is not valid.");
	return code;
}

enum err_code site_by_widget(struct db *db, struct pool *pool, struct id id,
    struct integration *integration_r, struct err *err)
{
	enum err_code code =
	    db_integration_get_widget(db, pool, id, integration_r, err);

	if (code == ERR_NOT_FOUND)
		return err_set(err, code, "Widget not found.");
	return code;
}

static struct str quoted(struct pool *pool, struct str text)
{
	struct str json;
	struct buf b;

	buf_init(&b, 0);
	json_out_quote(&b, text);
	json = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return json;
}

void site_values(struct pool *pool, const struct integration *site,
    struct widget_values *values_r)
{
	struct str *title = &values_r->json[widget_option_find(STR("title"))];
	struct str *bot = &values_r->json[widget_option_find(STR("bot_name"))];

	widget_values(pool, site->settings, site->blueprint_settings, values_r);
	if (title->n <= 2)
		*title = bot->n > 2 ? *bot : quoted(pool, site->name);
	if (bot->n <= 2)
		*bot = quoted(pool, site->chatbot_name);
}

enum err_code site_conversation_values(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id,
    struct widget_values *values_r, struct err *err)
{
	struct integration site = { .id = ID_NONE };
	enum err_code code = db_integration_get_talk(
	    db, pool, workspace_id, conversation_id, &site, err);

	if (code == ERR_OK)
		site_values(pool, &site, values_r);
	return code;
}

enum err_code site_get_origins(struct db *db, struct pool *pool,
    struct id conversation_id, struct str *origins_r, struct err *err)
{
	return db_integration_get_origins(
	    db, pool, conversation_id, origins_r, err);
}

static enum err_code check_origin(
    struct pool *pool, struct str list, struct str origin, struct err *err)
{
	struct str theirs;

	if (origin.n == 0)
		return ERR_OK;
	/* "null" and what is no origin match no row. */
	if (!valid_origin(pool, origin, &theirs))
		theirs = STR_EMPTY;
	if (valid_origin_listed(list, theirs))
		return ERR_OK;
	return err_set(err, ERR_FORBIDDEN, "Origin not allowed");
}

enum err_code site_check_token(struct db *db, struct pool *pool,
    struct str token, struct str origin, struct err *err)
{
	struct integration in;
	enum err_code code = site_by_token(db, pool, token, &in, err);

	if (code != ERR_OK)
		return code;
	return check_origin(pool, in.allowed_origins, origin, err);
}

enum err_code site_check_conversation(struct db *db, struct pool *pool,
    struct id conversation_id, struct str origin, struct err *err)
{
	struct str list;
	enum err_code code =
	    db_integration_get_origins(db, pool, conversation_id, &list, err);

	if (code != ERR_OK)
		return code;
	return check_origin(pool, list, origin, err);
}

enum err_code site_add_workspace(
    struct db *db, struct str name, struct id *id_r, struct err *err)
{
	enum err_code code = check_name(name, err);

	if (code != ERR_OK)
		return code;
	*id_r = id_new();
	return db_workspace_add(db, *id_r, name, err);
}

enum err_code site_find_workspace(struct db *db, struct pool *pool,
    struct id id, struct str *name_r, struct err *err)
{
	return db_workspace_get(db, pool, id, name_r, err);
}

enum err_code site_add_chatbot(struct db *db, struct id workspace_id,
    struct str name, struct str description, struct id *id_r, struct err *err)
{
	int64_t now = clock_now_us();
	struct chatbot bot = {
		.workspace_id = workspace_id,
		.id = id_new(),
		.name = str_trim(name),
		.description = description,
		.created_at = now,
		.updated_at = now,
	};
	enum err_code code = check_name(name, err);

	if (code != ERR_OK)
		return code;
	*id_r = bot.id;
	code = db_chatbot_add(db, &bot, err);
	if (code == ERR_CONFLICT)
		return err_set(
		    err, code, "There is a chatbot of this name already.");
	return code;
}

enum err_code site_normalise_origins(
    struct pool *pool, struct str rows, struct str *lines_r, struct err *err)
{
	struct buf out;
	struct str row, origin;
	size_t i, end;

	buf_init(&out, 16384);
	for (i = 0; i < rows.n; i = end + 1) {
		for (end = i; end < rows.n && !strchr(" \t\r\n,", rows.p[end]);
		     end++)
			;
		row = str_make(rows.p + i, end - i);
		if (row.n == 0)
			continue;
		if (!valid_origin(pool, row, &origin)) {
			buf_fini(&out);
			return err_set(err, ERR_BAD_REQUEST,
			    "%.*s is not an origin such as "
			    "https://shop.example.",
			    (int)MIN_OF(row.n, 80), row.p);
		}
		buf_put(&out, origin);
		buf_byte(&out, '\n');
	}
	*lines_r = str_copy(pool, buf_str(&out));
	i = buf_failed(&out);
	buf_fini(&out);
	if (i)
		return err_set(err, ERR_BAD_REQUEST, "Too many origins.");
	return ERR_OK;
}

enum err_code site_add_web_chat(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str name,
    struct str origins, struct str settings, struct id *id_r,
    struct str *token_r, struct err *err)
{
	int64_t now = clock_now_us();
	struct db_integration in = { .workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.type = STR("web_chat"),
		.name = name,
		.settings = settings,
		.is_active = true,
		.created_at = now,
		.updated_at = now };
	const struct json *object;
	uint8_t hash[RND_SHA256_SIZE];
	enum err_code code = check_name(name, err);

	if (code != ERR_OK)
		return code;
	if (settings.n == 0)
		in.settings = STR("{}");
	if (in.settings.n > SETTINGS_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "Settings are at most %d bytes.", SETTINGS_MAX);
	code = json_parse(pool, in.settings, &object, err);
	if (code != ERR_OK)
		return code;
	if (json_type(object) != JSON_OBJECT)
		return err_set(
		    err, ERR_BAD_REQUEST, "Settings are a JSON object.");
	code = site_normalise_origins(pool, origins, &in.allowed_origins, err);
	if (code != ERR_OK)
		return code;
	in.id = id_new();
	*token_r = rnd_token(pool, "ew_", TOKEN_BYTES);
	rnd_sha256(*token_r, hash);
	in.token_hash = str_make((const char *)hash, sizeof(hash));
	*id_r = in.id;
	/* the first one of a bot is the one of the developer API */
	if (!id_is_none(chatbot_id)) {
		in.slot = in.type;
		code = db_integration_add(db, &in, err);
		if (code != ERR_CONFLICT)
			return code;
		in.slot = STR_EMPTY;
	}
	return db_integration_add(db, &in, err);
}
