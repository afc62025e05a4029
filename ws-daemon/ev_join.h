/* ev_join.h: entering a conversation, for ev_join.c and ev_claim.c */
/* SPDX-License-Identifier: MIT */
#ifndef EV_JOIN_H
#define EV_JOIN_H

#include "events.h"

/* The agent of a claim enters the conversation, from now on, without an
 * answer. */
void ev_join_quietly(const struct event_reply *reply,
    const struct chat_actor *actor, struct id conversation_id);

#endif
