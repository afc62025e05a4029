/* map.h: hash map from bytes to pointers */
/* SPDX-License-Identifier: MIT */
#ifndef MAP_H
#define MAP_H

#include "base/str.h"

struct map;

/* Keys are copied. Seeded with random bytes against chosen collisions. */
struct map *map_new(void);
/* Sets *map NULL, accepts NULL. The values are the caller's. */
void map_free(struct map **map);

/* NULL when absent. */
void *map_find(const struct map *map, struct str key);
/* Stores value (not NULL) under key; returns the one it replaced or NULL. */
void *map_set(struct map *map, struct str key, void *value);
/* Removes; returns the value or NULL. */
void *map_del(struct map *map, struct str key);
size_t map_count(const struct map *map);

/*
 * Each entry once, in no order; *pos starts at 0; false at the end. The entry
 * just returned may be deleted, nothing may be added meanwhile.
 */
bool map_next(
    const struct map *map, size_t *pos, struct str *key_r, void **value_r);

#endif
