/* json_in.c: JSON that came from outside (the only user of cJSON) */
/* SPDX-License-Identifier: MIT */
#include "base/json_in.h"

#include <cJSON.h>
#include <math.h>

#include "base/json_out.h"
#include "base/json_scan.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53 */

/* struct json is cJSON's own item under a name of ours. */
static const cJSON *item_of(const struct json *v)
{
	return (const cJSON *)(const void *)v;
}

static const struct json *json_of(const cJSON *item)
{
	return (const struct json *)(const void *)item;
}

static void delete_tree(void *arg)
{
	cJSON_Delete(arg);
}

enum err_code json_parse_deep(struct pool *pool, struct str text,
    unsigned depth_max, const struct json **json_r, struct err *err)
{
	enum err_code code;
	cJSON *root;

	/* Trees are walked and freed by recursion. */
	assert(depth_max <= JSON_DEPTH_MAX);
	code = json_scan_check(text, depth_max, err);
	if (code != ERR_OK)
		return code;
	/* what passed the scanner can fail here for want of memory only */
	root = cJSON_ParseWithLength(text.p, text.n);
	if (root == NULL)
		return err_set(err, ERR_INTERNAL, "JSON could not be read.");
	pool_on_reset(pool, delete_tree, root);
	*json_r = json_of(root);
	return ERR_OK;
}

enum err_code json_parse(struct pool *pool, struct str text,
    const struct json **json_r, struct err *err)
{
	return json_parse_deep(pool, text, JSON_DEPTH_MAX, json_r, err);
}

enum json_type json_type(const struct json *v)
{
	const cJSON *item = item_of(v);

	if (cJSON_IsBool(item))
		return JSON_BOOL;
	if (cJSON_IsNumber(item))
		return JSON_NUMBER;
	if (cJSON_IsString(item))
		return JSON_STRING;
	if (cJSON_IsArray(item))
		return JSON_ARRAY;
	return cJSON_IsObject(item) ? JSON_OBJECT : JSON_NULL;
}

struct str json_str(const struct json *v)
{
	if (json_type(v) != JSON_STRING)
		return STR_EMPTY;
	return str_of(item_of(v)->valuestring);
}

double json_num(const struct json *v, double other)
{
	return json_type(v) == JSON_NUMBER ? item_of(v)->valuedouble : other;
}

bool json_bool(const struct json *v, bool other)
{
	return json_type(v) == JSON_BOOL ? cJSON_IsTrue(item_of(v)) : other;
}

bool json_i64(const struct json *v, int64_t min, int64_t max, int64_t *v_r)
{
	double d = json_num(v, NAN);

	if (!(d >= -EXACT_MAX && d <= EXACT_MAX) || d != (double)(int64_t)d)
		return false;
	if ((int64_t)d < min || (int64_t)d > max)
		return false;
	*v_r = (int64_t)d;
	return true;
}

const struct json *json_get(const struct json *v, const char *name)
{
	const cJSON *found = NULL, *item;

	if (json_type(v) != JSON_OBJECT)
		return NULL;
	/* not cJSON_GetObjectItem: it ignores case and takes the first */
	cJSON_ArrayForEach(item, item_of(v))
	{
		if (strcmp(item->string, name) == 0)
			found = item;
	}
	return json_of(found);
}

const struct json *json_at(const struct json *v, size_t i)
{
	const cJSON *item;

	if (json_type(v) != JSON_ARRAY)
		return NULL;
	cJSON_ArrayForEach(item, item_of(v))
	{
		if (i-- == 0)
			return json_of(item);
	}
	return NULL;
}

size_t json_count(const struct json *v)
{
	const struct json *item = NULL;
	size_t n = 0;

	while ((item = json_next(v, item)) != NULL)
		n++;
	return n;
}

const struct json *json_next(
    const struct json *parent, const struct json *current)
{
	if (current != NULL)
		return json_of(item_of(current)->next);
	if (json_type(parent) != JSON_ARRAY && json_type(parent) != JSON_OBJECT)
		return NULL;
	return json_of(item_of(parent)->child);
}

struct str json_name(const struct json *v)
{
	return v ? str_of(item_of(v)->string) : STR_EMPTY;
}

static void put_value(
    struct json_out *j, const char *name, const struct json *v)
{
	const struct json *item = NULL;

	switch (json_type(v)) {
	case JSON_NULL:
		json_out_null(j, name);
		return;
	case JSON_BOOL:
		json_out_bool(j, name, json_bool(v, false));
		return;
	case JSON_NUMBER:
		json_out_num(j, name, json_num(v, 0));
		return;
	case JSON_STRING:
		json_out_str(j, name, json_str(v));
		return;
	case JSON_ARRAY:
		json_out_array(j, name);
		break;
	case JSON_OBJECT:
		json_out_object(j, name);
		break;
	}
	while ((item = json_next(v, item)) != NULL)
		put_value(j, item_of(item)->string, item);
	json_out_end(j);
}

struct str json_text(struct pool *pool, const struct json *v)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	/* v may be a member: its name belongs to its parent's text */
	put_value(&j, NULL, v);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}
