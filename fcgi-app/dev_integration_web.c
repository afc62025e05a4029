/* dev_integration_web.c: the widget of a bot: where it stands, how it looks */
/* SPDX-License-Identifier: MIT */
#include "chat/model.h"
#include "dev_integration.h"
#include "handlers.h"

#define DOMAINS_MAX  100
#define PATHS_MAX    100
#define GREETING_MAX 1000

enum { NAME, DOMAINS, GREETING, CONFIG, IS_ACTIVE, FIELD__MAX };

static const struct dev_field fields[FIELD__MAX] = {
	[NAME] = { "name", DEV_NAME, DEV_REQUIRED, 1, INTEGRATION_NAME_MAX,
	    NULL },
	[DOMAINS] = { "allowed_domains", DEV_LIST, DEV_NULL, 0, DOMAINS_MAX,
	    NULL },
	[GREETING] = { "greeting_message", DEV_TEXT, DEV_NULL, 0, GREETING_MAX,
	    NULL },
	[CONFIG] = { "widget_config", DEV_PART, DEV_NULL, 0, 0, NULL },
	[IS_ACTIVE] = { "is_active", DEV_BOOL, 0, 0, 0, NULL },
};

static const struct dev_place places[FIELD__MAX] = {
	[NAME] = { DEV_AT_NAME, NULL, NULL },
	[DOMAINS] = { DEV_AT_DOMAINS, NULL, NULL },
	[GREETING] = { DEV_AT_SETTINGS, "greeting", NULL },
	[CONFIG] = { DEV_AT_PART, NULL, NULL },
	[IS_ACTIVE] = { DEV_AT_ACTIVE, NULL, NULL },
};

static const char *const icons[] = { "", "robot", "headset", "sparkle", "heart",
	"store", "graduation", "chat", NULL };
static const char *const positions[] = { "bottom-right", "bottom-left", NULL };

/* widget_config: its fields, the settings of the widget that they are, and
 * what stands for those that were never given. */
#define CONFIG_MAX 11

static const struct dev_field config_fields[CONFIG_MAX] = {
	{ "bot_display_name", DEV_NAME, DEV_NULL, 1, CHAT_NAME_MAX, NULL },
	{ "primary_color", DEV_COLOR, DEV_NULL, 1, 7, NULL },
	{ "secondary_color", DEV_COLOR, DEV_NULL, 1, 7, NULL },
	{ "background_color", DEV_COLOR, DEV_NULL, 1, 7, NULL },
	{ "bubble_text", DEV_NAME, DEV_NULL, 0, 100, NULL },
	{ "bot_avatar_icon", DEV_CHOICE, DEV_NULL, 0, 0, icons },
	{ "font_size", DEV_NUMBER, DEV_NULL, 12, 24, NULL },
	{ "position", DEV_CHOICE, DEV_NULL, 0, 0, positions },
	{ "width", DEV_NUMBER, DEV_NULL, 280, 600, NULL },
	{ "height", DEV_NUMBER, DEV_NULL, 400, 800, NULL },
	{ "allowed_paths", DEV_LIST, DEV_NULL, 0, PATHS_MAX, NULL },
};

static const struct dev_place config_places[CONFIG_MAX] = {
	{ DEV_AT_SETTINGS, "bot_name", NULL },
	{ DEV_AT_SETTINGS, "color", NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
	{ DEV_AT_SETTINGS, NULL, NULL },
};

static const struct str config_defaults[CONFIG_MAX] = {
	STR_INIT("\"Assistant\""),
	STR_INIT("\"#0066ff\""),
	STR_INIT("\"#f0f4ff\""),
	STR_INIT("null"),
	STR_INIT("\"Need Help?\""),
	STR_INIT("\"\""),
	STR_INIT("13.5"),
	STR_INIT("\"bottom-right\""),
	STR_INIT("380"),
	STR_INIT("600"),
	STR_INIT("null"),
};

/* The widget itself has others. */
static const struct dev_value config_others[CONFIG_MAX] = {
	{ .is_set = true, .text = STR_INIT("Assistant") },
	{ .is_set = true, .text = STR_INIT("#0066ff") },
};

static void put_key(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	/* one that was made before keys were kept is known by its hash only */
	json_out_str_or_null(j, "widget_key",
	    json_str(json_get(dev_settings(req, row->secrets), "widget_key")));
}

/* As they were given, or the rows of a widget that barazactl made. */
static void put_domains(struct req *req, struct json_out *j,
    const struct json *settings, struct str lines)
{
	const struct json *list = json_get(settings, "allowed_domains");
	struct str line;

	if (list) {
		json_out_json(j, "allowed_domains", json_text(req->pool, list));
		return;
	}
	json_out_array(j, "allowed_domains");
	while (lines.n && str_split(&lines, '\n', &line))
		if (line.n)
			json_out_str(j, NULL, line);
	json_out_end(j);
}

void dev_web_put_config(
    struct req *req, struct json_out *j, const struct db_integration *row)
{
	const struct json *settings = dev_settings(req, row->settings), *v;
	const char *key;
	size_t i;

	put_key(req, j, row);
	put_domains(req, j, settings, row->allowed_origins);
	json_out_str_or_null(
	    j, "greeting_message", json_str(json_get(settings, "greeting")));
	json_out_object(j, "widget_config");
	for (i = 0; i < CONFIG_MAX; i++) {
		key = config_places[i].key;
		v = json_get(settings, key ? key : config_fields[i].name);
		json_out_json(j, config_fields[i].name,
		    v ? json_text(req->pool, v) : config_defaults[i]);
	}
	json_out_end(j);
}

static void prepare(struct pool *pool, struct db_integration *row)
{
	row->secrets = integration_key_secrets(
	    pool, integration_new_key(pool, &row->token_hash));
}

static const struct dev_kind web = {
	.type = INTEGRATION_WEB,
	.n = FIELD__MAX,
	.fields = fields,
	.places = places,
	.part_n = CONFIG_MAX,
	.part_fields = config_fields,
	.part_places = config_places,
	.part_others = config_others,
	.prepare = prepare,
	.put = dev_integration_put,
};

enum err_code dev_web_add(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_add(&web, req, resp, err);
}

enum err_code dev_web_show(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_show(&web, false, req, resp, err);
}

enum err_code dev_web_set(struct req *req, struct resp *resp, struct err *err)
{
	return dev_kind_set(&web, false, req, resp, err);
}
