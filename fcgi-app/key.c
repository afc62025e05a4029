/* key.c: the API key of a request */
/* SPDX-License-Identifier: MIT */
#include "key.h"

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

enum err_code key_find(struct req *req, struct err *err)
{
	struct str header = find_header(req);
	size_t blank = str_index(header, ' ');
	enum err_code code;

	if (!str_ieq(str_head(header, blank), STR("Bearer")))
		return apikey_refuse(err);
	code = req->app->find_key(req->db, req->pool,
	    str_trim(str_from(header, blank)), &req->key, err);
	if (code)
		return code;
	if (key_is_write(req) && !req->key.can_write)
		return err_set(
		    err, ERR_FORBIDDEN, "This API key may only read.");
	return ERR_OK;
}
