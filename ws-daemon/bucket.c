/* bucket.c: token buckets: so many at once, then one every so often */
/* SPDX-License-Identifier: MIT */
#include "bucket.h"

#include "base/map.h"

struct bucket_set {
	struct map *map; /* name -> struct bucket, heap */
	int64_t burst;
	int64_t refill_ms;
	size_t max;
	int64_t swept_ms; /* when full ones were last looked for */
};

static void refill(
    struct bucket *b, int64_t burst, int64_t refill_ms, int64_t now_ms)
{
	if (now_ms > b->seen_ms)
		b->level += now_ms - b->seen_ms;
	/* The burst may have been made smaller meanwhile. */
	b->level = MIN_OF(burst * refill_ms, b->level);
	b->seen_ms = now_ms;
}

void bucket_init(
    struct bucket *b, int64_t burst, int64_t refill_ms, int64_t now_ms)
{
	b->level = burst * refill_ms;
	b->seen_ms = now_ms;
}

bool bucket_take(struct bucket *b, int64_t cost, int64_t burst,
    int64_t refill_ms, int64_t now_ms)
{
	refill(b, burst, refill_ms, now_ms);
	if (b->level < cost * refill_ms)
		return false;
	b->level -= cost * refill_ms;
	return true;
}

bool bucket_is_full(
    struct bucket *b, int64_t burst, int64_t refill_ms, int64_t now_ms)
{
	refill(b, burst, refill_ms, now_ms);
	return b->level >= burst * refill_ms;
}

struct bucket_set *bucket_set_new(int64_t burst, int64_t refill_ms, size_t max)
{
	struct bucket_set *set = mem_new(sizeof(*set));

	set->map = map_new();
	set->burst = burst;
	set->refill_ms = refill_ms;
	set->max = max;
	return set;
}

void bucket_set_change(struct bucket_set *set, int64_t burst, int64_t refill_ms)
{
	set->burst = burst;
	set->refill_ms = refill_ms;
}

void bucket_set_free(struct bucket_set **set)
{
	struct str key;
	void *value;
	size_t pos = 0;

	if (!*set)
		return;
	while (map_next((*set)->map, &pos, &key, &value))
		free(value);
	map_free(&(*set)->map);
	free(*set);
	*set = NULL;
}

static void sweep(struct bucket_set *set, int64_t now_ms)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (map_next(set->map, &pos, &key, &value)) {
		struct bucket *b = value;

		if (!bucket_is_full(b, set->burst, set->refill_ms, now_ms))
			continue;
		map_del(set->map, key);
		free(b);
	}
	set->swept_ms = now_ms;
}

bool bucket_set_take(struct bucket_set *set, struct str key, int64_t now_ms)
{
	struct bucket *b = map_find(set->map, key);

	if (!b) {
		/* At most one walk per refill step, or a flood of new names
		 * would cost a walk each. */
		if (map_count(set->map) >= set->max &&
		    now_ms - set->swept_ms >= set->refill_ms)
			sweep(set, now_ms);
		if (map_count(set->map) >= set->max)
			return false;
		b = mem_new(sizeof(*b));
		bucket_init(b, set->burst, set->refill_ms, now_ms);
		map_set(set->map, key, b);
	}
	return bucket_take(b, 1, set->burst, set->refill_ms, now_ms);
}

size_t bucket_set_count(const struct bucket_set *set)
{
	return map_count(set->map);
}
