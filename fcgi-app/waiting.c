/* waiting.c: how many requests may wait for others at once */
/* SPDX-License-Identifier: MIT */
#include "waiting.h"

#include "base/base.h"

#define RETRY_S 2

void waiting_init(struct waiting_room *room, size_t threads, size_t calls_max)
{
	room->all_max = MAX_OF(threads, 2) - 1;
	room->calls_max = MAX_OF(threads / 2, 1);
	if (calls_max > 0)
		room->calls_max = MIN_OF(calls_max, room->all_max);
	atomic_init(&room->n_calls, 0);
	atomic_init(&room->n_all, 0);
}

static bool take(atomic_size_t *n, size_t max)
{
	size_t had = atomic_load(n);

	do {
		if (had >= max)
			return false;
	} while (!atomic_compare_exchange_weak(n, &had, had + 1));
	return true;
}

static bool enter(struct waiting_room *room, enum waiting to, enum waiting from)
{
	if (to == WAITING_CALL && !take(&room->n_calls, room->calls_max))
		return false;
	if (from != WAITING_NOBODY || take(&room->n_all, room->all_max))
		return true;
	if (to == WAITING_CALL)
		atomic_fetch_sub(&room->n_calls, 1);
	return false;
}

enum err_code waiting_enter(struct waiting_room *room, enum waiting to,
    enum waiting *held, struct err *err)
{
	enum err_code code;

	if (to <= *held)
		return ERR_OK;
	if (!room || enter(room, to, *held)) {
		*held = to;
		return ERR_OK;
	}
	code = err_set(err, ERR_UNAVAILABLE,
	    "The server is busy with calls to others; try again.");
	err->retry_after_s = RETRY_S;
	return code;
}

void waiting_leave(struct waiting_room *room, enum waiting *held)
{
	if (room && *held == WAITING_CALL)
		atomic_fetch_sub(&room->n_calls, 1);
	if (room && *held != WAITING_NOBODY)
		atomic_fetch_sub(&room->n_all, 1);
	*held = WAITING_NOBODY;
}
