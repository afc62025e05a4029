/* dev_fields.c: what a request of the developer API must look like, as data */
/* SPDX-License-Identifier: MIT */
#include "dev_fields.h"

#include <stdarg.h>

#include "base/valid.h"

/* --------------------------------------------------------------- faults */

void dev_faults_init(struct dev_faults *f)
{
	memset(f, 0, sizeof(*f));
}

void dev_fault(struct dev_faults *f, const char *where, const char *name,
    const char *type, const char *fmt, ...)
{
	char text[240];
	va_list ap;

	if (!f->n++) {
		buf_init(&f->text, 0);
		json_out_init(&f->json, &f->text);
		json_out_array(&f->json, NULL);
	}
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_out_object(&f->json, NULL);
	json_out_array(&f->json, "loc");
	json_out_cstr(&f->json, NULL, where);
	if (name)
		json_out_cstr(&f->json, NULL, name);
	json_out_end(&f->json);
	json_out_cstr(&f->json, "msg", text);
	json_out_cstr(&f->json, "type", type);
	json_out_end(&f->json);
}

enum err_code dev_faults_end(
    struct dev_faults *f, struct req *req, struct resp *resp, struct err *err)
{
	if (!f->n)
		return ERR_OK;
	json_out_end(&f->json);
	resp->faults = str_copy(req->pool, buf_str(&f->text));
	buf_fini(&f->text);
	return err_set(err, ERR_INVALID, "The request is not valid.");
}

/* ---------------------------------------------------------------- a body */

static void body_fault(struct dev_faults *f, const struct dev_field *field,
    const char *type, const char *text)
{
	dev_fault(f, "body", field->name, type, "%s", text);
}

static bool is_url(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || s.p[i] == 0x7f)
			return false;
	return (str_starts(s, STR("https://")) && s.n > 8) ||
	       (str_starts(s, STR("http://")) && s.n > 7);
}

static void check_choice(struct dev_faults *f, const struct dev_field *field,
    const struct dev_value *value)
{
	const char *const *c;
	struct buf b;

	for (c = field->choices; *c; c++)
		if (str_eq(value->text, str_of(*c)))
			return;
	buf_init(&b, 0);
	for (c = field->choices; *c; c++)
		buf_printf(&b, "%s'%s'",
		    c == field->choices ? ""
		    : c[1]		? ", "
					: " or ",
		    *c);
	dev_fault(
	    f, "body", field->name, "literal_error", "Input should be %s", b.p);
	buf_fini(&b);
}

static void check_text(struct dev_faults *f, const struct dev_field *field,
    struct dev_value *value)
{
	size_t n;

	if (field->type == DEV_NAME || field->type == DEV_URL)
		value->text = str_trim(value->text);
	n = valid_utf8_count(value->text);
	if (field->type == DEV_CHOICE)
		check_choice(f, field, value);
	else if (n < field->min)
		dev_fault(f, "body", field->name, "string_too_short",
		    "String should have at least %zu character%s", field->min,
		    field->min == 1 ? "" : "s");
	else if (n > field->max)
		dev_fault(f, "body", field->name, "string_too_long",
		    "String should have at most %zu characters", field->max);
	else if (!valid_text(value->text, field->type == DEV_TEXT))
		body_fault(f, field, "value_error",
		    "Value error, control characters are not allowed");
	else if (field->type == DEV_URL && n && !is_url(value->text))
		body_fault(f, field, "url_parsing",
		    "Input should be a valid URL with http or https");
}

static void read_field(struct dev_faults *f, struct pool *pool,
    const struct json *v, const struct dev_field *field,
    struct dev_value *value)
{
	value->is_set = true;
	if (json_type(v) == JSON_NULL && field->flags & DEV_NULL) {
		value->text = STR_EMPTY;
	} else if (field->type == DEV_BOOL) {
		value->is_true = json_bool(v, false);
		if (json_type(v) != JSON_BOOL)
			body_fault(f, field, "bool_type",
			    "Input should be a valid boolean");
	} else if (field->type == DEV_OBJECT) {
		if (json_type(v) != JSON_OBJECT) {
			body_fault(f, field, "dict_type",
			    "Input should be a valid dictionary");
			return;
		}
		value->text = json_text(pool, v);
		if (value->text.n > field->max)
			dev_fault(f, "body", field->name, "too_long",
			    "Dictionary should have at most %zu bytes as JSON",
			    field->max);
	} else if (json_type(v) != JSON_STRING) {
		body_fault(
		    f, field, "string_type", "Input should be a valid string");
	} else {
		value->text = json_str(v);
		check_text(f, field, value);
	}
}

/* NULL when it is none. */
static const struct json *parse_body(struct dev_faults *f, struct req *req)
{
	const struct json *body = NULL;
	struct err err = { 0 };

	if (!str_trim(req->body).n) {
		/* A body of defaults, as FastAPI's own forms are. */
		if (!json_parse(req->pool, STR("{}"), &body, &err))
			return body;
	} else if (json_parse(req->pool, req->body, &body, &err)) {
		dev_fault(f, "body", NULL, "json_invalid",
		    "JSON decode error: %s", err.text);
		return NULL;
	}
	if (json_type(body) == JSON_OBJECT)
		return body;
	dev_fault(f, "body", NULL, "model_attributes_type",
	    "Input should be a valid dictionary or object to extract fields "
	    "from");
	return NULL;
}

enum err_code dev_body(struct req *req, struct resp *resp,
    const struct dev_field *fields, size_t n, struct dev_value *values,
    struct err *err)
{
	const struct json *body, *v, *item;
	struct dev_faults f;
	size_t i;

	dev_faults_init(&f);
	memset(values, 0, n * sizeof(*values));
	body = parse_body(&f, req);
	for (i = 0; body && i < n; i++) {
		/* json_get does not tell null from nothing */
		v = NULL;
		item = NULL;
		while ((item = json_next(body, item)))
			if (str_eq(json_name(item), str_of(fields[i].name)))
				v = item;
		if (v)
			read_field(&f, req->pool, v, &fields[i], &values[i]);
		else if (fields[i].flags & DEV_REQUIRED)
			body_fault(&f, &fields[i], "missing", "Field required");
	}
	return dev_faults_end(&f, req, resp, err);
}

/* ---------------------------------------------------------------- a page */

static bool parse_cursor(struct pool *pool, struct str text, struct id *id_r)
{
	const struct json *v = NULL;
	struct err err = { 0 };
	struct buf b;
	bool ok;

	buf_init(&b, 256);
	ok = buf_unbase64(&b, text) && !buf_failed(&b) &&
	     !json_parse(pool, buf_str(&b), &v, &err) &&
	     id_parse(json_str(json_get(v, "id")), id_r);
	buf_fini(&b);
	return ok;
}

struct str dev_cursor(struct pool *pool, struct id last)
{
	char json[ID_ULID_SIZE + 16], ulid[ID_ULID_SIZE];
	struct str text;
	struct buf b;

	snprintf(json, sizeof(json), "{\"id\":\"%s\"}", id_ulid(last, ulid));
	buf_init(&b, 0);
	buf_base64url(&b, json, strlen(json));
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

enum err_code dev_page(struct req *req, struct resp *resp, size_t limit_default,
    size_t limit_max, struct dev_page *page_r, struct err *err)
{
	struct str limit = fields_find(&req->query, "limit");
	struct str cursor = fields_find(&req->query, "cursor");
	struct dev_faults f;
	int64_t n = (int64_t)limit_default;

	dev_faults_init(&f);
	if (limit.p && !str_i64(limit, INT64_MIN, INT64_MAX, &n))
		dev_fault(&f, "query", "limit", "int_parsing",
		    "Input should be a valid integer, unable to parse string "
		    "as an integer");
	else if (n < 1)
		dev_fault(&f, "query", "limit", "greater_than_equal",
		    "Input should be greater than or equal to 1");
	else if (n > (int64_t)limit_max)
		dev_fault(&f, "query", "limit", "less_than_equal",
		    "Input should be less than or equal to %zu", limit_max);
	page_r->limit = (size_t)n;
	page_r->before = ID_NONE;
	if (cursor.n && !parse_cursor(req->pool, cursor, &page_r->before))
		dev_fault(&f, "query", "cursor", "value_error",
		    "Value error, this is no cursor of an earlier answer");
	return dev_faults_end(&f, req, resp, err);
}

enum err_code dev_id(const struct req *req, const char *name, const char *what,
    struct id *id_r, struct err *err)
{
	if (id_parse(req_param(req, name), id_r))
		return ERR_OK;
	return err_set(err, ERR_NOT_FOUND, "%s not found.", what);
}
