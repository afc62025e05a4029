/* map.c: hash map from bytes to pointers */
/* SPDX-License-Identifier: MIT */
#include "base/map.h"

#include "base/rnd.h"

/*
 * Open addressing with linear probing. A removed entry leaves a mark behind
 * (key set, value NULL), so that positions stay while somebody walks; marks go
 * when the table is built again.
 */
#define CAP_MIN 16

struct slot {
	uint64_t hash;
	char *key;   /* NULL: never used */
	size_t n;    /* bytes in key */
	void *value; /* NULL: removed */
};

struct map {
	struct slot *slots;
	size_t cap;    /* a power of two */
	size_t filled; /* slots with a key, removed ones too */
	size_t count;
	uint64_t seed[2];
};

static char removed_key[] = ""; /* what key points at in a removed slot */

static uint64_t rotl(uint64_t v, int bits)
{
	return v << bits | v >> (64 - bits);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[0] = rotl(v[0], 32);
	v[2] += v[3];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[2] = rotl(v[2], 32);
}

/* SipHash-2-4: strangers choose the keys (conversation ids, room names). */
static uint64_t sip_hash(const uint64_t seed[2], struct str s)
{
	uint64_t v[4] = { seed[0] ^ 0x736f6d6570736575,
		seed[1] ^ 0x646f72616e646f6d, seed[0] ^ 0x6c7967656e657261,
		seed[1] ^ 0x7465646279746573 };
	uint64_t word;
	size_t i = 0;

	for (;; i += 8) {
		size_t left = MIN_OF(s.n - i, (size_t)8);

		word = 0;
		if (left > 0)
			memcpy(&word, s.p + i, left);
		if (left < 8)
			word |= (uint64_t)s.n << 56;
		v[3] ^= word;
		sip_round(v);
		sip_round(v);
		v[0] ^= word;
		if (left < 8)
			break;
	}
	v[2] ^= 0xff;
	for (int round = 0; round < 4; round++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

struct map *map_new(void)
{
	struct map *map = mem_new(sizeof(*map));

	map->cap = CAP_MIN;
	map->slots = mem_new(map->cap * sizeof(*map->slots));
	rnd_bytes(map->seed, sizeof(map->seed));
	return map;
}

void map_free(struct map **map)
{
	if (*map == NULL)
		return;
	for (size_t i = 0; i < (*map)->cap; i++) {
		if ((*map)->slots[i].value != NULL)
			free((*map)->slots[i].key);
	}
	free((*map)->slots);
	free(*map);
	*map = NULL;
}

/* The slot of key, or the never used one where the search ended. */
static struct slot *slot_of(
    const struct map *map, struct str key, uint64_t hash)
{
	size_t i = (size_t)hash & (map->cap - 1);

	for (;; i = (i + 1) & (map->cap - 1)) {
		struct slot *s = &map->slots[i];

		if (s->key == NULL)
			return s;
		if (s->value != NULL && s->hash == hash &&
		    str_eq(str_make(s->key, s->n), key))
			return s;
	}
}

/* Keeps at least a quarter never used, so that every search ends. */
static void make_room(struct map *map)
{
	struct slot *old = map->slots;
	size_t old_cap = map->cap;

	if ((map->filled + 1) * 4 <= map->cap * 3)
		return;
	map->cap = CAP_MIN;
	while (map->cap < (map->count + 1) * 2)
		map->cap *= 2;
	map->slots = mem_new(map->cap * sizeof(*map->slots));
	map->filled = map->count;
	for (size_t i = 0; i < old_cap; i++) {
		size_t to = (size_t)old[i].hash & (map->cap - 1);

		if (old[i].value == NULL)
			continue;
		while (map->slots[to].key != NULL)
			to = (to + 1) & (map->cap - 1);
		map->slots[to] = old[i];
	}
	free(old);
}

void *map_find(const struct map *map, struct str key)
{
	return slot_of(map, key, sip_hash(map->seed, key))->value;
}

void *map_set(struct map *map, struct str key, void *value)
{
	uint64_t hash = sip_hash(map->seed, key);
	struct slot *s = slot_of(map, key, hash);
	void *replaced;

	assert(value != NULL);
	if (s->key == NULL) {
		make_room(map);
		s = slot_of(map, key, hash);
		s->key = mem_new(key.n + 1);
		if (key.n > 0)
			memcpy(s->key, key.p, key.n);
		s->n = key.n;
		s->hash = hash;
		map->filled++;
		map->count++;
	}
	replaced = s->value;
	s->value = value;
	return replaced;
}

void *map_del(struct map *map, struct str key)
{
	struct slot *s = slot_of(map, key, sip_hash(map->seed, key));
	void *value = s->value;

	if (value == NULL)
		return NULL;
	/* key may be the very bytes that map_next gave: not used after this */
	free(s->key);
	s->key = removed_key;
	s->value = NULL;
	map->count--;
	return value;
}

size_t map_count(const struct map *map)
{
	return map->count;
}

bool map_next(
    const struct map *map, size_t *pos, struct str *key_r, void **value_r)
{
	while (*pos < map->cap) {
		const struct slot *s = &map->slots[(*pos)++];

		if (s->value == NULL)
			continue;
		*key_r = str_make(s->key, s->n);
		*value_r = s->value;
		return true;
	}
	return false;
}
