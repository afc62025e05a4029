/* integration.c: what a bot uses of its integrations: backends and tools */
/* SPDX-License-Identifier: MIT */
#include "chat/integration.h"

#include "base/json_in.h"
#include "chat/integrations.h"

#define TIMEOUT_DEFAULT_S 30.0

static size_t find_header(
    const struct integration_header *list, size_t n, struct str name)
{
	size_t i = 0;

	while (i < n && !str_ieq(list[i].name, name))
		i++;
	return i;
}

static void add_headers(struct integration_header *list, size_t *n,
    struct pool *pool, const struct json *object)
{
	const struct json *item = NULL;
	size_t i;

	while ((item = json_next(object, item)) != NULL) {
		i = find_header(list, *n, json_name(item));
		if (i == *n)
			(*n)++;
		list[i] = (struct integration_header){
			str_copy(pool, json_name(item)),
			str_copy(pool, json_str(item)),
		};
	}
}

void integration_headers(struct pool *pool, const struct json *more,
    struct str auth_type, const struct json *auth, size_t *n_r,
    const struct integration_header **headers_r)
{
	struct integration_header *list = pool_alloc(
	    pool, (json_count(more) + json_count(auth) + 1) * sizeof(*list));
	size_t n = 0, i;

	add_headers(list, &n, pool, more);
	if (str_eq(auth_type, STR("HEADERS"))) {
		add_headers(list, &n, pool, auth);
	} else if (str_eq(auth_type, STR("BEARER"))) {
		i = find_header(list, n, STR("Authorization"));
		if (i == n)
			n++;
		list[i] = (struct integration_header){
			STR("Authorization"),
			str_of(pool_printf(pool, "Bearer %.*s",
			    STR_ARG(json_str(json_get(auth, "bearer"))))),
		};
	}
	*n_r = n;
	*headers_r = list;
}

/* What stands in a row, readable. */
struct opened {
	const struct json *settings;
	const struct json *secrets;
};

static enum err_code open_row(struct pool *pool,
    const struct db_integration *row, struct opened *o, struct err *err)
{
	enum err_code code = json_parse(pool, row->settings, &o->settings, err);

	o->secrets = NULL;
	if (code == ERR_OK && row->secrets.n > 0)
		code = json_parse(pool, row->secrets, &o->secrets, err);
	/* ours, not the caller's */
	return code == ERR_OK ? ERR_OK
			      : err_set(err, ERR_INTERNAL,
				    "An integration cannot be read.");
}

static enum err_code find(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    const char *prefix, struct str name, struct db_integration *row_r,
    struct err *err)
{
	struct str slot =
	    str_of(pool_printf(pool, "%s%.*s", prefix, STR_ARG(name)));
	enum err_code code = db_integration_get_slot(
	    db, pool, workspace_id, chatbot_id, slot, row_r, err);

	if (code == ERR_NOT_FOUND)
		return err_set(err, code, "There is no integration “%.*s”.",
		    STR_ARG(str_head(name, INTEGRATION_NAME_MAX)));
	if (code != ERR_OK || row_r->secrets.n == 0)
		return code;
	return seal_open(key, pool, row_r->secrets, &row_r->secrets, err);
}

enum err_code integration_find_api(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    struct str name, struct integration_api *out_r, struct err *err)
{
	struct db_integration row;
	struct opened o;
	enum err_code code = find(
	    db, pool, key, workspace_id, chatbot_id, "api:", name, &row, err);

	if (code == ERR_OK && !row.is_active)
		code = err_set(err, ERR_NOT_FOUND,
		    "The integration “%.*s” is switched off.",
		    STR_ARG(str_head(name, INTEGRATION_NAME_MAX)));
	if (code == ERR_OK)
		code = open_row(pool, &row, &o, err);
	if (code != ERR_OK)
		return code;
	*out_r = (struct integration_api){
		.id = row.id,
		.name = row.name,
		.base_url = json_str(json_get(o.settings, "base_url")),
	};
	integration_headers(pool, json_get(o.secrets, "headers"),
	    json_str(json_get(o.settings, "auth_type")),
	    json_get(o.secrets, "auth"), &out_r->n_headers, &out_r->headers);
	return ERR_OK;
}

static enum err_code read_mcp(struct pool *pool,
    const struct db_integration *row, struct integration_mcp *out_r,
    struct err *err)
{
	const struct json *list, *item = NULL;
	struct str *names;
	struct opened o;
	enum err_code code = open_row(pool, row, &o, err);

	if (code != ERR_OK)
		return code;
	list = json_get(o.settings, "tool_allowlist");
	names = pool_alloc(pool, (json_count(list) + 1) * sizeof(*names));
	*out_r = (struct integration_mcp){
		.id = row->id,
		.name = row->name,
		.server_url = json_str(json_get(o.settings, "server_url")),
		.timeout_ms =
		    (int64_t)(json_num(json_get(o.settings, "timeout"),
				  TIMEOUT_DEFAULT_S) *
			      1000),
		.has_allowlist = json_type(list) == JSON_ARRAY,
		.allowed = names,
		.is_enabled = row->is_active,
		.updated_at = row->updated_at,
	};
	while ((item = json_next(list, item)) != NULL)
		names[out_r->n_allowed++] = json_str(item);
	integration_headers(pool, NULL,
	    json_str(json_get(o.settings, "auth_type")),
	    json_get(o.secrets, "auth"), &out_r->n_headers, &out_r->headers);
	return ERR_OK;
}

enum err_code integration_find_mcp(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    struct str name, struct integration_mcp *out_r, struct err *err)
{
	struct db_integration row;
	enum err_code code = find(
	    db, pool, key, workspace_id, chatbot_id, "mcp:", name, &row, err);

	return code == ERR_OK ? read_mcp(pool, &row, out_r, err) : code;
}

enum err_code integration_list_mcp(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    struct integration_mcps *list_r, struct err *err)
{
	struct db_integrations rows;
	enum err_code code = integration_list(db, pool, key, workspace_id,
	    chatbot_id, INTEGRATION_MCP, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, rows.n * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n && code == ERR_OK; i++)
		code = read_mcp(pool, &rows.items[i], &list_r->items[i], err);
	return code;
}
