/* route.c: refuses what a row does not allow, then runs its handler */
/* SPDX-License-Identifier: MIT */
#include "route.h"

#include "auth.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/valid.h"
#include "budget.h"
#include "csrf.h"
#include "key.h"
#include "key_budget.h"
#include "once.h"
#include "whence.h"
#include "secure.h"
#include "stream.h"
#include "token.h"

/* ---------------------------------------------------------------- match */

static struct str without_slash(struct str s)
{
	return s.n && s.p[s.n - 1] == '/' ? str_head(s, s.n - 1) : s;
}

static bool take_param(struct req *req, struct str name, struct str part)
{
	struct str value;
	struct buf b;
	bool ok;

	if (!part.n)
		return false;
	if (!req)
		return true;
	buf_init(&b, 0);
	ok = buf_unpercent(&b, part, false);
	value = str_copy(req->pool, buf_str(&b));
	buf_fini(&b);
	if (!ok || !valid_text(value, false) || req->params_n == REQ_PARAMS_MAX)
		return false;
	req->params[req->params_n].name = name.p;
	req->params[req->params_n++].value = value;
	return true;
}

bool route_match(const char *pattern, struct str path, struct req *req)
{
	struct str want = without_slash(str_of(pattern)), name;
	struct str have = without_slash(path), part;
	bool more_want = true, more_have = true;

	if (req)
		req->params_n = 0;
	for (;;) {
		more_want = want.p && str_split(&want, '/', &name);
		if (more_want && str_eq(name, STR("*")))
			return true;
		more_have = have.p && str_split(&have, '/', &part);
		if (!more_want || !more_have)
			return more_want == more_have;
		if (str_starts(name, STR(":"))) {
			if (!take_param(req, str_from(name, 1), part))
				return false;
		} else if (!str_eq(name, part)) {
			return false;
		}
	}
}

/* False for most rows that are others, as far as that is seen at once. */
static bool may_match(const char *pattern, struct str path)
{
	size_t i = 0;

	while (*pattern && *pattern != '*' && i < path.n) {
		if (*pattern == ':') {
			pattern += strcspn(pattern, "/");
			i += str_index(str_from(path, i), '/');
		} else if (*pattern++ != path.p[i++]) {
			return false;
		}
	}
	return true;
}

/* The widget API answers below /v1 and below /api/v1, each of its rows.
 * Without the parameters first: most rows are others. */
static bool is_at(const struct route *route, struct req *req)
{
	struct str path = req->path;

	if (route->face == RESP_V1 && str_starts(path, STR("/api/v1/")))
		path = str_from(path, strlen("/api"));
	return may_match(route->path, path) &&
	       route_match(route->path, path, NULL) &&
	       route_match(route->path, path, req);
}

static const struct route *find(struct req *req, unsigned *allow_r)
{
	enum req_method method = req->method == M_HEAD ? M_GET : req->method;
	size_t i;

	*allow_r = 0;
	for (i = 0; i < routes_n; i++) {
		if (!is_at(&routes[i], req))
			continue;
		if (routes[i].method == method)
			return &routes[i];
		*allow_r |= 1U << routes[i].method;
	}
	return NULL;
}

static void put_allow(struct resp *resp, unsigned allow)
{
	enum req_method m;
	struct buf b;

	if (allow & 1U << M_GET)
		allow |= 1U << M_HEAD;
	allow |= 1U << M_OPTIONS;
	buf_init(&b, 0);
	for (m = 0; m < M__MAX; m++) {
		if (!(allow & 1U << m))
			continue;
		if (b.n)
			buf_puts(&b, ", ");
		buf_puts(&b, req_method_name(m));
	}
	resp_header(resp, "Allow", buf_str(&b));
	buf_fini(&b);
}

/* How to speak to a caller whose address is in no row. */
static enum resp_face face_of(struct str path)
{
	static const char *const surfaces[] = { "/api", "/auth", "/chat-widget",
		"/files", "/healthz" };
	struct str rest;
	size_t i;

	if (str_starts(path, STR("/api/dev/")))
		return RESP_DEV;
	if (str_starts(path, STR("/v1/")) || str_starts(path, STR("/api/v1/")))
		return RESP_V1;
	for (i = 0; i < COUNT_OF(surfaces); i++) {
		rest = str_from(path, strlen(surfaces[i]));
		if (str_starts(path, str_of(surfaces[i])) &&
		    (!rest.n || rest.p[0] == '/'))
			return RESP_JSON;
	}
	return RESP_PAGE;
}

/* --------------------------------------------------------------- checks */

typedef enum err_code check_fn(
    const struct route *route, struct req *req, struct err *err);

static bool is_form(const struct route *route, const struct req *req)
{
	return route->flags & ROUTE_FORM &&
	       req_has_type(req, "application/x-www-form-urlencoded");
}

static bool is_for_keys(const struct route *route)
{
	return route->who == WHO_KEY || route->who == WHO_TALK ||
	       route->who == WHO_TALK_KEY;
}

static enum err_code check_site(
    const struct route *route, struct req *req, struct err *err)
{
	if (route->method == M_GET || is_for_keys(route) ||
	    (route->who == WHO_ANYONE && !(route->flags & ROUTE_CSRF)))
		return ERR_OK;
	return whence_check_cookie(req, err);
}

static enum err_code check_caller(
    const struct route *route, struct req *req, struct err *err)
{
	enum err_code code;

	if (route->who == WHO_KEY)
		return key_find(req, err);
	if (is_for_keys(route))
		return token_find(req, route->who == WHO_TALK, err);
	code = route->who == WHO_ANYONE ? ERR_OK : auth_find(req, err);
	if (!code && route->who == WHO_ADMIN && !req->account.is_admin)
		return err_set(
		    err, ERR_FORBIDDEN, "Only an administrator may do this.");
	return code;
}

static enum err_code check_size(
    const struct route *route, struct req *req, struct err *err)
{
	const struct settings *s = req->app->settings;
	size_t max = route->body_max;

	if (route->flags & ROUTE_FILE)
		max =
		    MIN_OF(max, (size_t)settings_int(&s->attachment_max_bytes) +
				    ROUTE_AROUND_FILE);
	if (req->body_n <= max)
		return ERR_OK;
	return err_set(
	    err, ERR_TOO_LARGE, "The body may have at most %zu bytes.", max);
}

static enum err_code check_media(
    const struct route *route, struct req *req, struct err *err)
{
	if (!req->body_n || !(route->flags & ROUTE_JSON) ||
	    is_form(route, req) || req_has_type(req, "application/json"))
		return ERR_OK;
	return err_set(
	    err, ERR_MEDIA_TYPE, "The body must be application/json.");
}

static enum err_code check_budget(
    const struct route *route, struct req *req, struct err *err)
{
	enum err_code code = ERR_OK;

	/* Pages of strangers have both: their own, and their conversation's. */
	if (req->is_token)
		code = budget_take(
		    req->app->budget, req->address, route->cost, err);
	if (code)
		return code;
	if (is_for_keys(route))
		return key_budget_take(req->app->key_budget, req->key.id,
		    key_is_write(req) ? KEY_BUDGET_WRITE : KEY_BUDGET_READ,
		    err);
	return budget_take(req->app->budget, req->address, route->cost, err);
}

static enum err_code read_body(
    const struct route *route, struct req *req, struct err *err)
{
	(void)route;
	return req_read_body(req, err);
}

static enum err_code check_csrf(
    const struct route *route, struct req *req, struct err *err)
{
	struct str token = req_env(req, "HTTP_X_CSRFTOKEN");

	if (!(route->flags & ROUTE_CSRF))
		return ERR_OK;
	if (!token.n)
		token = req_env(req, "HTTP_X_CSRF_TOKEN");
	if (!token.n)
		token = fields_find(&req->form, "csrf_token");
	if (route->who != WHO_ANYONE)
		return auth_check_csrf(req, token, err);
	/* No other site can send JSON here without asking first (CORS). */
	return is_form(route, req) ? auth_check_login_csrf(req, token, err)
				   : ERR_OK;
}

static enum err_code check_talk(
    const struct route *route, struct req *req, struct err *err)
{
	(void)route;
	return token_talk(req, err);
}

static check_fn *const checks[] = { check_site, check_caller, check_size,
	check_media, check_budget, read_body, check_csrf, check_talk };

/* ------------------------------------------------------------------ run */

static enum err_code run(const struct route *route, struct req *req,
    struct resp *resp, struct err *err)
{
	enum err_code code;
	size_t i;

	resp->face = is_form(route, req) ? RESP_PAGE : route->face;
	for (i = 0; i < COUNT_OF(checks); i++) {
		code = checks[i](route, req, err);
		if (code == ERR_UNAUTHORIZED && route->who == WHO_PAGE) {
			auth_redirect(req, resp);
			return ERR_OK;
		}
		if (code)
			return code;
	}
	code = route->flags & ROUTE_ONCE ? once_run(route, req, resp, err)
					 : route->run(req, resp, err);
	if (!code && buf_failed(&resp->body))
		return err_set(err, ERR_INTERNAL, "The answer is too large.");
	return code;
}

static enum err_code dispatch(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct route *route;
	unsigned allow;

	resp->face = face_of(req->path);
	route = find(req, &allow);
	if (route)
		return run(route, req, resp, err);
	if (!allow)
		return err_set(
		    err, ERR_NOT_FOUND, "There is nothing at this address.");
	if (req->method != M_OPTIONS)
		return err_set(
		    err, ERR_METHOD, "This address does not know the method.");
	resp_empty(resp, 204);
	put_allow(resp, allow);
	return ERR_OK;
}

static void log_answer(const struct req *req, const struct resp *resp,
    const struct err *err, int64_t started_ms)
{
	/* Not the query: it may hold the token of a visitor. */
	if (resp->status >= 500)
		log_error("request method=%s path=%.*s status=%d error=%s",
		    req_method_name(req->method),
		    STR_ARG(str_head(req->path, 200)), resp->status, err->text);
	else
		log_info("request method=%s path=%.*s status=%d ms=%lld",
		    req_method_name(req->method),
		    STR_ARG(str_head(req->path, 200)), resp->status,
		    (long long)(clock_mono_ms() - started_ms));
}

void route_run(struct req *req, struct resp *resp)
{
	int64_t started_ms = clock_mono_ms();
	struct err err = { 0 };
	enum err_code code;
	unsigned allow;

	code = req_init(req, &err);
	resp->face = face_of(req->path);
	log_context("req=%s", id_text(req->id));
	if (!code)
		code = dispatch(req, resp, &err);
	if (code) {
		err.code = code;
		if (resp->is_streamed)
			stream_error(req, resp, &err);
		else
			resp_error(resp, &err);
		if (code == ERR_METHOD) {
			(void)find(req, &allow);
			put_allow(resp, allow);
		}
	}
	if (!resp->is_streamed)
		secure_put(req, resp);
	log_answer(req, resp, &err, started_ms);
	log_context_clear();
}

void route_print(FILE *to)
{
	static const char *const who[WHO__MAX] = { "anyone", "agent", "admin",
		"page", "key", "talk", "talk-key" };
	const struct route *r;

	fprintf(to, "%-7s %-56s %-7s %-5s %-5s %8s %5s\n", "method", "path",
	    "who", "csrf", "json", "body max", "cost");
	for (r = routes; r < routes + routes_n; r++)
		fprintf(to, "%-7s %-56s %-7s %-5s %-5s %8zu %5u\n",
		    req_method_name(r->method), r->path, who[r->who],
		    r->flags & ROUTE_CSRF ? "yes" : "-",
		    r->flags & ROUTE_JSON ? "yes" : "-", r->body_max, r->cost);
}
