/* chat_store.h: how messages take their places in a conversation */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_STORE_H
#define CHAT_STORE_H

#include "chat/model.h"

struct db_conversation_head;

/*
 * The next seq of the conversation whose locked row head is, the open session
 * and an id unless it has one. The caller stores both.
 */
void chat_store_place(struct db_conversation_head *head,
    struct id conversation_id, struct chat_message *m, int64_t now);

#endif
