/* kb_fetch.c: pages of the web for knowledge bases */
/* SPDX-License-Identifier: MIT */
#include "bot/kb_fetch.h"

#include "bot/kb_charset.h"
#include "bot/kb_html.h"
#include "bot/kb_markdown.h"
#include "net/http.h"
#include "net/http_url.h"

#define HTTPS "https://"

static const struct http_header headers[] = {
	{ STR_INIT("Accept"),
	    STR_INIT("text/html, application/xhtml+xml, text/markdown, "
		     "text/plain;q=0.9") },
	{ STR_INIT("User-Agent"), STR_INIT("Baraza/" BARAZA_VERSION) },
};

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 ||
	       status == 307 || status == 308;
}

static enum err_code judge(int status, struct err *err)
{
	if (status >= 200 && status < 300)
		return ERR_OK;
	if (status == 408 || status == 425 || status == 429 || status >= 500)
		return err_set(err, ERR_UNAVAILABLE,
		    "The server answered with status %d.", status);
	return err_set(err,
	    status == 404 || status == 410 ? ERR_NOT_FOUND : ERR_FORBIDDEN,
	    "The server answered with status %d.", status);
}

static enum err_code get(const struct settings *s, struct pool *pool,
    struct str url, bool (*tick)(void *), void *arg,
    struct http_response *page_r, struct err *err)
{
	const struct http_request request = {
		.method = "GET",
		.url = url,
		.n_headers = COUNT_OF(headers),
		.headers = headers,
		.timeout_ms = KB_FETCH_MS,
		.answer_max = KB_PAGE_MAX,
		.tick = tick,
		.arg = arg,
	};

	return http_send(s, pool, &request, page_r, err);
}

enum err_code kb_fetch_page(const struct settings *s, struct pool *pool,
    struct str *url, bool (*tick)(void *), void *arg,
    struct http_response *page_r, struct err *err)
{
	enum err_code code = get(s, pool, *url, tick, arg, page_r, err);
	struct str next;

	for (int i = 0; code == ERR_OK && is_redirect(page_r->status); i++) {
		if (i == KB_REDIRECTS_MAX)
			return err_set(err, ERR_BAD_REQUEST,
			    "The page leads on more than %d times.",
			    KB_REDIRECTS_MAX);
		code = http_url_join(
		    pool, *url, http_header(page_r, "location"), &next, err);
		if (code == ERR_OK && str_starts(*url, STR(HTTPS)) &&
		    !str_starts(next, STR(HTTPS)))
			return err_set(err, ERR_BAD_REQUEST,
			    "The page leads from https to http.");
		if (code == ERR_OK)
			code = get(s, pool, next, tick, arg, page_r, err);
		*url = next;
	}
	return code;
}

static enum err_code read_page(struct pool *pool,
    const struct http_response *page, struct kb_doc *doc, struct err *err)
{
	struct str type = http_header(page, "content-type"), media;
	bool is_html;

	media = str_trim(str_head(type, str_index(type, ';')));
	is_html = str_ieq(media, STR("text/html")) ||
		  str_ieq(media, STR("application/xhtml+xml"));
	if (is_html)
		return kb_html_read(
		    kb_charset_read(pool, page->body, type, true), doc, err);
	if (str_ieq(media, STR("text/plain")) ||
	    str_ieq(media, STR("text/markdown")) ||
	    str_ieq(media, STR("text/x-markdown")))
		return kb_markdown_read(
		    kb_charset_read(pool, page->body, type, false), doc, err);
	return err_set(err, ERR_MEDIA_TYPE,
	    "The page is neither HTML nor Markdown nor plain text, but "
	    "“%.*s”.",
	    STR_ARG(str_head(media, 100)));
}

enum err_code kb_fetch(const struct settings *s, struct str url,
    bool (*tick)(void *arg), void *arg, struct kb_doc *doc, struct err *err)
{
	struct http_response page = { .status = 0 };
	struct pool *pool = pool_new();
	enum err_code code =
	    kb_fetch_page(s, pool, &url, tick, arg, &page, err);

	if (code == ERR_OK)
		code = judge(page.status, err);
	if (code == ERR_OK)
		code = read_page(pool, &page, doc, err);
	pool_free(&pool);
	return code;
}
