/* wake.h: the loop's wake-up call, for tests that have no loop */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_WAKE_H
#define FAKE_WAKE_H

/* Waits until transport_wake was called since the last return of this. */
void fake_wake_wait(void);

#endif
