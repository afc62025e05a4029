/* file_show.c: the bytes of a file, piece by piece */
/* SPDX-License-Identifier: MIT */
/*
 * What people have sent is theirs, and may be anything: it goes out as what its
 * bytes are, nothing may guess otherwise, and a page of its own it never gets
 * (secure.c: sandbox). Never more than one chunk is in memory.
 */
#include "base/log.h"
#include "chat/file.h"
#include "chat/file_kind.h"
#include "handlers.h"
#include "secure.h"

#define KEEP	  "private, max-age=31536000, immutable"
#define TAG_BYTES 16

/* Bytes [begin, end) of a file. */
struct range {
	uint64_t begin, end;
};

static void put_headers(
    struct req *req, struct resp *resp, const struct file *file, struct str tag)
{
	struct buf b;

	buf_init(&b, 0);
	buf_puts(&b, file_kind_is_shown(file->type) ? "inline" : "attachment");
	buf_puts(&b, "; filename*=UTF-8''");
	buf_percent(&b, file->name);
	resp_header(resp, "Content-Disposition", buf_str(&b));
	buf_fini(&b);
	resp_header(resp, "ETag", tag);
	resp_header(resp, "Cache-Control", STR(KEEP));
	resp_header(resp, "Accept-Ranges", STR("bytes"));
	resp_header(resp, "Content-Type",
	    str_starts(file->type, STR("text/"))
		? str_of(pool_printf(
		      req->pool, "%.*s; charset=utf-8", STR_ARG(file->type)))
		: file->type);
}

/* One range as RFC 9110 has it. False: there is none to go by; an empty one
 * cannot be satisfied. */
static bool read_range(struct str s, uint64_t size, struct range *r)
{
	struct str first, last;
	uint64_t a = 0, b = 0;

	if (!str_starts(s, STR("bytes=")))
		return false;
	s = str_trim(str_from(s, 6));
	if (str_index(s, ',') < s.n || str_index(s, '-') == s.n)
		return false;
	first = str_trim(str_head(s, str_index(s, '-')));
	last = str_trim(str_from(s, str_index(s, '-') + 1));
	if ((first.n && !str_u64(first, 0, INT64_MAX, &a)) ||
	    (last.n && !str_u64(last, 0, INT64_MAX, &b)) ||
	    (!first.n && !last.n) || (first.n && last.n && b < a))
		return false;
	if (!first.n) {
		r->begin = size - MIN_OF(b, size);
		r->end = size;
	} else {
		r->begin = MIN_OF(a, size);
		r->end = last.n ? MIN_OF(b + 1, size) : size;
	}
	return true;
}

static bool is_range_asked(
    const struct req *req, struct str tag, uint64_t size, struct range *range)
{
	struct str condition = req_env(req, "HTTP_IF_RANGE");

	return req->method == M_GET &&
	       (!condition.n || str_eq(condition, tag)) &&
	       read_range(req_env(req, "HTTP_RANGE"), size, range);
}

/* If-None-Match: the browser has it. */
static bool is_known(const struct req *req, struct str tag)
{
	struct str rest = req_env(req, "HTTP_IF_NONE_MATCH"), one;

	while (rest.n && str_split(&rest, ',', &one)) {
		one = str_trim(one);
		if (str_starts(one, STR("W/")))
			one = str_from(one, 2);
		if (str_eq(one, tag) || str_eq(one, STR("*")))
			return true;
	}
	return false;
}

static void push(struct req *req)
{
	if (!req->flush)
		return;
	if (!req->is_gone && !req->flush(req->read_arg, buf_str(req->out)))
		req->is_gone = true;
	buf_clear(req->out);
}

/* The headers are out: a failure can only end it too early, which the client
 * sees by the length. */
static void send(struct req *req, const struct file *file, struct range range)
{
	struct pool *pool = pool_new();
	struct err err = { 0 };
	struct str bytes;

	while (range.begin < range.end && !req->is_gone) {
		if (file_read(req->db, pool, file, range.begin, &bytes, &err)) {
			log_warn("file_cut id=%s error=%s", id_text(file->id),
			    err.text);
			break;
		}
		bytes = str_head(bytes, (size_t)(range.end - range.begin));
		buf_put(req->out, bytes);
		range.begin += bytes.n;
		push(req);
		pool_reset(pool);
	}
	pool_free(&pool);
}

enum err_code file_show(struct req *req, struct resp *resp, struct err *err)
{
	struct range range = { 0, 0 };
	struct file file;
	struct str tag;
	enum err_code code = file_by_address(req->db, req->pool,
	    req_param(req, "id"), req_param(req, "secret"), &file, err);

	if (code)
		return code;
	range.end = file.size;
	tag = str_of(pool_printf(req->pool, "\"%.*s\"",
	    STR_ARG(str_hex(req->pool, file.sha256.p, TAG_BYTES))));
	put_headers(req, resp, &file, tag);
	if (is_known(req, tag)) {
		resp_empty(resp, 304);
		return ERR_OK;
	}
	if (is_range_asked(req, tag, file.size, &range)) {
		bool is_empty = range.begin >= range.end;

		resp->status = is_empty ? 416 : 206;
		resp_header(resp, "Content-Range",
		    str_of(is_empty
			       ? pool_printf(req->pool, "bytes */%llu",
				     (unsigned long long)file.size)
			       : pool_printf(req->pool, "bytes %llu-%llu/%llu",
				     (unsigned long long)range.begin,
				     (unsigned long long)range.end - 1,
				     (unsigned long long)file.size)));
	}
	resp_header_u64(resp, "Content-Length",
	    range.begin < range.end ? range.end - range.begin : 0);
	resp->is_streamed = true;
	secure_put(req, resp);
	resp_put_head(resp, req->out);
	if (req->method == M_HEAD)
		return ERR_OK;
	push(req);
	send(req, &file, range);
	return ERR_OK;
}
