/* widget_config.c: what a loader draws before the chat is opened */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"
#include "base/valid.h"
#include "chat/site.h"
#include "handlers.h"
#include "page.h"
#include "whence.h"

#define WORDS	      "widget/words.json" /* and icons: www/build.mjs */
#define TOKEN_MAX     128
#define LANGUAGES_MAX 10  /* that are looked at */
#define CODE_MAX      35  /* bytes of one (RFC 5646 §4.4.1) */
#define PEEK_MAX      3	  /* lines of the card beside the button */
#define PEEK_LINE_MAX 200 /* characters */

struct asking {
	struct str key;
	struct str widget;
	const struct json *languages;
};

static enum err_code read_body(
    struct req *req, struct asking *in, struct err *err)
{
	const struct json *body;
	struct json_fields f;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	json_fields_init(&f, body);
	in->key = json_fields_str(&f, "key", 0, TOKEN_MAX);
	in->widget = json_fields_str(&f, "widget", 0, TOKEN_MAX);
	in->languages = json_fields_get(&f, "languages", JSON_ARRAY);
	return json_fields_end(&f, err);
}

/* Who is refused learns nothing of what there is. */
static enum err_code find_site(struct req *req, const struct asking *in,
    struct integration *site_r, struct err *err)
{
	enum err_code code;
	struct id id;

	if (in->key.n || !id_parse(in->widget, &id))
		return site_by_token(req->db, req->pool, in->key, site_r, err);
	code = site_by_widget(req->db, req->pool, id, site_r, err);
	if (code == ERR_NOT_FOUND)
		return err_set(err, ERR_FORBIDDEN, "There is no such widget.");
	return code;
}

/* ------------------------------------------------------------- language */

static struct str lower(struct pool *pool, struct str s)
{
	char *p = pool_alloc(pool, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 32)
						      : s.p[i];
	return str_make(p, s.n);
}

static bool is_listed(struct str list, struct str code)
{
	struct str one;

	if (!list.n)
		return true;
	while (list.n && str_split(&list, ',', &one))
		if (str_ieq(str_trim(one), code))
			return true;
	return false;
}

static const struct json *find_words(
    struct pool *pool, const struct json *words, struct str code)
{
	return json_get(words, pool_printf(pool, "%.*s", STR_ARG(code)));
}

/* "sw-KE" is "sw" where there is no "sw-ke". */
static const struct json *try_language(struct pool *pool,
    const struct json *words, struct str list, struct str wanted,
    struct str *code_r)
{
	struct str code = lower(pool, str_trim(wanted));
	const struct json *found = NULL;

	if (code.n > CODE_MAX)
		return NULL;
	for (;;) {
		if (is_listed(list, code))
			found = find_words(pool, words, code);
		*code_r = code;
		if (found || str_index(code, '-') == code.n)
			return found;
		code = str_head(code, str_index(code, '-'));
	}
}

static const struct json *choose_words(struct pool *pool,
    const struct json *words, struct str list, const struct json *wanted,
    struct str *code_r)
{
	const struct json *found = NULL;
	struct str one, rest = list;

	for (size_t i = 0; !found && i < LANGUAGES_MAX && json_at(wanted, i);
	     i++)
		found = try_language(
		    pool, words, list, json_str(json_at(wanted, i)), code_r);
	while (!found && rest.n && str_split(&rest, ',', &one))
		found = try_language(pool, words, STR_EMPTY, one, code_r);
	if (!found) {
		*code_r = STR("en");
		found = json_get(words, "en");
	}
	return found;
}

/* --------------------------------------------------------------- answer */

static struct str text_of(
    struct pool *pool, const struct widget_values *values, const char *key)
{
	const struct json *v;
	struct err ignored;

	if (json_parse(pool, widget_value(values, key), &v, &ignored))
		return STR_EMPTY;
	return json_str(v);
}

/* The first lines of what the chat will say. */
static void put_peek(
    struct pool *pool, struct json_out *j, const struct widget_values *values)
{
	struct str rest = text_of(pool, values, "initial"), line;
	size_t n = 0;

	if (!str_trim(rest).n)
		rest = text_of(pool, values, "greeting");
	if (!widget_value_is_true(values, "message_peek"))
		rest = STR_EMPTY;
	json_out_array(j, "peek");
	while (n < PEEK_MAX && rest.n && str_split(&rest, '\n', &line)) {
		line = valid_utf8_head(str_trim(line), PEEK_LINE_MAX);
		if (!line.n)
			continue;
		json_out_str(j, NULL, line);
		n++;
	}
	json_out_end(j);
}

static enum err_code put_answer(struct req *req, struct resp *resp,
    const struct integration *site, const struct asking *in, struct err *err)
{
	const struct json *words;
	struct widget_values values;
	struct str text, code_text, icon;
	struct json_out *j;
	enum err_code code = page_read(req, WORDS, &text, err);

	if (!code)
		code = json_parse(req->pool, text, &words, err);
	if (code)
		return err_set(
		    err, ERR_INTERNAL, "The words are not installed.");
	site_values(req->pool, site, &values);
	icon = json_str(json_get(json_get(words, "icons"),
	    pool_printf(req->pool, "%.*s",
		STR_ARG(text_of(req->pool, &values, "bot_avatar_icon")))));
	words = choose_words(req->pool, json_get(words, "words"),
	    text_of(req->pool, &values, "language"), in->languages, &code_text);
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_ulid(j, "widget_id", site->id);
	json_out_str(j, "language", code_text);
	json_out_json(j, "words", json_text(req->pool, words));
	json_out_str(j, "icon", icon);
	json_out_object(j, "settings");
	widget_put_values(j, &values, WIDGET_EARLY);
	json_out_end(j);
	put_peek(req->pool, j, &values);
	json_out_end(j);
	return ERR_OK;
}

enum err_code widget_config(struct req *req, struct resp *resp, struct err *err)
{
	struct integration site = { 0 };
	struct asking in = { 0 };
	enum err_code code = read_body(req, &in, err);

	if (!code)
		code = find_site(req, &in, &site, err);
	if (!code)
		code =
		    whence_check_listed(req, site.allowed_origins, true, err);
	return code ? code : put_answer(req, resp, &site, &in, err);
}
