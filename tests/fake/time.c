/* time.c: the clocks of clock.h in the hands of a test */
/* SPDX-License-Identifier: MIT */
#include "tests/fake/time.h"

#include <stdatomic.h>

#include "base/clock.h"

/* Programs under test may read the time in several threads. */
static _Atomic int64_t now_us = FAKE_TIME_START;
static _Atomic int64_t mono_ms = 1000000;

int64_t clock_now_us(void)
{
	return atomic_load(&now_us);
}

int64_t clock_mono_ms(void)
{
	return atomic_load(&mono_ms);
}

int64_t clock_mono_us(void)
{
	return atomic_load(&mono_ms) * 1000;
}

void fake_time_set(int64_t us)
{
	atomic_store(&now_us, us);
}

void fake_time_add_ms(int64_t ms)
{
	atomic_fetch_add(&now_us, ms * 1000);
	atomic_fetch_add(&mono_ms, ms);
}
