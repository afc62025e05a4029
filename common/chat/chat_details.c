/* chat_details.c: what pages tell of their visitors */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_in.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "chat/identity.h"
#include "db/db_contact.h"
#include "db/db_conversation.h"

struct telling {
	struct pool *pool;
	struct id workspace_id;
	struct id conversation_id;
	const struct json *details;
	bool is_kept;
};

static enum err_code tell_in(struct db *db, void *arg, struct err *err)
{
	struct telling *t = arg;
	struct db_conversation_head head;
	struct chat_conversation c;
	struct db_contact contact;
	struct str merged;
	bool is_found = false;
	enum err_code code = db_conversation_lock(
	    db, t->pool, t->workspace_id, t->conversation_id, &head, err);

	t->is_kept = code == ERR_OK && head.last_visitor_seq > 0;
	if (!t->is_kept)
		return code;
	code = db_conversation_get(
	    db, t->pool, t->workspace_id, ID_NONE, t->conversation_id, &c, err);
	if (code == ERR_OK)
		code = db_contact_lock(db, t->pool, t->workspace_id,
		    c.integration_id, c.external_id, &contact, &is_found, err);
	if (code != ERR_OK || !is_found)
		return code;
	merged = identity_merge(t->pool, contact.attributes, t->details);
	if (str_eq(merged, contact.attributes))
		return ERR_OK;
	contact.attributes = merged;
	return db_contact_set(db, &contact, clock_now_us(), err);
}

enum err_code chat_tell_details(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const struct json *details, bool *is_kept_r, struct err *err)
{
	struct telling t = { .pool = pool,
		.conversation_id = conversation_id,
		.details = details };
	enum err_code code = access_conversation(
	    db, pool, actor, conversation_id, &t.workspace_id, err);

	if (code == ERR_OK)
		code = db_transact(db, tell_in, &t, err);
	*is_kept_r = t.is_kept;
	return code;
}

enum err_code chat_get_details(struct db *db, struct pool *pool,
    struct id workspace_id, struct id contact_id, struct str *details_r,
    struct err *err)
{
	const struct json *object = NULL, *details;
	struct db_contact contact;
	struct err ignored;
	enum err_code code =
	    db_contact_get(db, pool, workspace_id, contact_id, &contact, err);

	*details_r = STR("{}");
	if (code != ERR_OK ||
	    json_parse(pool, contact.attributes, &object, &ignored) != ERR_OK)
		return code;
	details = json_get(object, "details");
	if (details != NULL)
		*details_r = json_text(pool, details);
	return ERR_OK;
}
