/* stream.c: an answer that goes out in pieces: lines of JSON as they come */
/* SPDX-License-Identifier: MIT */
#include "stream.h"

#include "secure.h"

#define TYPE_JSONL "application/jsonl"

/* Without flush all is kept for the end, as in tests. */
static void push(struct req *req)
{
	if (!req->flush)
		return;
	if (!req->is_gone && !req->flush(req->read_arg, buf_str(req->out)))
		req->is_gone = true;
	buf_clear(req->out);
}

void stream_begin(struct req *req, struct resp *resp)
{
	buf_clear(&resp->body);
	resp->has_body = false;
	resp->is_streamed = true;
	resp_header(resp, "Content-Type", STR(TYPE_JSONL));
	/* nginx, should one stand in front, holds lines back otherwise */
	resp_header(resp, "X-Accel-Buffering", STR("no"));
	secure_put(req, resp);
	resp_put_head(resp, req->out);
	push(req);
}

struct json_out *stream_line(struct resp *resp, const char *type)
{
	struct json_out *j = &resp->json;

	buf_clear(&resp->body);
	json_out_init(j, &resp->body);
	json_out_object(j, NULL);
	json_out_cstr(j, "type", type);
	json_out_object(j, "data");
	return j;
}

void stream_send(struct req *req, struct resp *resp)
{
	json_out_end(&resp->json);
	json_out_end(&resp->json);
	if (buf_failed(&resp->body)) {
		buf_clear(&resp->body);
		return;
	}
	buf_put(req->out, buf_str(&resp->body));
	buf_byte(req->out, '\n');
	buf_clear(&resp->body);
	push(req);
}

void stream_error(struct req *req, struct resp *resp, const struct err *err)
{
	struct json_out *j = stream_line(resp, "error");

	json_out_cstr(j, "message", err->text);
	resp_put_code(j, err->code);
	stream_send(req, resp);
}

bool stream_is_wanted(const struct req *req)
{
	struct str rest = req_env(req, "HTTP_ACCEPT"), part;

	while (rest.p && str_split(&rest, ',', &part)) {
		part = str_trim(str_head(part, str_index(part, ';')));
		if (str_ieq(part, STR(TYPE_JSONL)))
			return true;
	}
	return false;
}
