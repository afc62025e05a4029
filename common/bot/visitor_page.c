/* visitor_page.c: what the page of the one who asks brings into a turn */
/* SPDX-License-Identifier: MIT */
#include "bot/visitor_page.h"

#include <ctype.h>

#include "base/valid.h"
#include "chat/channel.h"

#define ANY "{\"type\":\"object\",\"properties\":{}}"

static bool is_name(struct str name)
{
	if (name.n == 0 || name.n > PAGE_NAME_MAX ||
	    isdigit((unsigned char)name.p[0]))
		return false;
	for (size_t i = 0; i < name.n; i++) {
		unsigned char c = (unsigned char)name.p[i];

		if (c >= 0x80 || (!isalnum(c) && c != '_'))
			return false;
	}
	return true;
}

static enum err_code bad(
    struct err *err, size_t i, const char *member, const char *what)
{
	return err_set(
	    err, ERR_BAD_REQUEST, "functions[%zu].%s %s", i, member, what);
}

static enum err_code read_parameters(struct pool *pool, const struct json *v,
    size_t i, struct page_function *f, struct err *err)
{
	f->parameters = STR(ANY);
	if (json_type(v) == JSON_NULL)
		return ERR_OK;
	f->parameters = json_text(pool, v);
	if (json_type(v) != JSON_OBJECT ||
	    !str_eq(json_str(json_get(v, "type")), STR("object")))
		return bad(err, i, "parameters",
		    "must be a JSON Schema of type object.");
	if (f->parameters.n > PAGE_PARAMETERS_MAX)
		return bad(err, i, "parameters", "is too large.");
	return ERR_OK;
}

static enum err_code read_result(struct pool *pool, const struct json *v,
    size_t i, struct page_function *f, struct err *err)
{
	const struct json *data = json_get(v, "data");
	const struct json *channel = json_get(v, "channel");

	if (json_type(v) == JSON_NULL)
		return ERR_OK;
	if (json_type(v) != JSON_OBJECT || (data == NULL) == (channel == NULL))
		return bad(err, i, "result", "must have data or channel.");
	if (data != NULL) {
		f->data = json_text(pool, data);
		return ERR_OK;
	}
	f->channel = json_str(channel);
	if (channel_check_name(f->channel, NULL) != ERR_OK)
		return bad(
		    err, i, "result.channel", "is no name of a channel.");
	return ERR_OK;
}

static enum err_code read_one(struct pool *pool, const struct json *v, size_t i,
    struct page_function *f, struct err *err)
{
	enum err_code code;

	f->name = json_str(json_get(v, "name"));
	f->description = json_str(json_get(v, "description"));
	if (!is_name(f->name))
		return bad(err, i, "name",
		    "must be 1 to 64 letters, digits or underscores, and not "
		    "begin with a digit.");
	if (!valid_text(f->description, true) ||
	    valid_utf8_count(f->description) > PAGE_DESCRIPTION_MAX)
		return bad(err, i, "description",
		    "must be text of at most 1000 characters.");
	code = read_parameters(pool, json_get(v, "parameters"), i, f, err);
	if (code == ERR_OK)
		code = read_result(pool, json_get(v, "result"), i, f, err);
	return code;
}

enum err_code page_read_functions(struct pool *pool, const struct json *list,
    const struct page_function **functions_r, size_t *n_r, struct err *err)
{
	size_t n = json_count(list);
	const struct json *item = NULL;
	struct page_function *f;
	enum err_code code = ERR_OK;

	*n_r = 0;
	if (json_type(list) == JSON_NULL)
		return ERR_OK;
	if (json_type(list) != JSON_ARRAY || n > PAGE_FUNCTIONS_MAX ||
	    json_text(pool, list).n > PAGE_FUNCTIONS_BYTES)
		return err_set(err, ERR_BAD_REQUEST,
		    "functions must be an array of at most %d, and have at "
		    "most %d bytes.",
		    PAGE_FUNCTIONS_MAX, PAGE_FUNCTIONS_BYTES);
	f = pool_alloc(pool, (n + 1) * sizeof(*f));
	*functions_r = f;
	while (code == ERR_OK && (item = json_next(list, item)) != NULL) {
		for (size_t i = 0; i < *n_r; i++)
			if (str_eq(f[i].name, json_str(json_get(item, "name"))))
				return bad(
				    err, *n_r, "name", "is there twice.");
		code = read_one(pool, item, *n_r, &f[*n_r], err);
		++*n_r;
	}
	return code;
}
