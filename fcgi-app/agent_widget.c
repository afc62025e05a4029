/* agent_widget.c: widgets of the workspace, for administrators at the console */
/* SPDX-License-Identifier: MIT */
#include "agent_widget.h"

#include "base/settings.h"
#include "db/db_chatbot.h"
#include "handlers.h"

#define LIST_MAX 1000 /* widgets or chatbots in one answer */
/* What this face may set besides the options. */
#define MAY                                                                    \
	(WIDGET_SETS_NAME | WIDGET_SETS_DESCRIPTION | WIDGET_SETS_BOT |        \
	    WIDGET_SETS_ORIGINS | WIDGET_SETS_ACTIVE)

enum err_code agent_widget_which(
    const struct req *req, struct widget_which *which_r, struct err *err)
{
	which_r->workspace_id = req->account.workspace_id;
	return req_param_id(req, "id", &which_r->id, err);
}

static struct str path_id(struct req *req)
{
	return req_param(req, "id");
}

enum err_code agent_widget_get(
    struct req *req, struct widget *w_r, struct err *err)
{
	struct widget_which which;
	enum err_code code = agent_widget_which(req, &which, err);

	return code ? code
		    : widget_get(req->db, req->pool, req->app->seal_key,
			  which.workspace_id, path_id(req), w_r, err);
}

/* ---------------------------------------------------------------- answers */

static void put_id(struct json_out *j, const char *name, struct id id)
{
	if (id_is_none(id))
		json_out_null(j, name);
	else
		json_out_uuid(j, name, id);
}

static void put_row(struct json_out *j, const struct widget *w,
    const struct widget_visits *visits)
{
	struct str lines = w->allowed_origins, line;
	int64_t used = 0;

	for (size_t i = 0; i < visits->n; i++)
		if (id_eq(visits->items[i].id, w->id))
			used = visits->items[i].at;
	json_out_uuid(j, "id", w->id);
	json_out_str(j, "name", w->name);
	put_id(j, "chatbot_id", w->chatbot_id);
	json_out_str_or_null(j, "chatbot_name", w->chatbot_name);
	json_out_bool(j, "is_active", w->is_active);
	json_out_array(j, "allowed_origins");
	while (lines.n > 0 && str_split(&lines, '\n', &line))
		if (line.n > 0)
			json_out_str(j, NULL, line);
	json_out_end(j);
	json_out_time(j, "created_at", w->created_at);
	json_out_time(j, "updated_at", w->updated_at);
	json_out_time(j, "last_used_at", used);
}

/* Its own options: what else the settings keep is nobody's here. */
static void put_settings(
    struct req *req, struct json_out *j, const struct widget *w)
{
	const struct json *object = NULL, *v;

	json_out_object(j, "settings");
	if (w->settings.n > 0 &&
	    json_parse(req->pool, w->settings, &object, NULL) == ERR_OK)
		for (size_t i = 0; i < WIDGET_OPTIONS_MAX; i++) {
			v = json_get(object, widget_options[i].key);
			if (v && json_type(v) != JSON_NULL)
				json_out_json(j, widget_options[i].key,
				    json_text(req->pool, v));
		}
	json_out_end(j);
}

static enum err_code put_widget(
    struct req *req, struct resp *resp, const struct widget *w, struct err *err)
{
	struct widget_values inherited;
	struct widget_visits visits;
	struct json_out *j;
	enum err_code code = db_widget_list_visits(
	    req->db, req->pool, w->workspace_id, &visits, err);

	if (code)
		return code;
	widget_values(req->pool, STR_EMPTY, w->blueprint_settings, &inherited);
	j = resp_json(resp);
	json_out_object(j, NULL);
	put_row(j, w, &visits);
	json_out_str(j, "description", w->description);
	put_settings(req, j, w);
	json_out_object(j, "inherited");
	widget_put_values(j, &inherited, 0);
	json_out_end(j);
	json_out_bool(
	    j, "has_identity_secret", widget_has_secret(req->pool, w));
	json_out_end(j);
	return ERR_OK;
}

/* ------------------------------------------------------------------ lists */

enum err_code agent_chatbot_list(
    struct req *req, struct resp *resp, struct err *err)
{
	struct chatbots list;
	struct json_out *j;
	enum err_code code = db_chatbot_list(req->db, req->pool,
	    req->account.workspace_id, ID_NONE, LIST_MAX, &list, err);

	if (code)
		return code;
	j = resp_json(resp);
	json_out_array(j, NULL);
	for (size_t i = 0; i < list.n; i++) {
		json_out_object(j, NULL);
		json_out_uuid(j, "id", list.items[i].id);
		json_out_str(j, "name", list.items[i].name);
		json_out_bool(j, "is_active", list.items[i].is_active);
		json_out_end(j);
	}
	json_out_end(j);
	return ERR_OK;
}

enum err_code agent_widget_options(
    struct req *req, struct resp *resp, struct err *err)
{
	struct json_out *j = resp_json(resp);

	(void)req;
	(void)err;
	json_out_object(j, NULL);
	widget_put_options(j, "options");
	json_out_end(j);
	return ERR_OK;
}

enum err_code agent_widget_list(
    struct req *req, struct resp *resp, struct err *err)
{
	const struct db_slice slice = { .take = LIST_MAX };
	struct id workspace_id = req->account.workspace_id;
	struct widget_visits visits;
	struct widgets list;
	struct json_out *j;
	enum err_code code = widget_list(
	    req->db, req->pool, workspace_id, ID_NONE, &slice, &list, err);

	if (!code)
		code = db_widget_list_visits(
		    req->db, req->pool, workspace_id, &visits, err);
	if (code)
		return code;
	j = resp_json(resp);
	json_out_array(j, NULL);
	for (size_t i = 0; i < list.n; i++) {
		json_out_object(j, NULL);
		put_row(j, &list.items[i], &visits);
		json_out_end(j);
	}
	json_out_end(j);
	return ERR_OK;
}

/* -------------------------------------------------------------- one of them */

/* People find it by its name: here none goes without. */
static enum err_code read_change(struct req *req, unsigned may, bool must_name,
    struct widget_change *change_r, struct err *err)
{
	const struct json *body;
	enum err_code code = req_json(req, &body, err);

	if (!code)
		code = widget_change_read(
		    req->pool, body, WIDGET_BY_KEY, may, change_r, err);
	if (!code && change_r->name.n == 0 &&
	    (must_name || change_r->sets & WIDGET_SETS_NAME))
		return err_set(err, ERR_BAD_REQUEST, "name must not be empty.");
	return code;
}

enum err_code agent_widget_add(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change = { .sets = 0 };
	struct widget w;
	enum err_code code = read_change(req, MAY, true, &change, err);

	if (!code)
		code = widget_add(req->db, req->pool, req->app->seal_key,
		    req->account.workspace_id,
		    settings_int(&req->app->settings->widgets_max), &change, &w,
		    err);
	if (!code)
		code = put_widget(req, resp, &w, err);
	if (!code)
		resp->status = 201;
	return code;
}

enum err_code agent_widget_show(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget w;
	enum err_code code = agent_widget_get(req, &w, err);

	return code ? code : put_widget(req, resp, &w, err);
}

enum err_code agent_widget_set(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change = { .sets = 0 };
	struct widget_which which;
	struct widget w;
	enum err_code code = agent_widget_which(req, &which, err);

	/* whoever may not know of it learns nothing of what was wrong */
	if (!code)
		code = agent_widget_get(req, &w, err);
	if (!code)
		code = read_change(req, MAY, false, &change, err);
	if (!code)
		code = widget_set(req->db, req->pool, req->app->seal_key,
		    which.workspace_id, path_id(req), &change, &w, err);
	return code ? code : put_widget(req, resp, &w, err);
}

enum err_code agent_widget_del(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_which which;
	struct id gone;
	enum err_code code = agent_widget_which(req, &which, err);

	if (!code)
		code = widget_del(req->db, req->pool, which.workspace_id,
		    path_id(req), &gone, err);
	if (!code)
		resp_empty(resp, 204);
	return code;
}

/* The copy has the old one's name until it gets its own. */
enum err_code agent_widget_clone(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_change change = { .sets = 0 };
	struct widget_which which;
	struct widget w;
	enum err_code code = agent_widget_which(req, &which, err);

	if (!code)
		code = agent_widget_get(req, &w, err);
	if (!code)
		code = read_change(req, WIDGET_SETS_NAME, false, &change, err);
	if (!code)
		code = widget_clone(req->db, req->pool, req->app->seal_key,
		    which.workspace_id,
		    settings_int(&req->app->settings->widgets_max),
		    path_id(req), &w, err);
	if (!code && change.sets)
		code = widget_set(req->db, req->pool, req->app->seal_key,
		    which.workspace_id,
		    str_copy(req->pool, str_of(id_text(w.id))), &change, &w,
		    err);
	if (!code)
		code = put_widget(req, resp, &w, err);
	if (!code)
		resp->status = 201;
	return code;
}
