/* agent_widget_key.c: the key and the secret of a widget, for administrators */
/* SPDX-License-Identifier: MIT */
#include "agent_widget.h"
#include "handlers.h"

static void put_one(struct resp *resp, const char *name, struct str value)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_str_or_null(j, name, value);
	json_out_end(j);
}

enum err_code agent_widget_show_key(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget w;
	enum err_code code = agent_widget_get(req, &w, err);

	if (!code)
		put_one(resp, "key", widget_key(req->pool, &w));
	return code;
}

enum err_code agent_widget_renew_key(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_which which;
	struct str key = STR_EMPTY;
	enum err_code code = agent_widget_which(req, &which, err);

	if (!code)
		code = widget_renew_key(
		    req->db, req->pool, req->app->seal_key, &which, &key, err);
	if (!code)
		put_one(resp, "key", key);
	return code;
}

enum err_code agent_widget_renew_secret(
    struct req *req, struct resp *resp, struct err *err)
{
	struct widget_which which;
	struct str secret = STR_EMPTY;
	enum err_code code = agent_widget_which(req, &which, err);

	if (!code)
		code = widget_renew_secret(req->db, req->pool,
		    req->app->seal_key, &which, &secret, err);
	if (!code)
		put_one(resp, "secret", secret);
	return code;
}
