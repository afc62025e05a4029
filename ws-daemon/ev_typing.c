/* ev_typing.c: user_typing */
/* SPDX-License-Identifier: MIT */
#include "event.h"
#include "peer.h"
#include "typing.h"

/* No look at the database: who joined has been checked. */
enum err_code ev_typing(struct event_call *c, struct err *err)
{
	const struct member *m = peer_member(c->peer, c->f.conversation_id);
	struct str external_id = str_of(m ? m->external_id : NULL);

	if (!m || m->side != c->actor.kind ||
	    !str_eq(external_id, c->actor.external_id))
		return err_set(
		    err, ERR_FORBIDDEN, "Join the conversation first.");
	typing_start(c->f.conversation_id, m->side, c->peer->handle,
	    c->actor.display_name);
	event_ok(&c->reply);
	return ERR_OK;
}
