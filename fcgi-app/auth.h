/* auth.h: the cookie of a request, and whose it is */
/* SPDX-License-Identifier: MIT */
#ifndef AUTH_H
#define AUTH_H

#include "req.h"
#include "resp.h"

/* Fills req->account and req->session; ERR_UNAUTHORIZED when there is no
 * login (any more). */
MUST_CHECK enum err_code auth_find(struct req *req, struct err *err);
/* 303 to the login page, which leads back here. */
void auth_redirect(const struct req *req, struct resp *resp);

/* Makes the browser hold a login, or drop it. */
void auth_put_session(struct req *req, struct resp *resp, struct str token);
void auth_clear_session(struct req *req, struct resp *resp);

/* A token for pages of the login that req->session names, and its check. */
struct str auth_make_csrf(const struct req *req);
MUST_CHECK enum err_code auth_check_csrf(
    const struct req *req, struct str token, struct err *err);
/*
 * The same before there is a login: bound to a cookie of the login page, which
 * is made when the browser has none.
 */
struct str auth_make_login_csrf(const struct req *req, struct resp *resp);
MUST_CHECK enum err_code auth_check_login_csrf(
    const struct req *req, struct str token, struct err *err);

/* next when it is a path of ours, else the console: never another site. */
struct str auth_next(struct str next);

#endif
