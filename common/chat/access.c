/* access.c: who may do what with which conversation */
/* SPDX-License-Identifier: MIT */
#include "chat/access.h"

#include "base/rnd.h"
#include "db/db_conversation.h"

enum err_code access_conversation(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct id *workspace_id_r, struct err *err)
{
	struct str external_id;
	enum err_code code;

	if (actor->kind != CHAT_END_USER) {
		*workspace_id_r = actor->workspace_id;
		return db_conversation_check(
		    db, pool, actor->workspace_id, conversation_id, err);
	}
	code = db_conversation_get_owner(
	    db, pool, conversation_id, workspace_id_r, &external_id, err);
	/* The external id is the visitor's secret. */
	if (code == ERR_OK && (external_id.n != actor->external_id.n ||
				  !rnd_equal(external_id, actor->external_id)))
		return err_set(err, ERR_FORBIDDEN,
		    "external_id is not that of the conversation.");
	return code;
}

enum err_code access_agent(const struct chat_actor *actor, struct err *err)
{
	if (actor->kind == CHAT_AGENT)
		return ERR_OK;
	return err_set(err, ERR_FORBIDDEN, "Only agents may do that.");
}
