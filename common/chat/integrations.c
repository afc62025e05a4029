/* integrations.c: the integrations of a bot, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#include "chat/integrations.h"

#include "base/clock.h"
#include "base/json_out.h"
#include "base/rnd.h"
#include "db/db_chatbot.h"
#include "db/db_mcp.h"

#define KEY_BYTES 24 /* 192 random bits */

static const struct {
	const char *name;     /* in the API */
	struct str stored;    /* in the table, and the slot of the only one */
	const char *prefix;   /* of the slot of one among many */
	const char *conflict; /* there is one already */
	const char *max;      /* there are enough */
} types[INTEGRATION_TYPE__MAX] = {
	[INTEGRATION_WEB] = { "web", STR_INIT("web_chat"), NULL,
	    "This chatbot has a web integration already.", NULL },
	[INTEGRATION_WHATSAPP] = { "whatsapp", STR_INIT("whatsapp"), NULL,
	    "This chatbot has a whatsapp integration already.", NULL },
	[INTEGRATION_REST_API] = { "rest-api", STR_INIT("rest_api"), NULL,
	    "This chatbot has a rest-api integration already.", NULL },
	[INTEGRATION_MCP] = { "mcp", STR_INIT("mcp"), "mcp:",
	    "An MCP server with this name already exists for this chatbot.",
	    "MCP servers of one chatbot" },
	[INTEGRATION_API] = { "api", STR_INIT("api"), "api:",
	    "An API integration with this name already exists for this "
	    "chatbot.",
	    NULL },
};

const char *integration_type_name(enum integration_type type)
{
	return types[type].name;
}

enum integration_type integration_type_of(const struct db_integration *row)
{
	size_t i = 0;

	while (i < INTEGRATION_TYPE__MAX && !str_eq(row->type, types[i].stored))
		i++;
	return (enum integration_type)i;
}

static struct str slot_of(
    struct pool *pool, enum integration_type type, struct str name)
{
	if (types[type].prefix == NULL)
		return types[type].stored;
	return str_of(
	    pool_printf(pool, "%s%.*s", types[type].prefix, STR_ARG(name)));
}

static enum err_code taken(
    enum err_code code, enum integration_type type, struct err *err)
{
	if (code != ERR_CONFLICT)
		return code;
	return err_set(err, code, "%s", types[type].conflict);
}

static enum err_code open_secrets(const struct seal_key *key, struct pool *pool,
    struct db_integration *row, struct err *err)
{
	if (row->secrets.n == 0)
		return ERR_OK;
	return seal_open(key, pool, row->secrets, &row->secrets, err);
}

static struct str sealed(
    const struct seal_key *key, struct pool *pool, struct str secrets)
{
	return secrets.n > 0 ? seal_put(key, pool, secrets) : secrets;
}

/* One request about an integration, in a transaction that holds the lock on
 * its bot: its flows, which name integrations, change under the same one. */
struct work {
	struct pool *pool;
	const struct seal_key *key;
	const struct integration_which *which;
	struct db_integration *row;
	int64_t max;
	integration_change_fn *change;
	void *arg;
};

static enum err_code lock(struct db *db, const struct work *w, struct err *err)
{
	return db_chatbot_lock(
	    db, w->pool, w->which->workspace_id, w->which->chatbot_id, err);
}

/* -------------------------------------------------------------- a new one */

enum err_code integration_check_max(
    enum integration_type type, int64_t max, struct err *err)
{
	if (max != 0)
		return ERR_OK;
	return err_set(err, ERR_PAYMENT,
	    "This installation allows no %s (mcp_servers_max).",
	    types[type].max);
}

static enum err_code check_count(
    struct db *db, const struct work *w, struct err *err)
{
	enum integration_type type = w->which->type;
	enum err_code code = integration_check_max(type, w->max, err);
	uint64_t n;

	if (code != ERR_OK || w->max < 0)
		return code;
	code = db_integration_count(db, w->pool, w->which->workspace_id,
	    w->which->chatbot_id, types[type].stored, &n, err);
	if (code != ERR_OK || n < (uint64_t)w->max)
		return code;
	return err_set(err, ERR_PAYMENT, "The plan limit is reached: %lld %s.",
	    (long long)w->max, types[type].max);
}

static enum err_code add_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	struct db_integration row = *w->row;
	enum err_code code = lock(db, w, err);

	if (code == ERR_OK)
		code = check_count(db, w, err);
	if (code != ERR_OK)
		return code;
	row.secrets = sealed(w->key, w->pool, row.secrets);
	return taken(db_integration_add(db, &row, err), w->which->type, err);
}

enum err_code integration_add(struct db *db, struct pool *pool,
    const struct seal_key *key, enum integration_type type, int64_t max,
    struct db_integration *row, struct err *err)
{
	struct integration_which which = { row->workspace_id, row->chatbot_id,
		ID_NONE, type };
	struct work w = { .pool = pool,
		.key = key,
		.which = &which,
		.row = row,
		.max = max };

	row->id = id_new();
	row->type = types[type].stored;
	row->slot = slot_of(pool, type, row->name);
	row->created_at = clock_now_us();
	row->updated_at = row->created_at;
	return db_transact(db, add_in, &w, err);
}

/* --------------------------------------------------------- one, and all */

enum err_code integration_get(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct integration_which *which,
    struct db_integration *row_r, struct err *err)
{
	enum err_code code;

	if (id_is_none(which->id))
		code = db_integration_get_slot(db, pool, which->workspace_id,
		    which->chatbot_id, types[which->type].stored, row_r, err);
	else
		code = db_integration_get(db, pool, which->workspace_id,
		    which->chatbot_id, which->id, row_r, err);
	if (code == ERR_OK && which->type != INTEGRATION_TYPE__MAX &&
	    integration_type_of(row_r) != which->type)
		return err_set(err, ERR_NOT_FOUND, "Integration not found.");
	return code == ERR_OK ? open_secrets(key, pool, row_r, err) : code;
}

enum err_code integration_list(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id chatbot_id,
    enum integration_type type, struct db_integrations *list_r, struct err *err)
{
	enum err_code code =
	    db_integration_list(db, pool, workspace_id, chatbot_id,
		type == INTEGRATION_TYPE__MAX ? STR_EMPTY : types[type].stored,
		list_r, err);

	for (size_t i = 0; code == ERR_OK && i < list_r->n; i++)
		code = open_secrets(key, pool, &list_r->items[i], err);
	return code;
}

/* --------------------------------------------------- another, and the end */

static enum err_code set_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	struct db_integration row;
	enum integration_type type;
	enum err_code code = lock(db, w, err);

	if (code == ERR_OK)
		code =
		    integration_get(db, w->pool, w->key, w->which, w->row, err);
	if (code == ERR_OK)
		code = w->change(w->pool, w->row, w->arg, err);
	if (code != ERR_OK)
		return code;
	type = integration_type_of(w->row);
	/* further widgets of a bot have no slot */
	if (w->row->slot.n > 0)
		w->row->slot = slot_of(w->pool, type, w->row->name);
	w->row->updated_at = MAX_OF(clock_now_us(), w->row->updated_at + 1);
	row = *w->row;
	row.secrets = sealed(w->key, w->pool, row.secrets);
	code = taken(db_integration_set(db, &row, err), type, err);
	if (code == ERR_OK && type == INTEGRATION_MCP)
		code = db_mcp_forget(db, row.workspace_id, row.id, err);
	return code;
}

enum err_code integration_set(struct db *db, struct pool *pool,
    const struct seal_key *key, const struct integration_which *which,
    integration_change_fn *change, void *arg, struct db_integration *row_r,
    struct err *err)
{
	struct work w = { pool, key, which, row_r, 0, change, arg };

	return db_transact(db, set_in, &w, err);
}

static enum err_code del_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	struct id workspace_id = w->which->workspace_id;
	struct id id = w->which->id;
	bool is_used = false;
	enum err_code code = lock(db, w, err);

	if (code == ERR_OK)
		code = db_integration_get(db, w->pool, workspace_id,
		    w->which->chatbot_id, id, w->row, err);
	if (code == ERR_OK)
		code = db_mcp_forget(db, workspace_id, id, err);
	if (code == ERR_OK)
		code = db_integration_forget_icons(db, workspace_id, id, err);
	if (code == ERR_OK)
		code = db_integration_is_used(
		    db, w->pool, workspace_id, id, &is_used, err);
	if (code != ERR_OK)
		return code;
	return is_used ? db_integration_bury(db, workspace_id, id, err)
		       : db_integration_del(db, workspace_id, id, err);
}

enum err_code integration_del(struct db *db, struct pool *pool,
    const struct integration_which *which, struct err *err)
{
	struct db_integration row;
	struct work w = { .pool = pool, .which = which, .row = &row };

	return db_transact(db, del_in, &w, err);
}

/* -------------------------------------------------------- keys of widgets */

struct str integration_new_key(struct pool *pool, struct str *hash_r)
{
	struct str key = rnd_token(pool, "wk_", KEY_BYTES);
	uint8_t hash[RND_SHA256_SIZE];

	rnd_sha256(key, hash);
	*hash_r = str_copy(pool, str_make((const char *)hash, sizeof(hash)));
	return key;
}

struct str integration_key_secrets(struct pool *pool, struct str widget_key)
{
	struct json_out j;
	struct str text;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_str(&j, "widget_key", widget_key);
	json_out_end(&j);
	text = str_copy(pool, buf_str(&b));
	buf_fini(&b);
	return text;
}

enum err_code integration_keep_token(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id id,
    struct str token, struct err *err)
{
	return db_integration_set_secrets(db, workspace_id, id,
	    sealed(key, pool, integration_key_secrets(pool, token)), err);
}
