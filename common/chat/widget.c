/* widget.c: the widgets of a workspace: making, changing, copying, ending */
/* SPDX-License-Identifier: MIT */
#include "chat/widget.h"

#include "base/clock.h"
#include "chat/integrations.h"
#include "db/db_blueprint.h"
#include "db/db_chatbot.h"

/* One request about a widget, in a transaction. Locks are taken in this order:
 * workspace (makers only), chatbot, widget. */
struct work {
	struct pool *pool;
	const struct seal_key *key;
	struct id workspace_id;
	int64_t max;
	struct str identifier;
	const struct widget_change *change;
	struct widget *w;
};

static struct str sealed(const struct work *work, struct str secrets)
{
	return secrets.n > 0 ? seal_put(work->key, work->pool, secrets)
			     : secrets;
}

static enum err_code open_secrets(const struct seal_key *key, struct pool *pool,
    struct widget *w, struct err *err)
{
	if (w->secrets.n == 0)
		return ERR_OK;
	return seal_open(key, pool, w->secrets, &w->secrets, err);
}

static enum err_code find(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct widget *w_r,
    struct err *err)
{
	struct str alias;
	struct id id;

	if (!widget_identifier(pool, identifier, &id, &alias))
		return err_set(err, ERR_NOT_FOUND, "Widget not found.");
	return db_widget_get(db, pool, workspace_id, id, alias, w_r, err);
}

static enum err_code taken(enum err_code code, struct err *err)
{
	if (code != ERR_CONFLICT)
		return code;
	return err_set(err, code, "This alias is taken.");
}

/* What it refers to is there, and stays till the end of the transaction. */
static enum err_code check_bot(
    struct db *db, const struct work *work, struct id id, struct err *err)
{
	enum err_code code;

	if (id_is_none(id))
		return ERR_OK;
	code = db_chatbot_lock(db, work->pool, work->workspace_id, id, err);
	if (code == ERR_NOT_FOUND)
		return err_set(err, code, "Chatbot not found.");
	return code;
}

static enum err_code check_blueprint(
    struct db *db, const struct work *work, struct id id, struct err *err)
{
	if (id_is_none(id))
		return ERR_OK;
	return db_blueprint_lock(db, work->pool, work->workspace_id, id, err);
}

/* ---------------------------------------------------------------- changes */

static void apply(
    struct pool *pool, struct widget *w, const struct widget_change *change)
{
	if (change->sets & WIDGET_SETS_NAME)
		w->name = change->name;
	if (change->sets & WIDGET_SETS_ALIAS)
		w->alias = change->alias;
	if (change->sets & WIDGET_SETS_DESCRIPTION)
		w->description = change->description;
	if (change->sets & WIDGET_SETS_META)
		w->meta = change->meta;
	if (change->sets & WIDGET_SETS_BLUEPRINT)
		w->blueprint_id = change->blueprint_id;
	if (change->sets & WIDGET_SETS_ORIGINS)
		w->allowed_origins = change->origins;
	if (change->sets & WIDGET_SETS_ACTIVE)
		w->is_active = change->is_active;
	if (change->sets & WIDGET_SETS_BOT) {
		/* what the developer API has once is so for its bot only */
		if (!id_eq(w->chatbot_id, change->chatbot_id))
			w->slot = STR_EMPTY;
		w->chatbot_id = change->chatbot_id;
	}
	w->settings = widget_change_settings(pool, w->settings, change);
}

/* ------------------------------------------------------------- a new one */

static enum err_code check_max(
    struct db *db, const struct work *work, struct err *err)
{
	uint64_t n;
	enum err_code code =
	    db_widget_lock_workspace(db, work->pool, work->workspace_id, err);

	if (code != ERR_OK || work->max < 0)
		return code;
	code = db_widget_count(db, work->pool, work->workspace_id, &n, err);
	if (code != ERR_OK || n < (uint64_t)work->max)
		return code;
	return err_set(err, ERR_PAYMENT,
	    "There may be %lld widgets in a workspace (widgets_max).",
	    (long long)work->max);
}

/* With keys of its own; then it is read back, names of others included. */
static enum err_code store_new(
    struct db *db, const struct work *work, struct err *err)
{
	struct widget *w = work->w;
	struct str secrets;
	enum err_code code;

	w->workspace_id = work->workspace_id;
	w->id = id_new();
	w->slot = STR_EMPTY;
	secrets = integration_key_secrets(
	    work->pool, integration_new_key(work->pool, &w->token_hash));
	w->secrets = sealed(work, secrets);
	w->created_at = clock_now_us();
	w->updated_at = w->created_at;
	code = taken(db_widget_add(db, w, err), err);
	if (code == ERR_OK)
		code = db_widget_get(db, work->pool, work->workspace_id, w->id,
		    STR_EMPTY, w, err);
	w->secrets = secrets;
	return code;
}

static enum err_code add_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	enum err_code code = check_max(db, work, err);

	*work->w = (struct widget){ .is_active = true };
	apply(work->pool, work->w, work->change);
	if (code == ERR_OK)
		code = check_bot(db, work, work->w->chatbot_id, err);
	if (code == ERR_OK)
		code = check_blueprint(db, work, work->w->blueprint_id, err);
	return code == ERR_OK ? store_new(db, work, err) : code;
}

enum err_code widget_add(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, int64_t max,
    const struct widget_change *change, struct widget *w_r, struct err *err)
{
	struct work work = { .pool = pool,
		.key = key,
		.workspace_id = workspace_id,
		.max = max,
		.change = change,
		.w = w_r };

	return db_transact(db, add_in, &work, err);
}

static enum err_code clone_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	struct widget old;
	enum err_code code = find(
	    db, work->pool, work->workspace_id, work->identifier, &old, err);

	if (code == ERR_OK)
		code = check_max(db, work, err);
	if (code == ERR_OK)
		code = check_bot(db, work, old.chatbot_id, err);
	if (code != ERR_OK)
		return code;
	*work->w = old;
	work->w->alias = STR_EMPTY;
	code = store_new(db, work, err);
	if (code == ERR_OK)
		code = db_widget_copy_icons(
		    db, work->workspace_id, old.id, work->w->id, err);
	return code;
}

enum err_code widget_clone(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, int64_t max,
    struct str identifier, struct widget *w_r, struct err *err)
{
	struct work work = { .pool = pool,
		.key = key,
		.workspace_id = workspace_id,
		.max = max,
		.identifier = identifier,
		.w = w_r };

	return db_transact(db, clone_in, &work, err);
}

/* ----------------------------------------------------------- one, and all */

enum err_code widget_get(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct str identifier,
    struct widget *w_r, struct err *err)
{
	enum err_code code = find(db, pool, workspace_id, identifier, w_r, err);

	return code == ERR_OK ? open_secrets(key, pool, w_r, err) : code;
}

enum err_code widget_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id blueprint_id,
    const struct db_slice *slice, struct widgets *list_r, struct err *err)
{
	enum err_code code = db_widget_list(
	    db, pool, workspace_id, blueprint_id, slice, list_r, err);

	for (size_t i = 0; code == ERR_OK && i < list_r->n; i++)
		list_r->items[i].secrets = STR_EMPTY;
	return code;
}

/* --------------------------------------------------- another, and the end */

/* Finds it and locks its bot and itself: who changes it by the developer API
 * locks the bot only. */
static enum err_code lock(
    struct db *db, const struct work *work, struct err *err)
{
	struct widget *w = work->w;
	struct id locked;
	enum err_code code =
	    find(db, work->pool, work->workspace_id, work->identifier, w, err);

	if (code != ERR_OK)
		return code;
	locked = w->chatbot_id;
	code = check_bot(db, work, locked, err);
	if (code == ERR_OK)
		code = db_widget_lock(
		    db, work->pool, work->workspace_id, w->id, err);
	if (code == ERR_OK)
		code = db_widget_get(db, work->pool, work->workspace_id, w->id,
		    STR_EMPTY, w, err);
	if (code == ERR_OK && !id_eq(w->chatbot_id, locked))
		code = check_bot(db, work, w->chatbot_id, err);
	return code;
}

static enum err_code set_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	const struct widget_change *change = work->change;
	struct widget *w = work->w;
	enum err_code code = lock(db, work, err);

	if (code == ERR_OK && change->sets & WIDGET_SETS_BOT)
		code = check_bot(db, work, change->chatbot_id, err);
	if (code == ERR_OK && change->sets & WIDGET_SETS_BLUEPRINT)
		code = check_blueprint(db, work, change->blueprint_id, err);
	if (code != ERR_OK)
		return code;
	apply(work->pool, w, change);
	w->updated_at = MAX_OF(clock_now_us(), w->updated_at + 1);
	code = taken(db_widget_set(db, w, err), err);
	if (code == ERR_OK)
		code = db_widget_get(db, work->pool, work->workspace_id, w->id,
		    STR_EMPTY, w, err);
	return code == ERR_OK ? open_secrets(work->key, work->pool, w, err)
			      : code;
}

enum err_code widget_set(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct str identifier,
    const struct widget_change *change, struct widget *w_r, struct err *err)
{
	struct work work = { .pool = pool,
		.key = key,
		.workspace_id = workspace_id,
		.identifier = identifier,
		.change = change,
		.w = w_r };

	return db_transact(db, set_in, &work, err);
}

static enum err_code del_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	struct id workspace_id = work->workspace_id;
	bool is_used = false;
	enum err_code code = lock(db, work, err);
	struct id id = work->w->id;

	if (code == ERR_OK)
		code = db_integration_forget_icons(db, workspace_id, id, err);
	if (code == ERR_OK)
		code = db_integration_is_used(
		    db, work->pool, workspace_id, id, &is_used, err);
	if (code != ERR_OK)
		return code;
	return is_used ? db_integration_bury(db, workspace_id, id, err)
		       : db_integration_del(db, workspace_id, id, err);
}

enum err_code widget_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct id *id_r,
    struct err *err)
{
	struct widget w = { .id = ID_NONE };
	struct work work = { .pool = pool,
		.workspace_id = workspace_id,
		.identifier = identifier,
		.w = &w };
	enum err_code code = db_transact(db, del_in, &work, err);

	*id_r = w.id;
	return code;
}

struct str widget_key(struct pool *pool, const struct widget *w)
{
	const struct json *secrets = NULL;

	if (w->secrets.n == 0 ||
	    json_parse(pool, w->secrets, &secrets, NULL) != ERR_OK)
		return STR_EMPTY;
	return json_str(json_get(secrets, "widget_key"));
}
