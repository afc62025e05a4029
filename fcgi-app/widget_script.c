/* widget_script.c: the loaders that customers' pages name, and the plugins */
/* SPDX-License-Identifier: MIT */
#include "base/rnd.h"
#include "handlers.h"
#include "page.h"

#define ETAG_BYTES 12

/* If-None-Match is a list; weak tags count (RFC 9110 §13.1.2). */
static bool has_tag(struct str list, struct str tag)
{
	struct str part;

	while (list.n && str_split(&list, ',', &part)) {
		part = str_trim(part);
		if (str_starts(part, STR("W/")))
			part = str_from(part, 2);
		if (str_eq(part, tag) || str_eq(part, STR("*")))
			return true;
	}
	return false;
}

/* Those of www/plugins; others have no address. */
static const char *const plugins[] = { "datalayer.js", "shortcuts.js" };

static enum err_code put_script(
    struct req *req, struct resp *resp, const char *file, struct err *err)
{
	uint8_t digest[RND_SHA256_SIZE];
	enum err_code code;
	struct str text, tag;

	code = page_read(req, file, &text, err);
	if (code)
		return code;
	rnd_sha256(text, digest);
	tag = str_of(pool_printf(req->pool, "\"%.*s\"",
	    STR_ARG(str_hex(req->pool, digest, ETAG_BYTES))));
	resp_header(resp, "ETag", tag);
	/* An hour: a new version is on all sites soon. */
	resp_header(resp, "Cache-Control", STR("public, max-age=3600"));
	resp_header(resp, "Access-Control-Allow-Origin", STR("*"));
	if (has_tag(req_env(req, "HTTP_IF_NONE_MATCH"), tag))
		resp_empty(resp, 304);
	else
		resp_text(resp, "text/javascript; charset=utf-8", text);
	return ERR_OK;
}

enum err_code widget_script(struct req *req, struct resp *resp, struct err *err)
{
	return put_script(req, resp, "widget/embed.js", err);
}

enum err_code widget_element(
    struct req *req, struct resp *resp, struct err *err)
{
	return put_script(req, resp, "widget/v2.js", err);
}

enum err_code widget_plugin(struct req *req, struct resp *resp, struct err *err)
{
	struct str name = req_param(req, "name");
	size_t i;

	for (i = 0; i < COUNT_OF(plugins); i++)
		if (str_eq(name, str_of(plugins[i])))
			return put_script(req, resp,
			    pool_printf(
				req->pool, "widget/plugins/%s", plugins[i]),
			    err);
	return err_set(err, ERR_NOT_FOUND, "There is no such plugin.");
}
