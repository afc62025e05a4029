/* ev_claim.c: claim_conversation */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "chat/chat.h"
#include "ev_join.h"
#include "ev_out.h"
#include "event.h"
#include "jobs.h"
#include "told.h"
#include "wsd.h"

struct claim_job {
	struct job job;
	struct event_reply reply;
	struct chat_actor actor;
	struct chat_assign in;
	struct chat_assigned assigned;
};

static void run_claim(struct job *job, struct worker *worker)
{
	struct claim_job *cl = LIST_OF(job, struct claim_job, job);

	job->result = chat_assign(worker->db, job->pool, &cl->actor, &cl->in,
	    &cl->assigned, &job->err);
}

static void done_claim(struct job *job)
{
	struct claim_job *cl = LIST_OF(job, struct claim_job, job);
	const struct chat_assigned *a = &cl->assigned;
	struct ev_out_assigned out = {
		.conversation_id = cl->in.conversation_id,
		.agent_id = a->agent_id,
		.agent_name = a->agent_name,
		.assigned_at = a->assigned_at,
	};

	if (job->result != ERR_OK) {
		event_fail(&cl->reply, &job->err);
		return;
	}
	json_out_uuid(event_ok_begin(), "assigned_to", a->agent_id);
	event_ok_end(&cl->reply);
	if (a->is_changed && told_is_first(TOLD_BY_JOB, "assigned",
				 out.conversation_id, (uint64_t)a->assigned_at))
		ev_out_assigned(a->workspace_id, &out);
	ev_join_quietly(&cl->reply, &cl->actor, cl->in.conversation_id);
}

enum err_code ev_claim(struct event_call *c, struct err *err)
{
	struct claim_job *cl = jobs_new(sizeof(*cl), run_claim, done_claim);

	(void)err;
	cl->reply = c->reply;
	cl->actor = c->actor;
	cl->actor.display_name = str_copy(cl->job.pool, c->actor.display_name);
	cl->in.conversation_id = c->f.conversation_id;
	cl->in.origin = wsd.origin;
	jobs_add(jobs_key(c->f.conversation_id), &cl->job);
	return ERR_OK;
}
