/* chat_store.h: how messages take their places in a conversation */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_STORE_H
#define CHAT_STORE_H

#include "base/pool.h"
#include "chat/model.h"

struct db_conversation_head;
struct db_notification;

/*
 * The next seq of the conversation whose locked row head is, the open session
 * and an id unless it has one. The caller stores both.
 */
void chat_store_place(struct db_conversation_head *head,
    struct id conversation_id, struct chat_message *m, int64_t now);
/* The inbox is told that a person was asked for. */
struct db_notification chat_store_handoff(struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id origin);

#endif
