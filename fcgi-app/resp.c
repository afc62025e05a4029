/* resp.c: one answer on its way out */
/* SPDX-License-Identifier: MIT */
#include "resp.h"

#define BODY_MAX    (4 << 20)
#define HEADERS_MAX (32 << 10)
#define TYPE_JSON   "application/json"
#define TYPE_HTML   "text/html; charset=utf-8"

void resp_init(struct resp *resp)
{
	memset(resp, 0, sizeof(*resp));
	resp->status = 200;
	buf_init(&resp->headers, HEADERS_MAX);
	buf_init(&resp->body, BODY_MAX);
}

void resp_fini(struct resp *resp)
{
	buf_fini(&resp->headers);
	buf_fini(&resp->body);
}

void resp_header(struct resp *resp, const char *name, struct str value)
{
	struct buf *b = &resp->headers;
	size_t i, from = 0;

	buf_puts(b, name);
	buf_puts(b, ": ");
	for (i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] >= ' ' && value.p[i] != 0x7f)
			continue;
		buf_bytes(b, value.p + from, i - from);
		from = i + 1;
	}
	buf_put(b, str_from(value, from));
	buf_puts(b, "\r\n");
}

void resp_header_u64(struct resp *resp, const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	resp_header(resp, name, str_of(text));
}

void resp_cookie(struct resp *resp, const char *name, struct str value,
    const char *path, int64_t max_age_s, bool is_secure)
{
	struct buf b;

	buf_init(&b, 0);
	buf_printf(&b,
	    "%s=%.*s; Path=%s; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name,
	    STR_ARG(value), path, (long long)max_age_s,
	    is_secure ? "; Secure" : "");
	resp_header(resp, "Set-Cookie", buf_str(&b));
	buf_fini(&b);
}

static void start_body(struct resp *resp, const char *type)
{
	buf_clear(&resp->body);
	resp->has_body = true;
	resp_header(resp, "Content-Type", str_of(type));
}

struct json_out *resp_json(struct resp *resp)
{
	start_body(resp, TYPE_JSON);
	json_out_init(&resp->json, &resp->body);
	return &resp->json;
}

void resp_text(struct resp *resp, const char *type, struct str body)
{
	start_body(resp, type);
	buf_put(&resp->body, body);
}

void resp_redirect(struct resp *resp, struct str location)
{
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	for (i = 0; i < location.n; i++) {
		unsigned char c = (unsigned char)location.p[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c))
			buf_printf(&b, "%%%02X", c);
		else
			buf_byte(&b, (char)c);
	}
	resp->status = 303;
	resp_header(resp, "Location", buf_str(&b));
	buf_fini(&b);
	start_body(resp, TYPE_HTML);
}

void resp_empty(struct resp *resp, int status)
{
	resp->status = status;
	buf_clear(&resp->body);
	resp->has_body = false;
}

static const char *phrase(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 201:
		return "Created";
	case 204:
		return "No Content";
	case 206:
		return "Partial Content";
	case 303:
		return "See Other";
	case 304:
		return "Not Modified";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 402:
		return "Payment Required";
	case 403:
		return "Forbidden";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 408:
		return "Request Timeout";
	case 409:
		return "Conflict";
	case 410:
		return "Gone";
	case 413:
		return "Content Too Large";
	case 415:
		return "Unsupported Media Type";
	case 416:
		return "Range Not Satisfiable";
	case 422:
		return "Unprocessable Content";
	case 429:
		return "Too Many Requests";
	case 502:
		return "Bad Gateway";
	case 503:
		return "Service Unavailable";
	default:
		return status < 500 ? "Error" : "Internal Server Error";
	}
}

static void put_error_page(struct resp *resp, const struct err *err)
{
	const char *title = phrase(resp->status);

	start_body(resp, TYPE_HTML);
	buf_printf(&resp->body,
	    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width\">"
	    "<title>%s</title></head><body><main><h1>%s</h1><p>",
	    title, title);
	buf_html(&resp->body, str_of(err->text));
	buf_puts(&resp->body, "</p></main></body></html>\n");
}

void resp_put_code(struct json_out *j, enum err_code code)
{
	char name[64];
	const char *slug = err_slug(code);
	size_t i = 0;

	if (code == ERR_TOO_LARGE)
		slug = "content_too_large";
	for (; slug[i] && i + 1 < sizeof(name); i++)
		name[i] =
		    slug[i] >= 'a' && slug[i] <= 'z' ? slug[i] - 32 : slug[i];
	name[i] = '\0';
	json_out_cstr(j, "code", name);
}

static void put_message(struct resp *resp, const struct err *err)
{
	struct json_out *j;

	if (err->code == ERR_UNAUTHORIZED)
		resp_header(resp, "WWW-Authenticate", STR("Bearer"));
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_cstr(j, "message", err->text);
	resp_put_code(j, err->code);
	json_out_end(j);
}

static void put_detail(struct resp *resp, const struct err *err)
{
	struct json_out *j;

	if (err->code == ERR_UNAUTHORIZED)
		resp_header(resp, "WWW-Authenticate", STR("Bearer"));
	j = resp_json(resp);
	json_out_object(j, NULL);
	if (err->code == ERR_INVALID && resp->faults.n)
		json_out_json(j, "detail", resp->faults);
	else
		json_out_cstr(j, "detail", err->text);
	json_out_end(j);
}

void resp_error(struct resp *resp, const struct err *err)
{
	struct json_out *j;

	buf_clear(&resp->headers);
	resp->status = err_status(err->code);
	if (err->retry_after_s)
		resp_header_u64(resp, "Retry-After", err->retry_after_s);
	if (resp->face == RESP_PAGE || resp->face == RESP_WIDGET) {
		resp->face = RESP_PAGE; /* no site may frame a failure */
		put_error_page(resp, err);
		return;
	}
	if (resp->face == RESP_DEV) {
		put_detail(resp, err);
		return;
	}
	if (resp->face == RESP_V1) {
		put_message(resp, err);
		return;
	}
	if (resp->face != RESP_GUEST)
		resp->face = RESP_JSON;
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_cstr(j, "error", err_slug(err->code));
	json_out_cstr(j, "message", err->text);
	json_out_end(j);
}

void resp_put_head(const struct resp *resp, struct buf *out)
{
	buf_printf(
	    out, "Status: %d %s\r\n", resp->status, phrase(resp->status));
	buf_put(out, buf_str(&resp->headers));
	/* Apache would chunk without; 204 and 304 have none (RFC 9110 §8.6). */
	if (resp->has_body)
		buf_printf(out, "Content-Length: %zu\r\n", resp->body.n);
	buf_puts(out, "\r\n");
}

void resp_put(const struct resp *resp, bool is_head, struct buf *out)
{
	resp_put_head(resp, out);
	if (!is_head)
		buf_put(out, buf_str(&resp->body));
}
