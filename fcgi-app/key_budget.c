/* key_budget.c: how much one API key may ask of all processes of a host */
/* SPDX-License-Identifier: MIT */
#include "key_budget.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"

#define WAYS   8 /* slots that one key may stand in */
#define SETS   (KEY_BUDGET_SLOTS / WAYS)
#define SECOND INT64_C(1000000000) /* ns */
#define MINUTE (60 * SECOND)
#define MS     INT64_C(1000000)

/*
 * paid: until when, by the clock of the host, the requests so far are paid
 * for at the rate; the past means that all of the burst is there. One number
 * says it all, and an idle slot needs no clearing (the generic cell rate
 * algorithm).
 */
struct slot {
	_Atomic uint64_t name; /* of the key; 0: free */
	_Atomic int64_t paid[KEY_BUDGET__MAX];
};

struct table {
	struct slot slots[KEY_BUDGET_SLOTS];
};

struct key_budget {
	struct table *table; /* mapped */
	struct {
		int64_t step;  /* ns that one request costs */
		int64_t burst; /* ns that may be paid ahead */
	} kinds[KEY_BUDGET__MAX];
};

static void set_kind(struct key_budget *b, enum key_budget_kind kind,
    int64_t burst, int64_t step)
{
	b->kinds[kind].step = step;
	b->kinds[kind].burst = burst * b->kinds[kind].step;
}

/* Its blocks are there before it is mapped: a full disk is an error here and
 * no signal later. It never shrinks. */
static int open_file(const char *path)
{
	struct stat st;
	int fd = open(
	    path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	int fault;

	if (fd < 0)
		return -1;
	fault = fstat(fd, &st) ? errno : S_ISREG(st.st_mode) ? 0 : EINVAL;
	if (!fault)
		fault = posix_fallocate(fd, 0, sizeof(struct table));
	if (!fault)
		return fd;
	close(fd);
	errno = fault;
	return -1;
}

static struct table *map_table(const char *path)
{
	void *p = MAP_FAILED;
	int fd = *path ? open_file(path) : -1;

	if (fd >= 0) {
		p = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
		close(fd);
	}
	if (p != MAP_FAILED)
		return p;
	if (*path)
		log_warn("key_budget path=%s error=%s", path, strerror(errno));
	p = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? NULL : p;
}

struct key_budget *key_budget_open(const struct settings *s)
{
	struct key_budget *b = mem_new(sizeof(*b));

	b->table = map_table(s->key_budget_file);
	set_kind(
	    b, KEY_BUDGET_READ, s->key_read_burst, SECOND / s->key_read_rate);
	set_kind(b, KEY_BUDGET_WRITE, s->key_write_burst,
	    SECOND / s->key_write_rate);
	set_kind(b, KEY_BUDGET_PROBE, s->mcp_probes_per_minute,
	    MINUTE / s->mcp_probes_per_minute);
	return b;
}

void key_budget_close(struct key_budget **budget)
{
	if (!*budget)
		return;
	if ((*budget)->table)
		munmap((*budget)->table, sizeof(struct table));
	free(*budget);
	*budget = NULL;
}

/* Ids end in random bits of our own making. */
static uint64_t name_of(struct id key)
{
	uint64_t name;

	memcpy(&name, key.b + sizeof(key.b) - sizeof(name), sizeof(name));
	return name ? name : 1;
}

static int64_t busy_until(struct slot *slot)
{
	int64_t last = 0, paid;
	size_t i;

	for (i = 0; i < KEY_BUDGET__MAX; i++) {
		paid = atomic_load(&slot->paid[i]);
		last = MAX_OF(last, paid);
	}
	return last;
}

/* The key's slot, or the one of its set that is idle or will be soonest. */
static struct slot *find_slot(struct slot *set, uint64_t name)
{
	struct slot *best = &set[0];
	size_t i;

	for (i = 0; i < WAYS; i++) {
		if (atomic_load(&set[i].name) == name)
			return &set[i];
		if (busy_until(&set[i]) < busy_until(best))
			best = &set[i];
	}
	return best;
}

static struct slot *take_slot(struct table *table, uint64_t name, int64_t now)
{
	struct slot *set = &table->slots[name % SETS * WAYS], *slot;
	uint64_t old;
	size_t i;

	for (;;) {
		slot = find_slot(set, name);
		old = atomic_load(&slot->name);
		if (old == name)
			return slot;
		if (!atomic_compare_exchange_strong(&slot->name, &old, name))
			continue;
		if (busy_until(slot) > now)
			for (i = 0; i < KEY_BUDGET__MAX; i++)
				atomic_store(&slot->paid[i], 0);
	}
}

enum err_code key_budget_take(struct key_budget *budget, struct id key,
    enum key_budget_kind kind, struct err *err)
{
	int64_t now = clock_mono_ms() * MS, old, next, lacking;
	int64_t step = budget->kinds[kind].step;
	int64_t burst = budget->kinds[kind].burst;
	struct slot *slot;

	if (!budget->table)
		return ERR_OK;
	slot = take_slot(budget->table, name_of(key), now);
	old = atomic_load(&slot->paid[kind]);
	do {
		next = MAX_OF(old, now);
		/* From before the host's last start, or before the settings
		 * were changed. */
		if (old > now + burst)
			next = now;
		next += step;
		lacking = next - now - burst;
		if (lacking > 0)
			break;
	} while (!atomic_compare_exchange_weak(&slot->paid[kind], &old, next));
	if (lacking <= 0)
		return ERR_OK;
	err_set(err, ERR_RATE_LIMITED, "Rate limit exceeded.");
	if (err)
		err->retry_after_s =
		    (unsigned)((lacking + SECOND - 1) / SECOND);
	return ERR_RATE_LIMITED;
}
