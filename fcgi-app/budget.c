/* budget.c: how much one client may ask of this process */
/* SPDX-License-Identifier: MIT */
#include "budget.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/network.h"
#include "base/rnd.h"

#define WAYS 8 /* slots that one client may stand in */

struct slot {
	char network[NETWORK_SIZE]; /* empty: free */
	int64_t at_ms;		    /* when units was right */
	int64_t milli;		    /* units, in thousandths */
};

struct budget {
	pthread_mutex_t lock;
	int64_t burst, rate;
	uint8_t seed[16]; /* nobody can choose clients that collide */
	struct slot slots[BUDGET_SLOTS];
};

struct budget *budget_new(int64_t burst, int64_t rate)
{
	struct budget *b = mem_new(sizeof(*b));

	b->burst = burst;
	b->rate = rate;
	pthread_mutex_init(&b->lock, NULL);
	rnd_bytes(b->seed, sizeof(b->seed));
	return b;
}

void budget_change(struct budget *b, int64_t burst, int64_t rate)
{
	pthread_mutex_lock(&b->lock);
	b->burst = burst;
	b->rate = rate;
	pthread_mutex_unlock(&b->lock);
}

void budget_free(struct budget **budget)
{
	if (!*budget)
		return;
	pthread_mutex_destroy(&(*budget)->lock);
	free(*budget);
	*budget = NULL;
}

static struct slot *find_set(struct budget *b, const char *network)
{
	uint8_t digest[RND_SHA256_SIZE];
	uint32_t h;

	rnd_hmac_sha256(str_make((const char *)b->seed, sizeof(b->seed)),
	    str_of(network), digest);
	memcpy(&h, digest, sizeof(h));
	return &b->slots[h % (BUDGET_SLOTS / WAYS) * WAYS];
}

static int64_t units_now(
    const struct budget *b, const struct slot *slot, int64_t now)
{
	int64_t milli = slot->milli + (now - slot->at_ms) * b->rate;

	return MIN_OF(milli, b->burst * 1000);
}

/* The client's slot; its own, or else the fullest of its set made new. */
static struct slot *find_slot(
    struct budget *b, const char *network, int64_t now)
{
	struct slot *set = find_set(b, network), *best = set;
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (!strcmp(set[i].network, network))
			return &set[i];
		if (!*best->network)
			continue;
		if (!*set[i].network ||
		    units_now(b, &set[i], now) > units_now(b, best, now))
			best = &set[i];
	}
	snprintf(best->network, sizeof(best->network), "%s", network);
	best->at_ms = now;
	best->milli = b->burst * 1000;
	return best;
}

enum err_code budget_take(
    struct budget *budget, struct str address, unsigned cost, struct err *err)
{
	int64_t now = clock_mono_ms(), lacking, rate;
	char network[NETWORK_SIZE];
	struct slot *slot;

	if (!cost || network_is_loopback(address))
		return ERR_OK;
	network_of(address, network);
	pthread_mutex_lock(&budget->lock);
	slot = find_slot(budget, network, now);
	slot->milli = units_now(budget, slot, now);
	slot->at_ms = now;
	lacking = (int64_t)cost * 1000 - slot->milli;
	if (lacking <= 0)
		slot->milli -= (int64_t)cost * 1000;
	rate = budget->rate;
	pthread_mutex_unlock(&budget->lock);
	if (lacking <= 0)
		return ERR_OK;
	err_set(err, ERR_RATE_LIMITED,
	    "Too many requests from your address. Please try again later.");
	if (err)
		err->retry_after_s = (unsigned)(lacking / (rate * 1000) + 1);
	return ERR_RATE_LIMITED;
}
