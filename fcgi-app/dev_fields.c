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
	if (name && f->part)
		json_out_cstr(&f->json, NULL, f->part);
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

static bool is_ident(struct str s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) &&
		    (i == 0 ||
			!((c >= '0' && c <= '9') || c == '_' || c == '-')))
			return false;
	}
	return s.n > 0;
}

static bool is_color(struct str s)
{
	size_t i;

	for (i = 1; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') ||
			((s.p[i] | 32) >= 'a' && (s.p[i] | 32) <= 'f')))
			return false;
	return (s.n == 4 || s.n == 7) && s.p[0] == '#';
}

/* What only some kinds of text must be. */
static void check_kind(
    struct dev_faults *f, const struct dev_field *field, struct str text)
{
	if (field->type == DEV_URL && text.n && !is_url(text))
		body_fault(f, field, "url_parsing",
		    "Input should be a valid URL with http or https");
	else if (field->type == DEV_COLOR && !is_color(text))
		body_fault(f, field, "string_pattern_mismatch",
		    "String should match pattern "
		    "'^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$'");
	else if (field->type == DEV_IDENT && !is_ident(text))
		body_fault(f, field, "string_pattern_mismatch",
		    "String should match pattern '^[a-zA-Z][a-zA-Z0-9_\\-]*$'");
	else if (field->type == DEV_IDENT &&
		 str_search(text, STR("__")) < text.n)
		body_fault(f, field, "value_error",
		    "Value error, must not contain '__'");
}

/* Whether a text is as long as it may be, and of what it may be. */
static bool check_length(struct dev_faults *f, const struct dev_field *field,
    struct str text, size_t min, size_t max, bool lines)
{
	size_t n = valid_utf8_count(text), before = f->n;

	if (n < min)
		dev_fault(f, "body", field->name, "string_too_short",
		    "String should have at least %zu character%s", min,
		    min == 1 ? "" : "s");
	else if (n > max)
		dev_fault(f, "body", field->name, "string_too_long",
		    "String should have at most %zu characters", max);
	else if (!valid_text(text, lines))
		body_fault(f, field, "value_error",
		    "Value error, control characters are not allowed");
	return f->n == before;
}

static void check_text(struct dev_faults *f, const struct dev_field *field,
    struct dev_value *value)
{
	if (field->type == DEV_NAME || field->type == DEV_URL)
		value->text = str_trim(value->text);
	if (field->type == DEV_CHOICE)
		check_choice(f, field, value);
	else if (check_length(f, field, value->text, field->min, field->max,
		     field->type == DEV_TEXT))
		check_kind(f, field, value->text);
}

static void read_number(struct dev_faults *f, const struct json *v,
    const struct dev_field *field, struct dev_value *value)
{
	value->num = json_num(v, 0);
	if (json_type(v) != JSON_NUMBER)
		body_fault(
		    f, field, "float_type", "Input should be a valid number");
	else if (value->num < (double)field->min)
		dev_fault(f, "body", field->name, "greater_than_equal",
		    "Input should be greater than or equal to %zu", field->min);
	else if (value->num > (double)field->max)
		dev_fault(f, "body", field->name, "less_than_equal",
		    "Input should be less than or equal to %zu", field->max);
}

static void read_items(struct dev_faults *f, struct pool *pool,
    const struct json *v, const struct dev_field *field,
    struct dev_value *value)
{
	bool is_map = field->type == DEV_MAP;
	const struct json *item = NULL;
	size_t n = json_count(v);
	struct dev_item *items;

	if (json_type(v) != (is_map ? JSON_OBJECT : JSON_ARRAY)) {
		body_fault(f, field, is_map ? "dict_type" : "list_type",
		    is_map ? "Input should be a valid dictionary"
			   : "Input should be a valid list");
		return;
	}
	if (n < field->min || n > field->max) {
		dev_fault(f, "body", field->name,
		    n < field->min ? "too_short" : "too_long",
		    "There should be %zu to %zu items, not %zu", field->min,
		    field->max, n);
		return;
	}
	items = pool_alloc(pool, (n + 1) * sizeof(*items));
	value->items = items;
	while ((item = json_next(v, item))) {
		struct dev_item *one = &items[value->n++];

		one->name = json_name(item);
		one->text = str_trim(json_str(item));
		if (json_type(item) != JSON_STRING)
			body_fault(f, field, "string_type",
			    "Each item should be a valid string");
		else if (!is_map || check_length(f, field, one->name, 1,
					DEV_ITEM_MAX, false))
			(void)check_length(f, field, one->text, 1,
			    is_map ? DEV_VALUE_MAX : DEV_ITEM_MAX, false);
	}
}

static void read_fields(struct dev_faults *f, struct pool *pool,
    const struct json *object, const struct dev_field *fields, size_t n,
    struct dev_value *values, const struct dev_part *part);

static void read_object(struct dev_faults *f, struct pool *pool,
    const struct json *v, const struct dev_field *field,
    struct dev_value *value, const struct dev_part *part)
{
	if (json_type(v) != JSON_OBJECT) {
		body_fault(f, field, "dict_type",
		    "Input should be a valid dictionary");
		return;
	}
	if (field->type == DEV_PART) {
		f->part = field->name;
		read_fields(
		    f, pool, v, part->fields, part->n, part->values, NULL);
		f->part = NULL;
		return;
	}
	value->text = json_text(pool, v);
	if (value->text.n > field->max)
		dev_fault(f, "body", field->name, "too_long",
		    "Dictionary should have at most %zu bytes as JSON",
		    field->max);
}

static void read_field(struct dev_faults *f, struct pool *pool,
    const struct json *v, const struct dev_field *field,
    struct dev_value *value, const struct dev_part *part)
{
	value->is_set = true;
	if (json_type(v) == JSON_NULL && field->flags & DEV_NULL) {
		value->is_null = true;
		return;
	}
	switch (field->type) {
	case DEV_BOOL:
		value->is_true = json_bool(v, false);
		if (json_type(v) != JSON_BOOL)
			body_fault(f, field, "bool_type",
			    "Input should be a valid boolean");
		break;
	case DEV_NUMBER:
		read_number(f, v, field, value);
		break;
	case DEV_LIST:
	case DEV_MAP:
		read_items(f, pool, v, field, value);
		break;
	case DEV_PART:
	case DEV_OBJECT:
		read_object(f, pool, v, field, value, part);
		break;
	default:
		value->text = json_str(v);
		if (json_type(v) != JSON_STRING)
			body_fault(f, field, "string_type",
			    "Input should be a valid string");
		else
			check_text(f, field, value);
	}
}

static void read_fields(struct dev_faults *f, struct pool *pool,
    const struct json *object, const struct dev_field *fields, size_t n,
    struct dev_value *values, const struct dev_part *part)
{
	const struct json *v, *item;
	size_t i;

	for (i = 0; i < n; i++) {
		/* json_get does not tell null from nothing */
		v = NULL;
		item = NULL;
		while ((item = json_next(object, item)))
			if (str_eq(json_name(item), str_of(fields[i].name)))
				v = item;
		if (v)
			read_field(f, pool, v, &fields[i], &values[i], part);
		else if (fields[i].flags & DEV_REQUIRED)
			body_fault(f, &fields[i], "missing", "Field required");
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

enum err_code dev_body_part(struct req *req, struct resp *resp,
    const struct dev_field *fields, size_t n, struct dev_value *values,
    const struct dev_part *part, struct err *err)
{
	const struct json *body;
	struct dev_faults f;

	dev_faults_init(&f);
	memset(values, 0, n * sizeof(*values));
	if (part)
		memset(part->values, 0, part->n * sizeof(*part->values));
	body = parse_body(&f, req);
	if (body)
		read_fields(&f, req->pool, body, fields, n, values, part);
	return dev_faults_end(&f, req, resp, err);
}

enum err_code dev_body(struct req *req, struct resp *resp,
    const struct dev_field *fields, size_t n, struct dev_value *values,
    struct err *err)
{
	return dev_body_part(req, resp, fields, n, values, NULL, err);
}

static void put_items(struct json_out *j, const struct dev_field *field,
    const struct dev_value *value)
{
	bool is_map = field->type == DEV_MAP;
	size_t i;

	if (is_map)
		json_out_object(j, NULL);
	else
		json_out_array(j, NULL);
	for (i = 0; i < value->n; i++)
		json_out_str(j, is_map ? value->items[i].name.p : NULL,
		    value->items[i].text);
	json_out_end(j);
}

struct str dev_json(struct pool *pool, const struct dev_field *field,
    const struct dev_value *value)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	if (value->is_null)
		json_out_null(&j, NULL);
	else if (field->type == DEV_BOOL)
		json_out_bool(&j, NULL, value->is_true);
	else if (field->type == DEV_NUMBER)
		json_out_num(&j, NULL, value->num);
	else if (field->type == DEV_LIST || field->type == DEV_MAP)
		put_items(&j, field, value);
	else if (field->type == DEV_OBJECT)
		json_out_json(&j, NULL, value->text);
	else
		json_out_str(&j, NULL, value->text);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
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
