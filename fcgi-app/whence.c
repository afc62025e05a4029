/* whence.c: who sent the browser here */
/* SPDX-License-Identifier: MIT */
#include "whence.h"

#include "base/settings.h"
#include "base/valid.h"

bool whence_is_https(const struct req *req)
{
	const struct settings *s = req->app->settings;

	if (s->base_url && *s->base_url)
		return str_starts(str_of(s->base_url), STR("https:"));
	if (s->trust_proxy &&
	    str_ieq(req_env(req, "HTTP_X_FORWARDED_PROTO"), STR("https")))
		return true;
	return str_ieq(req_env(req, "HTTPS"), STR("on"));
}

static struct str from_host(const struct req *req)
{
	struct str host = req_env(req, "HTTP_HOST");
	struct str origin;
	char *url = pool_printf(req->pool, "%s://%.*s",
	    whence_is_https(req) ? "https" : "http", STR_ARG(host));

	if (!host.n || !valid_origin(req->pool, str_of(url), &origin))
		return STR_EMPTY;
	return origin;
}

struct str whence_own(const struct req *req)
{
	const char *base = req->app->settings->base_url;

	return base && *base ? str_of(base) : from_host(req);
}

/* A proxy may end TLS and not tell: the scheme does not count here. */
static struct str without_scheme(struct str origin)
{
	return str_from(origin, str_search(origin, STR("://")));
}

bool whence_is_own(const struct req *req, struct str text)
{
	struct str origin, host;

	if (!text.n || !valid_origin(req->pool, text, &origin))
		return false;
	if (str_eq(origin, whence_own(req)))
		return true;
	host = from_host(req);
	return host.n && str_eq(without_scheme(origin), without_scheme(host));
}

enum err_code whence_check_cookie(const struct req *req, struct err *err)
{
	struct str site = req_env(req, "HTTP_SEC_FETCH_SITE");
	struct str origin = req_env(req, "HTTP_ORIGIN");
	bool ok;

	if (!origin.n)
		origin = req_env(req, "HTTP_REFERER");
	if (site.n)
		ok = str_eq(site, STR("same-origin")) ||
		     str_eq(site, STR("none"));
	else
		/* Neither: no browser of today; the token still decides. */
		ok = !origin.n || whence_is_own(req, origin);
	if (ok)
		return ERR_OK;
	return err_set(
	    err, ERR_FORBIDDEN, "This request came from another site.");
}

enum err_code whence_check_listed(
    const struct req *req, struct str list, bool must_tell, struct err *err)
{
	struct str text = req_env(req, "HTTP_ORIGIN");

	if (must_tell && !text.n)
		text = req_env(req, "HTTP_REFERER");
	if (!text.n && !must_tell)
		return ERR_OK;
	return whence_check_page(req, list, text, err);
}

enum err_code whence_check_page(
    const struct req *req, struct str list, struct str text, struct err *err)
{
	struct str origin = STR_EMPTY;

	if (whence_is_own(req, text))
		return ERR_OK;
	if (!valid_origin(req->pool, text, &origin))
		origin = STR_EMPTY;
	if (valid_origin_listed(list, origin))
		return ERR_OK;
	return err_set(err, ERR_FORBIDDEN,
	    "This site may not use the chat of this token.");
}
