/* bot_turn.h: lets the bot answer within a request, or right after it */
/* SPDX-License-Identifier: MIT */
#ifndef BOT_TURN_H
#define BOT_TURN_H

#include "chat/chat.h"
#include "req.h"

/*
 * Runs the turn that is due, if any. A failure is logged, not told. One that
 * may take long is left to a daemon, or until the answer has gone out.
 */
void bot_turn_run(struct req *req, struct id conversation_id);
/* Stores what a visitor says and runs its turn in the same way: what comes back
 * is about the message alone. */
MUST_CHECK enum err_code bot_turn_answer(struct req *req,
    const struct chat_actor *actor, const struct chat_send *in,
    struct chat_sent *sent_r, struct err *err);
/* Has a daemon run the turn that is due; false: there is none. */
bool bot_turn_tell(struct req *req, struct id conversation_id);
/* What was left, with nobody waiting. When too many threads wait for others it
 * stays due: for the next request, or `barazactl work`. */
void bot_turn_later(const struct app *app, struct db *db, struct pool *pool,
    struct id conversation_id);

#endif
