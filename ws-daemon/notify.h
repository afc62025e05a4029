/* notify.h: hears of what other programs have changed */
/* SPDX-License-Identifier: MIT */
#ifndef NOTIFY_H
#define NOTIFY_H

#include <stdint.h>

/* Reads the feed from now on. */
void notify_start(void);
/* The doorbell rang: reads now, or once more after the reading under way. */
void notify_ring(void);
/* Milliseconds since the feed was last read without an error. */
int64_t notify_read_age_ms(void);
/* Up to here everything has been told to the rooms of this daemon, and nothing
 * can still become visible; 0: not known yet. */
uint64_t notify_cursor(void);
void notify_stop(void);
/* After the workers have ended. */
void notify_fini(void);

#endif
