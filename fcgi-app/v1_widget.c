/* v1_widget.c: widgets, as programs manage them */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"
#include "chat/widget.h"
#include "handlers.h"
#include "v1.h"

/* Rows as one line of text. */
static void put_origin(struct json_out *j, struct pool *pool, struct str lines)
{
	struct str text = str_trim(lines);
	char *p = str_dup(pool, text);
	size_t i;

	for (i = 0; i < text.n; i++)
		if (p[i] == '\n')
			p[i] = ' ';
	json_out_str(j, "origin", str_make(p, text.n));
}

/* What it does not set itself is as it holds: from its blueprint, or from the
 * table. */
static void put_widget(struct req *req, struct json_out *j, const void *item)
{
	const struct widget *w = item;
	struct widget_values values;
	size_t i;

	widget_values(req->pool, w->settings, w->blueprint_settings, &values);
	json_out_ulid(j, "id", w->id);
	json_out_str_or_null(j, "alias", w->alias);
	json_out_str(j, "name", w->name);
	json_out_str(j, "description", w->description);
	v1_put_meta(j, w->meta);
	json_out_ulid(j, "blueprintId", w->blueprint_id);
	json_out_ulid(j, "botId", w->chatbot_id);
	put_origin(j, req->pool, w->allowed_origins);
	for (i = 0; i < WIDGET_OPTIONS_MAX; i++)
		if (widget_options[i].camel)
			json_out_json(
			    j, widget_options[i].camel, values.json[i]);
	v1_put_ms(j, "createdAt", w->created_at);
	v1_put_ms(j, "updatedAt", w->updated_at);
}

static struct str which(const struct req *req)
{
	return req_param(req, "widgetIntegrationId");
}

static enum err_code read_change(
    struct req *req, struct widget_change *change_r, struct err *err)
{
	const struct json *body;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	return widget_change_read(
	    req->pool, body, WIDGET_BY_CAMEL, WIDGET_SETS_ALL, change_r, err);
}

enum err_code v1_widget_create(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change;
	struct widget w;
	enum err_code code = read_change(req, &change, err);

	if (!code)
		code = widget_add(req->db, req->pool, req->app->seal_key,
		    req->key.workspace_id,
		    settings_int(&req->app->settings->widgets_max), &change, &w,
		    err);
	if (code)
		return code;
	v1_put_id(resp, w.id);
	return ERR_OK;
}

enum err_code v1_widget_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct id blueprint_id = fields_id(&req->query, "blueprintId");
	struct db_slice slice;
	struct widgets list;
	enum err_code code = v1_slice(req, &slice, err);

	if (!code)
		code = widget_list(req->db, req->pool, req->key.workspace_id,
		    blueprint_id, &slice, &list, err);
	if (code)
		return code;
	v1_put_list(req, resp, list.items, list.n, sizeof(*list.items),
	    put_widget, list.n ? list.items[list.n - 1].id : ID_NONE);
	return ERR_OK;
}

enum err_code v1_widget_fetch(
    struct req *req, struct resp *resp, struct err *err)
{
	struct json_out *j;
	struct widget w;
	enum err_code code = widget_get(req->db, req->pool, req->app->seal_key,
	    req->key.workspace_id, which(req), &w, err);

	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	put_widget(req, j, &w);
	json_out_end(j);
	return ERR_OK;
}

enum err_code v1_widget_update(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change;
	struct widget w;
	enum err_code code = read_change(req, &change, err);

	if (!code)
		code = widget_set(req->db, req->pool, req->app->seal_key,
		    req->key.workspace_id, which(req), &change, &w, err);
	if (code)
		return code;
	v1_put_id(resp, w.id);
	return ERR_OK;
}

enum err_code v1_widget_clone(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct json *body;
	struct widget w;
	enum err_code code = req_json(req, &body, err);

	if (!code)
		code = widget_clone(req->db, req->pool, req->app->seal_key,
		    req->key.workspace_id,
		    settings_int(&req->app->settings->widgets_max), which(req),
		    &w, err);
	if (code)
		return code;
	v1_put_id(resp, w.id);
	return ERR_OK;
}

enum err_code v1_widget_delete(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct json *body;
	struct id id;
	enum err_code code = req_json(req, &body, err);

	if (!code)
		code = widget_del(req->db, req->pool, req->key.workspace_id,
		    which(req), &id, err);
	if (code)
		return code;
	v1_put_id(resp, id);
	return ERR_OK;
}
