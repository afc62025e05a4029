/* budget.h: how much one client may ask of this process */
/* SPDX-License-Identifier: MIT */
#ifndef BUDGET_H
#define BUDGET_H

#include "base/err.h"
#include "base/str.h"

#define BUDGET_SLOTS 8192 /* clients remembered */

/*
 * A token bucket per network of clients, shared by all threads. Bounded: when
 * there are more clients than slots, the fullest bucket of a few is forgotten,
 * which is the one that was used least. Loopback is not counted: it is a proxy
 * that does not tell who is behind it, or ourselves.
 */
struct budget;

/* burst: units that a client may have; rate: that come back per second. */
struct budget *budget_new(int64_t burst, int64_t rate);
/* Other numbers, for requests from now on; from any thread. */
void budget_change(struct budget *budget, int64_t burst, int64_t rate);
void budget_free(struct budget **budget);
/* Takes cost units; ERR_RATE_LIMITED with retry_after_s when they are not
 * there. */
MUST_CHECK enum err_code budget_take(
    struct budget *budget, struct str address, unsigned cost, struct err *err);

#endif
