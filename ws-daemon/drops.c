/* drops.c: how often clients were refused or cut, by reason */
/* SPDX-License-Identifier: MIT */
#include "drops.h"

static uint64_t counts[DROP__MAX];

void drops_count(enum drop why)
{
	assert(why < DROP__MAX);
	counts[why]++;
}

uint64_t drops_get(enum drop why)
{
	assert(why < DROP__MAX);
	return counts[why];
}

const char *drops_word(enum drop why)
{
	static const char *const words[DROP__MAX] = {
#define DROP_WORD(name, word) [DROP_##name] = #word,
		DROPS(DROP_WORD)
#undef DROP_WORD
	};

	assert(why < DROP__MAX);
	return words[why];
}
