/* key_cache.c: API keys that were looked at a moment ago */
/* SPDX-License-Identifier: MIT */
#include "key_cache.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/rnd.h"
#include "base/settings.h"

struct slot {
	uint8_t hash[RND_SHA256_SIZE];
	int64_t asked_ms;
	struct pool *pool; /* of the key's texts; NULL: the slot is free */
	struct api_key key;
};

struct key_cache {
	const struct settings *settings;
	pthread_mutex_t mutex;
	struct slot slots[KEY_CACHE_SLOTS];
};

struct key_cache *key_cache_new(const struct settings *s)
{
	struct key_cache *c = mem_new(sizeof(*c));

	c->settings = s;
	pthread_mutex_init(&c->mutex, NULL);
	return c;
}

void key_cache_free(struct key_cache **cache)
{
	if (!*cache)
		return;
	for (size_t i = 0; i < KEY_CACHE_SLOTS; i++)
		pool_free(&(*cache)->slots[i].pool);
	pthread_mutex_destroy(&(*cache)->mutex);
	free(*cache);
	*cache = NULL;
}

static struct slot *slot_of(struct key_cache *c, const uint8_t *hash)
{
	return &c->slots[hash[0] % KEY_CACHE_SLOTS];
}

static struct api_key copy_of(struct pool *pool, const struct api_key *key)
{
	struct api_key copy = *key;

	copy.name = str_copy(pool, key->name);
	copy.last4 = str_copy(pool, key->last4);
	copy.workspace_name = str_copy(pool, key->workspace_name);
	return copy;
}

bool key_cache_get(struct key_cache *cache, struct pool *pool,
    struct str secret, struct api_key *key_r)
{
	int64_t max_ms = settings_int(&cache->settings->key_cache_ms);
	uint8_t hash[RND_SHA256_SIZE];
	struct slot *slot;
	bool found;

	if (max_ms == 0)
		return false;
	rnd_sha256(secret, hash);
	slot = slot_of(cache, hash);
	pthread_mutex_lock(&cache->mutex);
	found = slot->pool != NULL &&
		clock_mono_ms() - slot->asked_ms < max_ms &&
		memcmp(slot->hash, hash, sizeof(hash)) == 0 &&
		(slot->key.expires_at == 0 ||
		    slot->key.expires_at > clock_now_us());
	if (found)
		*key_r = copy_of(pool, &slot->key);
	pthread_mutex_unlock(&cache->mutex);
	return found;
}

void key_cache_put(struct key_cache *cache, struct str secret,
    const struct api_key *key, int64_t asked_ms)
{
	uint8_t hash[RND_SHA256_SIZE];
	struct slot *slot;

	rnd_sha256(secret, hash);
	slot = slot_of(cache, hash);
	pthread_mutex_lock(&cache->mutex);
	pool_free(&slot->pool);
	slot->pool = pool_new();
	memcpy(slot->hash, hash, sizeof(hash));
	slot->asked_ms = asked_ms;
	slot->key = copy_of(slot->pool, key);
	pthread_mutex_unlock(&cache->mutex);
}
