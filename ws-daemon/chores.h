/* chores.h: does what nobody waits for */
/* SPDX-License-Identifier: MIT */
#ifndef CHORES_H
#define CHORES_H

#include "bot/background.h"

/*
 * From now on does these jobs, on threads of their own: each until nothing is
 * left, and again when the bell has rung and every second; upkeep once a
 * minute. The table must live on.
 */
void chores_start(const struct background_job *jobs, size_t n);
/* There may be something to do. */
void chores_ring(void);
void chores_stop(void);
/* After the threads have ended. */
void chores_fini(void);

#endif
