/*
 * delivery.c: each message once to each member, in the order of seq
 *
 * A message is heard of up to three times: from the job that stored it, from
 * the feed, and from a reading of what was missing. `delivered` decides: the
 * next one goes out, older ones are dropped, and one that is ahead only moves
 * `wanted`, up to which the table is read, where all of them stand.
 */
/* SPDX-License-Identifier: MIT */
#include "delivery.h"

#include "base/map.h"
#include "chat/chat.h"
#include "ev_out.h"
#include "jobs.h"
#include "peer.h"
#include "room.h"
#include "timer.h"

#define RETRY_MS 500

struct delivery {
	struct id id;
	struct id workspace_id; /* none before the first member */
	struct list members;
	struct list joins;
	struct timer timer; /* reads the gap again */
	uint64_t delivered; /* only with members */
	uint64_t wanted;    /* greatest seq told of, not only read */
	/* Receipts known to be stored; they may be higher by now. */
	uint64_t received[CHAT_SENDER__MAX];
	bool is_reading;
};

struct gap_job {
	struct job job;
	struct id conversation_id;
	struct id workspace_id;
	uint64_t after;
	struct chat_messages list;
};

static struct map *deliveries; /* conversation id -> struct delivery */

static void read_gap(struct delivery *d);

static void on_retry(struct timer *t)
{
	read_gap(LIST_OF(t, struct delivery, timer));
}

static struct delivery *find(struct id conversation_id)
{
	return deliveries ? map_find(deliveries, id_bytes(&conversation_id))
			  : NULL;
}

static struct delivery *find_or_new(struct id conversation_id)
{
	struct delivery *d = find(conversation_id);

	if (d)
		return d;
	if (!deliveries)
		deliveries = map_new();
	d = mem_new(sizeof(*d));
	d->id = conversation_id;
	list_init(&d->members);
	list_init(&d->joins);
	timer_init(&d->timer, on_retry);
	map_set(deliveries, id_bytes(&d->id), d);
	return d;
}

/* Nobody is there and nobody is coming. */
static void free_if_empty(struct delivery *d)
{
	if (!list_empty(&d->members) || !list_empty(&d->joins))
		return;
	timer_stop(&d->timer);
	map_del(deliveries, id_bytes(&d->id));
	if (map_count(deliveries) == 0)
		map_free(&deliveries);
	free(d);
}

void delivery_join_begin(
    struct delivery_join *j, struct id conversation_id, uint64_t handle)
{
	struct delivery *d = find_or_new(conversation_id);

	j->delivery = d;
	j->handle = handle;
	j->is_cancelled = false;
	list_add(&d->joins, &j->node);
}

bool delivery_join_is_behind(const struct delivery_join *j, uint64_t upto)
{
	const struct delivery *d = j->delivery;

	/* Without members nothing was delivered, but perhaps passed by. */
	return (list_empty(&d->members) ? d->wanted : d->delivered) > upto;
}

uint64_t delivery_join_known(const struct delivery_join *j)
{
	const struct delivery *d = j->delivery;

	return list_empty(&d->members) ? d->wanted
				       : MAX_OF(d->wanted, d->delivered);
}

void delivery_join_drop(struct delivery_join *j)
{
	list_del(&j->node);
	free_if_empty(j->delivery);
	j->delivery = NULL;
}

static struct member *member_new(struct delivery *d, struct peer *peer)
{
	struct member *m = peer_member(peer, d->id);
	char room[EV_OUT_ROOM_SIZE];

	if (m)
		return m;
	if (!room_join(
		sio_find(peer->handle), ev_out_room_conversation(d->id, room)))
		return NULL;
	m = mem_new(sizeof(*m));
	m->delivery = d;
	m->peer = peer;
	m->conversation_id = d->id;
	list_add(&d->members, &m->of_delivery);
	list_add(&peer->members, &m->of_peer);
	return m;
}

struct member *delivery_join_end(struct delivery_join *j, struct peer *peer,
    struct id workspace_id, uint64_t upto)
{
	struct delivery *d = j->delivery;
	bool is_first = list_empty(&d->members);
	struct member *m;

	m = member_new(d, peer);
	if (!m) {
		delivery_join_drop(j);
		return NULL;
	}
	d->workspace_id = workspace_id;
	if (is_first)
		d->delivered = upto = MAX_OF(upto, d->wanted);
	m->cursor = MAX_OF(m->cursor, MAX_OF(upto, d->delivered));
	list_del(&j->node);
	j->delivery = NULL;
	return m;
}

void delivery_del(struct member *m)
{
	struct delivery *d = m->delivery;

	list_del(&m->of_delivery);
	list_del(&m->of_peer);
	free(m->external_id);
	free(m);
	free_if_empty(d);
}

void delivery_leave(struct peer *peer, struct id conversation_id)
{
	struct sio_socket *s = sio_find(peer->handle);
	struct delivery *d = find(conversation_id);
	struct member *m = peer_member(peer, conversation_id);
	char room[EV_OUT_ROOM_SIZE];
	struct list *node;

	if (!d)
		return;
	list_each (node, &d->joins) {
		struct delivery_join *j =
		    LIST_OF(node, struct delivery_join, node);

		if (j->handle == peer->handle)
			j->is_cancelled = true;
	}
	if (s)
		room_leave(s, ev_out_room_conversation(conversation_id, room));
	if (m)
		delivery_del(m);
}

/* The next one in line, to all who do not have it. */
static void send_next(struct delivery *d, const struct chat_message *m)
{
	struct sio_packet *p = NULL;
	struct list *node;

	d->delivered = m->seq;
	list_each (node, &d->members) {
		struct member *to = LIST_OF(node, struct member, of_delivery);
		struct sio_socket *s = sio_find(to->peer->handle);

		if (to->cursor >= m->seq || !s)
			continue;
		to->cursor = m->seq;
		if (!p)
			p = ev_out_message(m);
		sio_send(s, p);
	}
	if (p)
		sio_packet_unref(&p);
}

/* Takes m in; what is ahead is left to the gap. */
static void take(struct delivery *d, const struct chat_message *m)
{
	d->wanted = MAX_OF(d->wanted, m->seq);
	if (!list_empty(&d->members) && m->seq == d->delivered + 1)
		send_next(d, m);
}

static void run_gap(struct job *job, struct worker *worker)
{
	struct gap_job *g = LIST_OF(job, struct gap_job, job);
	/* The conversation's own workspace, and no unread counts of anyone. */
	struct chat_actor reader = {
		.kind = CHAT_AGENT,
		.workspace_id = g->workspace_id,
	};

	job->result = chat_history_after(worker->db, job->pool, &reader,
	    g->conversation_id, g->after, CHAT_HISTORY_MAX, &g->list,
	    &job->err);
}

static void done_gap(struct job *job)
{
	struct gap_job *g = LIST_OF(job, struct gap_job, job);
	struct delivery *d = find(g->conversation_id);
	uint64_t before;
	size_t i;

	if (!d || !d->is_reading)
		return;
	d->is_reading = false;
	before = d->delivered;
	/* What nobody has told of yet may not be on the disk: feed.c. */
	for (i = 0; job->result == ERR_OK && i < g->list.n &&
		    g->list.items[i].seq <= d->wanted;
	     i++)
		take(d, &g->list.items[i]);
	if (list_empty(&d->members) || d->delivered >= d->wanted)
		return;
	/* No step forward: the server is down, or a node of the cluster lags
	 * behind the one that told of the message. */
	if (d->delivered == before)
		timer_set(&d->timer, RETRY_MS);
	else
		read_gap(d);
}

static void read_gap(struct delivery *d)
{
	struct gap_job *g;

	if (d->is_reading || list_empty(&d->members) ||
	    d->delivered >= d->wanted)
		return;
	g = jobs_new(sizeof(*g), run_gap, done_gap);
	g->conversation_id = d->id;
	g->workspace_id = d->workspace_id;
	g->after = d->delivered;
	d->is_reading = true;
	jobs_add(jobs_key(d->id), &g->job);
}

void delivery_message(const struct chat_message *m)
{
	struct delivery *d = find(m->conversation_id);

	if (!d)
		return;
	take(d, m);
	if (!timer_is_set(&d->timer))
		read_gap(d);
}

void delivery_note_received(
    struct id conversation_id, enum chat_sender side, uint64_t seq)
{
	struct delivery *d = find(conversation_id);

	if (d)
		d->received[side] = MAX_OF(d->received[side], seq);
}

uint64_t delivery_received(
    struct id conversation_id, enum chat_sender side, struct id *workspace_id_r)
{
	const struct delivery *d = find(conversation_id);

	*workspace_id_r = d ? d->workspace_id : ID_NONE;
	return d ? d->received[side] : 0;
}

size_t delivery_count(void)
{
	return deliveries ? map_count(deliveries) : 0;
}
