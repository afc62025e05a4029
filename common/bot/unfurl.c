/* unfurl.c: what a page says of itself, for a card below a link to it */
/* SPDX-License-Identifier: MIT */
#include "bot/unfurl.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "base/valid.h"
#include "bot/kb_charset.h"
#include "bot/kb_fetch.h"
#include "bot/kb_html.h"
#include "net/http.h"
#include "net/http_url.h"

enum { TITLE, TEXT, IMAGE, SITE, PART__MAX };

/* By what names pages call them, the best first. */
static const struct {
	const char *name;
	int part;
} names[] = {
	{ "og:title", TITLE },
	{ "twitter:title", TITLE },
	{ "title", TITLE },
	{ "og:description", TEXT },
	{ "twitter:description", TEXT },
	{ "description", TEXT },
	{ "og:image:secure_url", IMAGE },
	{ "og:image", IMAGE },
	{ "twitter:image", IMAGE },
	{ "twitter:image:src", IMAGE },
	{ "og:site_name", SITE },
};

struct found {
	struct pool *pool;
	struct str texts[PART__MAX];
	size_t ranks[PART__MAX]; /* place in names; the first one counts */
};

static void take(void *arg, struct str name, struct str content)
{
	struct found *f = arg;
	struct str text = str_trim(content);

	for (size_t i = 0; i < COUNT_OF(names) && text.n; i++) {
		int part = names[i].part;

		if (!str_ieq(name, str_of(names[i].name)) ||
		    (f->texts[part].n && f->ranks[part] <= i))
			continue;
		f->texts[part] = str_copy(f->pool, text);
		f->ranks[part] = i;
	}
}

/* One line of at most so many characters: blanks are one, controls are none. */
static struct str line(struct pool *pool, struct str s, size_t max)
{
	struct str clean;
	bool ok, is_blank = true;
	struct buf b;

	buf_init(&b, 0);
	while (s.n) {
		size_t n = valid_utf8_char(s, &ok);

		if (n == 1 && strchr(" \t\r\n\f", s.p[0]) && s.p[0]) {
			if (!is_blank)
				buf_byte(&b, ' ');
			is_blank = true;
		} else if (ok && valid_text(str_head(s, n), false)) {
			buf_put(&b, str_head(s, n));
			is_blank = false;
		}
		s = str_from(s, n);
	}
	clean = str_trim(str_copy(pool, buf_str(&b)));
	buf_fini(&b);
	return valid_utf8_head(clean, max);
}

/* By https only: nobody between may see or change what the visitor is shown. */
static struct str image_of(struct pool *pool, struct str base, struct str src)
{
	struct str url;

	if (!src.n || http_url_join(pool, base, src, &url, NULL) != ERR_OK ||
	    url.n > HTTP_URL_MAX || !valid_text(url, false) ||
	    !str_starts(url, STR("https://")))
		return STR_EMPTY;
	return url;
}

struct str unfurl_read(struct pool *pool, struct str url, struct str html)
{
	struct found f = { .pool = pool };
	struct str title, more, site, image, text;
	struct json_out j;
	struct buf b;

	if (kb_html_meta(html, take, &f, NULL) != ERR_OK)
		return STR_EMPTY;
	title = line(pool, f.texts[TITLE], UNFURL_TITLE_MAX);
	if (!title.n)
		return STR_EMPTY;
	more = line(pool, f.texts[TEXT], UNFURL_TEXT_MAX);
	site = line(pool, f.texts[SITE], UNFURL_TITLE_MAX);
	image = image_of(pool, url, f.texts[IMAGE]);
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "url", url);
	json_out_str(&j, "title", title);
	if (more.n)
		json_out_str(&j, "description", more);
	if (image.n)
		json_out_str(&j, "image", image);
	if (site.n)
		json_out_str(&j, "site_name", site);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

static bool is_time_left(void *arg)
{
	return clock_mono_ms() < *(int64_t *)arg;
}

enum err_code unfurl(const struct settings *s, struct pool *pool,
    struct str url, struct str *json_r, struct err *err)
{
	int64_t until_ms = clock_mono_ms() + UNFURL_MS;
	struct http_response page = { .status = 0 };
	struct str type, media;
	enum err_code code =
	    kb_fetch_page(s, pool, &url, is_time_left, &until_ms, &page, err);

	*json_r = STR_EMPTY;
	if (code != ERR_OK || page.status < 200 || page.status > 299)
		return code;
	type = http_header(&page, "content-type");
	media = str_trim(str_head(type, str_index(type, ';')));
	if (str_ieq(media, STR("text/html")) ||
	    str_ieq(media, STR("application/xhtml+xml")))
		*json_r = unfurl_read(
		    pool, url, kb_charset_read(pool, page.body, type, true));
	return ERR_OK;
}
