/* finish.h: waits for a bot's turn that has not come to its end at once */
/* SPDX-License-Identifier: MIT */
#ifndef FINISH_H
#define FINISH_H

#include "bot/bot.h"
#include "req.h"

struct finish {
	const struct bot_env *env; /* for who calls out: is_brief is set here */
	struct id id;		   /* conversation */
	uint64_t seq; /* of what must be answered; 0: all that is due */
	bool is_left; /* it calls out */
};

/*
 * It calls out, or somebody else runs it, or what was asked before comes first:
 * runs it with one of the places of waiting.h, or waits for who does. state_r is
 * the flow's then. A turn that fails stays due: who sends again, with the same
 * key, gets the answer.
 */
MUST_CHECK enum err_code finish_run(struct req *req, const struct finish *in,
    struct str *state_r, struct err *err);
/* Writes a turn's failure to the log; err is what clients may know of it. */
enum err_code finish_failed(struct id id, enum err_code code, struct err *err);

#endif
