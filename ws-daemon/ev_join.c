/*
 * ev_join.c: join_conversation and leave_conversation
 *
 * A worker reads what the client has missed; meanwhile messages go on passing.
 * The join is over when what was read reaches what was delivered; otherwise it
 * reads on from where it stands. So a client gets each message exactly once,
 * in the answer or as an event. A client that has missed more than one answer
 * holds is told `more` and is no member until it has come back for the rest.
 */
/* SPDX-License-Identifier: MIT */
#include "ev_join.h"

#include "base/json_out.h"
#include "chat/chat.h"
#include "delivery.h"
#include "event.h"
#include "jobs.h"
#include "peer.h"
#include "typing.h"
#include "wsd.h"

struct join_job {
	struct job job;
	struct delivery_join join;
	struct event_reply reply;
	bool is_quiet;
	struct chat_actor actor;
	struct id conversation_id;
	struct str missed; /* JSON of what earlier rounds read, no brackets */
	size_t n_missed;
	bool has_since;
	uint64_t began; /* the client's own since */
	uint64_t since; /* read up to here */
	uint64_t known; /* all up to here is on the disk */
	/* filled by the worker */
	struct chat_conversation conversation;
	struct chat_messages list;
	struct chat_agents agents; /* end users: who wrote what they missed */
};

static void done_join(struct job *job);

/* The seq up to which nothing is missing; without a since all is old. */
static uint64_t read_upto(const struct join_job *j)
{
	if (j->list.n > 0)
		return j->list.items[j->list.n - 1].seq;
	return j->conversation.last_seq;
}

/* What the joiner is told of must not vanish: chat_durable.c. Where others are
 * in the room it was told there before, as a rule, and costs nothing. */
static enum err_code make_durable(struct join_job *j, struct db *db)
{
	if (MAX_OF(read_upto(j), j->conversation.last_seq) <= j->known)
		return ERR_OK;
	return chat_durable(db, wsd.origin,
	    MAX_OF(j->conversation.last.created_at, chat_newest(&j->list)),
	    &j->job.err);
}

static void run_join(struct job *job, struct worker *worker)
{
	struct join_job *j = LIST_OF(job, struct join_job, job);

	job->result = chat_get(worker->db, job->pool, &j->actor,
	    j->conversation_id, &j->conversation, &job->err);
	if (job->result == ERR_OK && j->has_since &&
	    j->since < j->conversation.last_seq)
		job->result = chat_history_after(worker->db, job->pool,
		    &j->actor, j->conversation_id, j->since,
		    CHAT_HISTORY_MAX - j->n_missed, &j->list, &job->err);
	if (job->result == ERR_OK && j->actor.kind == CHAT_END_USER &&
	    j->n_missed + j->list.n > 0)
		job->result = chat_history_agents(worker->db, job->pool,
		    &j->actor, j->conversation_id, j->began, read_upto(j),
		    &j->agents, &job->err);
	if (job->result == ERR_OK)
		job->result = make_durable(j, worker->db);
}

static struct join_job *job_new(const struct event_reply *reply,
    const struct chat_actor *actor, struct id conversation_id)
{
	struct join_job *j = jobs_new(sizeof(*j), run_join, done_join);

	j->reply = *reply;
	j->actor = *actor;
	j->actor.display_name = str_copy(j->job.pool, actor->display_name);
	j->actor.external_id = str_copy(j->job.pool, actor->external_id);
	j->conversation_id = conversation_id;
	return j;
}

/* What was read in all rounds, as JSON in the pool of `pool`. */
static void add_missed(struct join_job *j, struct pool *pool)
{
	struct json_out out;
	struct buf b;
	size_t i;

	buf_init(&b, 0);
	buf_put(&b, j->missed);
	for (i = 0; i < j->list.n; i++) {
		if (b.n > 0)
			buf_byte(&b, ',');
		json_out_init(&out, &b);
		chat_put_message(&out, NULL, &j->list.items[i],
		    j->actor.kind == CHAT_END_USER);
	}
	j->missed = str_copy(pool, buf_str(&b));
	j->n_missed += j->list.n;
	buf_fini(&b);
}

static void put_ack(const struct join_job *j, uint64_t last_seq, bool more)
{
	const struct chat_joined joined = {
		.conversation = &j->conversation,
		.last_seq = last_seq,
		.missed = str_of(
		    pool_printf(j->job.pool, "[%.*s]", STR_ARG(j->missed))),
		.has_more = more,
		.is_end_user = j->actor.kind == CHAT_END_USER,
		.agents = &j->agents,
	};

	if (j->is_quiet)
		return;
	chat_put_joined(event_ok_begin(), &joined);
	event_ok_end(&j->reply);
}

static void set_side(struct member *m, const struct chat_actor *actor)
{
	m->side = actor->kind;
	free(m->external_id);
	m->external_id = NULL;
	if (actor->kind != CHAT_END_USER)
		return;
	m->external_id = mem_new(actor->external_id.n + 1);
	memcpy(m->external_id, actor->external_id.p, actor->external_id.n);
}

static void note_receipts(const struct chat_conversation *c)
{
	delivery_note_received(
	    c->id, CHAT_END_USER, c->visitor_receipt.delivered_seq);
	delivery_note_received(
	    c->id, CHAT_AGENT, c->agent_receipt.delivered_seq);
}

static void enter(struct join_job *j, uint64_t upto)
{
	struct peer *p = peer_find(j->reply.handle);
	struct member *m =
	    delivery_join_end(&j->join, p, j->conversation.workspace_id, upto);
	struct err err;

	if (!m) {
		err_set(&err, ERR_CONFLICT,
		    "This connection is in too many conversations.");
		event_fail(&j->reply, &err);
		return;
	}
	set_side(m, &j->actor);
	note_receipts(&j->conversation);
	put_ack(j, m->cursor, false);
}

/* There was more while we read: the same again, from where we are. */
static void read_on(struct join_job *j, uint64_t upto)
{
	struct join_job *next =
	    job_new(&j->reply, &j->actor, j->conversation_id);

	add_missed(j, next->job.pool);
	next->missed = j->missed;
	next->n_missed = j->n_missed;
	next->is_quiet = j->is_quiet;
	next->has_since = true;
	next->began = j->began;
	next->since = upto;
	delivery_join_begin(&next->join, j->conversation_id, j->reply.handle);
	next->known = MAX_OF(upto, delivery_join_known(&next->join));
	next->join.is_cancelled = j->join.is_cancelled;
	delivery_join_drop(&j->join);
	jobs_add(jobs_key(j->conversation_id), &next->job);
}

/* The agent's login may have ended while the worker was reading. */
static bool may_enter(const struct join_job *j, const struct peer *p)
{
	return !j->join.is_cancelled &&
	       (j->actor.kind != CHAT_AGENT || p->is_agent);
}

static void done_join(struct job *job)
{
	struct join_job *j = LIST_OF(job, struct join_job, job);
	struct peer *p = peer_find(j->reply.handle);
	uint64_t last = j->conversation.last_seq;
	uint64_t upto = read_upto(j);
	bool is_full, is_behind;

	if (job->result != ERR_OK || !p) {
		delivery_join_drop(&j->join);
		if (p)
			event_fail(&j->reply, &job->err);
		return;
	}
	is_full = j->n_missed + j->list.n >= CHAT_HISTORY_MAX;
	is_behind = j->has_since &&
		    (upto < last || delivery_join_is_behind(&j->join, upto));
	if (is_behind && !is_full) {
		read_on(j, upto);
		return;
	}
	add_missed(j, job->pool);
	if (!is_behind && may_enter(j, p)) {
		enter(j, upto);
		return;
	}
	delivery_join_drop(&j->join);
	put_ack(j, MAX_OF(upto, last), is_behind);
}

static void add(struct join_job *j)
{
	delivery_join_begin(&j->join, j->conversation_id, j->reply.handle);
	j->known = delivery_join_known(&j->join);
	jobs_add(jobs_key(j->conversation_id), &j->job);
}

enum err_code ev_join(struct event_call *c, struct err *err)
{
	struct join_job *j =
	    job_new(&c->reply, &c->actor, c->f.conversation_id);

	(void)err;
	j->has_since = c->f.has_since;
	j->began = c->f.since_seq;
	j->since = c->f.since_seq;
	add(j);
	return ERR_OK;
}

void ev_join_quietly(const struct event_reply *reply,
    const struct chat_actor *actor, struct id conversation_id)
{
	struct join_job *j = job_new(reply, actor, conversation_id);

	j->is_quiet = true;
	j->reply.has_ack = false;
	add(j);
}

enum err_code ev_join_leave(struct event_call *c, struct err *err)
{
	struct id id = c->f.conversation_id;
	struct member *m = peer_member(c->peer, id);

	(void)err;
	if (m)
		typing_clear(id, m->side, c->peer->handle);
	delivery_leave(c->peer, id);
	event_ok(&c->reply);
	return ERR_OK;
}
