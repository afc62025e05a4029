/* widget_change.c: what a request sets on a widget or a blueprint */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "chat/widget.h"

/* One member on its way. */
struct reading {
	struct pool *pool;
	const char *name; /* as the request spells it */
	const struct json *v;
	struct widget_change *change;
	struct err *err;
};

static enum err_code refuse(const struct reading *r, const char *why)
{
	return err_set(r->err, ERR_BAD_REQUEST, "%s %s.", r->name, why);
}

static enum err_code read_text(
    const struct reading *r, size_t max, bool lines, struct str *text_r)
{
	*text_r = STR_EMPTY;
	if (json_type(r->v) == JSON_NULL)
		return ERR_OK;
	if (json_type(r->v) != JSON_STRING)
		return refuse(r, "must be a text");
	*text_r = json_str(r->v);
	if (valid_utf8_count(*text_r) > max)
		return refuse(r, pool_printf(r->pool,
				     "must have at most %zu characters", max));
	if (!valid_text(*text_r, lines))
		return refuse(r, "must not have control characters");
	return ERR_OK;
}

static enum err_code read_name(const struct reading *r)
{
	enum err_code code =
	    read_text(r, WIDGET_NAME_MAX, false, &r->change->name);

	r->change->name = str_trim(r->change->name);
	return code;
}

static enum err_code read_description(const struct reading *r)
{
	return read_text(
	    r, WIDGET_DESCRIPTION_MAX, true, &r->change->description);
}

bool widget_alias_is_ok(struct str alias)
{
	struct id id;

	for (size_t i = 0; i < alias.n; i++) {
		char c = alias.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_')
			return false;
	}
	return alias.n > 0 && alias.n <= WIDGET_ALIAS_MAX &&
	       !id_parse(alias, &id);
}

static enum err_code read_alias(const struct reading *r)
{
	enum err_code code =
	    read_text(r, WIDGET_ALIAS_MAX, false, &r->change->alias);

	if (code == ERR_OK && r->change->alias.n > 0 &&
	    !widget_alias_is_ok(r->change->alias))
		return refuse(
		    r, "must be a-z, 0-9, - and _ and cannot look like an id");
	return code;
}

static enum err_code read_meta(const struct reading *r)
{
	const struct json *item = NULL, *object;
	struct str name;

	r->change->meta = STR_EMPTY;
	if (json_type(r->v) == JSON_NULL)
		return ERR_OK;
	if (json_type(r->v) != JSON_OBJECT)
		return refuse(r, "must be an object");
	while ((item = json_next(r->v, item)) != NULL) {
		name = json_name(item);
		if (name.n == 0 || name.p[0] == '_')
			return refuse(r, "must not have names that are empty "
					 "or begin with _");
	}
	r->change->meta = json_text(r->pool, r->v);
	if (r->change->meta.n > WIDGET_META_MAX)
		return refuse(
		    r, pool_printf(r->pool, "must have at most %d bytes",
			   WIDGET_META_MAX));
	if (json_parse_deep(r->pool, r->change->meta, WIDGET_META_DEPTH,
		&object, NULL) != ERR_OK)
		return refuse(r, "is nested too deep");
	return ERR_OK;
}

static enum err_code read_id(const struct reading *r, struct id *id_r)
{
	*id_r = ID_NONE;
	if (json_type(r->v) == JSON_NULL ||
	    (json_type(r->v) == JSON_STRING && json_str(r->v).n == 0))
		return ERR_OK;
	return id_parse(json_str(r->v), id_r) ? ERR_OK
					      : refuse(r, "must be an id");
}

static enum err_code read_blueprint(const struct reading *r)
{
	return read_id(r, &r->change->blueprint_id);
}

static enum err_code read_bot(const struct reading *r)
{
	return read_id(r, &r->change->chatbot_id);
}

static enum err_code read_origins(const struct reading *r)
{
	return widget_origins(r->pool, r->v, &r->change->origins, r->err);
}

static enum err_code read_active(const struct reading *r)
{
	if (json_type(r->v) != JSON_BOOL)
		return refuse(r, "must be true or false");
	r->change->is_active = json_bool(r->v, true);
	return ERR_OK;
}

static enum err_code read_visibility(const struct reading *r)
{
	if (json_type(r->v) != JSON_NULL &&
	    !str_eq(json_str(r->v), STR("private")))
		return refuse(r, "must be \"private\": nothing is shared "
				 "between workspaces");
	return ERR_OK;
}

static enum err_code pass(const struct reading *r)
{
	(void)r;
	return ERR_OK;
}

static const struct member {
	const char *key;
	const char *camel; /* NULL: not there */
	unsigned bit;	   /* 0: passed over */
	enum err_code (*read)(const struct reading *r);
} members[] = {
	{ "name", "name", WIDGET_SETS_NAME, read_name },
	{ "alias", "alias", WIDGET_SETS_ALIAS, read_alias },
	{ "description", "description", WIDGET_SETS_DESCRIPTION,
	    read_description },
	{ "meta", "meta", WIDGET_SETS_META, read_meta },
	{ "blueprint_id", "blueprintId", WIDGET_SETS_BLUEPRINT,
	    read_blueprint },
	{ "chatbot_id", "botId", WIDGET_SETS_BOT, read_bot },
	{ "allowed_origins", "origin", WIDGET_SETS_ORIGINS, read_origins },
	{ "is_active", NULL, WIDGET_SETS_ACTIVE, read_active },
	{ "visibility", "visibility", WIDGET_SETS_VISIBILITY, read_visibility },
	{ "id", "id", 0, pass },
	{ "created_at", "createdAt", 0, pass },
	{ "updated_at", "updatedAt", 0, pass },
};

static const struct member *find_member(
    struct str name, enum widget_spelling spelling, unsigned may)
{
	const char *theirs;

	for (size_t i = 0; i < COUNT_OF(members); i++) {
		theirs = spelling == WIDGET_BY_KEY ? members[i].key
						   : members[i].camel;
		if (theirs && str_eq(name, str_of(theirs)) &&
		    (members[i].bit & ~may) == 0)
			return &members[i];
	}
	return NULL;
}

static enum err_code read_option(
    const struct reading *r, enum widget_spelling spelling)
{
	struct str name = json_name(r->v), why = STR_EMPTY;
	size_t i = spelling == WIDGET_BY_KEY ? widget_option_find(name)
					     : widget_option_find_camel(name);

	if (i == WIDGET_OPTIONS_MAX)
		return err_set(r->err, ERR_BAD_REQUEST,
		    "There is no field %.*s.", STR_ARG(str_head(name, 80)));
	if (!widget_option_check(r->pool, &widget_options[i], r->v,
		&r->change->options[i], &why))
		return refuse(r, why.p);
	r->change->has_option[i] = true;
	return ERR_OK;
}

enum err_code widget_change_read(struct pool *pool, const struct json *object,
    enum widget_spelling spelling, unsigned may, struct widget_change *change_r,
    struct err *err)
{
	struct reading r = { .pool = pool, .change = change_r, .err = err };
	const struct member *m;
	enum err_code code = ERR_OK;

	memset(change_r, 0, sizeof(*change_r));
	change_r->is_active = true;
	while (code == ERR_OK && (r.v = json_next(object, r.v)) != NULL) {
		r.name = json_name(r.v).p;
		m = find_member(json_name(r.v), spelling, may);
		if (m == NULL) {
			code = read_option(&r, spelling);
			continue;
		}
		code = m->read(&r);
		change_r->sets |= m->bit;
	}
	return code;
}

/* ---------------------------------------------------------- into settings */

static bool is_replaced(const struct widget_change *change, struct str name)
{
	size_t i = widget_option_find(name);

	/* the developer API shows its domains as they were given */
	if (str_eq(name, STR("allowed_domains")))
		return (change->sets & WIDGET_SETS_ORIGINS) != 0;
	return i < WIDGET_OPTIONS_MAX && change->has_option[i];
}

struct str widget_change_settings(
    struct pool *pool, struct str settings, const struct widget_change *change)
{
	const struct json *object = NULL, *item = NULL;
	struct json_out j;
	struct str text;
	struct buf b;

	if (settings.n > 0 &&
	    json_parse(pool, settings, &object, NULL) != ERR_OK)
		object = NULL;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	while ((item = json_next(object, item)) != NULL)
		if (!is_replaced(change, json_name(item)))
			json_out_json(
			    &j, json_name(item).p, json_text(pool, item));
	for (size_t i = 0; i < WIDGET_OPTIONS_MAX; i++)
		if (change->has_option[i] && change->options[i].n > 0)
			json_out_json(
			    &j, widget_options[i].key, change->options[i]);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

/* ---------------------------------------------------------------- origins */

static bool has_good_scheme(struct str origin)
{
	static const struct str schemes[] = { STR_INIT("https://"),
		STR_INIT("http://"), STR_INIT("capacitor://"),
		STR_INIT("ionic://") };

	for (size_t i = 0; i < COUNT_OF(schemes); i++)
		if (str_starts(origin, schemes[i]))
			return true;
	return false;
}

bool widget_origin(struct pool *pool, struct str text, struct buf *lines)
{
	static const char *const schemes[] = { "https://", "http://" };
	bool has_scheme = str_search(text, STR("://")) < text.n;
	struct str origin;

	for (size_t i = 0; i < (has_scheme ? 1 : COUNT_OF(schemes)); i++) {
		if (!valid_origin(pool,
			str_of(pool_printf(pool, "%s%.*s",
			    has_scheme ? "" : schemes[i], STR_ARG(text))),
			&origin) ||
		    !has_good_scheme(origin))
			return false;
		buf_put(lines, origin);
		buf_byte(lines, '\n');
	}
	return true;
}

/* The next entry of a divided text. */
static bool next_entry(struct str *text, struct str *entry_r)
{
	static const struct str dividers = STR_INIT(",; \t\r\n");
	size_t n = 0;

	while (text->n > 0 && str_index(dividers, text->p[0]) < dividers.n)
		*text = str_from(*text, 1);
	while (n < text->n && str_index(dividers, text->p[n]) == dividers.n)
		n++;
	*entry_r = str_head(*text, n);
	*text = str_from(*text, n);
	return n > 0;
}

static enum err_code add_entries(struct pool *pool, struct str text, size_t *n,
    struct buf *lines, struct err *err)
{
	struct str entry;

	while (next_entry(&text, &entry)) {
		if (++*n > WIDGET_ORIGINS_MAX)
			return err_set(err, ERR_BAD_REQUEST,
			    "There may be at most %d origins.",
			    WIDGET_ORIGINS_MAX);
		if (!valid_utf8(entry) || !widget_origin(pool, entry, lines))
			return err_set(err, ERR_BAD_REQUEST,
			    "%.*s is not an origin such as "
			    "https://shop.example.",
			    STR_ARG(valid_utf8_cut(entry, 80)));
	}
	return ERR_OK;
}

enum err_code widget_origins(struct pool *pool, const struct json *v,
    struct str *lines_r, struct err *err)
{
	const struct json *item = NULL;
	enum err_code code = ERR_OK;
	struct buf lines;
	size_t n = 0;

	*lines_r = STR_EMPTY;
	if (json_type(v) == JSON_NULL ||
	    str_eq(str_trim(json_str(v)), STR("*")))
		return ERR_OK;
	if (json_type(v) != JSON_STRING && json_type(v) != JSON_ARRAY)
		return err_set(err, ERR_BAD_REQUEST,
		    "Origins are a text or a list of texts.");
	buf_init(&lines, 0);
	if (json_type(v) == JSON_STRING)
		code = add_entries(pool, json_str(v), &n, &lines, err);
	while (code == ERR_OK && (item = json_next(v, item)) != NULL)
		if (json_type(item) != JSON_STRING)
			code = err_set(err, ERR_BAD_REQUEST,
			    "Origins are a text or a list of texts.");
		else
			code =
			    add_entries(pool, json_str(item), &n, &lines, err);
	if (code == ERR_OK)
		*lines_r = str_copy(pool, buf_str(&lines));
	buf_fini(&lines);
	return code;
}

/* ------------------------------------------------------- ids and searches */

bool widget_identifier(
    struct pool *pool, struct str text, struct id *id_r, struct str *alias_r)
{
	*id_r = ID_NONE;
	*alias_r = STR_EMPTY;
	if (id_parse(text, id_r))
		return !id_is_none(*id_r);
	if (text.n > 0 && text.p[0] == '@')
		text = str_from(text, 1);
	if (!widget_alias_is_ok(text))
		return false;
	*alias_r = str_copy(pool, text);
	return true;
}

/* What stands at this depth of a path; *is_last_r: nothing behind it. */
static struct str part_of(struct str path, size_t depth, bool *is_last_r)
{
	struct str part = STR_EMPTY;

	for (size_t i = 0; i <= depth; i++)
		if (!str_split(&path, '.', &part))
			return STR_EMPTY;
	*is_last_r = path.n == 0;
	return part;
}

static void put_value(struct buf *b, struct str value)
{
	if (str_eq(value, STR("true")) || str_eq(value, STR("false")))
		buf_put(b, value);
	else
		json_out_quote(b, value);
}

/* Those of the pairs that are named in `in`, as one object; their paths are the
 * same up to depth. False when one asks for two things at one place. */
static bool put_level(
    struct buf *b, const struct widget_meta *pairs, uint32_t in, size_t depth)
{
	uint32_t left = in, same;
	bool is_last = false, any_last, ok = true;
	struct str name;

	buf_byte(b, '{');
	for (size_t i = 0; i < WIDGET_META_PAIRS && ok; i++) {
		if (!(left & 1U << i))
			continue;
		name = part_of(pairs[i].path, depth, &is_last);
		any_last = false;
		same = 0;
		for (size_t k = i; k < WIDGET_META_PAIRS; k++)
			if (left & 1U << k &&
			    str_eq(part_of(pairs[k].path, depth, &is_last),
				name)) {
				same |= 1U << k;
				any_last |= is_last;
			}
		if (left != in)
			buf_byte(b, ',');
		left &= ~same;
		json_out_quote(b, name);
		buf_byte(b, ':');
		if (!any_last)
			ok = put_level(b, pairs, same, depth + 1);
		else if (same == 1U << i)
			put_value(b, pairs[i].value);
		else
			ok = false;
	}
	buf_byte(b, '}');
	return ok;
}

static bool is_path(struct str path)
{
	size_t depth = 0;
	struct str name;

	if (path.n == 0 || path.p[path.n - 1] == '.' ||
	    !valid_text(path, false))
		return false;
	while (path.n > 0 && str_split(&path, '.', &name))
		if (name.n == 0 || ++depth > WIDGET_META_DEPTH)
			return false;
	return true;
}

bool widget_meta_filter(struct pool *pool, const struct widget_meta *pairs,
    size_t n, struct str *json_r)
{
	struct buf b;
	bool ok;

	*json_r = STR_EMPTY;
	if (n == 0)
		return true;
	if (n > WIDGET_META_PAIRS)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_path(pairs[i].path) ||
		    !valid_text(pairs[i].value, true))
			return false;
	buf_init(&b, 0);
	ok = put_level(&b, pairs, (1U << n) - 1, 0);
	*json_r = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return ok;
}
