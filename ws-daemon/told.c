/*
 * told.c: which of our own changes live clients have been told of
 *
 * A list by age. The other side usually comes within milliseconds, so that
 * what is looked for stands near the front of a short list.
 */
/* SPDX-License-Identifier: MIT */
#include "told.h"

#include "base/clock.h"
#include "base/list.h"

struct note {
	struct list node;
	enum told_by by;
	const char *kind;
	struct id conversation_id;
	uint64_t number;
	int64_t at_ms;
};

static struct list notes = { &notes, &notes }; /* oldest first */
static size_t count;

static void drop(struct note *n)
{
	list_del(&n->node);
	free(n);
	count--;
}

static struct note *oldest(void)
{
	return LIST_OF(notes.next, struct note, node);
}

static void drop_old(int64_t now_ms)
{
	while (count > 0 && now_ms - oldest()->at_ms >= TOLD_MS)
		drop(oldest());
}

bool told_is_first(enum told_by by, const char *kind, struct id conversation_id,
    uint64_t number)
{
	int64_t now_ms = clock_mono_ms();
	struct list *node;
	struct note *n;

	drop_old(now_ms);
	list_each (node, &notes) {
		n = LIST_OF(node, struct note, node);
		if (n->by == by || n->number != number ||
		    !id_eq(n->conversation_id, conversation_id) ||
		    strcmp(n->kind, kind) != 0)
			continue;
		drop(n);
		return false;
	}
	if (count == TOLD_MAX)
		drop(oldest());
	n = mem_new(sizeof(*n));
	*n = (struct note){
		.by = by,
		.kind = kind,
		.conversation_id = conversation_id,
		.number = number,
		.at_ms = now_ms,
	};
	list_add(&notes, &n->node);
	count++;
	return true;
}

size_t told_count(void)
{
	return count;
}

void told_fini(void)
{
	while (count > 0)
		drop(oldest());
}
