/* ev_read.c: mark_read */
/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"
#include "delivery.h"
#include "ev_out.h"
#include "event.h"
#include "jobs.h"
#include "told.h"
#include "wsd.h"

struct read_job {
	struct job job;
	struct event_reply reply;
	struct chat_actor actor;
	struct id conversation_id;
	struct id *ids;
	size_t n;
	struct chat_seen seen;
};

static void run_read(struct job *job, struct worker *worker)
{
	struct read_job *r = LIST_OF(job, struct read_job, job);

	job->result = chat_mark_read(worker->db, job->pool, &r->actor,
	    r->conversation_id, r->ids, r->n, wsd.origin, &r->seen, &job->err);
}

static void done_read(struct job *job)
{
	struct read_job *r = LIST_OF(job, struct read_job, job);
	const struct chat_seen *seen = &r->seen;

	if (job->result != ERR_OK) {
		event_fail(&r->reply, &job->err);
		return;
	}
	event_ok(&r->reply);
	delivery_note_received(r->conversation_id, r->actor.kind, seen->seq);
	if (seen->is_news && told_is_first(TOLD_BY_JOB, "read",
				 r->conversation_id, (uint64_t)seen->read_at))
		ev_out_read(r->conversation_id, r->actor.kind, seen);
}

enum err_code ev_read(struct event_call *c, struct err *err)
{
	struct read_job *r = jobs_new(sizeof(*r), run_read, done_read);
	struct pool *pool = r->job.pool;

	(void)err;
	r->reply = c->reply;
	r->actor = c->actor;
	r->actor.display_name = str_copy(pool, c->actor.display_name);
	r->actor.external_id = str_copy(pool, c->actor.external_id);
	r->conversation_id = c->f.conversation_id;
	r->n = c->f.n_ids;
	r->ids = pool_alloc(pool, r->n * sizeof(*r->ids));
	memcpy(r->ids, c->f.ids, r->n * sizeof(*r->ids));
	jobs_add(jobs_key(c->f.conversation_id), &r->job);
	return ERR_OK;
}
