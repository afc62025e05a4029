/* clock.h: wall time, monotonic time and their spelling */
/* SPDX-License-Identifier: MIT */
#ifndef CLOCK_H
#define CLOCK_H

#include "base/str.h"

#define CLOCK_ISO_SIZE 28 /* "2026-01-15T08:23:10.000000Z" and NUL */

/* Microseconds since 1970-01-01 UTC. Tests link fake/time.c instead. */
int64_t clock_now_us(void);
/* Milliseconds of a clock that never goes back; for timeouts. */
int64_t clock_mono_ms(void);
/* The same in microseconds; for what is measured. */
int64_t clock_mono_us(void);

/* ISO 8601, UTC, six digits, Z. out must have CLOCK_ISO_SIZE bytes. */
const char *clock_iso(int64_t us, char *out);
/* The reverse; fraction of 0-6 digits and Z optional. False when it is not. */
bool clock_parse_iso(struct str s, int64_t *us_r);

#endif
