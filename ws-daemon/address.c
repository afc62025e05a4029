/*
 * address.c: what the clients of one address may use together
 *
 * An address is known while it has connections or has used up something of its
 * budgets. Who cannot be known for want of room (an IPv6 network has 65,536
 * /64 in each /48) is not limited here: connections_max bounds them all, and
 * nobody can lock others out by coming from everywhere.
 */
/* SPDX-License-Identifier: MIT */
#include "address.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/network.h"
#include "bucket.h"

#define SWEEP_MIN    1024
#define SWEEP_GAP_MS 1000

struct address {
	unsigned counts[ADDRESS__KINDS];
	struct bucket handshakes;
	struct bucket events;
};

static const struct address_limits *limits;
static struct map *known;   /* network -> struct address */
static size_t sweep_at;	    /* that many: those of no interest go */
static int64_t sweep_after; /* not before */

void address_start(const struct address_limits *from)
{
	limits = from;
	known = map_new();
	sweep_at = SWEEP_MIN;
	sweep_after = 0;
}

void address_fini(void)
{
	struct str key;
	void *value;
	size_t pos = 0;

	if (!limits)
		return;
	while (map_next(known, &pos, &key, &value))
		free(value);
	map_free(&known);
	limits = NULL;
}

static bool is_idle(struct address *a, int64_t now_ms)
{
	for (size_t i = 0; i < ADDRESS__KINDS; i++)
		if (a->counts[i] > 0)
			return false;
	return bucket_is_full(&a->handshakes, limits->handshake_burst,
		   limits->handshake_refill_ms, now_ms) &&
	       bucket_is_full(&a->events, limits->event_burst,
		   limits->event_refill_ms, now_ms);
}

static void sweep(int64_t now_ms)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (map_next(known, &pos, &key, &value)) {
		if (!is_idle(value, now_ms))
			continue;
		map_del(known, key);
		free(value);
	}
	sweep_at = MAX_OF(2 * map_count(known), (size_t)SWEEP_MIN);
	sweep_at = MIN_OF(sweep_at, limits->addresses_max);
	sweep_after = now_ms + SWEEP_GAP_MS;
}

/* NULL for who is exempt, and when there is no room; so_far: do not make it. */
static struct address *look(struct str text, bool so_far, int64_t now_ms)
{
	char name[NETWORK_SIZE];
	struct address *a;

	if (!limits || network_is_loopback(text))
		return NULL;
	a = map_find(known, str_of(network_of(text, name)));
	if (a || so_far)
		return a;
	if (map_count(known) >= sweep_at && now_ms >= sweep_after)
		sweep(now_ms);
	if (map_count(known) >= limits->addresses_max)
		return NULL;
	a = mem_new(sizeof(*a));
	bucket_init(&a->handshakes, limits->handshake_burst,
	    limits->handshake_refill_ms, now_ms);
	bucket_init(
	    &a->events, limits->event_burst, limits->event_refill_ms, now_ms);
	map_set(known, str_of(name), a);
	return a;
}

bool address_take_handshake(struct str text)
{
	int64_t now = clock_mono_ms();
	struct address *a = look(text, false, now);

	return !a || bucket_take(&a->handshakes, 1, limits->handshake_burst,
			 limits->handshake_refill_ms, now);
}

static bool has_room(const struct address *a, enum address_kind kind)
{
	/* A polling client has a poll and a post; both are sockets. */
	size_t max = kind == ADDRESS_WIRE ? limits->connections_max * 2
					  : limits->connections_max;

	return max == 0 || a->counts[kind] < max;
}

bool address_has_room(struct str text)
{
	struct address *a = look(text, true, 0);

	return !a || has_room(a, ADDRESS_SESSION);
}

bool address_add(struct str text, enum address_kind kind, struct address **a_r)
{
	struct address *a = look(text, false, clock_mono_ms());

	*a_r = NULL;
	if (a && !has_room(a, kind))
		return false;
	if (a)
		a->counts[kind]++;
	*a_r = a;
	return true;
}

void address_del(struct address **a, enum address_kind kind)
{
	struct address *gone = *a;

	*a = NULL;
	/* Connections end after address_fini as well. */
	if (!gone || !limits)
		return;
	assert(gone->counts[kind] > 0);
	gone->counts[kind]--;
}

bool address_take_event(struct address *a, int64_t cost, int64_t now_ms)
{
	return !a || !limits ||
	       bucket_take(&a->events, cost, limits->event_burst,
		   limits->event_refill_ms, now_ms);
}

size_t address_count(void)
{
	return known ? map_count(known) : 0;
}
