/* generic.c: messages of the chat as Sarufi's GenericMessage */
/* SPDX-License-Identifier: MIT */
#include "bot/generic.h"

#include "base/json_in.h"

static void put_options(struct json_out *j, const char *name,
    const struct json *options, bool is_list)
{
	const struct json *o = NULL;
	struct str label, value, description;

	json_out_array(j, name);
	while ((o = json_next(options, o)) != NULL) {
		label = json_str(json_get(o, "label"));
		value = json_str(json_get(o, "value"));
		description = json_str(json_get(o, "description"));
		json_out_object(j, NULL);
		json_out_str(j, "id", value.n > 0 ? value : label);
		json_out_str(j, "title", label);
		if (is_list && description.n > 0)
			json_out_str(j, "description", description);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put_section(
    struct json_out *j, struct str title, const struct json *options)
{
	json_out_object(j, NULL);
	json_out_str(j, "title", title);
	put_options(j, "rows", options, true);
	json_out_end(j);
}

static void put_list(struct json_out *j, const struct json *media)
{
	const struct json *sections = json_get(media, "sections"), *s = NULL;

	json_out_str(
	    j, "button_text", json_str(json_get(media, "placeholder")));
	json_out_array(j, "sections");
	while ((s = json_next(sections, s)) != NULL)
		put_section(
		    j, json_str(json_get(s, "title")), json_get(s, "options"));
	if (json_count(sections) == 0)
		put_section(j, STR_EMPTY, json_get(media, "options"));
	json_out_end(j);
}

static const char *type_of(
    const struct chat_message *m, const struct json *media)
{
	struct str mime = json_str(json_get(media, "mime_type"));

	if (m->content_type == CHAT_QUICK_BUTTON)
		return "buttons";
	if (m->content_type == CHAT_DROPDOWN || m->content_type == CHAT_LIST)
		return "list";
	if (m->content_type == CHAT_IMAGE)
		return "image";
	if (m->content_type == CHAT_VIDEO)
		return "video";
	if (m->content_type == CHAT_AUDIO)
		return "audio";
	if (m->content_type != CHAT_FILE)
		return "text";
	return str_starts(mime, STR("image/"))	 ? "image"
	       : str_starts(mime, STR("video/")) ? "video"
	       : str_starts(mime, STR("audio/")) ? "audio"
						 : "document";
}

static void put_file(struct json_out *j, const struct chat_message *m,
    const struct json *media, const char *type)
{
	json_out_str(j, "media_url", json_str(json_get(media, "url")));
	if (strcmp(type, "document") == 0)
		json_out_str(
		    j, "media_filename", json_str(json_get(media, "filename")));
	if (m->content.n > 0)
		json_out_str(j, "media_caption", m->content);
}

/* Below the content a line for each: the titles of cards, labels of fields. */
static struct str text_with(struct pool *pool, const struct chat_message *m,
    const struct json *list, const char *member)
{
	const struct json *item = NULL;
	struct str text = m->content;

	while ((item = json_next(list, item)) != NULL) {
		struct str title = json_str(json_get(item, member));

		text = str_of(pool_printf(pool, "%.*s%s%.*s", STR_ARG(text),
		    text.n > 0 ? "\n" : "", STR_ARG(title)));
	}
	return text;
}

static const struct json *read_media(
    struct pool *pool, const struct chat_message *m)
{
	const struct json *media = NULL;

	if (m->rich_media.n > 0 &&
	    json_parse(pool, m->rich_media, &media, NULL) != ERR_OK)
		return NULL;
	return media;
}

const char *generic_type(struct pool *pool, const struct chat_message *m)
{
	return type_of(m, read_media(pool, m));
}

void generic_put(struct json_out *j, const char *name, struct pool *pool,
    const struct chat_message *m)
{
	const struct json *media = read_media(pool, m);
	struct str text = m->content;

	json_out_object(j, name);
	json_out_cstr(j, "type", type_of(m, media));
	if (m->content_type == CHAT_IMAGE || m->content_type == CHAT_FILE ||
	    m->content_type == CHAT_VIDEO || m->content_type == CHAT_AUDIO) {
		put_file(j, m, media, type_of(m, media));
		json_out_end(j);
		return;
	}
	if (m->content_type == CHAT_CAROUSEL)
		text = text_with(pool, m, json_get(media, "cards"), "title");
	else if (m->content_type == CHAT_FORM)
		text = text_with(pool, m, json_get(media, "fields"), "label");
	json_out_str(j, "text", text);
	if (m->content_type == CHAT_QUICK_BUTTON)
		put_options(j, "buttons", json_get(media, "buttons"), false);
	else if (m->content_type == CHAT_DROPDOWN ||
		 m->content_type == CHAT_LIST)
		put_list(j, media);
	json_out_end(j);
}
