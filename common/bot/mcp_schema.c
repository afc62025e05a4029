/* mcp_schema.c: what the schema of a tool's arguments asks of a client */
/* SPDX-License-Identifier: MIT */
#include "bot/mcp_schema.h"

#include "base/buf.h"

#define PARAM	     "Mcp-Param-"
#define PARAM_KEY    "x-mcp-header"
#define SENTINEL     "=?base64?"
#define SENTINEL_END "?="
#define VALUE_MAX    4096 /* bytes of one header */
#define SAFE_INTEGER 9007199254740991

static unsigned depth_of(const struct json *v)
{
	const struct json *item = NULL;
	unsigned deepest = 0, depth;

	if (json_type(v) != JSON_OBJECT && json_type(v) != JSON_ARRAY)
		return 0;
	while ((item = json_next(v, item)) != NULL) {
		/* once: the macro would go down twice at each step */
		depth = depth_of(item);
		deepest = MAX_OF(deepest, depth);
	}
	return deepest + 1;
}

bool mcp_schema_check(struct pool *pool, const struct json *schema)
{
	struct str type = json_str(json_get(schema, "type"));

	if (json_type(schema) != JSON_OBJECT ||
	    depth_of(schema) > MCP_SCHEMA_DEPTH)
		return false;
	/* Arguments are an object: no call fits another schema. */
	if (json_get(schema, "type") != NULL && !str_eq(type, STR("object")))
		return false;
	return json_text(pool, schema).n <= MCP_SCHEMA_MAX;
}

struct str mcp_schema_text(struct pool *pool, const struct json *schema)
{
	struct str text = json_text(pool, schema);

	if (json_get(schema, "type") != NULL)
		return text;
	return str_of(pool_printf(pool, "{\"type\":\"object\"%s%.*s",
	    json_count(schema) > 0 ? "," : "", STR_ARG(str_from(text, 1))));
}

/* ---- arguments that are headers too ---- */

struct walk {
	struct pool *pool;
	struct http_header *headers;
	size_t n; /* with a value */
	struct str names[MCP_PARAMS_MAX];
	size_t n_names;
};

struct str mcp_header_value(struct pool *pool, struct str value)
{
	bool is_plain =
	    value.n == 0 ||
	    (value.p[0] != ' ' && value.p[0] != '\t' &&
		value.p[value.n - 1] != ' ' && value.p[value.n - 1] != '\t');
	struct str coded;
	struct buf b;

	for (size_t i = 0; i < value.n && is_plain; i++)
		is_plain = value.p[i] == '\t' ||
			   (value.p[i] >= 0x20 && value.p[i] < 0x7f);
	if (is_plain && !(str_starts(value, STR(SENTINEL)) &&
			    str_ends(value, STR(SENTINEL_END))))
		return value;
	buf_init(&b, 0);
	buf_puts(&b, SENTINEL);
	buf_base64(&b, value.p, value.n);
	buf_puts(&b, SENTINEL_END);
	coded = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return coded;
}

/* The argument as header text; false when there is none that could be one. */
static bool value_of(
    struct pool *pool, const struct json *v, struct str *value_r)
{
	int64_t i;

	switch (json_type(v)) {
	case JSON_STRING:
		*value_r = json_str(v);
		break;
	case JSON_BOOL:
		*value_r = json_bool(v, false) ? STR("true") : STR("false");
		break;
	case JSON_NUMBER:
		if (!json_i64(v, -SAFE_INTEGER, SAFE_INTEGER, &i))
			return false;
		*value_r = str_of(pool_printf(pool, "%lld", (long long)i));
		break;
	default:
		return false;
	}
	*value_r = mcp_header_value(pool, *value_r);
	return value_r->n <= VALUE_MAX;
}

/* One annotated property; v is its argument, NULL: none. */
static bool add_param(
    struct walk *w, const struct json *property, const struct json *v)
{
	const struct json *key = json_get(property, PARAM_KEY);
	struct str type = json_str(json_get(property, "type"));
	struct str name = json_str(key), value;

	if (!http_header_is_token(name) || w->n_names == MCP_PARAMS_MAX)
		return false;
	if (!str_eq(type, STR("string")) && !str_eq(type, STR("integer")) &&
	    !str_eq(type, STR("boolean")))
		return false;
	for (size_t i = 0; i < w->n_names; i++)
		if (str_ieq(w->names[i], name))
			return false;
	w->names[w->n_names++] = name;
	if (v != NULL && value_of(w->pool, v, &value))
		w->headers[w->n++] = (struct http_header){
			.name = str_of(
			    pool_printf(w->pool, PARAM "%.*s", STR_ARG(name))),
			.value = value,
		};
	return true;
}

static bool is_data(struct str key)
{
	static const struct str keys[] = { STR_INIT("default"),
		STR_INIT("const"), STR_INIT("enum"), STR_INIT("examples") };

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (str_eq(key, keys[i]))
			return true;
	return false;
}

/* Its members are named by the server, and are schemas. */
static bool is_names(struct str key)
{
	static const struct str keys[] = { STR_INIT("properties"),
		STR_INIT("patternProperties"), STR_INIT("$defs"),
		STR_INIT("definitions"), STR_INIT("dependentSchemas") };

	for (size_t i = 0; i < COUNT_OF(keys); i++)
		if (str_eq(key, keys[i]))
			return true;
	return false;
}

/* No annotation may stand in here: behind items, anyOf, $defs and so on. */
static bool is_bare(const struct json *v, bool in_names)
{
	const struct json *item = NULL;

	while ((item = json_next(v, item)) != NULL) {
		struct str key = json_name(item);

		if (!in_names && str_eq(key, STR(PARAM_KEY)))
			return false;
		if (!in_names && is_data(key))
			continue;
		if (!is_bare(item, !in_names && is_names(key)))
			return false;
	}
	return true;
}

static bool walk(struct walk *w, const struct json *schema,
    const struct json *arguments, bool is_root)
{
	const struct json *member = NULL, *property;

	while ((member = json_next(schema, member)) != NULL) {
		struct str key = json_name(member);

		if (str_eq(key, STR(PARAM_KEY))) {
			if (is_root || !add_param(w, schema, arguments))
				return false;
		} else if (str_eq(key, STR("properties")) &&
			   json_type(member) == JSON_OBJECT) {
			for (property = json_next(member, NULL);
			     property != NULL;
			     property = json_next(member, property)) {
				struct str name = json_name(property);

				if (!walk(w, property,
					json_get(
					    arguments, str_dup(w->pool, name)),
					false))
					return false;
			}
		} else if (!is_data(key) && !is_bare(member, is_names(key))) {
			return false;
		}
	}
	return true;
}

bool mcp_schema_params(struct pool *pool, const struct json *schema,
    const struct json *arguments, struct http_header *headers_r, size_t *n_r)
{
	struct walk w = { .pool = pool, .headers = headers_r };
	bool ok = walk(&w, schema, arguments, true);

	*n_r = w.n;
	return ok;
}

/* ---- what is too deep ---- */

/* The end of the string that begins at i. */
static size_t string_end(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++)
		if (s.p[i] == '\\')
			i++;
	return MIN_OF(i + 1, s.n);
}

struct str mcp_prune(struct pool *pool, struct str text, unsigned depth_max)
{
	unsigned depth = 0, deepest = 0;
	struct str pruned;
	size_t i = 0, end;
	struct buf b;

	buf_init(&b, 0);
	while (i < text.n) {
		char c = text.p[i];

		end = c == '"' ? string_end(text, i) : i + 1;
		if ((c == '{' || c == '[') && ++depth == depth_max + 1)
			buf_puts(&b, "null");
		deepest = MAX_OF(deepest, depth);
		if (depth <= depth_max)
			buf_bytes(&b, text.p + i, end - i);
		if ((c == '}' || c == ']') && depth > 0)
			depth--;
		i = end;
	}
	pruned = deepest > depth_max ? str_copy(pool, buf_str(&b)) : text;
	buf_fini(&b);
	return pruned;
}
