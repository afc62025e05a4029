/* bot_flow.c: checks a flow and stores it as a bot's draft */
/* SPDX-License-Identifier: MIT */
#include "base/valid.h"
#include "bot/bot.h"
#include "bot/bot_integrations.h"
#include "bot/flow.h"
#include "db/db_chatbot.h"

struct storing {
	struct pool *pool;
	struct id workspace_id;
	struct id chatbot_id;
	struct str name;
	struct str json;
	bool publish;
	struct id flow_id;
};

/* In a pool of its own: what is parsed is large. */
static enum err_code check_flow(
    struct db *db, const struct storing *s, struct err *err)
{
	struct pool *pool = pool_new();
	struct flow_findings findings;
	struct flow_names names;
	enum err_code code = bot_integration_names(
	    db, pool, s->workspace_id, s->chatbot_id, &names, err);

	if (code == ERR_OK) {
		(void)flow_parse(pool, s->json, &findings);
		flow_check_names(pool, &names, &findings);
		for (size_t i = 0; i < findings.n && code == ERR_OK; i++) {
			struct str path = findings.items[i].path;

			if (findings.items[i].is_warning)
				continue;
			code = err_set(err, ERR_INVALID, "%.*s%s%.*s",
			    STR_ARG(path), path.n > 0 ? ": " : "",
			    STR_ARG(findings.items[i].text));
		}
	}
	pool_free(&pool);
	return code;
}

static enum err_code store_flow(struct db *db, void *arg, struct err *err)
{
	struct storing *s = arg;
	enum err_code code;

	code =
	    db_chatbot_lock(db, s->pool, s->workspace_id, s->chatbot_id, err);
	if (code == ERR_OK)
		code = check_flow(db, s, err);
	if (code != ERR_OK)
		return code;
	code = db_chatbot_find_flow(db, s->pool, s->workspace_id, s->chatbot_id,
	    s->name, &s->flow_id, err);
	if (code != ERR_OK)
		return code;
	if (id_is_none(s->flow_id)) {
		s->flow_id = id_new();
		code = db_chatbot_add_flow(db, s->workspace_id, s->chatbot_id,
		    s->flow_id, s->name, s->json, err);
	} else {
		code = db_chatbot_set_draft(
		    db, s->workspace_id, s->flow_id, s->json, err);
	}
	if (code != ERR_OK || !s->publish)
		return code;
	return db_chatbot_publish(
	    db, s->workspace_id, s->chatbot_id, s->flow_id, err);
}

enum err_code bot_set_flow(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, struct str name,
    struct str flow_json, bool publish, struct id *flow_id_r, struct err *err)
{
	struct storing s = { pool, workspace_id, chatbot_id, str_trim(name),
		flow_json, publish, ID_NONE };
	enum err_code code;

	if (s.name.n == 0 || !valid_text(s.name, false) ||
	    valid_utf8_count(s.name) > CHAT_NAME_MAX)
		return err_set(err, ERR_BAD_REQUEST,
		    "A flow's name has 1 to %d characters.", CHAT_NAME_MAX);
	code = db_transact(db, store_flow, &s, err);
	if (code == ERR_OK)
		*flow_id_r = s.flow_id;
	return code;
}
