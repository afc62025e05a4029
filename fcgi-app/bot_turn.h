/* bot_turn.h: lets the bot answer within a request */
/* SPDX-License-Identifier: MIT */
#ifndef BOT_TURN_H
#define BOT_TURN_H

#include "req.h"

/* Runs the turn that is due, if one is and nobody else runs it. What goes
 * wrong is logged: the turn stays due, for the next who looks. */
void bot_turn_run(struct req *req, struct id conversation_id);

#endif
