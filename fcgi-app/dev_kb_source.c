/* dev_kb_source.c: the sources of a knowledge base of the key's workspace */
/* SPDX-License-Identifier: MIT */
#include "bot/kb.h"
#include "dev_fields.h"
#include "handlers.h"
#include "net/http.h"

enum { TITLE, CONTENT, TEXT__MAX };
enum { URL = CONTENT, WEB__MAX };

static const struct dev_field text_fields[TEXT__MAX] = {
	[TITLE] = { "title", DEV_NAME, DEV_REQUIRED, 1, KB_TITLE_MAX, NULL },
	[CONTENT] = { "content", DEV_TEXT, DEV_REQUIRED, 1, KB_CONTENT_MAX,
	    NULL },
};
static const struct dev_field web_fields[WEB__MAX] = {
	[TITLE] = { "title", DEV_NAME, DEV_NULL, 0, KB_TITLE_MAX, NULL },
	[URL] = { "url", DEV_URL, DEV_REQUIRED, 1, HTTP_URL_MAX, NULL },
};

static enum err_code kb_id(struct req *req, struct id *id_r, struct err *err)
{
	return dev_id(req, "kb_id", "Knowledge base", id_r, err);
}

static void put_source(struct json_out *j, const struct kb_source *s)
{
	json_out_object(j, NULL);
	json_out_ulid(j, "id", s->id);
	json_out_ulid(j, "kb_id", s->kb_id);
	json_out_cstr(j, "type", s->is_web ? "web" : "text");
	json_out_str_or_null(j, "title", s->title);
	if (s->is_web)
		json_out_str(j, "url", s->url);
	json_out_cstr(j, "status", kb_status_names[s->status]);
	if (s->status == KB_FAILED)
		json_out_str(j, "error", s->why);
	json_out_time_s(j, "created_at", s->created_at);
	json_out_end(j);
}

enum err_code dev_kb_source_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct kb_sources list;
	struct json_out *j;
	struct id kb;
	enum err_code code = kb_id(req, &kb, err);
	size_t i;

	if (!code)
		code = kb_source_list(
		    req->db, req->pool, req->key.workspace_id, kb, &list, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "items");
	for (i = 0; i < list.n; i++)
		put_source(j, &list.items[i]);
	json_out_end(j);
	json_out_u64(j, "total", list.n);
	json_out_end(j);
	return ERR_OK;
}

static enum err_code add(struct req *req, struct resp *resp,
    struct kb_source *source, struct err *err)
{
	enum err_code code = kb_source_add(req->db, req->pool, source, err);

	if (code)
		return code;
	put_source(resp_json(resp), source);
	resp->status = 201;
	return ERR_OK;
}

/* Blanks alone answer nothing; the database counts bytes. */
static enum err_code check_content(
    struct req *req, struct resp *resp, struct str content, struct err *err)
{
	struct dev_faults f;

	dev_faults_init(&f);
	if (!str_trim(content).n)
		dev_fault(&f, "body", "content", "string_too_short",
		    "String should have at least 1 character");
	else if (content.n > KB_CONTENT_MAX)
		dev_fault(&f, "body", "content", "string_too_long",
		    "String should have at most %d bytes", KB_CONTENT_MAX);
	return dev_faults_end(&f, req, resp, err);
}

enum err_code dev_kb_source_add_text(
    struct req *req, struct resp *resp, struct err *err)
{
	struct kb_source source = { .workspace_id = req->key.workspace_id };
	struct dev_value v[TEXT__MAX];
	enum err_code code = kb_id(req, &source.kb_id, err);

	if (!code)
		code = dev_body(req, resp, text_fields, TEXT__MAX, v, err);
	if (!code)
		code = check_content(req, resp, v[CONTENT].text, err);
	if (code)
		return code;
	source.title = v[TITLE].text;
	source.content = v[CONTENT].text;
	return add(req, resp, &source, err);
}

enum err_code dev_kb_source_add_web(
    struct req *req, struct resp *resp, struct err *err)
{
	struct kb_source source = { .workspace_id = req->key.workspace_id,
		.is_web = true };
	struct dev_value v[WEB__MAX];
	enum err_code code = kb_id(req, &source.kb_id, err);

	if (!code)
		code = dev_body(req, resp, web_fields, WEB__MAX, v, err);
	if (!code)
		code = http_check_url(req->app->settings, v[URL].text, err);
	if (code)
		return code;
	source.title = v[TITLE].text;
	source.url = v[URL].text;
	return add(req, resp, &source, err);
}

enum err_code dev_kb_source_del(
    struct req *req, struct resp *resp, struct err *err)
{
	struct id kb, id;
	enum err_code code = kb_id(req, &kb, err);

	if (!code)
		code = dev_id(req, "source_id", "Source", &id, err);
	if (!code)
		code = kb_source_del(
		    req->db, req->pool, req->key.workspace_id, kb, id, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}
