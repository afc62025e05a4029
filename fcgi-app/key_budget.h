/* key_budget.h: how much one API key may ask of all processes of a host */
/* SPDX-License-Identifier: MIT */
#ifndef KEY_BUDGET_H
#define KEY_BUDGET_H

#include "base/err.h"
#include "base/id.h"

struct settings;

enum key_budget_kind {
	KEY_BUDGET_READ,
	KEY_BUDGET_WRITE,
	KEY_BUDGET_PROBE, /* a look at somebody else's server */
	KEY_BUDGET__MAX
};

#define KEY_BUDGET_SLOTS 8192 /* keys remembered */

/*
 * A budget per key and kind in a file that all processes map. It holds no lock
 * and no pointer: one number per budget, changed by compare-and-swap, so that a
 * process may die at any moment. A file of zeros is an empty table. Bounded:
 * with more busy keys than slots, the one that has used least is forgotten.
 */
struct key_budget;

/* Never fails: without the file each process counts for itself, which is
 * logged. */
struct key_budget *key_budget_open(const struct settings *s);
void key_budget_close(struct key_budget **budget);
/* One request; ERR_RATE_LIMITED with retry_after_s when there are none left. */
MUST_CHECK enum err_code key_budget_take(struct key_budget *budget,
    struct id key, enum key_budget_kind kind, struct err *err);

#endif
