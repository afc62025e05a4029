/* ack.h: the answers of the routes that stand in for socket events */
/* SPDX-License-Identifier: MIT */
#ifndef ACK_H
#define ACK_H

#include "chat/chat.h"
#include "req.h"
#include "resp.h"

/* Each is {"ok":true} and what the event's acknowledgement has besides. */
void ack_put(struct resp *resp);
void ack_put_seq(struct resp *resp, uint64_t seq);
void ack_put_sent(struct resp *resp, const struct chat_sent *sent);
/*
 * Reads what the actor has missed behind ?after_seq (without it: nothing) in
 * the conversation that the path names, and answers as join_conversation does.
 */
MUST_CHECK enum err_code ack_updates(struct req *req, struct resp *resp,
    const struct chat_actor *actor, struct err *err);

#endif
