/* share.c: how many threads the turns of one workspace may hold */
/* SPDX-License-Identifier: MIT */
#include "share.h"

#include <pthread.h>

#include "base/pool.h"

struct holder {
	struct id workspace_id;
	size_t n; /* 0: the row is free */
};

static struct {
	pthread_mutex_t lock;
	struct holder *holders; /* a row for each thread is enough */
	size_t n;
	size_t max;
} share = { .lock = PTHREAD_MUTEX_INITIALIZER };

void share_start(size_t n)
{
	free(share.holders);
	share.n = MAX_OF(n, (size_t)1);
	share.max = MAX_OF(n / 2, (size_t)1);
	share.holders = mem_new(share.n * sizeof(*share.holders));
}

void share_stop(void)
{
	free(share.holders);
	share.holders = NULL;
	share.n = 0;
}

/* The workspace's row, or a free one for it. */
static struct holder *find(struct id workspace_id)
{
	struct holder *free_one = NULL;

	for (size_t i = 0; i < share.n; i++) {
		struct holder *h = &share.holders[i];

		if (h->n > 0 && id_eq(h->workspace_id, workspace_id))
			return h;
		if (h->n == 0)
			free_one = h;
	}
	assert(free_one != NULL);
	free_one->workspace_id = workspace_id;
	return free_one;
}

bool share_take(struct id workspace_id)
{
	struct holder *h;
	bool is_taken;

	pthread_mutex_lock(&share.lock);
	h = find(workspace_id);
	is_taken = h->n < share.max;
	h->n += is_taken;
	pthread_mutex_unlock(&share.lock);
	return is_taken;
}

void share_give(struct id workspace_id)
{
	struct holder *h;

	pthread_mutex_lock(&share.lock);
	h = find(workspace_id);
	assert(h->n > 0);
	h->n--;
	pthread_mutex_unlock(&share.lock);
}

bool share_has_room(struct id workspace_id)
{
	bool has_room = false;
	size_t i;

	pthread_mutex_lock(&share.lock);
	for (i = 0; i < share.n; i++)
		if (share.holders[i].n > 0 &&
		    id_eq(share.holders[i].workspace_id, workspace_id))
			break;
	has_room = i == share.n || share.holders[i].n < share.max;
	pthread_mutex_unlock(&share.lock);
	return has_room;
}
