/* render.c: what a bot says as a message of the chat */
/* SPDX-License-Identifier: MIT */
#include "bot/render.h"

#include "base/json_out.h"
#include "chat/chat.h"

static const struct {
	const char *ext;
	const char *mime;
} mimes[] = {
	{ ".pdf", "application/pdf" },
	{ ".txt", "text/plain" },
	{ ".csv", "text/csv" },
	{ ".zip", "application/zip" },
	{ ".doc", "application/msword" },
	{ ".docx",
	    "application/"
	    "vnd.openxmlformats-officedocument.wordprocessingml.document" },
	{ ".xls", "application/vnd.ms-excel" },
	{ ".xlsx", "application/"
		   "vnd.openxmlformats-officedocument.spreadsheetml.sheet" },
	{ ".mp4", "video/mp4" },
	{ ".mov", "video/quicktime" },
	{ ".webm", "video/webm" },
	{ ".webm", "audio/webm" },
	{ ".ogg", "video/ogg" },
	{ ".ogg", "audio/ogg" },
	{ ".3gp", "video/3gpp" },
	{ ".mp3", "audio/mpeg" },
	{ ".m4a", "audio/mp4" },
	{ ".aac", "audio/aac" },
	{ ".wav", "audio/wav" },
};

/* The last part of the address's path. */
static struct str url_file(struct str url)
{
	size_t slash;

	url = str_head(url, MIN_OF(str_index(url, '?'), str_index(url, '#')));
	for (slash = url.n; slash > 0 && url.p[slash - 1] != '/'; slash--)
		;
	return str_from(url, slash);
}

/* By the file's ending; a video or audio stays one whatever that says. */
static const char *mime_of(enum flow_kind kind, struct str file)
{
	const char *family = kind == FLOW_VIDEO	  ? "video/"
			     : kind == FLOW_AUDIO ? "audio/"
						  : "";
	struct str ext;

	for (size_t i = 0; i < COUNT_OF(mimes); i++) {
		ext = str_of(mimes[i].ext);
		if (file.n > ext.n &&
		    str_ieq(str_from(file, file.n - ext.n), ext) &&
		    str_starts(str_of(mimes[i].mime), str_of(family)))
			return mimes[i].mime;
	}
	if (kind == FLOW_VIDEO)
		return "video/mp4";
	return kind == FLOW_AUDIO ? "audio/mpeg" : "application/octet-stream";
}

/* A title that came out empty offers nothing to press. */
static void put_options(struct json_out *j, const char *name,
    const struct flow_section *sections, size_t n)
{
	const struct flow_option *o;

	json_out_array(j, name);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < sections[i].n; k++) {
			o = &sections[i].options[k];
			if (str_trim(o->title).n == 0)
				continue;
			json_out_object(j, NULL);
			json_out_str(j, "label", o->title);
			json_out_str(j, "value", o->id);
			if (o->description.n > 0)
				json_out_str(j, "description", o->description);
			json_out_end(j);
		}
	}
	json_out_end(j);
}

static void put_list(struct json_out *j, const struct flow_message *m)
{
	if (m->button_text.n > 0)
		json_out_str(j, "placeholder", m->button_text);
	put_options(j, "options", m->sections, m->n_sections);
	json_out_array(j, "sections");
	for (size_t i = 0; i < m->n_sections; i++) {
		json_out_object(j, NULL);
		json_out_str(j, "title", m->sections[i].title);
		put_options(j, "options", &m->sections[i], 1);
		json_out_end(j);
	}
	json_out_end(j);
}

static void put_file(struct json_out *j, const struct flow_message *m)
{
	struct str file = url_file(m->media_url);
	const char *mime = mime_of(m->kind, file);

	if (m->media_filename.n > 0) {
		/* the address may be that of a script */
		if (str_index(file, '.') == file.n)
			mime = mime_of(m->kind, m->media_filename);
		file = m->media_filename;
	}
	json_out_str(j, "url", m->media_url);
	json_out_str(j, "filename", file.n > 0 ? file : STR("file"));
	json_out_cstr(j, "mime_type", mime);
}

static enum chat_content put_media(
    struct json_out *j, const struct flow_message *m)
{
	switch (m->kind) {
	case FLOW_BUTTONS:
		put_options(j, "buttons", m->sections, m->n_sections);
		return CHAT_QUICK_BUTTON;
	case FLOW_LIST:
		put_list(j, m);
		return CHAT_LIST;
	case FLOW_IMAGE:
		json_out_str(j, "url", m->media_url);
		json_out_str(j, "alt", m->text);
		return CHAT_IMAGE;
	case FLOW_DOCUMENT:
		put_file(j, m);
		return CHAT_FILE;
	case FLOW_VIDEO:
		put_file(j, m);
		return CHAT_VIDEO;
	case FLOW_AUDIO:
		put_file(j, m);
		return CHAT_AUDIO;
	case FLOW_FORM:
		return CHAT_FORM;
	case FLOW_TEXT:
	case FLOW_KIND__MAX:
		break;
	}
	return CHAT_TEXT;
}

bool render_message(
    struct pool *pool, const struct flow_message *m, struct chat_message *out)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	out->content_type = put_media(&j, m);
	json_out_end(&j);
	out->content = m->text;
	out->rich_media = STR_EMPTY;
	if (out->content_type == CHAT_FORM)
		out->rich_media = m->form_json;
	else if (out->content_type != CHAT_TEXT)
		out->rich_media = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	if (chat_media_check(out->content_type, out->content, out->rich_media,
		NULL) == ERR_OK)
		return true;
	out->content_type = CHAT_TEXT;
	out->rich_media = STR_EMPTY;
	return chat_media_check(CHAT_TEXT, out->content, STR_EMPTY, NULL) ==
	       ERR_OK;
}
