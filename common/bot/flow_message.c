/* flow_message.c: reads what a bot says: texts, buttons, lists and media */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "base/valid.h"
#include "bot/flow_reader.h"
#include "chat/chat.h"

#define URL_MAX 2048

static const struct {
	const char *name;
	bool is_media;
} kinds[FLOW_KIND__MAX] = {
	[FLOW_TEXT] = { "text", false },
	[FLOW_BUTTONS] = { "buttons", false },
	[FLOW_LIST] = { "list", false },
	[FLOW_IMAGE] = { "image", true },
	[FLOW_DOCUMENT] = { "document", true },
	[FLOW_VIDEO] = { "video", true },
	[FLOW_AUDIO] = { "audio", true },
	[FLOW_FORM] = { "form", false },
};

static const char *sub(
    struct flow_reader *r, const char *path, const char *name)
{
	return pool_printf(r->pool, "%s.%s", path, name);
}

/* A button or a row. */
static void read_option(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_option *option)
{
	option->title =
	    str_trim(flow_read_text(r, v, "title", FLOW_TITLE_MAX, path));
	option->id = flow_read_text(r, v, "id", FLOW_TITLE_MAX, path);
	option->description =
	    flow_read_text(r, v, "description", FLOW_TITLE_MAX, path);
	if (option->title.n == 0)
		flow_error(r, path, "A button or row needs a title.");
	if (option->id.n == 0)
		option->id = option->title;
}

/* Returns how many were read. */
static size_t read_options(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_section *section)
{
	const struct json *item = NULL;

	section->n = json_count(v);
	if (json_type(v) != JSON_ARRAY || section->n == 0 ||
	    section->n > FLOW_OPTIONS_MAX) {
		flow_error(r, path, "An array of 1 to %d is wanted here.",
		    FLOW_OPTIONS_MAX);
		section->n = 0;
		return 0;
	}
	section->options =
	    pool_alloc(r->pool, section->n * sizeof(*section->options));
	for (size_t i = 0; (item = json_next(v, item)) != NULL; i++)
		read_option(r, item, pool_printf(r->pool, "%s[%zu]", path, i),
		    &section->options[i]);
	return section->n;
}

void flow_read_buttons(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_message *m)
{
	m->kind = FLOW_BUTTONS;
	m->n_sections = 1;
	m->sections = pool_alloc(r->pool, sizeof(*m->sections));
	read_options(r, v, path, m->sections);
}

static void read_sections(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_message *m)
{
	const struct json *item = NULL;
	const char *at;
	size_t rows = 0, n = json_count(v);

	if (json_type(v) != JSON_ARRAY || n == 0 || n > FLOW_OPTIONS_MAX) {
		flow_error(r, path, "A list needs 1 to %d sections.",
		    FLOW_OPTIONS_MAX);
		return;
	}
	m->n_sections = n;
	m->sections = pool_alloc(r->pool, n * sizeof(*m->sections));
	for (size_t i = 0; (item = json_next(v, item)) != NULL; i++) {
		at = pool_printf(r->pool, "%s[%zu]", path, i);
		m->sections[i].title =
		    flow_read_text(r, item, "title", FLOW_TITLE_MAX, at);
		rows += read_options(r, json_get(item, "rows"),
		    sub(r, at, "rows"), &m->sections[i]);
	}
	if (rows > FLOW_OPTIONS_MAX)
		flow_error(
		    r, path, "A list has at most %d rows.", FLOW_OPTIONS_MAX);
}

/* A template may make the whole address. */
static bool is_url(struct str url)
{
	if (str_starts(url, STR("{{")))
		return true;
	return valid_text(url, false) &&
	       (str_starts(url, STR("https://")) ||
		   str_starts(url, STR("http://")) ||
		   (str_starts(url, STR("/")) && !str_starts(url, STR("//"))));
}

static void read_media(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_message *m)
{
	m->media_url = flow_read_text(r, v, "media_url", URL_MAX, path);
	m->media_filename =
	    flow_read_text(r, v, "media_filename", FLOW_TITLE_MAX, path);
	m->text = flow_read_text(r, v, "media_caption", CHAT_CONTENT_MAX, path);
	if (!is_url(m->media_url))
		flow_error(r, sub(r, path, "media_url"),
		    "An address that begins with https://, http:// or / is "
		    "wanted here.");
}

/* The type may be left out where the members tell it. */
static bool read_kind(struct flow_reader *r, const struct json *v,
    const char *path, enum flow_kind *kind_r)
{
	struct str type = json_str(json_get(v, "type"));

	*kind_r = json_get(v, "buttons")    ? FLOW_BUTTONS
		  : json_get(v, "sections") ? FLOW_LIST
		  : json_get(v, "fields")   ? FLOW_FORM
					    : FLOW_TEXT;
	if (json_get(v, "type") == NULL && json_get(v, "media_url") == NULL)
		return true;
	for (size_t i = 0; i < FLOW_KIND__MAX; i++) {
		if (str_ieq(type, str_of(kinds[i].name))) {
			*kind_r = (enum flow_kind)i;
			return true;
		}
	}
	flow_error(r, sub(r, path, "type"),
	    "The type of a message is text, buttons, list, image, document, "
	    "video, audio or form.");
	return false;
}

/* Checked as the chat will; templates in it may still spoil it later. */
static void read_form(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_message *m)
{
	struct json_out j;
	struct buf b;
	struct err err;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "title", json_str(json_get(v, "title")));
	json_out_str(&j, "submit", json_str(json_get(v, "submit")));
	json_out_json(&j, "fields", json_text(r->pool, json_get(v, "fields")));
	json_out_end(&j);
	if (json_parse(r->pool, str_copy(r->pool, buf_str(&b)), &m->form,
		&err) != ERR_OK ||
	    chat_media_check(CHAT_FORM, STR_EMPTY, buf_str(&b), &err) != ERR_OK)
		flow_error(r, sub(r, path, "fields"), "%s", err.text);
	buf_fini(&b);
}

static void read_object(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_message *m)
{
	if (!read_kind(r, v, path, &m->kind))
		return;
	if (kinds[m->kind].is_media) {
		read_media(r, v, path, m);
		return;
	}
	m->text = flow_read_text(r, v, "text", CHAT_CONTENT_MAX, path);
	if (str_trim(m->text).n == 0)
		flow_error(r, sub(r, path, "text"), "A message needs a text.");
	if (m->kind == FLOW_FORM)
		read_form(r, v, path, m);
	if (m->kind == FLOW_BUTTONS)
		flow_read_buttons(
		    r, json_get(v, "buttons"), sub(r, path, "buttons"), m);
	if (m->kind == FLOW_LIST) {
		m->button_text =
		    flow_read_text(r, v, "button_text", FLOW_TITLE_MAX, path);
		read_sections(
		    r, json_get(v, "sections"), sub(r, path, "sections"), m);
	}
}

static void read_one(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_messages *list)
{
	struct flow_message m = { .kind = FLOW_TEXT };

	if (json_type(v) == JSON_STRING) {
		m.text = json_str(v);
		if (valid_utf8_count(m.text) > CHAT_CONTENT_MAX)
			flow_error(r, path,
			    "A message has at most %d characters.",
			    CHAT_CONTENT_MAX);
		/* "" is how editors write a state that says nothing */
		if (str_trim(m.text).n == 0)
			return;
	} else if (json_type(v) == JSON_OBJECT) {
		read_object(r, v, path, &m);
	} else {
		flow_error(r, path, "A message is a text or an object.");
		return;
	}
	list->items[list->n++] = m;
}

void flow_read_messages(struct flow_reader *r, const struct json *v,
    const char *path, struct flow_messages *list)
{
	bool is_array = json_type(v) == JSON_ARRAY;
	size_t more = is_array ? json_count(v) : 1;
	const struct json *item = NULL;
	struct flow_message *items;

	if (json_type(v) == JSON_NULL)
		return;
	if (list->n + more > FLOW_MESSAGES_MAX) {
		flow_error(r, path, "At most %d messages may stand here.",
		    FLOW_MESSAGES_MAX);
		return;
	}
	items = pool_alloc(r->pool, (list->n + more + 1) * sizeof(*items));
	if (list->n > 0)
		memcpy(items, list->items, list->n * sizeof(*items));
	list->items = items;
	if (!is_array)
		read_one(r, v, path, list);
	for (size_t i = 0; is_array && (item = json_next(v, item)); i++)
		read_one(
		    r, item, pool_printf(r->pool, "%s[%zu]", path, i), list);
}
