/* outbox.h: requests that nobody waits for: stored with their cause */
/* SPDX-License-Identifier: MIT */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "bot/action_api_call.h"
#include "bot/bot.h"

struct outside;

/* Inside the transaction that stores the turn. */
MUST_CHECK enum err_code outbox_add_in(struct db *db, struct pool *pool,
    const struct outside *o, const struct call_request *call, struct err *err);

/*
 * Sends the request that is due for the longest time, if there is one
 * (*did_r). Any HTTP answer is its end; who cannot be reached is tried again
 * later, some times; then, or when it must not be sent at all, it is given up,
 * with a line in the log. Only what the database cannot do is an error. No
 * transaction is open meanwhile; any number of callers at once.
 */
MUST_CHECK enum err_code outbox_send_one(struct db *db, struct pool *pool,
    const struct bot_env *env, bool *did_r, struct err *err);

#endif
