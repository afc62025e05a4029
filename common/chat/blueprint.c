/* blueprint.c: options that several widgets of a workspace have in common */
/* SPDX-License-Identifier: MIT */
#include "chat/blueprint.h"

#include "base/clock.h"

/* One request about a blueprint, in a transaction. */
struct work {
	struct pool *pool;
	struct id workspace_id;
	int64_t max;
	struct str identifier;
	const struct widget_change *change;
	struct blueprint *b;
};

static enum err_code taken(enum err_code code, struct err *err)
{
	if (code != ERR_CONFLICT)
		return code;
	return err_set(err, code, "This alias is taken.");
}

static void apply(
    struct pool *pool, struct blueprint *b, const struct widget_change *change)
{
	if (change->sets & WIDGET_SETS_NAME)
		b->name = change->name;
	if (change->sets & WIDGET_SETS_ALIAS)
		b->alias = change->alias;
	if (change->sets & WIDGET_SETS_DESCRIPTION)
		b->description = change->description;
	if (change->sets & WIDGET_SETS_META)
		b->meta = change->meta;
	b->settings = widget_change_settings(pool, b->settings, change);
}

static enum err_code add_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	struct blueprint *b = work->b;
	uint64_t n = 0;
	enum err_code code =
	    db_widget_lock_workspace(db, work->pool, work->workspace_id, err);

	if (code == ERR_OK && work->max >= 0)
		code = db_blueprint_count(
		    db, work->pool, work->workspace_id, &n, err);
	if (code != ERR_OK)
		return code;
	if (work->max >= 0 && n >= (uint64_t)work->max)
		return err_set(err, ERR_PAYMENT,
		    "There may be %lld blueprints in a workspace "
		    "(blueprints_max).",
		    (long long)work->max);
	*b = (struct blueprint){ .workspace_id = work->workspace_id,
		.id = id_new(),
		.created_at = clock_now_us() };
	b->updated_at = b->created_at;
	apply(work->pool, b, work->change);
	return taken(db_blueprint_add(db, b, err), err);
}

enum err_code blueprint_add(struct db *db, struct pool *pool,
    struct id workspace_id, int64_t max, const struct widget_change *change,
    struct blueprint *b_r, struct err *err)
{
	struct work work = { .pool = pool,
		.workspace_id = workspace_id,
		.max = max,
		.change = change,
		.b = b_r };

	return db_transact(db, add_in, &work, err);
}

enum err_code blueprint_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct blueprint *b_r,
    struct err *err)
{
	struct str alias;
	struct id id;

	if (!widget_identifier(pool, identifier, &id, &alias))
		return err_set(err, ERR_NOT_FOUND, "Blueprint not found.");
	return db_blueprint_get(db, pool, workspace_id, id, alias, b_r, err);
}

/* Finds it and locks it. */
static enum err_code lock(
    struct db *db, const struct work *work, struct err *err)
{
	struct blueprint *b = work->b;
	enum err_code code = blueprint_get(
	    db, work->pool, work->workspace_id, work->identifier, b, err);

	if (code == ERR_OK)
		code = db_blueprint_lock(
		    db, work->pool, work->workspace_id, b->id, err);
	if (code == ERR_OK)
		code = db_blueprint_get(db, work->pool, work->workspace_id,
		    b->id, STR_EMPTY, b, err);
	return code;
}

static enum err_code set_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	struct blueprint *b = work->b;
	enum err_code code = lock(db, work, err);

	if (code != ERR_OK)
		return code;
	apply(work->pool, b, work->change);
	b->updated_at = MAX_OF(clock_now_us(), b->updated_at + 1);
	return taken(db_blueprint_set(db, b, err), err);
}

enum err_code blueprint_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier,
    const struct widget_change *change, struct blueprint *b_r, struct err *err)
{
	struct work work = { .pool = pool,
		.workspace_id = workspace_id,
		.identifier = identifier,
		.change = change,
		.b = b_r };

	return db_transact(db, set_in, &work, err);
}

static enum err_code del_in(struct db *db, void *arg, struct err *err)
{
	const struct work *work = arg;
	enum err_code code = lock(db, work, err);

	if (code != ERR_OK)
		return code;
	return db_blueprint_del(db, work->workspace_id, work->b->id, err);
}

enum err_code blueprint_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct str identifier, struct id *id_r,
    struct err *err)
{
	struct blueprint b = { .id = ID_NONE };
	struct work work = { .pool = pool,
		.workspace_id = workspace_id,
		.identifier = identifier,
		.b = &b };
	enum err_code code = db_transact(db, del_in, &work, err);

	*id_r = b.id;
	return code;
}
