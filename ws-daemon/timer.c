/* timer.c: a hashed timer wheel with a map of its used slots */
/* SPDX-License-Identifier: MIT */
#include "timer.h"

#include "base/clock.h"

/*
 * One turn is 65 s, longer than every timer that connections have, so that a
 * timer is seldom looked at before it is due. The map lets the loop sleep
 * until the next used slot: an idle daemon does not wake up.
 */
#define STEP_MS	 16
#define SLOTS	 4096
#define MAP_BITS 64

static struct list wheel[SLOTS];
static uint64_t used[SLOTS / MAP_BITS];
static int64_t last_tick; /* of the last timer_run */
static int64_t last_ms;

void timer_start(void)
{
	for (size_t i = 0; i < SLOTS; i++)
		list_init(&wheel[i]);
	memset(used, 0, sizeof(used));
	last_ms = clock_mono_ms();
	last_tick = last_ms / STEP_MS;
}

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
	list_init(&t->node);
	t->due_ms = 0;
	t->fn = fn;
}

static void put(struct timer *t, int64_t tick)
{
	size_t slot = (size_t)(tick % SLOTS);

	list_add(&wheel[slot], &t->node);
	used[slot / MAP_BITS] |= (uint64_t)1 << (slot % MAP_BITS);
}

void timer_set(struct timer *t, int64_t ms)
{
	int64_t now = MAX_OF(clock_mono_ms(), last_ms);

	list_del(&t->node);
	t->due_ms = now + MAX_OF(ms, 1);
	/* The slot of the current tick has been emptied already. */
	put(t, MAX_OF((t->due_ms + STEP_MS - 1) / STEP_MS, last_tick + 1));
}

void timer_stop(struct timer *t)
{
	list_del(&t->node);
	t->due_ms = 0;
}

bool timer_is_set(const struct timer *t)
{
	return t->due_ms != 0;
}

static void run_slot(size_t slot, int64_t now_ms)
{
	struct list ready;

	used[slot / MAP_BITS] &= ~((uint64_t)1 << (slot % MAP_BITS));
	if (list_empty(&wheel[slot]))
		return;
	/* Moved aside: what fires may set and stop any timer. */
	ready = wheel[slot];
	ready.next->prev = &ready;
	ready.prev->next = &ready;
	list_init(&wheel[slot]);
	while (!list_empty(&ready)) {
		struct timer *t = LIST_OF(ready.next, struct timer, node);

		list_del(&t->node);
		if (t->due_ms > now_ms) {
			put(t, (int64_t)slot);
			continue;
		}
		t->due_ms = 0;
		t->fn(t);
	}
}

void timer_run(int64_t now_ms)
{
	int64_t tick = now_ms / STEP_MS;
	int64_t from = MAX_OF(last_tick + 1, tick - SLOTS + 1);

	if (tick <= last_tick)
		return;
	last_tick = tick;
	last_ms = now_ms;
	for (int64_t i = from; i <= tick; i++) {
		size_t slot = (size_t)(i % SLOTS);

		if (used[slot / MAP_BITS] >> (slot % MAP_BITS) & 1)
			run_slot(slot, now_ms);
	}
}

int64_t timer_next(int64_t now_ms)
{
	int64_t tick = last_tick + 1;
	int64_t i = 0;

	while (i < SLOTS) {
		size_t slot = (size_t)((tick + i) % SLOTS);
		uint64_t bits = used[slot / MAP_BITS] >> (slot % MAP_BITS);

		if (bits) {
			i += __builtin_ctzll(bits);
			return MAX_OF((tick + i) * STEP_MS - now_ms, 0);
		}
		i += MAP_BITS - (int64_t)(slot % MAP_BITS);
	}
	return -1;
}
