/* chat_updates.c: what a client that comes back wants to know */
/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"

enum err_code chat_updates(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    const uint64_t *after_seq, struct chat_updates *u, struct err *err)
{
	struct chat_messages *missed = &u->missed;
	enum err_code code;
	uint64_t upto;

	memset(u, 0, sizeof(*u));
	/* The conversation first: what is stored between the two reads is in
	 * the list, and not passed over. */
	code =
	    chat_get(db, pool, actor, conversation_id, &u->conversation, err);
	u->last_seq = u->conversation.last_seq;
	if (code == ERR_OK && !after_seq)
		return chat_durable(
		    db, ID_NONE, u->conversation.last.created_at, err);
	if (code != ERR_OK || *after_seq >= u->last_seq)
		return code;
	code = chat_history_after(db, pool, actor, conversation_id, *after_seq,
	    CHAT_HISTORY_MAX, missed, err);
	if (code != ERR_OK)
		return code;
	upto = missed->n > 0 ? missed->items[missed->n - 1].seq : *after_seq;
	u->has_more = upto < u->last_seq;
	u->last_seq = MAX_OF(upto, u->last_seq);
	/* The newest is from the first reading or from the second. */
	code = chat_durable(db, ID_NONE,
	    MAX_OF(u->conversation.last.created_at, chat_newest(missed)), err);
	if (code != ERR_OK || actor->kind != CHAT_END_USER || missed->n == 0)
		return code;
	return chat_history_agents(db, pool, actor, conversation_id, *after_seq,
	    upto, &u->agents, err);
}
