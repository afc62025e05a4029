/* http_url.c: a URL that was read and judged once, for the request itself */
/* SPDX-License-Identifier: MIT */
#include "net/http_url.h"

#include "base/buf.h"
#include "net/http.h"
#include "net/http_curl.h"

/* A part of it in the pool; empty when there is none. */
static struct str get_part(
    CURLU *u, struct pool *pool, CURLUPart part, unsigned flags)
{
	struct str s = STR_EMPTY;
	char *text = NULL;

	if (http_curl()->url_get(u, part, &text, flags) == CURLUE_OK)
		s = str_copy(pool, str_of(text));
	http_curl()->free(text);
	return s;
}

/* What parsers see in different ways is in none: blanks, control characters,
 * backslashes, hosts in other letters and digits than ASCII's (their names have
 * an xn-- spelling). Other letters in the rest are written as browsers do. */
static bool normalise(struct pool *pool, struct str text, struct str *out_r)
{
	size_t slashes = str_search(text, STR("://"));
	size_t host = slashes < text.n ? slashes + 3 : text.n;
	size_t path = host;
	struct buf b;

	while (path < text.n && strchr("/?#", text.p[path]) == NULL)
		path++;
	buf_init(&b, 0);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c <= 0x20 || c == 0x7f || c == '\\' ||
		    (c >= 0x80 && i < path)) {
			buf_fini(&b);
			return false;
		}
		if (c >= 0x80)
			buf_printf(&b, "%%%02X", c);
		else
			buf_byte(&b, (char)c);
	}
	*out_r = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return true;
}

static enum err_code read_host(
    CURLU *u, struct pool *pool, struct guard *g, struct err *err)
{
	struct str host, port;
	uint64_t n;

	host = str_lower(pool, get_part(u, pool, CURLUPART_HOST, 0));
	if (str_starts(host, STR("[")) && str_ends(host, STR("]")))
		host = str_make(host.p + 1, host.n - 2);
	else if (str_ends(host, STR(".")))
		host.n--;
	g->host = str_copy(pool, host);
	if (get_part(u, pool, CURLUPART_ZONEID, 0).n > 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "The URL must not name a zone.");
	port = get_part(u, pool, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (host.n == 0 || !str_u64(port, 1, 65535, &n))
		return err_set(
		    err, ERR_BAD_REQUEST, "The URL has no host, or no port.");
	g->port = (unsigned)n;
	return ERR_OK;
}

static enum err_code judge(CURLU *u, struct pool *pool, struct guard *g,
    bool is_trusted, struct err *err)
{
	struct str scheme = get_part(u, pool, CURLUPART_SCHEME, 0);
	bool is_https = str_ieq(scheme, STR("https"));
	const char *why;

	if (!is_https && !str_ieq(scheme, STR("http")))
		return err_set(
		    err, ERR_BAD_REQUEST, "The URL must begin with https://.");
	if (get_part(u, pool, CURLUPART_FRAGMENT, 0).n > 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "The URL must not have a fragment.");
	if (read_host(u, pool, g, err) != ERR_OK)
		return ERR_BAD_REQUEST;
	why = is_trusted ? NULL : guard_refuses(g, is_https);
	if (why != NULL)
		return err_set(err, ERR_BAD_REQUEST, "%s", why);
	return ERR_OK;
}

enum err_code http_url_open(const struct settings *s, struct pool *pool,
    struct str text, bool is_trusted, struct http_url *url_r, struct err *err)
{
	enum err_code code;
	struct str url;
	CURLU *u;

	*url_r = (struct http_url){ .guard.settings = s };
	if (http_curl() == NULL)
		return err_set(err, ERR_INTERNAL,
		    "libcurl is not installed on the server.");
	if (text.n > HTTP_URL_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "The URL is longer than %d bytes.", HTTP_URL_MAX);
	if (!normalise(pool, text, &url) || str_index(url, '#') < url.n)
		return err_set(err, ERR_BAD_REQUEST,
		    "The URL must not have blanks, backslashes, a fragment or "
		    "other letters than ASCII's in its host.");
	u = http_curl()->url();
	if (u == NULL)
		abort();
	if (http_curl()->url_set(u, CURLUPART_URL, url.p != NULL ? url.p : "",
		CURLU_DISALLOW_USER) != CURLUE_OK)
		code = err_set(err, ERR_BAD_REQUEST,
		    "This is no URL of the form https://host/path without a "
		    "user's name.");
	else
		code = judge(u, pool, &url_r->guard, is_trusted, err);
	if (code == ERR_OK)
		url_r->parsed = u;
	else
		http_curl()->url_cleanup(u);
	return code;
}

void http_url_close(struct http_url *url)
{
	http_curl()->url_cleanup(url->parsed);
	url->parsed = NULL;
}

enum err_code http_url_join(struct pool *pool, struct str base,
    struct str location, struct str *url_r, struct err *err)
{
	const struct http_curl *curl = http_curl();
	enum err_code code = ERR_OK;
	struct str to;
	CURLU *u;

	if (curl == NULL)
		return err_set(err, ERR_INTERNAL,
		    "libcurl is not installed on the server.");
	u = curl->url();
	if (u == NULL)
		abort();
	if (location.n == 0 || location.n > HTTP_URL_MAX ||
	    !normalise(pool, location, &to) ||
	    curl->url_set(u, CURLUPART_URL, str_dup(pool, base), 0) !=
		CURLUE_OK ||
	    curl->url_set(u, CURLUPART_URL, to.p, CURLU_DISALLOW_USER) !=
		CURLUE_OK)
		code = err_set(err, ERR_BAD_REQUEST,
		    "The page leads to no address that can be read.");
	else
		(void)curl->url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	if (code == ERR_OK)
		*url_r = get_part(u, pool, CURLUPART_URL, 0);
	curl->url_cleanup(u);
	return code;
}

enum err_code http_check_url(
    const struct settings *s, struct str url, struct err *err)
{
	struct pool *pool = pool_new();
	struct http_url parsed;
	enum err_code code = http_url_open(s, pool, url, false, &parsed, err);

	if (code == ERR_OK)
		http_url_close(&parsed);
	pool_free(&pool);
	return code;
}

/* Scheme, host and port in one spelling; empty when it is no URL. */
static struct str origin_of(struct pool *pool, struct str url)
{
	struct str scheme, host, port;
	struct str text;
	CURLU *u;

	if (http_curl() == NULL || !normalise(pool, url, &text) || text.n == 0)
		return STR_EMPTY;
	u = http_curl()->url();
	if (u == NULL)
		abort();
	if (http_curl()->url_set(u, CURLUPART_URL, text.p, 0) != CURLUE_OK) {
		http_curl()->url_cleanup(u);
		return STR_EMPTY;
	}
	scheme = get_part(u, pool, CURLUPART_SCHEME, 0);
	host = get_part(u, pool, CURLUPART_HOST, 0);
	port = get_part(u, pool, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	http_curl()->url_cleanup(u);
	if (str_ends(host, STR(".")))
		host.n--;
	return str_lower(
	    pool, str_of(pool_printf(pool, "%.*s://%.*s:%.*s", STR_ARG(scheme),
		      STR_ARG(host), STR_ARG(port))));
}

bool http_is_same_origin(struct str a, struct str b)
{
	struct pool *pool = pool_new();
	struct str origin = origin_of(pool, a);
	bool is_same = origin.n > 0 && str_eq(origin, origin_of(pool, b));

	pool_free(&pool);
	return is_same;
}
