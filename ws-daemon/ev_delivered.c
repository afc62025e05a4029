/*
 * ev_delivered.c: mark_delivered
 *
 * Every client of a side says so of every message, and only the first one
 * changes anything: what is known to be stored is answered without the
 * database, to those who are known to be allowed.
 */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat.h"
#include "delivery.h"
#include "ev_out.h"
#include "event.h"
#include "jobs.h"
#include "peer.h"
#include "told.h"
#include "wsd.h"

struct delivered_job {
	struct job job;
	struct event_reply reply;
	struct chat_actor actor;
	struct id conversation_id;
	uint64_t seq;
	struct chat_delivered delivered;
};

static void put_ack(const struct event_reply *reply, uint64_t seq)
{
	json_out_u64(event_ok_begin(), "seq", seq);
	event_ok_end(reply);
}

static void run_delivered(struct job *job, struct worker *worker)
{
	struct delivered_job *d = LIST_OF(job, struct delivered_job, job);

	job->result = chat_mark_delivered(worker->db, job->pool, &d->actor,
	    d->conversation_id, d->seq, wsd.origin, &d->delivered, &job->err);
}

static void done_delivered(struct job *job)
{
	struct delivered_job *d = LIST_OF(job, struct delivered_job, job);
	const struct chat_delivered *done = &d->delivered;
	enum chat_sender side = d->actor.kind;

	if (job->result != ERR_OK) {
		event_fail(&d->reply, &job->err);
		return;
	}
	put_ack(&d->reply, done->seq);
	delivery_note_received(d->conversation_id, side, done->seq);
	if (done->is_grown &&
	    told_is_first(TOLD_BY_JOB, "delivered", d->conversation_id,
		(uint64_t)done->delivered_at))
		ev_out_delivered(d->conversation_id, side, done);
}

/* An agent of the workspace, or a visitor who has joined by that name; all
 * others only the database can let in. */
static bool is_let_in(const struct event_call *c, struct id workspace_id)
{
	const struct member *m = peer_member(c->peer, c->f.conversation_id);

	if (c->actor.kind == CHAT_AGENT)
		return id_eq(c->actor.workspace_id, workspace_id);
	return m && m->external_id &&
	       str_eq(c->actor.external_id, str_of(m->external_id));
}

/* What is known to be stored for the caller's side; 0: nothing. */
static uint64_t known_seq(const struct event_call *c)
{
	struct id workspace_id;
	uint64_t seq = delivery_received(
	    c->f.conversation_id, c->actor.kind, &workspace_id);

	return seq > 0 && is_let_in(c, workspace_id) ? seq : 0;
}

enum err_code ev_delivered(struct event_call *c, struct err *err)
{
	struct delivered_job *d;
	struct pool *pool;
	uint64_t known = known_seq(c);

	(void)err;
	if (known > 0 && c->f.seq <= known) {
		put_ack(&c->reply, known);
		return ERR_OK;
	}
	d = jobs_new(sizeof(*d), run_delivered, done_delivered);
	pool = d->job.pool;
	d->reply = c->reply;
	d->actor = c->actor;
	d->actor.display_name = str_copy(pool, c->actor.display_name);
	d->actor.external_id = str_copy(pool, c->actor.external_id);
	d->conversation_id = c->f.conversation_id;
	d->seq = c->f.seq;
	jobs_add(jobs_key(c->f.conversation_id), &d->job);
	return ERR_OK;
}
