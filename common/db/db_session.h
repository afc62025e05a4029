/* db_session.h: statements on conversation_sessions */
/* SPDX-License-Identifier: MIT */
#ifndef DB_SESSION_H
#define DB_SESSION_H

#include "chat/model.h"
#include "db/db.h"

/*
 * Who changes a session holds the lock on its conversation's row, so these
 * take none of their own.
 */

/* A new open session. */
MUST_CHECK enum err_code db_session_add(struct db *db, struct id workspace_id,
    struct id conversation_id, struct id id, int64_t now, struct err *err);
/* ERR_NOT_FOUND when there is none. */
MUST_CHECK enum err_code db_session_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, struct id id,
    struct chat_session *session_r, struct err *err);
/* The newest limit sessions of a conversation, oldest first. */
MUST_CHECK enum err_code db_session_list_last(struct db *db, struct pool *pool,
    struct id workspace_id, struct id conversation_id, size_t limit,
    struct chat_sessions *list_r, struct err *err);
/* The end user wrote; only the first time counts. */
MUST_CHECK enum err_code db_session_set_first_message(struct db *db,
    struct id workspace_id, struct id id, int64_t now, struct err *err);
MUST_CHECK enum err_code db_session_set_agent(struct db *db,
    struct id workspace_id, struct id id, struct id agent_id, int64_t now,
    struct err *err);
MUST_CHECK enum err_code db_session_set_tags(struct db *db,
    struct id workspace_id, struct id id, struct str tags, struct err *err);
/* agent_id none: nobody did, it ended for silence. */
MUST_CHECK enum err_code db_session_resolve(struct db *db,
    struct id workspace_id, struct id id, struct id agent_id, int64_t now,
    struct err *err);
/* The name of a user who may be given a session; ERR_NOT_FOUND when there is
 * none of that id in the workspace, or it may not log in. */
MUST_CHECK enum err_code db_session_get_agent(struct db *db, struct pool *pool,
    struct id workspace_id, struct id agent_id, struct str *name_r,
    struct err *err);

#endif
