/* wsd.h: what the whole daemon knows */
/* SPDX-License-Identifier: MIT */
#ifndef WSD_H
#define WSD_H

#include "base/id.h"

struct seal_key;
struct settings;

/* Set once before the loop runs; defined in event.c. */
struct wsd {
	const struct settings *settings;
	const struct seal_key *seal_key;
	struct id origin; /* names this daemon in the notifications */
	bool is_stopping; /* the loop's: no event is taken any more */
};

extern struct wsd wsd;

#endif
