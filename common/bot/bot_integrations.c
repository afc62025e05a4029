/* bot_integrations.c: integrations and the flows that name them */
/* SPDX-License-Identifier: MIT */
#include "bot/bot_integrations.h"

#include "base/buf.h"
#include "base/valid.h"
#include "db/db_chatbot.h"
#include "db/db_flow.h"

#define NAMES_ROOM 102 /* bytes of names in a refusal, in their quotes */
#define NAME_SHOWN 25  /* characters of one */

static enum err_code names_of(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str type, size_t *n_r,
    const struct str **names_r, struct err *err)
{
	struct db_integrations list;
	struct str *names;
	enum err_code code = db_integration_list(
	    db, pool, workspace_id, chatbot_id, type, &list, err);

	if (code != ERR_OK)
		return code;
	names = pool_alloc(pool, (list.n + 1) * sizeof(*names));
	for (size_t i = 0; i < list.n; i++)
		names[i] = list.items[i].name;
	*n_r = list.n;
	*names_r = names;
	return ERR_OK;
}

enum err_code bot_integration_names(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct flow_names *names_r,
    struct err *err)
{
	enum err_code code = names_of(db, pool, workspace_id, chatbot_id,
	    STR("api"), &names_r->n_apis, &names_r->apis, err);

	if (code != ERR_OK)
		return code;
	return names_of(db, pool, workspace_id, chatbot_id, STR("mcp"),
	    &names_r->n_servers, &names_r->servers, err);
}

/* --------------------------------------------------------------- the end */

struct deleting {
	struct pool *pool;
	const struct integration_which *which;
};

static bool names_server(struct pool *pool, struct str json, struct str name)
{
	struct flow_findings findings;

	if (json.n == 0)
		return false;
	(void)flow_parse(pool, json, &findings);
	for (size_t i = 0; i < findings.n_refs; i++) {
		if (findings.refs[i].kind == FLOW_REF_SERVER &&
		    str_eq(findings.refs[i].name, name))
			return true;
	}
	return false;
}

/* As many names as the sentence has room for, and how many more there are. */
static enum err_code refuse(
    struct pool *pool, const struct db_flows *users, struct err *err)
{
	struct str names, name;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	for (i = 0; i < users->n; i++) {
		name = valid_utf8_head(users->items[i].name, NAME_SHOWN);
		if (b.n + name.n + (i > 0 ? 4 : 2) > NAMES_ROOM)
			break;
		buf_printf(&b, "%s\"%.*s\"", i > 0 ? ", " : "", STR_ARG(name));
	}
	if (i < users->n)
		buf_printf(&b, " and %zu more", users->n - i);
	names = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return err_set(err, ERR_CONFLICT,
	    "This MCP server is still used by the following flows: %.*s. "
	    "Remove the MCP tool from those flows before deleting the server.",
	    STR_ARG(names));
}

static enum err_code check_unused(
    struct db *db, const struct deleting *d, struct str name, struct err *err)
{
	struct db_flows flows, users = { .n = 0 };
	enum err_code code = db_flow_list_full(db, d->pool,
	    d->which->workspace_id, d->which->chatbot_id, &flows, err);

	if (code != ERR_OK)
		return code;
	users.items = pool_alloc(d->pool, flows.n * sizeof(*users.items));
	for (size_t i = 0; i < flows.n; i++) {
		const struct db_flow *flow = &flows.items[i];

		if (!flow->is_meta &&
		    (names_server(d->pool, flow->draft, name) ||
			names_server(d->pool, flow->published, name)))
			users.items[users.n++] = *flow;
	}
	return users.n == 0 ? ERR_OK : refuse(d->pool, &users, err);
}

static enum err_code del_in(struct db *db, void *arg, struct err *err)
{
	const struct deleting *d = arg;
	struct db_integration row;
	const struct integration_which *w = d->which;
	enum err_code code =
	    db_chatbot_lock(db, d->pool, w->workspace_id, w->chatbot_id, err);

	if (code == ERR_OK)
		code = db_integration_get(db, d->pool, w->workspace_id,
		    w->chatbot_id, w->id, &row, err);

	if (code == ERR_OK && w->type != INTEGRATION_TYPE__MAX &&
	    integration_type_of(&row) != w->type)
		code = err_set(err, ERR_NOT_FOUND, "Integration not found.");
	if (code == ERR_OK && integration_type_of(&row) == INTEGRATION_MCP)
		code = check_unused(db, d, row.name, err);
	if (code != ERR_OK)
		return code;
	return integration_del(db, d->pool, d->which, err);
}

enum err_code bot_integration_del(struct db *db, struct pool *pool,
    const struct integration_which *which, struct err *err)
{
	struct deleting d = { pool, which };

	return db_transact(db, del_in, &d, err);
}
