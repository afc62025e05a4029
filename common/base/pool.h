/* pool.h: memory that lives as long as one request or one event */
/* SPDX-License-Identifier: MIT */
#ifndef POOL_H
#define POOL_H

#include "base/base.h"

struct pool;

/* A new, empty pool. Owned by the caller until pool_free. */
struct pool *pool_new(void);
/* Frees all that came from it and the pool; sets *pool NULL, accepts NULL. */
void pool_free(struct pool **pool);
/* Frees all that came from it; keeps one block for the next use. */
void pool_reset(struct pool *pool);

/* Zeroed memory, aligned for any type; ends the process when there is none. */
void *pool_alloc(struct pool *pool, size_t size)
    __attribute__((returns_nonnull));
/* Bytes that it holds, used or not. */
size_t pool_size(const struct pool *pool);
/* A NUL-terminated copy of n bytes. */
char *pool_strndup(struct pool *pool, const char *s, size_t n);
/* As sprintf, into the pool. */
char *pool_printf(struct pool *pool, const char *fmt, ...) PRINTF(2, 3);

/* fn(arg) runs at the next reset or free, last added first. */
void pool_on_reset(struct pool *pool, void (*fn)(void *), void *arg);

#endif
