/* access.h: who may do what with which conversation */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_ACCESS_H
#define CHAT_ACCESS_H

#include "chat/model.h"
#include "db/db.h"

struct db_conversation_talk;

/*
 * The workspace that the actor's statements on this conversation bind. Nobody
 * learns whether another workspace's conversation exists (ERR_NOT_FOUND); an
 * end user must be its contact (ERR_FORBIDDEN).
 */
MUST_CHECK enum err_code access_conversation(struct db *db, struct pool *pool,
    const struct chat_actor *actor, struct id conversation_id,
    struct id *workspace_id_r, struct err *err);
/* The same answers from the row of the conversation, read before. */
MUST_CHECK enum err_code access_talk(const struct chat_actor *actor,
    const struct db_conversation_talk *talk, struct err *err);
/* ERR_FORBIDDEN unless the actor is an agent. */
MUST_CHECK enum err_code access_agent(
    const struct chat_actor *actor, struct err *err);

#endif
