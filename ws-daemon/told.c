/*
 * told.c: which of our own changes live clients have been told of
 *
 * A note is found by what it is about and forgotten by its age: thousands may
 * be kept while the feed is behind.
 */
/* SPDX-License-Identifier: MIT */
#include "told.h"

#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"

#define KIND_MAX 24

/* Without gaps: its bytes are the key. */
struct about {
	char kind[KIND_MAX]; /* filled with zeroes */
	struct id conversation_id;
	uint64_t number;
	uint64_t by;
};

struct note {
	struct list node;
	struct about about;
	size_t times;
	int64_t at_ms; /* of the first time */
};

static struct list notes = { &notes, &notes }; /* oldest first */
static struct map *by_about;
static size_t count; /* with the times of each */

static struct str bytes_of(const struct about *a)
{
	return str_make((const char *)a, sizeof(*a));
}

static void drop(struct note *n)
{
	list_del(&n->node);
	map_del(by_about, bytes_of(&n->about));
	count -= n->times;
	free(n);
	if (map_count(by_about) == 0)
		map_free(&by_about);
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

static struct about make_about(enum told_by by, const char *kind,
    struct id conversation_id, uint64_t number)
{
	struct about a = {
		.conversation_id = conversation_id,
		.number = number,
		.by = by,
	};

	assert(strlen(kind) < sizeof(a.kind));
	memcpy(a.kind, kind, strlen(kind));
	return a;
}

static struct note *find(const struct about *a)
{
	return by_about ? map_find(by_about, bytes_of(a)) : NULL;
}

static void add(const struct about *a, int64_t now_ms)
{
	struct note *n = find(a);

	if (!n) {
		n = mem_new(sizeof(*n));
		n->about = *a;
		n->at_ms = now_ms;
		list_add(&notes, &n->node);
		if (!by_about)
			by_about = map_new();
		map_set(by_about, bytes_of(&n->about), n);
	}
	n->times++;
	count++;
}

bool told_is_first(enum told_by by, const char *kind, struct id conversation_id,
    uint64_t number)
{
	int64_t now_ms = clock_mono_ms();
	struct about mine = make_about(by, kind, conversation_id, number);
	struct about other = mine;
	struct note *n;

	other.by = by == TOLD_BY_JOB ? TOLD_BY_FEED : TOLD_BY_JOB;
	drop_old(now_ms);
	n = find(&other);
	if (!n) {
		if (count == TOLD_MAX)
			drop(oldest());
		add(&mine, now_ms);
		return true;
	}
	if (n->times == 1) {
		drop(n);
		return false;
	}
	n->times--;
	count--;
	return false;
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
