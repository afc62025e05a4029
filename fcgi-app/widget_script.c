/* widget_script.c: the loader that customers' pages name */
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

enum err_code widget_script(struct req *req, struct resp *resp, struct err *err)
{
	uint8_t digest[RND_SHA256_SIZE];
	enum err_code code;
	struct str text, tag;

	code = page_read(req, "widget/embed.js", &text, err);
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
