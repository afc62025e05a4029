/* auth.c: the cookie of a request, and whose it is */
/* SPDX-License-Identifier: MIT */
#include "auth.h"

#include "base/rnd.h"
#include "base/settings.h"
#include "csrf.h"
#include "whence.h"

#define COOKIE_SESSION "session"
#define COOKIE_LOGIN   "csrf"
#define LOGIN_PATH     "/auth"
#define LOGIN_AGE_S    14400 /* a login page may stand open so long */
#define SECRET_BYTES   16
#define NEXT_MAX       2000

enum err_code auth_find(struct req *req, struct err *err)
{
	struct str token = req_cookie(req, COOKIE_SESSION);
	enum err_code code;

	if (req->has_account)
		return ERR_OK;
	if (!token.n)
		return err_set(err, ERR_UNAUTHORIZED, "Please log in.");
	code = req->app->find_account(
	    req->db, req->pool, req->app->settings, token, &req->account, err);
	if (code)
		return code;
	req->session = token;
	req->has_account = true;
	return ERR_OK;
}

void auth_redirect(const struct req *req, struct resp *resp)
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, "/auth/login?next=");
	buf_percent(&b, str_head(req->target, NEXT_MAX));
	resp_redirect(resp, buf_str(&b));
	buf_fini(&b);
}

void auth_put_session(struct req *req, struct resp *resp, struct str token)
{
	resp_cookie(resp, COOKIE_SESSION, token, "/",
	    settings_int(&req->app->settings->session_max_s),
	    whence_is_https(req));
	req->session = token;
}

void auth_clear_session(struct req *req, struct resp *resp)
{
	resp_cookie(
	    resp, COOKIE_SESSION, STR_EMPTY, "/", 0, whence_is_https(req));
	req->session = STR_EMPTY;
}

/* A token of one kind never passes as the other. */
static struct str secret_of(
    const struct req *req, const char *cookie, struct str value)
{
	if (!value.n)
		return STR_EMPTY;
	return str_of(
	    pool_printf(req->pool, "%s:%.*s", cookie, STR_ARG(value)));
}

struct str auth_make_csrf(const struct req *req)
{
	return csrf_make(req->app->csrf_key, req->pool,
	    secret_of(req, COOKIE_SESSION, req->session));
}

enum err_code auth_check_csrf(
    const struct req *req, struct str token, struct err *err)
{
	/* The login that it is bound to ends in time by itself. */
	return csrf_check(req->app->csrf_key,
	    secret_of(req, COOKIE_SESSION, req->session), token,
	    settings_int(&req->app->settings->session_max_s), err);
}

static bool is_secret(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789-_",
			s.p[i]) ||
		    !s.p[i])
			return false;
	return s.n == (SECRET_BYTES * 8 + 5) / 6;
}

struct str auth_make_login_csrf(const struct req *req, struct resp *resp)
{
	struct str secret = req_cookie(req, COOKIE_LOGIN);

	/* Kept, so that a second tab does not spoil the first. */
	if (!is_secret(secret))
		secret = rnd_token(req->pool, "", SECRET_BYTES);
	resp_cookie(resp, COOKIE_LOGIN, secret, LOGIN_PATH, LOGIN_AGE_S,
	    whence_is_https(req));
	return csrf_make(req->app->csrf_key, req->pool,
	    secret_of(req, COOKIE_LOGIN, secret));
}

enum err_code auth_check_login_csrf(
    const struct req *req, struct str token, struct err *err)
{
	return csrf_check(req->app->csrf_key,
	    secret_of(req, COOKIE_LOGIN, req_cookie(req, COOKIE_LOGIN)), token,
	    LOGIN_AGE_S, err);
}

struct str auth_next(struct str next)
{
	size_t i;

	/* Browsers read "//host" and "/\host" as another site, and drop tabs
	 * and line ends before they look. */
	if (!str_starts(next, STR("/")) || str_starts(next, STR("//")) ||
	    next.n > NEXT_MAX)
		return STR("/console/");
	for (i = 0; i < next.n; i++)
		if ((unsigned char)next.p[i] <= ' ' || next.p[i] == '\\' ||
		    next.p[i] == 0x7f)
			return STR("/console/");
	return next;
}
