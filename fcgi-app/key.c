/* key.c: the API key of a request */
/* SPDX-License-Identifier: MIT */
#include "key.h"

#include "base/clock.h"
#include "key_cache.h"

bool key_is_write(const struct req *req)
{
	return req->method != M_GET && req->method != M_HEAD;
}

/* A rewrite of Apache's renames what it was told to pass on. */
static struct str find_header(const struct req *req)
{
	struct str s = req_env(req, "HTTP_AUTHORIZATION");

	return s.n ? s : req_env(req, "REDIRECT_HTTP_AUTHORIZATION");
}

static enum err_code check(struct req *req, struct str secret, struct err *err)
{
	const struct app *app = req->app;
	int64_t asked_ms = clock_mono_ms();
	enum err_code code;

	if (app->key_cache &&
	    key_cache_get(app->key_cache, req->pool, secret, &req->key))
		return ERR_OK;
	code = app->find_key(req->db, req->pool, secret, &req->key, err);
	if (!code && app->key_cache)
		key_cache_put(app->key_cache, secret, &req->key, asked_ms);
	return code;
}

struct str key_secret(const struct req *req)
{
	struct str header = find_header(req);
	size_t blank = str_index(header, ' ');

	if (!str_ieq(str_head(header, blank), STR("Bearer")))
		return STR_EMPTY;
	return str_trim(str_from(header, blank));
}

enum err_code key_find(struct req *req, struct err *err)
{
	struct str secret = key_secret(req);
	enum err_code code;

	if (!secret.n)
		return apikey_refuse(err);
	code = check(req, secret, err);
	if (code)
		return code;
	if (key_is_write(req) && !req->key.can_write)
		return err_set(
		    err, ERR_FORBIDDEN, "This API key may only read.");
	return ERR_OK;
}
