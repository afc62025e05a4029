/* bucket.h: token buckets: so many at once, then one every so often */
/* SPDX-License-Identifier: MIT */
#ifndef BUCKET_H
#define BUCKET_H

#include "base/str.h"

/* Times are milliseconds of clock_mono_ms. */
struct bucket {
	int64_t level;	 /* milliseconds saved up; full at burst * refill_ms */
	int64_t seen_ms; /* when level was right */
};

/* Full. */
void bucket_init(
    struct bucket *b, int64_t burst, int64_t refill_ms, int64_t now_ms);
/* Takes cost units; false when there are fewer, then nothing is taken. */
bool bucket_take(struct bucket *b, int64_t cost, int64_t burst,
    int64_t refill_ms, int64_t now_ms);

/* A full bucket says no more than none. */
bool bucket_is_full(
    struct bucket *b, int64_t burst, int64_t refill_ms, int64_t now_ms);

/* Buckets by name, at most max of them. */
struct bucket_set;

struct bucket_set *bucket_set_new(int64_t burst, int64_t refill_ms, size_t max);
/* Other numbers for all of them; what was saved up counts by the new price. */
void bucket_set_change(
    struct bucket_set *set, int64_t burst, int64_t refill_ms);
void bucket_set_free(struct bucket_set **set);
/* One unit of the bucket called key. Full buckets are forgotten to make room;
 * when all max are in use, a new name is refused. */
bool bucket_set_take(struct bucket_set *set, struct str key, int64_t now_ms);
size_t bucket_set_count(const struct bucket_set *set);

#endif
