/* channel.h: what a visitor's page answers when a bot asks it for something */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_CHANNEL_H
#define CHAT_CHANNEL_H

#include "base/json_in.h"
#include "db/db.h"

#define CHANNEL_NAME_MIN    16	  /* bytes: nobody guesses it */
#define CHANNEL_NAME_MAX    128	  /* the same */
#define CHANNEL_MESSAGE_MAX 65536 /* bytes of JSON */

/* Printable ASCII of that length; ERR_BAD_REQUEST. */
MUST_CHECK enum err_code channel_check_name(struct str name, struct err *err);
/*
 * One message to whoever waits at the channel of that workspace, and knows its
 * name; nobody else is told, and it is forgotten after a while. message is a
 * JSON object (ERR_BAD_REQUEST).
 */
MUST_CHECK enum err_code channel_publish(struct db *db, struct pool *pool,
    struct id workspace_id, struct str name, const struct json *message,
    struct err *err);

/* A bot calls a function of the page: the conversation's visitor gets the event
 * `function_call`, wherever the socket is. payload: JSON object. */
MUST_CHECK enum err_code channel_call(struct db *db, struct id workspace_id,
    struct id conversation_id, struct str payload, struct err *err);

#endif
