/* resp.h: one answer on its way out */
/* SPDX-License-Identifier: MIT */
#ifndef RESP_H
#define RESP_H

#include "base/err.h"
#include "base/id.h"
#include "base/json_out.h"

/* What kind of answer it is: decides the headers (secure.c) and how an error
 * is spelt. */
enum resp_face {
	RESP_JSON,   /* {"error","message"} */
	RESP_PAGE,   /* of the console and the login */
	RESP_WIDGET, /* page that stands in a frame on other sites */
	RESP_SCRIPT, /* loader for other sites */
	RESP_FILE,   /* what somebody has sent */
	RESP_DEV,    /* {"detail"}, for programs anywhere */
	RESP_V1,     /* {"message","code"}, for programs anywhere */
	RESP_GUEST,  /* as RESP_JSON, for scripts of ours on other sites */
	RESP_FACE__MAX
};

struct resp {
	int status;
	enum resp_face face;
	struct buf headers; /* lines that end in CR LF */
	struct buf body;
	struct json_out json; /* the body's, after resp_json */
	bool has_body;	      /* Content-Length is told */
	bool is_streamed;     /* stream.h has told the headers */
	struct str faults;    /* JSON array: the detail of ERR_INVALID */
};

void resp_init(struct resp *resp);
void resp_fini(struct resp *resp);

/* Control characters in the value are left out: no line is ever begun. */
void resp_header(struct resp *resp, const char *name, struct str value);
void resp_header_u64(struct resp *resp, const char *name, uint64_t value);
/* HttpOnly, SameSite=Lax; max_age_s 0 clears it. The value is a token of ours
 * (letters, digits, '-', '_'). */
void resp_cookie(struct resp *resp, const char *name, struct str value,
    const char *path, int64_t max_age_s, bool is_secure);

/* Starts a body of JSON and returns where it is written. */
struct json_out *resp_json(struct resp *resp);
/* A body of the face's own type, copied. */
void resp_text(struct resp *resp, const char *type, struct str body);
/* 303; what may not stand in a URL is percent-encoded. */
void resp_redirect(struct resp *resp, struct str location);
/* 204 or 304. */
void resp_empty(struct resp *resp, int status);
/* Member code: NOT_FOUND and so on; 413 has the name that clients know. */
void resp_put_code(struct json_out *j, enum err_code code);
/* The one place where a failure is spelt; drops what was written before. */
void resp_error(struct resp *resp, const struct err *err);

/* Status and headers, with the empty line behind them. */
void resp_put_head(const struct resp *resp, struct buf *out);
/* The whole answer in CGI form; without the body for HEAD. */
void resp_put(const struct resp *resp, bool is_head, struct buf *out);

#endif
