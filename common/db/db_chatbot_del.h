/* db_chatbot_del.h: the end of a chatbot and of all that hangs on it */
/* SPDX-License-Identifier: MIT */
#ifndef DB_CHATBOT_DEL_H
#define DB_CHATBOT_DEL_H

#include "db/db.h"

/* The bot is not active, and its integrations refuse visitors. */
MUST_CHECK enum err_code db_chatbot_del_close(
    struct db *db, struct id workspace_id, struct id id, struct err *err);
/* At most max conversations with the bot or in its integrations. */
MUST_CHECK enum err_code db_chatbot_del_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, size_t max, struct id **ids_r,
    size_t *n_r, struct err *err);
/* A conversation, its contact, sessions, messages and cursors. */
MUST_CHECK enum err_code db_chatbot_del_talk(struct db *db,
    struct id workspace_id, struct id conversation_id, struct err *err);
/* At most max of the people who are counted for it. */
MUST_CHECK enum err_code db_chatbot_del_users(struct db *db,
    struct id workspace_id, struct id id, size_t max, uint64_t *n_r,
    struct err *err);
/* Contacts, integrations, flows and counts of the bot, and the bot. */
MUST_CHECK enum err_code db_chatbot_del(
    struct db *db, struct id workspace_id, struct id id, struct err *err);

#endif
