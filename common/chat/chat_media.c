/* chat_media.c: what may stand in the rich_media of each content type */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/valid.h"
#include "chat/chat.h"
#include "chat/chat_form.h"

#define ITEMS_MAX      50   /* buttons, options or cards */
#define LABEL_MAX      200  /* code points of a label, title or name */
#define VALUE_MAX      1000 /* code points of a value, subtitle or text */
#define URL_MAX	       2048 /* bytes */
#define SIZE_MAX_BYTES (INT64_C(1) << 40)
#define SIDE_MAX       16384 /* pixels */

/* One walk over one rich_media; the first fault sticks. */
struct walk {
	const char *type;
	struct err *err;
	enum err_code code;
};

static void fault(struct walk *w, const char *name, const char *what)
{
	if (w->code == ERR_OK)
		w->code = err_set(w->err, ERR_BAD_REQUEST,
		    "rich_media of %s: %s %s.", w->type, name, what);
}

/* Text of min..max characters; absent or null is fine when min is 0. */
static struct str text(struct walk *w, const struct json *object,
    const char *name, size_t min, size_t max)
{
	const struct json *v = json_get(object, name);
	struct str s = json_str(v);

	if (json_type(v) == JSON_NULL) {
		if (min > 0)
			fault(w, name, "is missing");
		return STR_EMPTY;
	}
	if (json_type(v) != JSON_STRING)
		fault(w, name, "must be a text");
	else if (!valid_text(s, true))
		fault(w, name, "has control characters");
	else if (valid_utf8_count(s) < min)
		fault(w, name, "is empty");
	else if (valid_utf8_count(s) > max)
		fault(w, name, "is too long");
	return s;
}

/*
 * http, https or a path on our own origin. "//host" and "/\host" are taken by
 * browsers for another host, "javascript:" for code.
 */
static bool url_is_fine(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '\\' ||
		    s.p[i] == 0x7f)
			return false;
	if (str_ieq(str_head(s, 8), STR("https://")))
		return s.n > 8;
	if (str_ieq(str_head(s, 7), STR("http://")))
		return s.n > 7;
	return s.n > 0 && s.p[0] == '/' && !(s.n > 1 && s.p[1] == '/');
}

static void url(
    struct walk *w, const struct json *object, const char *name, bool is_needed)
{
	struct str s = text(w, object, name, is_needed ? 1 : 0, URL_MAX);

	if (s.n > 0 && !url_is_fine(s))
		fault(w, name, "must be an http(s) URL or a path");
}

/* The array of that name, or NULL when it is absent and not needed. */
static const struct json *items(
    struct walk *w, const struct json *object, const char *name, bool is_needed)
{
	const struct json *v = json_get(object, name);

	if (json_type(v) == JSON_NULL && !is_needed)
		return NULL;
	if (json_type(v) != JSON_ARRAY)
		fault(w, name, "must be an array");
	else if (json_count(v) == 0 && is_needed)
		fault(w, name, "is empty");
	else if (json_count(v) > ITEMS_MAX)
		fault(w, name, "has more than 50 items");
	return w->code == ERR_OK ? v : NULL;
}

/* [{label, value}]: buttons and options. */
static void choices(
    struct walk *w, const struct json *object, const char *name, bool is_needed)
{
	const struct json *list = items(w, object, name, is_needed);
	const struct json *item = NULL;

	while ((item = json_next(list, item)) != NULL) {
		if (json_type(item) != JSON_OBJECT)
			fault(w, name, "must hold objects");
		text(w, item, "label", 1, LABEL_MAX);
		text(w, item, "value", 0, VALUE_MAX);
		text(w, item, "description", 0, VALUE_MAX);
	}
}

static void whole(struct walk *w, const struct json *object, const char *name,
    int64_t min, int64_t max, const char *what)
{
	const struct json *v = json_get(object, name);
	int64_t n;

	if (json_type(v) != JSON_NULL && !json_i64(v, min, max, &n))
		fault(w, name, what);
}

/* How large a picture is, so that its place can be kept. */
static void sides(struct walk *w, const struct json *v)
{
	whole(w, v, "width", 1, SIDE_MAX, "must be a number of pixels");
	whole(w, v, "height", 1, SIDE_MAX, "must be a number of pixels");
}

static void check_text(struct walk *w, const struct json *v)
{
	const struct json *form = json_get(v, "form");
	struct str form_id = json_str(json_get(form, "message_id"));
	struct id id;

	text(w, v, "value", 0, VALUE_MAX); /* of the button that was clicked */
	if (json_type(form) == JSON_NULL)
		return;
	if (json_type(form) != JSON_OBJECT || !id_parse(form_id, &id))
		fault(w, "form", "must name a form by its message_id");
	if (json_type(json_get(form, "values")) != JSON_OBJECT)
		fault(w, "form", "must have its values as an object");
}

static void check_image(struct walk *w, const struct json *v)
{
	url(w, v, "url", true);
	text(w, v, "alt", 0, VALUE_MAX);
	sides(w, v);
}

static void file_of(struct walk *w, const struct json *v, size_t name_min)
{
	url(w, v, "url", true);
	text(w, v, "filename", name_min, LABEL_MAX);
	text(w, v, "mime_type", 0, LABEL_MAX);
	whole(w, v, "size", 0, SIZE_MAX_BYTES, "must be a number of bytes");
}

static void check_file(struct walk *w, const struct json *v)
{
	file_of(w, v, 1);
}

static void check_video(struct walk *w, const struct json *v)
{
	file_of(w, v, 0);
	url(w, v, "poster", false);
	text(w, v, "alt", 0, VALUE_MAX);
	sides(w, v);
}

static void check_audio(struct walk *w, const struct json *v)
{
	file_of(w, v, 0);
	text(w, v, "alt", 0, VALUE_MAX);
}

static void check_quick_button(struct walk *w, const struct json *v)
{
	choices(w, v, "buttons", true);
}

static void check_carousel(struct walk *w, const struct json *v)
{
	const struct json *cards = items(w, v, "cards", true);
	const struct json *card = NULL;

	while ((card = json_next(cards, card)) != NULL) {
		if (json_type(card) != JSON_OBJECT)
			fault(w, "cards", "must hold objects");
		url(w, card, "image_url", false);
		text(w, card, "title", 1, LABEL_MAX);
		text(w, card, "subtitle", 0, VALUE_MAX);
		choices(w, card, "buttons", false);
	}
}

static void check_dropdown(struct walk *w, const struct json *v)
{
	text(w, v, "placeholder", 0, LABEL_MAX);
	choices(w, v, "options", true);
}

/* The rows of all sections, which also stand in options for those who know
 * dropdowns only. */
static void check_list(struct walk *w, const struct json *v)
{
	const struct json *sections, *section = NULL;
	size_t n = 0;

	text(w, v, "placeholder", 0, LABEL_MAX);
	choices(w, v, "options", false);
	sections = items(w, v, "sections", true);
	while ((section = json_next(sections, section)) != NULL) {
		if (json_type(section) != JSON_OBJECT)
			fault(w, "sections", "must hold objects");
		text(w, section, "title", 0, LABEL_MAX);
		choices(w, section, "options", true);
		n += json_count(json_get(section, "options"));
	}
	if (n > ITEMS_MAX)
		fault(w, "sections", "have more than 50 options");
}

static void check_form(struct walk *w, const struct json *v)
{
	const struct json *fields = items(w, v, "fields", true), *field = NULL;
	const char *what;

	text(w, v, "title", 0, LABEL_MAX);
	text(w, v, "submit", 0, LABEL_MAX);
	while ((field = json_next(fields, field)) != NULL) {
		if (json_type(field) != JSON_OBJECT)
			fault(w, "fields", "must hold objects");
		text(w, field, "label", 1, LABEL_MAX);
		text(w, field, "placeholder", 0, LABEL_MAX);
		text(w, field, "help", 0, VALUE_MAX);
		choices(w, field, "options", false);
	}
	what = w->code == ERR_OK ? chat_form_fault(v) : NULL;
	if (what != NULL)
		fault(w, "fields", what);
}

static const struct {
	bool is_needed; /* nothing to show without rich_media */
	void (*check)(struct walk *w, const struct json *v);
} rules[CHAT_CONTENT__MAX] = {
	[CHAT_TEXT] = { false, check_text },
	[CHAT_IMAGE] = { true, check_image },
	[CHAT_FILE] = { true, check_file },
	[CHAT_QUICK_BUTTON] = { true, check_quick_button },
	[CHAT_CAROUSEL] = { true, check_carousel },
	[CHAT_DROPDOWN] = { true, check_dropdown },
	[CHAT_LIST] = { true, check_list },
	[CHAT_VIDEO] = { true, check_video },
	[CHAT_AUDIO] = { true, check_audio },
	[CHAT_FORM] = { true, check_form },
};

static enum err_code check_content(enum chat_content type, struct str content,
    bool may_be_empty, struct err *err)
{
	if (!valid_text(content, true))
		return err_set(err, ERR_BAD_REQUEST,
		    "content must be UTF-8 without control characters.");
	if (valid_utf8_count(content) > CHAT_CONTENT_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "content is longer than %d characters.", CHAT_CONTENT_MAX);
	if (type == CHAT_TEXT && !may_be_empty && str_trim(content).n == 0)
		return err_set(err, ERR_BAD_REQUEST, "content is empty.");
	return ERR_OK;
}

/* The content of an answer to a form is written by the server. */
static bool is_form_answer(enum chat_content type, struct str rich_media)
{
	struct pool *pool;
	bool is;

	if (type != CHAT_TEXT || rich_media.n == 0 ||
	    rich_media.n > CHAT_RICH_MEDIA_MAX)
		return false;
	pool = pool_new();
	is = !id_is_none(chat_form_answered(pool, rich_media));
	pool_free(&pool);
	return is;
}

enum err_code chat_media_check(enum chat_content type, struct str content,
    struct str rich_media, struct err *err)
{
	struct walk w = { .err = err };
	const struct json *v;
	struct pool *pool;

	assert((unsigned)type < CHAT_CONTENT__MAX);
	w.type = chat_content_name(type);
	w.code = check_content(type, content,
	    str_trim(content).n == 0 && is_form_answer(type, rich_media), err);
	if (w.code != ERR_OK)
		return w.code;
	if (rich_media.n == 0 && rules[type].is_needed)
		return err_set(err, ERR_BAD_REQUEST,
		    "content_type %s needs rich_media.", w.type);
	if (rich_media.n == 0)
		return ERR_OK;
	if (rich_media.n > CHAT_RICH_MEDIA_MAX)
		return err_set(
		    err, ERR_BAD_REQUEST, "rich_media is too large.");
	pool = pool_new();
	w.code = json_parse(pool, rich_media, &v, err);
	if (w.code == ERR_OK && json_type(v) != JSON_OBJECT)
		w.code = err_set(
		    err, ERR_BAD_REQUEST, "rich_media must be an object.");
	if (w.code == ERR_OK)
		rules[type].check(&w, v);
	pool_free(&pool);
	return w.code;
}
