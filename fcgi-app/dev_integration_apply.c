/* dev_integration_apply.c: fields of a request into the row of an integration
 */
/* SPDX-License-Identifier: MIT */
#include "chat/widget.h"
#include "dev_integration.h"
#include "net/http.h"

const char *const dev_auth_types[] = { "NONE", "BEARER", "HEADERS", NULL };

/* Members of an object to be: those that were there, and others instead. */
struct members {
	size_t n;
	struct {
		const char *name;
		struct str json; /* empty: goes */
	} items[2 * DEV_INTEGRATION_FIELDS_MAX];
};

static void set_member(struct members *m, const char *name, struct str json)
{
	assert(m->n < COUNT_OF(m->items));
	m->items[m->n].name = name;
	m->items[m->n++].json = json;
}

static const struct json *parse(struct pool *pool, struct str text)
{
	const struct json *v = NULL;
	struct err err;

	return text.n && !json_parse(pool, text, &v, &err) ? v : NULL;
}

static bool is_replaced(const struct members *m, struct str name)
{
	size_t i = 0;

	while (i < m->n && !str_eq(name, str_of(m->items[i].name)))
		i++;
	return i < m->n;
}

/* Empty when nothing is left. */
static struct str merge(
    struct pool *pool, struct str old, const struct members *m)
{
	const struct json *object = parse(pool, old), *item = NULL;
	struct json_out j;
	struct str text;
	struct buf b;
	size_t i, n = 0;

	if (!m->n)
		return old;
	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	while ((item = json_next(object, item))) {
		if (is_replaced(m, json_name(item)))
			continue;
		json_out_json(&j, json_name(item).p, json_text(pool, item));
		n++;
	}
	for (i = 0; i < m->n; i++) {
		if (!m->items[i].json.n)
			continue;
		json_out_json(&j, m->items[i].name, m->items[i].json);
		n++;
	}
	json_out_end(&j);
	text = n ? str_copy(pool, buf_str(&b)) : STR_EMPTY;
	buf_fini(&b);
	return text;
}

/* --------------------------------------------------------------- headers */

static void check_header(struct dev_faults *f, const char *field,
    const struct dev_item *one, unsigned ours, bool is_shown)
{
	struct str name = one->name;
	unsigned of = http_header_of(name);

	if (!http_header_is_token(name))
		dev_fault(f, "body", field, "value_error",
		    "Value error, '%.*s' is no name of a header",
		    STR_ARG(str_head(name, 100)));
	else if (of & (HTTP_HEADER_CLIENT | ours))
		dev_fault(f, "body", field, "value_error",
		    "Value error, the header %.*s cannot be set",
		    STR_ARG(name));
	else if (is_shown && of & HTTP_HEADER_SECRET)
		dev_fault(f, "body", field, "value_error",
		    "Value error, the header %.*s is a credential: it belongs "
		    "into auth_config",
		    STR_ARG(name));
	else if (is_shown && str_eq(one->text, STR(INTEGRATION_KEPT)))
		dev_fault(f, "body", field, "value_error",
		    "Value error, '***' keeps what is in auth_config, and "
		    "nothing here");
	else if (!http_header_is_ascii(one->text))
		dev_fault(f, "body", field, "value_error",
		    "Value error, the value of %.*s is not ASCII",
		    STR_ARG(name));
}

/* Also: no name twice, in any case. */
static void check_headers(struct dev_faults *f, const char *field,
    const struct dev_value *v, unsigned ours, bool is_shown)
{
	size_t i, k;

	for (i = 0; i < v->n; i++) {
		check_header(f, field, &v->items[i], ours, is_shown);
		for (k = 0; k < i; k++)
			if (str_ieq(v->items[i].name, v->items[k].name))
				dev_fault(f, "body", field, "value_error",
				    "Value error, the header %.*s stands there "
				    "twice",
				    STR_ARG(v->items[i].name));
	}
}

/* ------------------------------------------------------------ credentials */

/* A secret as it is to be: what was sent, or with "***" what was there. */
static struct str secret_of(struct dev_faults *f, const char *field,
    struct str sent, const struct json *old)
{
	if (!str_eq(sent, STR(INTEGRATION_KEPT)))
		return sent;
	if (json_type(old) != JSON_STRING)
		dev_fault(f, "body", field, "value_error",
		    "Value error, there is nothing that '***' could keep");
	return json_str(old);
}

static struct str map_json(
    struct pool *pool, const struct dev_item *items, size_t n)
{
	static const struct dev_field map = { .type = DEV_MAP };
	struct dev_value v = { .items = items, .n = n };

	return dev_json(pool, &map, &v);
}

static const struct json *find_member(
    const struct json *object, struct str name)
{
	const struct json *item = NULL;

	while ((item = json_next(object, item)))
		if (str_eq(json_name(item), name))
			break;
	return item;
}

static void add_bearer(struct pool *pool, const struct dev_value *config,
    const struct json *old, struct members *secrets, struct dev_faults *f)
{
	struct dev_item one = { STR("bearer"), STR_EMPTY };
	size_t i;

	for (i = 0; i < config->n; i++)
		if (str_eq(config->items[i].name, one.name))
			one.text = secret_of(f, "auth_config",
			    config->items[i].text, json_get(old, "bearer"));
		else
			dev_fault(f, "body", "auth_config", "extra_forbidden",
			    "Value error, BEARER has 'bearer' and nothing "
			    "else");
	if (!one.text.n)
		dev_fault(f, "body", "auth_config", "missing",
		    "Field required: bearer");
	else if (!http_header_is_ascii(one.text))
		dev_fault(f, "body", "auth_config", "value_error",
		    "Value error, the token is not ASCII");
	set_member(secrets, "auth", map_json(pool, &one, 1));
}

static void add_auth_headers(struct pool *pool, unsigned ours,
    const struct dev_value *config, const struct json *old,
    struct members *secrets, struct dev_faults *f)
{
	struct dev_item *items =
	    pool_alloc(pool, (config->n + 1) * sizeof(*items));
	size_t i;

	if (!config->n)
		dev_fault(f, "body", "auth_config", "missing",
		    "Field required: at least one header");
	check_headers(f, "auth_config", config, ours, false);
	for (i = 0; i < config->n; i++) {
		items[i] = config->items[i];
		items[i].text = secret_of(f, "auth_config", items[i].text,
		    find_member(old, items[i].name));
	}
	set_member(secrets, "auth", map_json(pool, items, config->n));
}

/* ------------------------------------------------------------- all of it */

static void add_domains(struct pool *pool, const struct dev_field *field,
    const struct dev_value *v, struct db_integration *row,
    struct members *settings, struct dev_faults *f)
{
	struct dev_value list = *v;
	struct buf lines;
	size_t i;

	list.is_null = false; /* as an empty one: all */
	buf_init(&lines, 0);
	for (i = 0; i < v->n; i++)
		if (!widget_origin(pool, v->items[i].text, &lines))
			dev_fault(f, "body", field->name, "value_error",
			    "Value error, '%.*s' is no domain such as "
			    "shop.example",
			    STR_ARG(str_head(v->items[i].text, 100)));
	row->allowed_origins = str_copy(pool, buf_str(&lines));
	buf_fini(&lines);
	set_member(settings, field->name, dev_json(pool, field, &list));
}

/* What is being put together of one row. */
struct applying {
	const struct dev_kind *kind;
	const struct dev_value *values;
	struct pool *pool;
	struct db_integration *row;
	struct dev_faults *faults;
	struct members settings;
	struct members secrets;
};

static void add_secret(struct applying *a, const struct dev_field *field,
    const struct dev_value *v)
{
	const struct json *old =
	    json_get(parse(a->pool, a->row->secrets), field->name);
	struct dev_value now = *v;

	now.text = secret_of(a->faults, field->name, v->text, old);
	set_member(&a->secrets, field->name, dev_json(a->pool, field, &now));
}

static void add_value(struct applying *a, const struct dev_field *field,
    const struct dev_place *place, const struct dev_value *v)
{
	const char *key = place->key ? place->key : field->name;
	struct str json;

	switch (place->where) {
	case DEV_AT_SETTINGS:
		json = v->is_null ? STR_EMPTY : dev_json(a->pool, field, v);
		set_member(&a->settings, key, json);
		if (place->also)
			set_member(&a->settings, place->also, json);
		break;
	case DEV_AT_SECRETS:
		add_secret(a, field, v);
		break;
	case DEV_AT_NAME:
		a->row->name = v->text;
		break;
	case DEV_AT_ACTIVE:
		a->row->is_active = v->is_true;
		break;
	case DEV_AT_HEADERS:
		check_headers(a->faults, field->name, v, a->kind->ours, true);
		set_member(&a->secrets, key, dev_json(a->pool, field, v));
		break;
	case DEV_AT_DOMAINS:
		add_domains(a->pool, field, v, a->row, &a->settings, a->faults);
		break;
	case DEV_AT_AUTH_TYPE: /* both together, in dev_kind_apply */
	case DEV_AT_AUTH:
	case DEV_AT_PART:
		break;
	}
}

static struct str url_of(const struct dev_kind *kind, struct pool *pool,
    const struct db_integration *row)
{
	if (!kind->url)
		return STR_EMPTY;
	return json_str(json_get(parse(pool, row->settings), kind->url));
}

/* Whether what is kept would go to another host than it was given for. */
static bool leads_elsewhere(const struct applying *a)
{
	const struct dev_kind *k = a->kind;
	struct str was = url_of(k, a->pool, a->row);
	size_t i;

	if (!was.n)
		return false;
	for (i = 0; i < k->n; i++)
		if (a->values[i].is_set && !strcmp(k->fields[i].name, k->url))
			return !http_is_same_origin(was, a->values[i].text);
	return false;
}

static bool keeps_any(const struct dev_value *config)
{
	size_t i;

	for (i = 0; i < config->n; i++)
		if (str_eq(config->items[i].text, STR(INTEGRATION_KEPT)))
			return true;
	return !config->is_set || config->is_null;
}

static void add_auth(struct applying *a, const struct dev_value *type,
    const struct dev_value *config)
{
	struct pool *pool = a->pool;
	struct str had =
	    json_str(json_get(parse(pool, a->row->settings), "auth_type"));
	struct str now = type->is_set ? type->text : had.n ? had : STR("NONE");
	const struct json *old =
	    str_eq(had, now) ? json_get(parse(pool, a->row->secrets), "auth")
			     : NULL;

	set_member(&a->settings, "auth_type",
	    str_of(pool_printf(pool, "\"%.*s\"", STR_ARG(now))));
	if (str_eq(now, STR("NONE")))
		set_member(&a->secrets, "auth", STR_EMPTY);
	else if (old && keeps_any(config) && leads_elsewhere(a))
		dev_fault(a->faults, "body", "auth_config", "value_error",
		    "Value error, %s leads to another scheme, host or port: "
		    "the credentials must be given again",
		    a->kind->url);
	else if (old && (!config->is_set || config->is_null))
		return;
	else if (str_eq(now, STR("BEARER")))
		add_bearer(pool, config, old, &a->secrets, a->faults);
	else
		add_auth_headers(
		    pool, a->kind->ours, config, old, &a->secrets, a->faults);
}

bool dev_kind_apply(const struct dev_kind *kind, struct pool *pool,
    const struct dev_value *values, const struct dev_value *part_values,
    struct db_integration *row, struct dev_faults *faults)
{
	struct applying a = {
		.kind = kind,
		.values = values,
		.pool = pool,
		.row = row,
		.faults = faults,
	};
	const struct dev_value *type = NULL, *auth = NULL;
	size_t i;

	for (i = 0; i < kind->n; i++) {
		if (kind->places[i].where == DEV_AT_AUTH_TYPE)
			type = &values[i];
		else if (kind->places[i].where == DEV_AT_AUTH)
			auth = &values[i];
		if (values[i].is_set)
			add_value(
			    &a, &kind->fields[i], &kind->places[i], &values[i]);
	}
	for (i = 0; i < kind->part_n; i++)
		if (part_values[i].is_set)
			add_value(&a, &kind->part_fields[i],
			    &kind->part_places[i], &part_values[i]);
	if (type)
		add_auth(&a, type, auth);
	row->settings = merge(pool, row->settings, &a.settings);
	row->secrets = merge(pool, row->secrets, &a.secrets);
	if (row->secrets.n > INTEGRATION_SECRETS_MAX)
		dev_fault(faults, "body",
		    auth && auth->is_set ? "auth_config" : "headers",
		    "value_error",
		    "Value error, credentials and headers together have more "
		    "than %d bytes",
		    INTEGRATION_SECRETS_MAX);
	return faults->n == 0;
}
