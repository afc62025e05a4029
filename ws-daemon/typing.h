/* typing.h: who is writing just now */
/* SPDX-License-Identifier: MIT */
#ifndef TYPING_H
#define TYPING_H

#include "chat/model.h"

/*
 * Other daemons are told by rows of the feed, while there are any: of a start
 * at most every 2 s, and of the end unless it came by silence, which they
 * notice themselves.
 *
 * One of each side at a time: a second agent who types takes the first one's
 * place. handle is the socket that types; it hears nothing of it. 0: a bot at
 * work, of whose end its message tells the others.
 */
void typing_start(struct id conversation_id, enum chat_sender side,
    uint64_t handle, struct str name);
/* The side has sent, or handle has left: says so if it was typing. With
 * handle 0 whoever it was. */
void typing_clear(
    struct id conversation_id, enum chat_sender side, uint64_t handle);
/* The same of a side that types at another daemon, which takes part in it as
 * long as it says so: start at least each typing_timeout_ms. */
void typing_start_elsewhere(struct id conversation_id, enum chat_sender side,
    struct id daemon_id, struct str name);
void typing_clear_elsewhere(
    struct id conversation_id, enum chat_sender side, struct id daemon_id);
size_t typing_count(void);
/* Forgets all, says nothing. */
void typing_fini(void);

#endif
