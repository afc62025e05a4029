/* key_cache.h: API keys that were looked at a moment ago */
/* SPDX-License-Identifier: MIT */
#ifndef KEY_CACHE_H
#define KEY_CACHE_H

#include "chat/apikey.h"

struct settings;

#define KEY_CACHE_SLOTS 256 /* keys remembered by a process */

/*
 * Spares the database half of what a busy key costs. What it tells is at most
 * key_cache_ms old, and apikey_revoke comes back when that is over everywhere.
 * For any number of threads; a key that finds its slot taken takes it over.
 */
struct key_cache;

struct key_cache *key_cache_new(const struct settings *s);
void key_cache_free(struct key_cache **cache);
/* The key with its texts in the pool; false when it is not known, or expired
 * since. */
bool key_cache_get(struct key_cache *cache, struct pool *pool,
    struct str secret, struct api_key *key_r);
/* One that apikey_check has just found; asked_ms: clock_mono_ms before. */
void key_cache_put(struct key_cache *cache, struct str secret,
    const struct api_key *key, int64_t asked_ms);

#endif
