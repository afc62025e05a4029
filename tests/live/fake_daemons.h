/* fake_daemons.h: other daemons, as a test wants them */
/* SPDX-License-Identifier: MIT */
#ifndef FAKE_DAEMONS_H
#define FAKE_DAEMONS_H

#include "chat/daemons.h"

#define FAKE_DAEMONS_MAX 4

/* The others, which the next look finds; and what we have written. */
struct fake_daemons {
	bool is_down;	 /* every call fails */
	bool is_unknown; /* the next sign of life finds no row of ours */
	size_t n_living;
	struct id living[FAKE_DAEMONS_MAX];
	size_t n_agents;
	struct daemons_agent agents[FAKE_DAEMONS_MAX];

	unsigned beats, looks, leaves;
	unsigned come, gone; /* agents written */
	unsigned told;	     /* changes that the others were told of */
	unsigned starts, clears;
	unsigned deltas;     /* pieces of messages */
	uint64_t last_index; /* of the last of them */
	char said[200];	     /* all of them, one after the other */
};

extern struct fake_daemons fake_daemons;

void fake_daemons_reset(void);

#endif
