/* chatbot.h: the chatbots of a workspace, as its developers manage them */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_CHATBOT_H
#define CHAT_CHATBOT_H

#include "base/seal.h"
#include "db/db_chatbot.h"

#define CHATBOT_DESCRIPTION_MAX 10000
#define CHATBOT_CATEGORY_MAX	100
#define CHATBOT_URL_MAX		2000

/*
 * In what these give back, secret is readable ("whsec_...") and there: a bot
 * without gets one. ERR_NOT_FOUND and ERR_CONFLICT in the words of the API.
 */

/* name, description and category of bot count; fills the rest. */
MUST_CHECK enum err_code chatbot_add(struct db *db, struct pool *pool,
    const struct seal_key *key, struct chatbot *bot, struct err *err);
MUST_CHECK enum err_code chatbot_get(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id id,
    struct chatbot *bot_r, struct err *err);

/* NULL: stays as it is. */
struct chatbot_change {
	const struct str *name;
	const struct str *description;
	const struct str *category;
	const struct str *webhook_url;
	const bool *is_active;
};

MUST_CHECK enum err_code chatbot_set(struct db *db, struct pool *pool,
    const struct seal_key *key, struct id workspace_id, struct id id,
    const struct chatbot_change *change, struct chatbot *bot_r,
    struct err *err);
/*
 * With its flows, its integrations and all conversations in them or with it, in
 * small transactions, the bot itself last: who is interrupted asks again.
 */
MUST_CHECK enum err_code chatbot_del(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct err *err);

#endif
