/* auth_login.c: e-mail and password for a cookie */
/* SPDX-License-Identifier: MIT */
#include "auth.h"
#include "auth_json.h"
#include "base/json_in.h"
#include "base/password.h"
#include "handlers.h"
#include "page.h"

#define EMAIL_MAX 254

struct form {
	struct str email;
	struct str password;
};

static enum err_code read_json(
    struct req *req, struct form *in, struct err *err)
{
	const struct json *body;
	struct json_fields f;
	enum err_code code;

	code = req_json(req, &body, err);
	if (code)
		return code;
	json_fields_init(&f, body);
	in->email = json_fields_str(&f, "email", 1, EMAIL_MAX);
	in->password = json_fields_str(&f, "password", 1, PASSWORD_MAX);
	return json_fields_end(&f, err);
}

static enum err_code log_in(
    struct req *req, struct resp *resp, const struct form *in, struct err *err)
{
	struct str old = req_cookie(req, "session"), token;
	enum err_code code;

	code = account_login(req->db, req->pool, req->app->settings, in->email,
	    in->password, req->address, &req->account, &token, err);
	if (code)
		return code;
	/* What the browser held before must not be of use to anybody. */
	code = account_logout(req->db, old, err);
	if (code)
		return code;
	auth_put_session(req, resp, token);
	return ERR_OK;
}

static enum err_code answer_form(
    struct req *req, struct resp *resp, struct err *err)
{
	struct form in = {
		.email = fields_find(&req->form, "email"),
		.password = fields_find(&req->form, "password"),
	};
	struct str next = auth_next(fields_find(&req->form, "next"));
	enum err_code code;

	code = log_in(req, resp, &in, err);
	if (!code) {
		resp_redirect(resp, next);
		return ERR_OK;
	}
	if (code != ERR_UNAUTHORIZED && code != ERR_RATE_LIMITED)
		return code;
	resp->status = err_status(code);
	if (err->retry_after_s)
		resp_header_u64(resp, "Retry-After", err->retry_after_s);
	return page_put_login(req, resp, next, str_of(err->text), err);
}

enum err_code auth_login(struct req *req, struct resp *resp, struct err *err)
{
	struct form in;
	enum err_code code;

	if (req_has_type(req, "application/x-www-form-urlencoded"))
		return answer_form(req, resp, err);
	code = read_json(req, &in, err);
	if (!code)
		code = log_in(req, resp, &in, err);
	if (code)
		return code;
	auth_put_account(req, resp);
	return ERR_OK;
}
