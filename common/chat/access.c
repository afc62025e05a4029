/* access.c: who may do what with which conversation */
/* SPDX-License-Identifier: MIT */
#include "chat/access.h"

#include "base/rnd.h"
#include "db/db_conversation.h"

/* The external id is the visitor's secret. */
static enum err_code check_secret(
    const struct chat_actor *actor, struct str external_id, struct err *err)
{
	if (external_id.n == actor->external_id.n &&
	    rnd_equal(external_id, actor->external_id))
		return ERR_OK;
	return err_set(
	    err, ERR_FORBIDDEN, "external_id is not that of the conversation.");
}

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
	if (code == ERR_OK)
		code = check_secret(actor, external_id, err);
	return code;
}

enum err_code access_talk(const struct chat_actor *actor,
    const struct db_conversation_talk *talk, struct err *err)
{
	bool is_program = !id_is_none(actor->chatbot_id);

	if (actor->kind == CHAT_END_USER && !is_program)
		return check_secret(actor, talk->external_id, err);
	if (id_eq(actor->workspace_id, talk->workspace_id) &&
	    (!is_program ||
		(talk->is_api && id_eq(actor->chatbot_id, talk->chatbot_id))))
		return ERR_OK;
	return err_set(err, ERR_NOT_FOUND, "There is no such conversation.");
}

enum err_code access_agent(const struct chat_actor *actor, struct err *err)
{
	if (actor->kind == CHAT_AGENT)
		return ERR_OK;
	return err_set(err, ERR_FORBIDDEN, "Only agents may do that.");
}
