/* err.h: one list of what can go wrong, and its sentence */
/* SPDX-License-Identifier: MIT */
#ifndef ERR_H
#define ERR_H

#include "base/base.h"

/* code, HTTP status, public slug */
#define ERR_CODES(X)                                                           \
	X(ERR_OK, 200, "ok")                                                   \
	X(ERR_BAD_REQUEST, 400, "bad_request")                                 \
	X(ERR_UNAUTHORIZED, 401, "unauthorized")                               \
	X(ERR_PAYMENT, 402, "payment_required")                                \
	X(ERR_FORBIDDEN, 403, "forbidden")                                     \
	X(ERR_NOT_FOUND, 404, "not_found")                                     \
	X(ERR_METHOD, 405, "method_not_allowed")                               \
	X(ERR_TIMEOUT, 408, "request_timeout")                                 \
	X(ERR_CONFLICT, 409, "conflict")                                       \
	X(ERR_GONE, 410, "gone")                                               \
	X(ERR_TOO_LARGE, 413, "too_large")                                     \
	X(ERR_MEDIA_TYPE, 415, "unsupported_media_type")                       \
	X(ERR_INVALID, 422, "invalid")                                         \
	X(ERR_RATE_LIMITED, 429, "rate_limited")                               \
	X(ERR_INTERNAL, 500, "internal")                                       \
	X(ERR_BAD_GATEWAY, 502, "bad_gateway")                                 \
	X(ERR_UNAVAILABLE, 503, "unavailable")

enum err_code {
#define X(code, status, slug) code,
	ERR_CODES(X)
#undef X
	    ERR__MAX
};

/* A failure on its way to the one place that logs and answers it. */
struct err {
	enum err_code code;
	unsigned retry_after_s; /* for ERR_RATE_LIMITED and ERR_UNAVAILABLE */
	char text[240];		/* a sentence that is safe to show */
};

/*
 * Fills err (which may be NULL) and returns code, so that a function can end
 * with `return err_set(err, ERR_NOT_FOUND, "No conversation %s.", ...)`.
 * retry_after_s becomes 0: set it behind this call.
 */
enum err_code err_set(struct err *err, enum err_code code, const char *fmt, ...)
    PRINTF(3, 4);
/* Back to ERR_OK. */
void err_clear(struct err *err);

/* The HTTP status and the public name of a code; never NULL. */
int err_status(enum err_code code);
const char *err_slug(enum err_code code);

#endif
