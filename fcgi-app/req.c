/* req.c: one request, as it stands in the CGI environment */
/* SPDX-License-Identifier: MIT */
#include "req.h"

#include "base/json_in.h"
#include "base/network.h"
#include "base/settings.h"

static const char *const methods[M__MAX] = {
	[M_GET] = "GET",
	[M_HEAD] = "HEAD",
	[M_POST] = "POST",
	[M_PUT] = "PUT",
	[M_PATCH] = "PATCH",
	[M_DELETE] = "DELETE",
	[M_OPTIONS] = "OPTIONS",
};

const char *req_method_name(enum req_method method)
{
	return method < M__MAX ? methods[method] : "?";
}

struct str req_env(const struct req *req, const char *name)
{
	size_t n = strlen(name);
	char *const *e;

	for (e = req->env; *e; e++)
		if (**e == *name && !strncmp(*e, name, n) && (*e)[n] == '=')
			return str_of(*e + n + 1);
	return STR_EMPTY;
}

static enum req_method find_method(struct str name)
{
	enum req_method m;

	for (m = 0; m < M__MAX; m++)
		if (str_eq(name, str_of(methods[m])))
			break;
	return m;
}

/* The nearest proxy wrote the rightmost address; the others may be lies. */
static struct str find_address(const struct req *req)
{
	struct str rest, part, last = STR_EMPTY;

	if (!req->app->settings->trust_proxy)
		return req_env(req, "REMOTE_ADDR");
	rest = req_env(req, "HTTP_X_FORWARDED_FOR");
	while (rest.n && str_split(&rest, ',', &part))
		last = str_trim(part);
	return network_is_address(last) ? last : req_env(req, "REMOTE_ADDR");
}

/*
 * SCRIPT_NAME and PATH_INFO mean different things under every web server;
 * REQUEST_URI is what the browser sent, under Apache even with a host.
 */
static enum err_code split_target(struct req *req, struct err *err)
{
	struct str t = req_env(req, "REQUEST_URI");
	size_t host;

	if (str_starts(t, STR("http://")) || str_starts(t, STR("https://"))) {
		host = str_search(t, STR("://")) + 3;
		t = str_from(t, host + str_index(str_from(t, host), '/'));
	}
	t = str_head(t, str_index(t, '#'));
	req->target = t;
	req->path = str_head(t, str_index(t, '?'));
	if (!str_starts(req->path, STR("/")))
		return err_set(err, ERR_BAD_REQUEST,
		    "The address of the request is not valid.");
	return fields_parse(
	    &req->query, req->pool, str_from(t, req->path.n + 1), err);
}

static enum err_code find_length(struct req *req, struct err *err)
{
	struct str text = req_env(req, "CONTENT_LENGTH");
	uint64_t n = 0;

	if (text.n && !str_u64(text, 0, SIZE_MAX / 2, &n))
		return err_set(
		    err, ERR_BAD_REQUEST, "Content-Length is not a number.");
	req->body_n = (size_t)n;
	return ERR_OK;
}

enum err_code req_init(struct req *req, struct err *err)
{
	enum err_code code;

	req->id = id_new();
	req->method = find_method(req_env(req, "REQUEST_METHOD"));
	req->address = find_address(req);
	code = split_target(req, err);
	return code ? code : find_length(req, err);
}

enum err_code req_read_body(struct req *req, struct err *err)
{
	char *p = pool_alloc(req->pool, req->body_n + 1);
	size_t n = 0;
	ssize_t got;

	while (n < req->body_n) {
		got = req->read(req->read_arg, p + n, req->body_n - n);
		if (got < 0)
			return err_set(err, ERR_TIMEOUT,
			    "The body of the request did not arrive in time.");
		if (!got)
			return err_set(err, ERR_BAD_REQUEST,
			    "The body is shorter than its Content-Length.");
		n += (size_t)got;
	}
	req->body = str_make(p, n);
	if (req_has_type(req, "application/x-www-form-urlencoded"))
		return fields_parse(&req->form, req->pool, req->body, err);
	return ERR_OK;
}

struct str req_cookie(const struct req *req, const char *name)
{
	struct str rest = req_env(req, "HTTP_COOKIE");
	struct str part, key, value = STR_EMPTY;

	while (rest.n && str_split(&rest, ';', &part)) {
		part = str_trim(part);
		key = str_head(part, str_index(part, '='));
		if (!str_eq(key, str_of(name)))
			continue;
		part = str_from(part, key.n + 1);
		/* One of them was put there by somebody else's page. */
		if (value.n && !str_eq(value, part))
			return STR_EMPTY;
		value = part;
	}
	return value;
}

struct str req_param(const struct req *req, const char *name)
{
	size_t i, n = strlen(name);

	for (i = 0; i < req->params_n; i++)
		if (!strncmp(req->params[i].name, name, n) &&
		    (!req->params[i].name[n] || req->params[i].name[n] == '/'))
			return req->params[i].value;
	return STR_EMPTY;
}

enum err_code req_param_id(
    const struct req *req, const char *name, struct id *id_r, struct err *err)
{
	if (id_parse(req_param(req, name), id_r))
		return ERR_OK;
	return err_set(err, ERR_NOT_FOUND, "There is nothing with this id.");
}

bool req_has_type(const struct req *req, const char *type)
{
	struct str s = req_env(req, "CONTENT_TYPE");

	return str_ieq(str_trim(str_head(s, str_index(s, ';'))), str_of(type));
}

enum err_code req_json(
    struct req *req, const struct json **json_r, struct err *err)
{
	enum err_code code;

	code = json_parse(req->pool,
	    str_trim(req->body).n ? req->body : STR("{}"), json_r, err);
	if (code)
		return code;
	if (json_type(*json_r) != JSON_OBJECT)
		return err_set(
		    err, ERR_BAD_REQUEST, "The body must be a JSON object.");
	return ERR_OK;
}
