/* v1.c: what the routes of the widget API have in common */
/* SPDX-License-Identifier: MIT */
#include "v1.h"

#include "chat/widget.h"

#define LINES "application/jsonl"

void v1_put_id(struct resp *resp, struct id id)
{
	struct json_out *j = resp_json(resp);

	json_out_object(j, NULL);
	json_out_ulid(j, "id", id);
	json_out_end(j);
}

void v1_put_ms(struct json_out *j, const char *name, int64_t us)
{
	json_out_u64(j, name, (uint64_t)us / 1000);
}

void v1_put_meta(struct json_out *j, struct str meta)
{
	json_out_json(j, "meta", meta);
}

bool v1_wants_lines(const struct req *req)
{
	struct str accept = req_env(req, "HTTP_ACCEPT");

	return str_search(accept, STR(LINES)) < accept.n;
}

/* ----------------------------------------------------------------- queries */

/* "meta[a.b]" or "meta.a.b". */
static bool is_meta(struct str name, struct str *path_r)
{
	if (str_starts(name, STR("meta.")))
		*path_r = str_from(name, strlen("meta."));
	else if (str_starts(name, STR("meta[")) && str_ends(name, STR("]")))
		*path_r = str_make(
		    name.p + strlen("meta["), name.n - strlen("meta[]"));
	else
		return false;
	return true;
}

static enum err_code read_meta(
    struct req *req, struct str *meta_r, struct err *err)
{
	struct widget_meta pairs[WIDGET_META_PAIRS + 1];
	size_t i, n = 0;

	for (i = 0; i < req->query.n && n < COUNT_OF(pairs); i++)
		if (is_meta(req->query.items[i].name, &pairs[n].path))
			pairs[n++].value = req->query.items[i].value;
	if (widget_meta_filter(req->pool, pairs, n, meta_r))
		return ERR_OK;
	return err_set(err, ERR_BAD_REQUEST,
	    "meta[name]=value asks for at most %d places, each with one value.",
	    WIDGET_META_PAIRS);
}

enum err_code v1_slice(
    struct req *req, struct db_slice *slice_r, struct err *err)
{
	static const char *const orders[] = { "desc", "asc", NULL };
	struct fields *q = &req->query;
	uint64_t take = fields_u64(q, "take", 0, UINT32_MAX, V1_TAKE);
	enum err_code code;

	*slice_r = (struct db_slice){
		.is_up = fields_enum(q, "order", orders, 0) == 1,
		.behind = fields_id(q, "cursor"),
		.take = take ? MIN_OF(take, V1_TAKE) : V1_TAKE,
	};
	code = fields_end(q, err);
	return code ? code : read_meta(req, &slice_r->meta, err);
}

/* ------------------------------------------------------------------- lists */

static void put_lines(struct req *req, struct resp *resp, const char *items,
    size_t n, size_t size, v1_put_fn *put)
{
	struct json_out j;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	for (i = 0; i < n; i++) {
		json_out_init(&j, &b);
		json_out_object(&j, NULL);
		json_out_cstr(&j, "type", "item");
		json_out_object(&j, "data");
		put(req, &j, items + i * size);
		json_out_end(&j);
		json_out_end(&j);
		buf_byte(&b, '\n');
	}
	resp_text(resp, LINES, buf_str(&b));
	buf_fini(&b);
}

void v1_put_list(struct req *req, struct resp *resp, const void *items,
    size_t n, size_t size, v1_put_fn *put, struct id last)
{
	struct json_out *j;
	size_t i;

	resp_header(resp, "Vary", STR("Accept"));
	if (v1_wants_lines(req)) {
		put_lines(req, resp, items, n, size, put);
		return;
	}
	j = resp_json(resp);
	json_out_object(j, NULL);
	json_out_array(j, "items");
	for (i = 0; i < n; i++) {
		json_out_object(j, NULL);
		put(req, j, (const char *)items + i * size);
		json_out_end(j);
	}
	json_out_end(j);
	if (id_is_none(last))
		json_out_cstr(j, "cursor", "");
	else
		json_out_ulid(j, "cursor", last);
	json_out_end(j);
}
