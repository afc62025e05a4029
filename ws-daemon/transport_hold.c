/*
 * transport_hold.c: frames that leave together
 *
 * When a group of messages was stored, a client may be sent its answer and
 * several messages of its room at once. Each frame by itself would be a system
 * call and a TCP segment, the dearest part of a delivery. So while results are
 * being handed out the packets are only noted, in the order in which they come,
 * with a chain for each connection; at the end each chain is one write.
 */
/* SPDX-License-Identifier: MIT */
#include "transport_wire.h"

/* A chain that is longer goes at once, so that who does not read is noticed
 * and its packets wait in its own bounded queue. */
#define CHAIN_MAX 65536
/* Memory that a burst may leave behind. */
#define KEPT_MAX 4096

struct held {
	struct packet *packet;
	unsigned next; /* place + 1 of the same connection's next, 0: none */
};

static struct {
	bool is_on;
	struct held *items;
	unsigned n, cap;
	struct wire **wires; /* with a chain; NULL: it has ended meanwhile */
	unsigned n_wires, cap_wires;
	struct buf frames;
} hold;

static void write_one(struct wire *w, struct packet *p)
{
	if (lws_write(w->wsi, p->data, p->n,
		p->is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < 0)
		transport_cut(w);
}

/* The frames are complete: libwebsockets sends them as they are. */
static void write_frames(struct wire *w)
{
	unsigned char *p = (unsigned char *)hold.frames.p + LWS_PRE;

	if (lws_write(w->wsi, p, hold.frames.n - LWS_PRE, LWS_WRITE_HTTP) < 0)
		transport_cut(w);
}

static void begin_frames(void)
{
	static const char room[LWS_PRE];

	buf_clear(&hold.frames);
	buf_bytes(&hold.frames, room, sizeof(room));
}

/* Gives the chain's packets back; with the frames put together when wanted. */
static void empty_chain(struct wire *w, bool want_frames)
{
	unsigned at = w->hold_first;

	while (at) {
		struct held *h = &hold.items[at - 1];

		if (want_frames)
			wire_put_frame(&hold.frames, h->packet);
		packet_unref(&h->packet);
		at = h->next;
	}
	w->hold_first = w->hold_last = 0;
	w->hold_bytes = 0;
}

static void flush(struct wire *w)
{
	struct held *first = &hold.items[w->hold_first - 1];

	if (!first->next) {
		write_one(w, first->packet);
		empty_chain(w, false);
		return;
	}
	begin_frames();
	empty_chain(w, true);
	write_frames(w);
}

void transport_hold(void)
{
	hold.is_on = true;
}

static void note_wire(struct wire *w)
{
	if (hold.n_wires == hold.cap_wires) {
		hold.cap_wires = MAX_OF(hold.cap_wires * 2, 64);
		hold.wires = mem_resize(
		    hold.wires, hold.cap_wires * sizeof(struct wire *));
	}
	hold.wires[hold.n_wires++] = w;
	w->hold_at = hold.n_wires;
}

bool transport_hold_add(struct wire *w, struct packet *p)
{
	if (!hold.is_on)
		return false;
	if (!w->hold_at)
		note_wire(w);
	if (hold.n == hold.cap) {
		hold.cap = MAX_OF(hold.cap * 2, 256);
		hold.items =
		    mem_resize(hold.items, hold.cap * sizeof(*hold.items));
	}
	hold.items[hold.n++] = (struct held){ packet_ref(p), 0 };
	if (w->hold_last)
		hold.items[w->hold_last - 1].next = hold.n;
	else
		w->hold_first = hold.n;
	w->hold_last = hold.n;
	w->hold_bytes += p->n;
	if (w->hold_bytes > CHAIN_MAX)
		flush(w);
	return true;
}

void transport_hold_drop(struct wire *w)
{
	if (!w->hold_at)
		return;
	empty_chain(w, false);
	hold.wires[w->hold_at - 1] = NULL;
	w->hold_at = 0;
}

static void give_back(void)
{
	free(hold.items);
	free(hold.wires);
	buf_fini(&hold.frames);
	memset(&hold, 0, sizeof(hold));
}

void transport_release(void)
{
	unsigned i;

	hold.is_on = false;
	for (i = 0; i < hold.n_wires; i++) {
		struct wire *w = hold.wires[i];

		if (!w)
			continue;
		w->hold_at = 0;
		if (w->hold_first)
			flush(w);
	}
	hold.n = hold.n_wires = 0;
	if (hold.cap > KEPT_MAX || hold.frames.cap > 2 * CHAIN_MAX)
		give_back();
}

void transport_hold_fini(void)
{
	give_back();
}
