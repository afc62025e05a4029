/* sioload-count.c: who has received which message */
/* SPDX-License-Identifier: MIT */
#include "sioload.h"

/*
 * Client i is in room i % rooms, and the first `senders` clients send. Each
 * sender numbers its messages from 1; each receiver keeps, for each sender of
 * its room, the number that comes next and which of the last 64 it has had.
 */
struct track {
	uint32_t next;	/* all below have come or are missing */
	uint32_t count; /* different ones that have come */
	uint64_t seen;	/* bit k: number next - 1 - k has come */
};

static struct track *tracks; /* of client i: at i * per_room */
static int per_room;	     /* senders in a room, at the most */

void count_start(void)
{
	size_t n;

	per_room = (opt.senders + opt.rooms - 1) / opt.rooms;
	n = (size_t)opt.clients * (size_t)per_room;
	tracks = mem_new(n * sizeof(*tracks));
	for (size_t i = 0; i < n; i++)
		tracks[i].next = 1;
}

void count_stop(void)
{
	free(tracks);
}

/* Members of a room. */
static unsigned members(int room)
{
	return (unsigned)(opt.clients / opt.rooms +
			  (room < opt.clients % opt.rooms));
}

void count_acked(const struct client *c)
{
	run.due += members(c->room);
}

static void put_hex(char *out, size_t digits, uint64_t v)
{
	while (digits > 0) {
		out[--digits] = "0123456789abcdef"[v & 15];
		v >>= 4;
	}
}

static bool read_hex(const char *p, size_t digits, uint64_t *v_r)
{
	uint64_t v = 0;

	for (size_t i = 0; i < digits; i++) {
		char c = p[i];

		if (c >= '0' && c <= '9')
			v = v << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			v = v << 4 | (uint64_t)(c - 'a' + 10);
		else
			return false;
	}
	*v_r = v;
	return true;
}

void stamp_put(char out[STAMP_SIZE], const struct stamp *s)
{
	memcpy(out, "~sl:", 4);
	put_hex(out + 4, 4, s->run);
	put_hex(out + 8, 6, s->client);
	put_hex(out + 14, 8, s->number);
	put_hex(out + 22, 12, (uint64_t)s->at);
	out[34] = '.';
}

bool stamp_find(struct str text, struct stamp *s_r)
{
	static size_t guess; /* where it was in the last one */
	uint64_t id = 0, client = 0, number = 0, at = 0;
	const char *p;

	if (text.n < STAMP_SIZE)
		return false;
	if (guess > text.n - STAMP_SIZE ||
	    memcmp(text.p + guess, "~sl:", 4) != 0) {
		p = memmem(text.p, text.n - STAMP_SIZE + 4, "~sl:", 4);
		if (!p)
			return false;
		guess = (size_t)(p - text.p);
	}
	p = text.p + guess;
	if (!read_hex(p + 4, 4, &id) || !read_hex(p + 8, 6, &client) ||
	    !read_hex(p + 14, 8, &number) || !read_hex(p + 22, 12, &at) ||
	    p[34] != '.')
		return false;
	*s_r = (struct stamp){ .run = (uint16_t)id,
		.client = (uint32_t)client,
		.number = (uint32_t)number,
		.at = (int64_t)at };
	return true;
}

/* False when it is there already. */
static bool track_add(struct track *t, uint32_t number)
{
	uint32_t ahead, back;

	if (number >= t->next) {
		ahead = number - t->next + 1;
		t->seen = ahead < 64 ? t->seen << ahead | 1 : 1;
		t->next = number + 1;
		t->count++;
		return true;
	}
	back = t->next - 1 - number;
	/* Beyond what is remembered: more likely again than that late. */
	if (back >= 64 || t->seen >> back & 1) {
		fault(&run.faults.duplicated, "number %u again, after %u",
		    number, t->next - 1);
		return false;
	}
	t->seen |= (uint64_t)1 << back;
	t->count++;
	fault(&run.faults.reordered, "number %u after %u", number, t->next - 1);
	return true;
}

void count_delivery(struct client *c, const struct stamp *s)
{
	int me = (int)(c - clients);
	int slot = (int)s->client / opt.rooms;

	if (s->run != run.id || s->client >= (uint32_t)opt.senders ||
	    clients[s->client].room != c->room || s->number == 0 ||
	    s->number > clients[s->client].number) {
		fault(&run.faults.stray,
		    "client %d: number %u of client %u of run %04x", me,
		    s->number, s->client, s->run);
		return;
	}
	run.total.delivered++;
	if (track_add(&tracks[me * per_room + slot], s->number))
		run.come++;
	if (!run.is_measured)
		return;
	run.measured.delivered++;
	if (run.started + s->at >= run.measured_from)
		histogram_add(&run.delivery, run.now - run.started - s->at);
}

struct missing count_missing(void)
{
	struct missing m = { 0 };

	for (int i = 0; i < opt.clients; i++) {
		const struct client *c = &clients[i];

		for (int slot = 0; slot < per_room; slot++) {
			int sender = slot * opt.rooms + c->room;
			uint32_t count = tracks[i * per_room + slot].count;

			if (sender >= opt.senders ||
			    count >= clients[sender].acked)
				continue;
			if (c->state == CLIENT_JOINED)
				m.lost += clients[sender].acked - count;
			else
				m.closed += clients[sender].acked - count;
		}
	}
	for (int i = 0; i < opt.senders; i++)
		m.unacknowledged +=
		    clients[i].number - clients[i].acked - clients[i].refused;
	return m;
}
