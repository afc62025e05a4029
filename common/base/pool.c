/* pool.c: memory that lives as long as one request or one event */
/* SPDX-License-Identifier: MIT */
#include "base/pool.h"

#include <stdalign.h>
#include <stdarg.h>

/*
 * Small things share blocks of one size; what would waste such a block gets
 * one of its own. One shared block survives a reset.
 */
#define BLOCK_SIZE 16384

struct block {
	struct block *next;
	size_t used; /* bytes handed out of data */
	size_t size; /* bytes in data */
	alignas(max_align_t) char data[];
};

struct cleanup {
	struct cleanup *next;
	void (*fn)(void *);
	void *arg;
};

struct pool {
	struct block *shared;	  /* newest first, never empty */
	struct block *own;	  /* one allocation each */
	struct cleanup *cleanups; /* last added first; they live in the pool */
	size_t size;		  /* of the data of all blocks */
};

static struct block *block_new(struct block *next, size_t size)
{
	struct block *b = mem_new(sizeof(*b) + size);

	b->next = next;
	b->size = size;
	return b;
}

struct pool *pool_new(void)
{
	struct pool *pool = mem_new(sizeof(*pool));

	pool->shared = block_new(NULL, BLOCK_SIZE);
	pool->size = BLOCK_SIZE;
	return pool;
}

void pool_free(struct pool **pool)
{
	if (*pool == NULL)
		return;
	pool_reset(*pool);
	free((*pool)->shared);
	free(*pool);
	*pool = NULL;
}

static void free_chain(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		free(b);
		b = next;
	}
}

void pool_reset(struct pool *pool)
{
	/* A clean-up may use the pool and even add another one. */
	while (pool->cleanups != NULL) {
		struct cleanup *c = pool->cleanups;

		pool->cleanups = c->next;
		c->fn(c->arg);
	}
	free_chain(pool->own);
	pool->own = NULL;
	free_chain(pool->shared->next);
	pool->shared->next = NULL;
	pool->shared->used = 0;
	pool->size = BLOCK_SIZE;
}

static struct block *block_with_room(struct pool *pool, size_t size)
{
	if (size <= pool->shared->size - pool->shared->used)
		return pool->shared;
	if (size > BLOCK_SIZE / 4) {
		pool->own = block_new(pool->own, size);
		pool->size += size;
		return pool->own;
	}
	pool->size += BLOCK_SIZE;
	pool->shared = block_new(pool->shared, BLOCK_SIZE);
	return pool->shared;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	const size_t align = alignof(max_align_t);
	size_t rounded = (size + align - 1) / align * align;
	struct block *b;
	void *p;

	assert(rounded >= size); /* a size near SIZE_MAX is a bug of ours */
	b = block_with_room(pool, rounded);
	p = b->data + b->used;
	b->used += rounded;
	return memset(p, 0, size);
}

size_t pool_size(const struct pool *pool)
{
	return pool->size;
}

char *pool_strndup(struct pool *pool, const char *s, size_t n)
{
	char *p = pool_alloc(pool, n + 1);

	if (n > 0)
		memcpy(p, s, n);
	return p;
}

char *pool_printf(struct pool *pool, const char *fmt, ...)
{
	va_list ap;
	char *p;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	assert(n >= 0);
	p = pool_alloc(pool, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return p;
}

void pool_on_reset(struct pool *pool, void (*fn)(void *), void *arg)
{
	struct cleanup *c = pool_alloc(pool, sizeof(*c));

	c->fn = fn;
	c->arg = arg;
	c->next = pool->cleanups;
	pool->cleanups = c;
}
