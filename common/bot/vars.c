/* vars.c: a conversation's variables: names and JSON values */
/* SPDX-License-Identifier: MIT */
#include "bot/vars.h"

#include "base/json_out.h"

static void drop(struct vars *vars, size_t i)
{
	vars->size -= vars->items[i].json.n + vars->items[i].name.n;
	vars->n--;
	memmove(&vars->items[i], &vars->items[i + 1],
	    (vars->n - i) * sizeof(*vars->items));
}

static void add(struct vars *vars, struct str name, const struct json *value,
    struct str json)
{
	struct var *items;

	for (size_t i = 0; i < vars->n; i++) {
		if (str_eq(vars->items[i].name, name)) {
			drop(vars, i);
			break;
		}
	}
	if (vars->n == vars->cap) {
		vars->cap = vars->cap > 0 ? vars->cap * 2 : 16;
		items = pool_alloc(vars->pool, vars->cap * sizeof(*items));
		if (vars->n > 0)
			memcpy(items, vars->items, vars->n * sizeof(*items));
		vars->items = items;
	}
	vars->items[vars->n++] = (struct var){ name, value, json };
	vars->size += json.n + name.n;
	while (vars->size > VARS_MAX && vars->n > 0)
		drop(vars, 0);
}

void vars_parse(struct pool *pool, struct str json, struct vars *vars_r)
{
	const struct json *root = NULL, *item = NULL;

	*vars_r = (struct vars){ .pool = pool };
	if (json_parse(pool, json, &root, NULL) != ERR_OK ||
	    json_type(root) != JSON_OBJECT)
		return;
	while ((item = json_next(root, item)) != NULL)
		add(vars_r, json_name(item), item, json_text(pool, item));
}

struct str vars_text(struct pool *pool, const struct vars *vars)
{
	struct json_out j;
	struct buf b;
	struct str text;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	for (size_t i = 0; i < vars->n; i++)
		json_out_json(&j, str_dup(pool, vars->items[i].name),
		    vars->items[i].json);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

void vars_set_json(struct vars *vars, struct str name, struct str json)
{
	const struct json *value;

	/* all of them together must be read again, one level deeper */
	if (json_parse_deep(
		vars->pool, json, JSON_DEPTH_MAX - 1, &value, NULL) == ERR_OK)
		add(vars, str_copy(vars->pool, name), value,
		    str_copy(vars->pool, json));
}

void vars_set(struct vars *vars, struct str name, struct str text)
{
	struct buf b;

	buf_init(&b, 0);
	json_out_quote(&b, text);
	vars_set_json(vars, name, buf_str(&b));
	buf_fini(&b);
}

const struct json *vars_take(struct vars *vars, struct str name)
{
	const struct json *value;

	for (size_t i = 0; i < vars->n; i++) {
		if (!str_eq(vars->items[i].name, name))
			continue;
		value = vars->items[i].value;
		drop(vars, i);
		return value;
	}
	return NULL;
}

static const struct var *find_name(const struct vars *vars, struct str name)
{
	for (size_t i = 0; i < vars->n; i++) {
		if (str_eq(vars->items[i].name, name))
			return &vars->items[i];
	}
	return NULL;
}

/* Takes the next step of a path off: a name, or an index in brackets. */
static struct str next_step(struct str *path, bool *is_index_r)
{
	struct str step;
	size_t n = 0;

	*is_index_r = path->n > 0 && path->p[0] == '[';
	if (*is_index_r) {
		n = str_index(*path, ']');
		step = str_from(str_head(*path, n), 1);
		*path = str_from(*path, n + 1);
	} else {
		while (n < path->n && path->p[n] != '.' && path->p[n] != '[')
			n++;
		step = str_head(*path, n);
		*path = str_from(*path, n);
	}
	if (path->n > 0 && path->p[0] == '.')
		*path = str_from(*path, 1);
	return step;
}

const struct json *vars_find(const struct vars *vars, struct str path)
{
	const struct json *v;
	const struct var *var;
	bool is_index;
	struct str step;
	uint64_t i;

	if (str_starts(path, STR("variables.")))
		path = str_from(path, strlen("variables."));
	/* a state's name may hold a dot itself */
	var = find_name(vars, path);
	if (var != NULL)
		return var->value;
	var = find_name(vars, next_step(&path, &is_index));
	v = var != NULL && !is_index ? var->value : NULL;
	while (v != NULL && path.n > 0) {
		step = next_step(&path, &is_index);
		if (!is_index)
			v = json_get(v, str_dup(vars->pool, step));
		else if (str_u64(step, 0, 1000000, &i))
			v = json_at(v, (size_t)i);
		else
			v = NULL;
	}
	return v;
}
