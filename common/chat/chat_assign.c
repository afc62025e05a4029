/* chat_assign.c: gives the open session to an agent */
/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/json_out.h"
#include "chat/access.h"
#include "chat/chat.h"
#include "db/db_conversation.h"
#include "db/db_notification.h"
#include "db/db_session.h"

struct assigning {
	struct pool *pool;
	const struct chat_actor *actor;
	const struct chat_assign *in;
	int64_t now; /* one per call: a second run knows its own effect by it */
	struct chat_assigned *assigned;
};

static enum err_code notify(
    struct db *db, const struct assigning *a, struct err *err)
{
	struct db_notification row = {
		.workspace_id = a->assigned->workspace_id,
		.conversation_id = a->in->conversation_id,
		.kind = "assigned",
		.origin = a->in->origin,
	};
	enum err_code code;
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_uuid(&j, "conversation_id", row.conversation_id);
	json_out_uuid(&j, "assigned_to", a->assigned->agent_id);
	json_out_time(&j, "assigned_at", a->assigned->assigned_at);
	json_out_object(&j, "agent");
	json_out_str(&j, "display_name", a->assigned->agent_name);
	json_out_end(&j);
	json_out_end(&j);
	row.payload = buf_str(&b);
	code = db_notification_add(db, &row, a->now, err);
	buf_fini(&b);
	return code;
}

/* Whether the actor may take the session from who has it now. */
static enum err_code check_holder(
    struct db *db, const struct assigning *a, struct id holder, struct err *err)
{
	struct str name;

	if (id_is_none(holder) || id_eq(holder, a->actor->user_id) ||
	    (a->in->force && a->actor->is_admin))
		return ERR_OK;
	if (db_session_get_agent(db, a->pool, a->actor->workspace_id, holder,
		&name, err) != ERR_OK)
		name = STR("another agent");
	return err_set(err, ERR_CONFLICT,
	    "The conversation is assigned to %.*s.", STR_ARG(name));
}

static enum err_code give(struct db *db, struct assigning *a,
    struct db_conversation_head *head, struct err *err)
{
	struct chat_assigned *to = a->assigned;
	enum err_code code = db_session_set_agent(db, to->workspace_id,
	    head->open_session_id, to->agent_id, a->now, err);

	to->assigned_at = a->now;
	head->assigned_agent_id = to->agent_id;
	head->is_waiting = false;
	if (code == ERR_OK)
		code = db_conversation_set(db, to->workspace_id,
		    a->in->conversation_id, head, a->now, err);
	if (code == ERR_OK)
		code = notify(db, a, err);
	return code;
}

static enum err_code assign_in(struct db *db, void *arg, struct err *err)
{
	struct assigning *a = arg;
	struct chat_assigned *to = a->assigned;
	struct id id = a->in->conversation_id;
	struct db_conversation_head head;
	struct chat_session session;
	enum err_code code;

	code =
	    db_conversation_lock(db, a->pool, to->workspace_id, id, &head, err);
	if (code != ERR_OK)
		return code;
	if (id_is_none(head.open_session_id))
		return err_set(
		    err, ERR_CONFLICT, "The conversation has no open session.");
	code = db_session_get_agent(
	    db, a->pool, to->workspace_id, to->agent_id, &to->agent_name, err);
	if (code != ERR_OK)
		return code;
	if (id_eq(head.assigned_agent_id, to->agent_id)) {
		code = db_session_get(db, a->pool, to->workspace_id, id,
		    head.open_session_id, &session, err);
		if (code != ERR_OK)
			return code;
		to->assigned_at = session.assigned_at;
		to->is_changed = session.assigned_at == a->now;
		return ERR_OK;
	}
	to->is_changed = true;
	code = check_holder(db, a, head.assigned_agent_id, err);
	return code == ERR_OK ? give(db, a, &head, err) : code;
}

enum err_code chat_assign(struct db *db, struct pool *pool,
    const struct chat_actor *actor, const struct chat_assign *in,
    struct chat_assigned *assigned_r, struct err *err)
{
	struct assigning a = {
		.pool = pool,
		.actor = actor,
		.in = in,
		.now = clock_now_us(),
		.assigned = assigned_r,
	};
	enum err_code code = access_agent(actor, err);

	if (code != ERR_OK)
		return code;
	*assigned_r = (struct chat_assigned){
		.workspace_id = actor->workspace_id,
		.agent_id =
		    id_is_none(in->agent_id) ? actor->user_id : in->agent_id,
	};
	code = db_transact(db, assign_in, &a, err);
	if (code == ERR_OK && assigned_r->is_changed)
		doorbell_ring();
	return code;
}
