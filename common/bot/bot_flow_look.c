/* bot_flow_look.c: what will not work of a flow as things are now */
/* SPDX-License-Identifier: MIT */
#include "bot/bot_flows.h"
#include "bot/flow_reader.h"
#include "bot/kb.h"
#include "db/db_kb.h"
#include "db/db_llm.h"
#include "net/http.h"

struct look {
	struct db *db;
	struct pool *pool;
	const struct settings *settings;
	const struct db_flow *flow;
	struct flow_reader reader; /* for its findings */
	bool has_bases;		   /* they were read */
	struct kbs bases;
	bool has_model;
	bool is_model_there;
};

/* As kb_search finds it: by its id or its name, among those of the bot. */
static enum err_code look_for_base(
    struct look *l, const struct flow_ref *ref, struct err *err)
{
	struct id ws = l->flow->workspace_id, id = ID_NONE;
	enum err_code code = ERR_OK;

	if (!l->has_bases)
		code = db_kb_list_attached(l->db, l->pool, ws,
		    l->flow->chatbot_id, KB_ATTACHED_MAX, &l->bases, err);
	l->has_bases = true;
	if (code == ERR_OK && !id_parse(ref->name, &id))
		code = db_kb_find(l->db, l->pool, ws, ref->name, &id, err);
	if (code != ERR_OK)
		return code;
	for (size_t i = 0; i < l->bases.n; i++) {
		if (id_eq(l->bases.items[i].id, id))
			return ERR_OK;
	}
	flow_warn(&l->reader, ref->path,
	    "The chatbot has no knowledge base “%.*s”: nothing will be found.",
	    STR_ARG(ref->name));
	return ERR_OK;
}

static enum err_code look_for_model(
    struct look *l, const struct flow_ref *ref, struct err *err)
{
	struct db_llm_config config;
	enum err_code code = ERR_OK;

	if (!l->has_model)
		code = db_llm_get(l->db, l->pool, l->flow->workspace_id,
		    &config, &l->is_model_there, err);
	l->has_model = true;
	if (code == ERR_OK && !l->is_model_there)
		flow_warn(&l->reader, ref->path,
		    "The workspace has no language model set up: LLM_AGENT "
		    "will fail.");
	return code;
}

static void look_at_url(struct look *l, const struct flow_ref *ref)
{
	struct err err;

	if (http_check_url(l->settings, ref->name, &err) != ERR_OK)
		flow_warn(&l->reader, ref->path,
		    "This call will be refused: %s", err.text);
}

static enum err_code look_at(
    struct look *l, const struct flow_ref *ref, struct err *err)
{
	switch (ref->kind) {
	case FLOW_REF_COLLECTION:
		return look_for_base(l, ref, err);
	case FLOW_REF_MODEL:
		return look_for_model(l, ref, err);
	case FLOW_REF_URL:
		look_at_url(l, ref);
		break;
	case FLOW_REF_API:
	case FLOW_REF_SERVER:
		break; /* flow_check_names */
	}
	return ERR_OK;
}

enum err_code bot_flow_look(struct db *db, struct pool *pool,
    const struct settings *settings, const struct db_flow *flow,
    struct flow_findings *findings, struct err *err)
{
	struct look l = { .db = db,
		.pool = pool,
		.settings = settings,
		.flow = flow,
		/* the next finding makes room anew */
		.reader = { .pool = pool,
		    .findings = findings,
		    .findings_cap = findings->n } };
	enum err_code code = ERR_OK;

	for (size_t i = 0; i < findings->n_refs && code == ERR_OK; i++)
		code = look_at(&l, &findings->refs[i], err);
	return code;
}
