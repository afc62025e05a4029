/* time.h: a clock that stands still until a test moves it */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_TIME_H
#define FAKE_TIME_H

#include <stdint.h>

/* 2026-01-15T08:23:10.123456Z, what clock_now_us tells at first. */
#define FAKE_TIME_START INT64_C(1768465390123456)

/* Sets the wall clock; the monotonic one goes on from where it was. */
void fake_time_set(int64_t us);
/* Moves both clocks. */
void fake_time_add_ms(int64_t ms);

#endif
