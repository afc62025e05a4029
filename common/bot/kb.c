/* kb.c: knowledge bases, as developers manage them */
/* SPDX-License-Identifier: MIT */
#include "bot/kb.h"

#include "base/clock.h"
#include "chat/chat.h"
#include "db/db_chatbot.h"

#define BATCH 10 /* sources that one transaction deletes */

/* One request; what it needs of these. */
struct work {
	struct pool *pool;
	struct id workspace_id;
	struct id chatbot_id;
	struct id kb_id;
	struct id id; /* of a source */
	struct kb *kb;
	struct kb_source *source;
	const struct str *name;
	const struct str *description;
	bool is_done;
};

static enum err_code full(struct err *err, uint64_t n, const char *what)
{
	return err_set(err, ERR_PAYMENT, "There are %llu %s already.",
	    (unsigned long long)n, what);
}

static enum err_code lock_kb(
    struct db *db, const struct work *w, struct err *err)
{
	return db_kb_lock(db, w->pool, w->workspace_id, w->kb_id, err);
}

static enum err_code lock_bot(
    struct db *db, const struct work *w, struct err *err)
{
	return db_chatbot_lock(
	    db, w->pool, w->workspace_id, w->chatbot_id, err);
}

/* ----------------------------------------------------------------- bases */

static enum err_code add_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	uint64_t n = 0;
	enum err_code code =
	    db_kb_lock_all(db, w->pool, w->kb->workspace_id, err);

	if (code == ERR_OK)
		code = db_kb_count(db, w->pool, w->kb->workspace_id, &n, err);
	if (code != ERR_OK)
		return code;
	if (n >= KB_BASES_MAX)
		return full(err, n, "knowledge bases");
	return db_kb_add(db, w->kb, err);
}

enum err_code kb_add(
    struct db *db, struct pool *pool, struct kb *kb, struct err *err)
{
	struct work w = { .pool = pool, .kb = kb };

	kb->id = id_new();
	kb->created_at = clock_now_us();
	kb->updated_at = kb->created_at;
	kb->sources = kb->processing = kb->failed = 0;
	return db_transact(db, add_in, &w, err);
}

enum err_code kb_list(struct db *db, struct pool *pool, struct id workspace_id,
    struct kbs *list_r, struct err *err)
{
	return db_kb_list(db, pool, workspace_id, KB_BASES_MAX, list_r, err);
}

static enum err_code set_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock_kb(db, w, err);

	if (code == ERR_OK)
		code = db_kb_get(
		    db, w->pool, w->workspace_id, w->kb_id, w->kb, err);
	if (code != ERR_OK || (w->name == NULL && w->description == NULL))
		return code;
	if (w->name != NULL)
		w->kb->name = *w->name;
	if (w->description != NULL)
		w->kb->description = *w->description;
	w->kb->updated_at = clock_now_us();
	return db_kb_set(db, w->kb, err);
}

enum err_code kb_set(struct db *db, struct pool *pool, struct id workspace_id,
    struct id id, const struct str *name, const struct str *description,
    struct kb *kb_r, struct err *err)
{
	struct work w = { .pool = pool,
		.workspace_id = workspace_id,
		.kb_id = id,
		.kb = kb_r,
		.name = name,
		.description = description };

	return db_transact(db, set_in, &w, err);
}

static enum err_code close_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock_kb(db, w, err);

	if (code != ERR_OK)
		return code;
	return db_kb_detach_all(db, w->workspace_id, w->kb_id, err);
}

/* The last one, which finds no more sources, takes the base too. */
static enum err_code batch_in(struct db *db, void *arg, struct err *err)
{
	struct work *w = arg;
	struct kb_sources list = { .n = 0 };
	enum err_code code = lock_kb(db, w, err);

	if (code == ERR_OK)
		code = db_kb_source_list(
		    db, w->pool, w->workspace_id, w->kb_id, BATCH, &list, err);
	for (size_t i = 0; code == ERR_OK && i < list.n; i++)
		code = db_kb_source_del(
		    db, w->workspace_id, list.items[i].id, err);
	if (code != ERR_OK)
		return code;
	w->is_done = list.n < BATCH;
	if (!w->is_done)
		return ERR_OK;
	code = db_kb_detach_all(db, w->workspace_id, w->kb_id, err);
	if (code == ERR_OK)
		code = db_kb_del(db, w->workspace_id, w->kb_id, err);
	return code;
}

enum err_code kb_del(struct db *db, struct pool *pool, struct id workspace_id,
    struct id id, struct err *err)
{
	struct work w = {
		.pool = pool, .workspace_id = workspace_id, .kb_id = id
	};
	enum err_code code = db_transact(db, close_in, &w, err);

	while (code == ERR_OK && !w.is_done)
		code = db_transact(db, batch_in, &w, err);
	return code;
}

const char *kb_status(const struct kb *kb)
{
	if (kb->sources == 0)
		return "empty";
	if (kb->processing > 0)
		return "building";
	return kb->failed == kb->sources ? "failed" : "ready";
}

/* --------------------------------------------------------------- sources */

static enum err_code add_source_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	uint64_t n = 0;
	enum err_code code = lock_kb(db, w, err);

	if (code == ERR_OK)
		code = db_kb_source_count(
		    db, w->pool, w->workspace_id, w->kb_id, &n, err);
	if (code != ERR_OK)
		return code;
	if (n >= KB_SOURCES_MAX)
		return full(err, n, "sources in this knowledge base");
	return db_kb_source_add(db, w->source, err);
}

enum err_code kb_source_add(
    struct db *db, struct pool *pool, struct kb_source *s, struct err *err)
{
	struct work w = { .pool = pool,
		.workspace_id = s->workspace_id,
		.kb_id = s->kb_id,
		.source = s };
	enum err_code code;

	s->id = id_new();
	s->status = KB_PROCESSING;
	s->why = STR_EMPTY;
	s->created_at = clock_now_us();
	code = db_transact(db, add_source_in, &w, err);
	if (code == ERR_OK)
		doorbell_ring();
	return code;
}

enum err_code kb_source_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct kb_sources *list_r,
    struct err *err)
{
	struct kb kb;
	enum err_code code = db_kb_get(db, pool, workspace_id, kb_id, &kb, err);

	if (code != ERR_OK)
		return code;
	return db_kb_source_list(
	    db, pool, workspace_id, kb_id, KB_SOURCES_MAX, list_r, err);
}

static enum err_code del_source_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock_kb(db, w, err);

	if (code == ERR_OK)
		code = db_kb_source_lock(
		    db, w->pool, w->workspace_id, w->kb_id, w->id, err);
	if (code == ERR_OK)
		code = db_kb_source_del(db, w->workspace_id, w->id, err);
	return code;
}

enum err_code kb_source_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id kb_id, struct id id, struct err *err)
{
	struct work w = { .pool = pool,
		.workspace_id = workspace_id,
		.kb_id = kb_id,
		.id = id };

	return db_transact(db, del_source_in, &w, err);
}

/* ------------------------------------------------------------------ bots */

/* The bot first, then the base: so that neither goes away meanwhile. */
static enum err_code attach_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	uint64_t n = 0;
	enum err_code code = lock_bot(db, w, err);

	if (code == ERR_OK)
		code = lock_kb(db, w, err);
	if (code == ERR_OK)
		code = db_kb_count_attached(
		    db, w->pool, w->workspace_id, w->chatbot_id, &n, err);
	if (code == ERR_OK)
		code = db_kb_attach(
		    db, w->workspace_id, w->chatbot_id, w->kb_id, err);
	if (code == ERR_OK && n >= KB_ATTACHED_MAX)
		return full(err, n, "knowledge bases attached to this bot");
	if (code == ERR_OK)
		code = db_kb_get(
		    db, w->pool, w->workspace_id, w->kb_id, w->kb, err);
	return code;
}

enum err_code kb_attach(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    struct kb *kb_r, struct err *err)
{
	struct work w = { .pool = pool,
		.workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.kb_id = kb_id,
		.kb = kb_r };

	return db_transact(db, attach_in, &w, err);
}

enum err_code kb_list_attached(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct kbs *list_r,
    struct err *err)
{
	struct chatbot bot;
	enum err_code code =
	    db_chatbot_get(db, pool, workspace_id, chatbot_id, &bot, err);

	if (code != ERR_OK)
		return code;
	return db_kb_list_attached(
	    db, pool, workspace_id, chatbot_id, KB_ATTACHED_MAX, list_r, err);
}

static enum err_code detach_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock_bot(db, w, err);

	if (code == ERR_OK)
		code = db_kb_detach(
		    db, w->workspace_id, w->chatbot_id, w->kb_id, err);
	return code;
}

enum err_code kb_detach(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id kb_id,
    struct err *err)
{
	struct work w = { .pool = pool,
		.workspace_id = workspace_id,
		.chatbot_id = chatbot_id,
		.kb_id = kb_id };

	return db_transact(db, detach_in, &w, err);
}
