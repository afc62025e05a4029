/*
 * ev_message.c: send_message
 *
 * Messages that wait for the same worker are stored by one transaction: under
 * load one flush of the disk serves hundreds of them.
 */
/* SPDX-License-Identifier: MIT */
#include "chat/chat.h"
#include "delivery.h"
#include "ev_out.h"
#include "event.h"
#include "jobs.h"
#include "metrics.h"
#include "told.h"
#include "turns.h"
#include "typing.h"
#include "wsd.h"

struct send_job {
	struct job job;
	struct event_reply reply;
	struct chat_actor actor;
	struct chat_send in;
	struct chat_sent sent;
};

static void run_sends(struct job **jobs, size_t n, struct worker *worker)
{
	struct chat_send_item *items =
	    pool_alloc(jobs[0]->pool, n * sizeof(*items));
	size_t i;

	for (i = 0; i < n; i++) {
		struct send_job *s = LIST_OF(jobs[i], struct send_job, job);

		items[i] = (struct chat_send_item){
			.pool = jobs[i]->pool,
			.actor = &s->actor,
			.in = &s->in,
		};
	}
	metrics_observe(METRIC_GROUP_SIZE, (int64_t)n);
	if (chat_send_many(worker->db, items, n))
		doorbell_ring();
	for (i = 0; i < n; i++) {
		struct send_job *s = LIST_OF(jobs[i], struct send_job, job);

		s->sent = items[i].sent;
		jobs[i]->result = items[i].code;
		jobs[i]->err = items[i].err;
	}
}

static void put_ack(const struct send_job *s)
{
	chat_put_sent(event_ok_begin(), &s->sent.message);
	event_ok_end(&s->reply);
}

static void done_send(struct job *job)
{
	struct send_job *s = LIST_OF(job, struct send_job, job);
	const struct chat_message *m = &s->sent.message;

	if (job->result != ERR_OK) {
		event_fail(&s->reply, &job->err);
		return;
	}
	if (!s->sent.is_duplicate)
		metrics_add(METRIC_MESSAGES, 1);
	put_ack(s);
	delivery_message(m);
	typing_clear(m->conversation_id, m->sender_type, 0);
	if (!s->sent.is_duplicate &&
	    told_is_first(TOLD_BY_JOB, "message", m->conversation_id, m->seq))
		ev_out_updated(s->sent.workspace_id, m);
	if (s->sent.is_turn_due)
		turns_add(m->conversation_id);
}

enum err_code ev_message_send(struct event_call *c, struct err *err)
{
	struct send_job *s = jobs_new(sizeof(*s), NULL, done_send);
	struct pool *pool = s->job.pool;

	(void)err;
	s->job.run_many = run_sends;
	s->job.kind = "send";
	s->reply = c->reply;
	s->actor = c->actor;
	s->actor.display_name = str_copy(pool, c->actor.display_name);
	s->actor.external_id = str_copy(pool, c->actor.external_id);
	s->in = (struct chat_send){
		.conversation_id = c->f.conversation_id,
		.content_type = c->f.content_type,
		.content = str_copy(pool, c->f.content),
		.rich_media = str_copy(pool, c->f.rich_media),
		.client_id = str_copy(pool, c->f.client_id),
		.origin = wsd.origin,
	};
	jobs_add(jobs_key(c->f.conversation_id), &s->job);
	return ERR_OK;
}
