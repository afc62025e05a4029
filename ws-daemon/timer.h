/* timer.h: many timers at little cost: a wheel turned by the loop */
/* SPDX-License-Identifier: MIT */
#ifndef TIMER_H
#define TIMER_H

#include "base/list.h"

/* Embedded in what it belongs to. */
struct timer {
	struct list node;
	int64_t due_ms; /* of clock_mono_ms; 0 when it is not set */
	void (*fn)(struct timer *t);
};

/* Once per process, before any other. */
void timer_start(void);
void timer_init(struct timer *t, void (*fn)(struct timer *t));
/* Fires once, ms from now (rounded up to the wheel's step of 16 ms); setting
 * again moves it. O(1). */
void timer_set(struct timer *t, int64_t ms);
/* Harmless when it is not set. */
void timer_stop(struct timer *t);
bool timer_is_set(const struct timer *t);
/* Fires what is due. Called by the loop; timers that are set meanwhile wait
 * for a later call. */
void timer_run(int64_t now_ms);
/* Milliseconds until timer_run may have something to do; -1 for never. */
int64_t timer_next(int64_t now_ms);

#endif
