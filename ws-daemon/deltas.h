/* deltas.h: a message that is being made is shown as it grows */
/* SPDX-License-Identifier: MIT */
#ifndef DELTAS_H
#define DELTAS_H

#include "base/id.h"
#include "base/str.h"

/*
 * A piece of a message, from any thread. Goes to the members of the
 * conversation's room as `message_delta`, joined with others of 50 ms, and to
 * those at other daemons with others of 250 ms. What is too much, and what a
 * slow client would have to wait for, is left out: index has a gap then.
 */
void deltas_add(struct id conversation_id, struct id message, struct str delta);

/* The rest is the loop's. */

/* Takes what the threads have brought (transport's on_wake). */
void deltas_collect(void);
/* The turn is over: its messages are told of as any, or have come to nothing.
 * What was not sent yet is not sent any more. */
void deltas_end(struct id conversation_id);
/* Another daemon's piece: the payload of its row. */
void deltas_elsewhere(struct id conversation_id, struct str payload);
/* Messages that are being made here. */
size_t deltas_count(void);
void deltas_start(void);
/* After the threads have ended. */
void deltas_fini(void);

#endif
