/* waiting.h: how many requests may wait for others at once */
/* SPDX-License-Identifier: MIT */
#ifndef WAITING_H
#define WAITING_H

#include <stdatomic.h>
#include <stddef.h>

#include "base/err.h"

/* What a thread waits for beside the database. */
enum waiting {
	WAITING_NOBODY,
	WAITING_TURN, /* a bot's turn that somebody else runs */
	WAITING_CALL  /* a server that is not ours */
};

/*
 * Servers of others may be slow, and threads are few: at most calls_max of them
 * call out, and with those that wait for a turn they are at most all_max, so
 * that one stays free for who asks for nothing of the kind.
 */
struct waiting_room {
	size_t calls_max;
	size_t all_max;
	atomic_size_t n_calls;
	atomic_size_t n_all;
};

/* Before there are threads. calls_max 0: half of them. A process with a single
 * thread has no other to keep free: its web server starts more processes. */
void waiting_init(struct waiting_room *room, size_t threads, size_t calls_max);
/*
 * From what the thread has, *held, to more; then *held is `to`. ERR_UNAVAILABLE
 * with retry_after_s when there is no place; *held stays. room NULL: there is
 * always place.
 */
MUST_CHECK enum err_code waiting_enter(struct waiting_room *room,
    enum waiting to, enum waiting *held, struct err *err);
/* Whatever it has, also nothing. */
void waiting_leave(struct waiting_room *room, enum waiting *held);

#endif
