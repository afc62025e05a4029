/* v1_blueprint.c: what several widgets have in common, for programs */
/* SPDX-License-Identifier: MIT */
#include "base/settings.h"
#include "chat/blueprint.h"
#include "handlers.h"
#include "v1.h"

/* The options that it sets, and no other. */
static void put_options(
    struct req *req, struct json_out *j, struct str settings)
{
	const struct json *object = NULL, *v;
	struct err ignored;
	size_t i;

	if (json_parse(req->pool, settings, &object, &ignored))
		return;
	for (i = 0; i < WIDGET_OPTIONS_MAX; i++) {
		v = json_get(object, widget_options[i].key);
		if (widget_options[i].camel && v)
			json_out_json(j, widget_options[i].camel,
			    json_text(req->pool, v));
	}
}

static void put_blueprint(struct req *req, struct json_out *j, const void *item)
{
	const struct blueprint *b = item;

	json_out_ulid(j, "id", b->id);
	json_out_str_or_null(j, "alias", b->alias);
	json_out_str(j, "name", b->name);
	json_out_str(j, "description", b->description);
	v1_put_meta(j, b->meta);
	json_out_cstr(j, "visibility", "private");
	put_options(req, j, b->settings);
	v1_put_ms(j, "createdAt", b->created_at);
	v1_put_ms(j, "updatedAt", b->updated_at);
}

static struct str which(const struct req *req)
{
	return req_param(req, "blueprintId");
}

static enum err_code read_change(
    struct req *req, struct widget_change *change_r, struct err *err)
{
	const struct json *body;
	enum err_code code = req_json(req, &body, err);

	if (code)
		return code;
	return widget_change_read(req->pool, body, WIDGET_BY_CAMEL,
	    WIDGET_SETS_OF_BLUEPRINT, change_r, err);
}

enum err_code v1_blueprint_create(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change;
	struct blueprint b;
	enum err_code code = read_change(req, &change, err);

	if (!code)
		code = blueprint_add(req->db, req->pool, req->key.workspace_id,
		    settings_int(&req->app->settings->blueprints_max), &change,
		    &b, err);
	if (code)
		return code;
	v1_put_id(resp, b.id);
	return ERR_OK;
}

enum err_code v1_blueprint_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct db_slice slice;
	struct blueprints list;
	enum err_code code = v1_slice(req, &slice, err);

	if (!code)
		code = db_blueprint_list(req->db, req->pool,
		    req->key.workspace_id, &slice, &list, err);
	if (code)
		return code;
	v1_put_list(req, resp, list.items, list.n, sizeof(*list.items),
	    put_blueprint, list.n ? list.items[list.n - 1].id : ID_NONE);
	return ERR_OK;
}

enum err_code v1_blueprint_fetch(
    struct req *req, struct resp *resp, struct err *err)
{
	struct json_out *j;
	struct blueprint b;
	enum err_code code = blueprint_get(
	    req->db, req->pool, req->key.workspace_id, which(req), &b, err);

	if (code)
		return code;
	j = resp_json(resp);
	json_out_object(j, NULL);
	put_blueprint(req, j, &b);
	json_out_end(j);
	return ERR_OK;
}

enum err_code v1_blueprint_update(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change;
	struct blueprint b;
	enum err_code code = read_change(req, &change, err);

	if (!code)
		code = blueprint_set(req->db, req->pool, req->key.workspace_id,
		    which(req), &change, &b, err);
	if (code)
		return code;
	v1_put_id(resp, b.id);
	return ERR_OK;
}

enum err_code v1_blueprint_delete(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct json *body;
	struct id id;
	enum err_code code = req_json(req, &body, err);

	if (!code)
		code = blueprint_del(req->db, req->pool, req->key.workspace_id,
		    which(req), &id, err);
	if (code)
		return code;
	v1_put_id(resp, id);
	return ERR_OK;
}
