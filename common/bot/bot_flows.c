/* bot_flows.c: the flows of a chatbot, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#include "bot/bot_flows.h"

#include "base/clock.h"
#include "bot/bot_integrations.h"
#include "bot/flow_meta.h"
#include "db/db_chatbot.h"

/* One request about a flow, in a transaction that holds the lock on its bot. */
struct work {
	struct pool *pool;
	struct db_flow *flow; /* its three ids are set */
	const struct str *name;
	const struct str *draft;
};

static enum err_code lock(struct db *db, const struct work *w, struct err *err)
{
	return db_chatbot_lock(
	    db, w->pool, w->flow->workspace_id, w->flow->chatbot_id, err);
}

static enum err_code lock_and_get(
    struct db *db, const struct work *w, struct err *err)
{
	enum err_code code = lock(db, w, err);

	if (code != ERR_OK)
		return code;
	return db_flow_get(db, w->pool, w->flow->workspace_id,
	    w->flow->chatbot_id, w->flow->id, w->flow, err);
}

static enum err_code add_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock(db, w, err);

	return code == ERR_OK ? db_flow_add(db, w->flow, err) : code;
}

enum err_code bot_flow_add(
    struct db *db, struct pool *pool, struct db_flow *flow, struct err *err)
{
	struct work w = { .pool = pool, .flow = flow };

	flow->id = id_new();
	flow->published_at = 0;
	flow->created_at = clock_now_us();
	flow->updated_at = flow->created_at;
	if (flow->draft.n == 0)
		flow->draft = STR("{}");
	return db_transact(db, add_in, &w, err);
}

enum err_code bot_flow_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_flow *flow_r, struct err *err)
{
	return db_flow_get(db, pool, workspace_id, chatbot_id, id, flow_r, err);
}

enum err_code bot_flow_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct db_flows *list_r,
    struct err *err)
{
	struct chatbot bot;
	enum err_code code =
	    db_chatbot_get(db, pool, workspace_id, chatbot_id, &bot, err);

	if (code != ERR_OK)
		return code;
	return db_flow_list(db, pool, workspace_id, chatbot_id, list_r, err);
}

static enum err_code set_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock_and_get(db, w, err);

	if (code != ERR_OK || (w->name == NULL && w->draft == NULL))
		return code;
	if (w->name != NULL)
		w->flow->name = *w->name;
	if (w->draft != NULL)
		w->flow->draft = *w->draft;
	w->flow->updated_at = MAX_OF(clock_now_us(), w->flow->created_at + 1);
	return db_flow_set(db, w->flow, err);
}

/* The ids by which the others begin. */
static struct work about(struct pool *pool, struct id workspace_id,
    struct id chatbot_id, struct id id, struct db_flow *flow)
{
	*flow = (struct db_flow){
		.workspace_id = workspace_id, .chatbot_id = chatbot_id, .id = id
	};
	return (struct work){ .pool = pool, .flow = flow };
}

enum err_code bot_flow_set(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    const struct str *name, const struct str *draft, struct db_flow *flow_r,
    struct err *err)
{
	struct work w = about(pool, workspace_id, chatbot_id, id, flow_r);

	w.name = name;
	w.draft = draft;
	return db_transact(db, set_in, &w, err);
}

enum err_code bot_flow_check(struct db *db, struct pool *pool,
    const struct db_flow *flow, struct flow_findings *findings_r,
    struct err *err)
{
	struct flow_names names;
	enum err_code code;

	if (flow->is_meta) {
		flow_meta_check(pool, flow->draft, findings_r);
		return ERR_OK;
	}
	code = bot_integration_names(
	    db, pool, flow->workspace_id, flow->chatbot_id, &names, err);
	if (code != ERR_OK)
		return code;
	(void)flow_parse(pool, flow->draft, findings_r);
	flow_check_names(pool, &names, findings_r);
	return ERR_OK;
}

static enum err_code check(struct db *db, struct pool *pool,
    const struct db_flow *flow, struct err *err)
{
	struct flow_findings findings;
	enum err_code code = bot_flow_check(db, pool, flow, &findings, err);

	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < findings.n; i++) {
		const struct flow_finding *f = &findings.items[i];

		if (!f->is_warning)
			return err_set(err, ERR_BAD_REQUEST,
			    "The flow has errors: %.*s%s%.*s",
			    STR_ARG(str_head(f->path, 100)),
			    f->path.n > 0 ? ": " : "",
			    STR_ARG(str_head(f->text, 100)));
	}
	return ERR_OK;
}

static enum err_code publish_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	struct db_flow *flow = w->flow;
	enum err_code code = lock_and_get(db, w, err);

	if (code == ERR_OK)
		code = check(db, w->pool, flow, err);
	if (code != ERR_OK)
		return code;
	flow->published_at = clock_now_us();
	if (!flow->is_meta)
		code = db_chatbot_retire(
		    db, flow->workspace_id, flow->chatbot_id, flow->id, err);
	return code == ERR_OK ? db_flow_publish(db, flow, err) : code;
}

enum err_code bot_flow_publish(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id,
    struct db_flow *flow_r, struct err *err)
{
	struct work w = about(pool, workspace_id, chatbot_id, id, flow_r);

	return db_transact(db, publish_in, &w, err);
}

static enum err_code del_in(struct db *db, void *arg, struct err *err)
{
	const struct work *w = arg;
	enum err_code code = lock(db, w, err);

	if (code != ERR_OK)
		return code;
	return db_flow_del(
	    db, w->flow->workspace_id, w->flow->chatbot_id, w->flow->id, err);
}

enum err_code bot_flow_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct id id, struct err *err)
{
	struct db_flow flow;
	struct work w = about(pool, workspace_id, chatbot_id, id, &flow);

	return db_transact(db, del_in, &w, err);
}
