/* widget_option.c: THE table of what can be set on a widget */
/* SPDX-License-Identifier: MIT */
#include "chat/widget_option.h"

static const char *const icons[] = { "", "robot", "headset", "sparkle", "heart",
	"store", "graduation", "chat", NULL };
static const char *const positions[] = { "bottom-right", "bottom-left", NULL };
static const char *const layouts[] = { "", "default", "popover", "popout",
	"bubble", "inline", "fullscreen", NULL };

const struct widget_option widget_options[WIDGET_OPTIONS_MAX] = {
	{ "title", NULL, "title", WIDGET_LINE, WIDGET_PUBLIC | WIDGET_EARLY, 0,
	    100, NULL, "\"\"", NULL, "words", "Title",
	    "In the bar of the panel. Empty: the bot's name." },
	{ "bot_name", "bot_display_name", NULL, WIDGET_LINE, WIDGET_PUBLIC, 0,
	    100, NULL, "\"\"", "\"Assistant\"", "words", "Name of the bot",
	    "Who its messages come from. Empty: the name of the chatbot." },
	{ "greeting", NULL, NULL, WIDGET_TEXT, WIDGET_PUBLIC, 0, 1000, NULL,
	    "\"\"", NULL, "words", "Greeting",
	    "Stands in the empty chat until the first message." },
	{ "intro", NULL, "intro", WIDGET_TEXT, WIDGET_PUBLIC, 0, 8000, NULL,
	    "\"\"", NULL, "words", "Introduction",
	    "Markdown above the conversation; each line is a bubble of its own. It is not part of the conversation." },
	{ "initial", NULL, "initial", WIDGET_TEXT, WIDGET_PUBLIC, 0, 8000, NULL,
	    "\"\"", NULL, "words", "First messages",
	    "Markdown; each line is a message of the bot with which every conversation begins." },
	{ "starters", NULL, NULL, WIDGET_LIST, WIDGET_PUBLIC, 0, 8, NULL, "[]",
	    NULL, "words", "Conversation starters",
	    "Suggestions in the empty chat; a click sends one." },
	{ "placeholder", NULL, "placeholder", WIDGET_LINE, WIDGET_PUBLIC, 0,
	    200, NULL, "\"\"", NULL, "words", "Hint of the input",
	    "Stands in the empty input." },
	{ "bubble_text", "bubble_text", NULL, WIDGET_LINE,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 100, NULL, "\"\"",
	    "\"Need Help?\"", "words", "Text of the button",
	    "Beside the icon of the button that opens the chat." },
	{ "theme", NULL, "theme", WIDGET_THEME, WIDGET_PUBLIC | WIDGET_EARLY, 0,
	    0, NULL, "\"\"", NULL, "look", "Theme",
	    "light, dark, auto or another name, with settings behind it: dark/barPrimary=#003366." },
	{ "color", "primary_color", NULL, WIDGET_COLOR,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 0, NULL, "\"#0066ff\"",
	    "\"#0066ff\"", "look", "Colour",
	    "Of the button, the bar and the visitor's messages. What is written on it stays readable." },
	{ "secondary_color", "secondary_color", NULL, WIDGET_COLOR,
	    WIDGET_PUBLIC, 0, 0, NULL, "\"#f0f4ff\"", NULL, "look",
	    "Second colour", "Of the messages that the visitor gets." },
	{ "background_color", "background_color", NULL, WIDGET_COLOR,
	    WIDGET_PUBLIC, 0, 0, NULL, "null", NULL, "look", "Background",
	    "Of the conversation. Empty: that of the theme." },
	{ "layout", NULL, "layout", WIDGET_CHOICE, WIDGET_PUBLIC | WIDGET_EARLY,
	    0, 0, layouts, "\"\"", NULL, "look", "Layout",
	    "popover is a panel above the button, popout a wider one, inline stands in the page, fullscreen covers it." },
	{ "position", "position", NULL, WIDGET_CHOICE,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 0, positions, "\"bottom-right\"",
	    NULL, "look", "Corner", "Where the button is." },
	{ "width", "width", NULL, WIDGET_NUMBER, WIDGET_PUBLIC | WIDGET_EARLY,
	    280, 600, NULL, "380", NULL, "look", "Width",
	    "Of the panel, in pixels." },
	{ "height", "height", NULL, WIDGET_NUMBER, WIDGET_PUBLIC | WIDGET_EARLY,
	    400, 800, NULL, "600", NULL, "look", "Height",
	    "Of the panel, in pixels." },
	{ "font_size", "font_size", NULL, WIDGET_NUMBER, WIDGET_PUBLIC, 12, 24,
	    NULL, "13.5", NULL, "look", "Size of letters", "In pixels." },
	{ "bot_avatar_icon", "bot_avatar_icon", NULL, WIDGET_CHOICE,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 0, icons, "\"\"", NULL, "look",
	    "Icon of the bot", "Where no picture was uploaded." },
	{ "powered_by", NULL, "poweredBy", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0,
	    NULL, "true", NULL, "look", "Powered by",
	    "Shows what the chat is made with." },
	{ "language", NULL, "language", WIDGET_NAMES,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 400, NULL, "\"\"", NULL,
	    "behaviour", "Languages",
	    "Codes divided by commas; the first is used when the visitor's is not among them. Empty: the visitor's." },
	{ "start_first", NULL, "startFirst", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0,
	    NULL, "true", NULL, "behaviour", "The bot begins",
	    "The bot speaks as soon as the chat is opened; otherwise it waits for the visitor." },
	{ "stream", NULL, "stream", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "true", NULL, "behaviour", "Stream answers",
	    "Words of a model show as they come." },
	{ "verbose", NULL, "verbose", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "true", NULL, "behaviour", "Show what the bot does",
	    "Tells which tools a model uses while it works." },
	{ "tools", NULL, "tools", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "false", NULL, "behaviour", "Functions of the page",
	    "The bot may call functions that the page offers." },
	{ "unfurl", NULL, "unfurl", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "true", NULL, "behaviour", "Previews of links",
	    "Shows title and picture of pages that messages link to." },
	{ "math", NULL, "math", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL, "false",
	    NULL, "behaviour", "Formulas", "Sets formulas between $ signs." },
	{ "carousel", NULL, "carousel", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "false", NULL, "behaviour", "Carousels",
	    "Shows cards side by side; otherwise one below the other." },
	{ "form", NULL, "form", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL, "false",
	    NULL, "behaviour", "Forms",
	    "Shows forms to fill in; otherwise their questions are listed." },
	{ "attachments", NULL, "attachments", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0,
	    NULL, "false", NULL, "behaviour", "Attachments",
	    "Visitors may send pictures and documents." },
	{ "contact_collection", NULL, "contactCollection", WIDGET_BOOL,
	    WIDGET_PUBLIC, 0, 0, NULL, "false", NULL, "behaviour",
	    "Ask who it is",
	    "Asks for name and e-mail address before the first message." },
	{ "auto_scroll", NULL, "autoScroll", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0,
	    NULL, "true", NULL, "behaviour", "Follow new messages",
	    "Scrolls down when a message comes while the end is in view." },
	{ "export_conversation", NULL, "exportConversation", WIDGET_BOOL,
	    WIDGET_PUBLIC, 0, 0, NULL, "true", NULL, "behaviour", "Export",
	    "The menu offers to save the conversation." },
	{ "restart_conversation", NULL, "restartConversation", WIDGET_BOOL,
	    WIDGET_PUBLIC, 0, 0, NULL, "true", NULL, "behaviour", "Restart",
	    "The menu offers to begin again." },
	{ "maximize", NULL, "maximize", WIDGET_BOOL,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 0, NULL, "true", NULL, "behaviour",
	    "Maximise", "The menu offers a bigger panel." },
	{ "message_peek", NULL, "messagePeek", WIDGET_BOOL,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 0, NULL, "true", NULL, "behaviour",
	    "Peek",
	    "Shows new messages beside the button while the chat is closed." },
	{ "voice_in", NULL, "voiceIn", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "false", NULL, "behaviour", "Dictation",
	    "Visitors may speak instead of writing." },
	{ "voice_out", NULL, "voiceOut", WIDGET_BOOL, WIDGET_PUBLIC, 0, 0, NULL,
	    "false", NULL, "behaviour", "Reading aloud",
	    "Answers can be listened to." },
	{ "session_duration", NULL, "sessionDuration", WIDGET_NUMBER, 0, 0,
	    3600000, NULL, "null", NULL, "behaviour", "Duration of a session",
	    "Milliseconds that a token of session/create is good for. Empty or 0: one hour, which is the most." },
	{ "plugins", NULL, "plugins", WIDGET_NAMES,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 1000, NULL, "\"\"", NULL,
	    "behaviour", "Plugins",
	    "Names divided by commas; the page loads each from this server." },
	{ "allowed_paths", "allowed_paths", NULL, WIDGET_LIST,
	    WIDGET_PUBLIC | WIDGET_EARLY, 0, 100, NULL, "null", NULL, "places",
	    "Pages",
	    "Paths on which the button shows; /shop/* is all below. Empty: all." },
	{ "identity_verification", NULL, NULL, WIDGET_BOOL, WIDGET_PUBLIC, 0, 0,
	    NULL, "false", NULL, "places", "Proof of identity",
	    "Who says who they are must prove it: the page signs it with the widget's secret." },
	{ "translations", NULL, NULL, WIDGET_TRANSLATIONS, WIDGET_PUBLIC, 0, 0,
	    NULL, "null", NULL, "words", "Translations",
	    "Other words for some languages." },
};

static const char *const type_names[] = {
	[WIDGET_BOOL] = "boolean",
	[WIDGET_NUMBER] = "number",
	[WIDGET_LINE] = "line",
	[WIDGET_TEXT] = "text",
	[WIDGET_CHOICE] = "choice",
	[WIDGET_COLOR] = "color",
	[WIDGET_LIST] = "list",
	[WIDGET_NAMES] = "names",
	[WIDGET_THEME] = "theme",
	[WIDGET_TRANSLATIONS] = "translations",
};

static bool is_name(const char *name, struct str s)
{
	return name && str_eq(str_of(name), s);
}

size_t widget_option_find(struct str key)
{
	size_t i = 0;

	while (i < WIDGET_OPTIONS_MAX && !is_name(widget_options[i].key, key))
		i++;
	return i;
}

size_t widget_option_find_web(struct str name)
{
	size_t i = 0;

	while (i < WIDGET_OPTIONS_MAX && !is_name(widget_options[i].web, name))
		i++;
	return i;
}

size_t widget_option_find_camel(struct str name)
{
	size_t i = 0;

	while (
	    i < WIDGET_OPTIONS_MAX && !is_name(widget_options[i].camel, name))
		i++;
	return i;
}

static void take(
    struct pool *pool, struct str settings, struct widget_values *values)
{
	const struct json *object = NULL, *v = NULL;
	struct err ignored;
	size_t i;

	if (settings.n == 0 ||
	    json_parse(pool, settings, &object, &ignored) != ERR_OK)
		return;
	while ((v = json_next(object, v)) != NULL) {
		i = widget_option_find(json_name(v));
		if (i < WIDGET_OPTIONS_MAX && json_type(v) != JSON_NULL)
			values->json[i] = json_text(pool, v);
	}
}

void widget_values(struct pool *pool, struct str settings, struct str blueprint,
    struct widget_values *values_r)
{
	for (size_t i = 0; i < WIDGET_OPTIONS_MAX; i++)
		values_r->json[i] = str_of(widget_options[i].other);
	take(pool, blueprint, values_r);
	take(pool, settings, values_r);
}

struct str widget_value(const struct widget_values *values, const char *key)
{
	size_t i = widget_option_find(str_of(key));

	assert(i < WIDGET_OPTIONS_MAX);
	return values->json[i];
}

bool widget_value_is_true(const struct widget_values *values, const char *key)
{
	return str_eq(widget_value(values, key), STR("true"));
}

void widget_put_values(
    struct json_out *j, const struct widget_values *values, unsigned flags)
{
	for (size_t i = 0; i < WIDGET_OPTIONS_MAX; i++)
		if ((widget_options[i].flags & flags) == flags)
			json_out_json(
			    j, widget_options[i].key, values->json[i]);
}

static void put_name(struct json_out *j, const char *member, const char *name)
{
	json_out_str_or_null(j, member, name ? str_of(name) : STR_EMPTY);
}

static void put_option(struct json_out *j, const struct widget_option *o)
{
	json_out_object(j, NULL);
	json_out_cstr(j, "key", o->key);
	put_name(j, "web", o->web);
	put_name(j, "camel", o->camel);
	json_out_cstr(j, "type", type_names[o->type]);
	json_out_num(j, "min", o->min);
	json_out_num(j, "max", o->max);
	json_out_array(j, "choices");
	for (const char *const *c = o->choices; c && *c; c++)
		json_out_cstr(j, NULL, *c);
	json_out_end(j);
	json_out_json(j, "default", str_of(o->other));
	json_out_cstr(j, "group", o->group);
	json_out_cstr(j, "label", o->label);
	json_out_cstr(j, "help", o->help);
	json_out_bool(j, "public", (o->flags & WIDGET_PUBLIC) != 0);
	json_out_end(j);
}

void widget_put_options(struct json_out *j, const char *name)
{
	json_out_array(j, name);
	for (size_t i = 0; i < WIDGET_OPTIONS_MAX; i++)
		put_option(j, &widget_options[i]);
	json_out_end(j);
}
