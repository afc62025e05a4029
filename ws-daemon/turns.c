/*
 * turns.c: lets the bot answer
 *
 * A turn may wait a minute for a model, so turns have threads of their own, and
 * each conversation has at most one here, waiting or running: what comes
 * meanwhile only makes it be looked at once more afterwards.
 *
 * The turns of one workspace hold at most half of the threads while they call
 * out (share.c). One more is left as it is, due, and comes again when one of
 * that workspace has ended.
 */
/* SPDX-License-Identifier: MIT */
#include "turns.h"

#include <stdatomic.h>

#include "base/log.h"
#include "base/map.h"
#include "base/settings.h"
#include "bot/bot.h"
#include "chat/daemons.h"
#include "chores.h"
#include "delivery.h"
#include "deltas.h"
#include "ev_out.h"
#include "jobs.h"
#include "metrics.h"
#include "notify.h"
#include "share.h"
#include "timer.h"
#include "told.h"
#include "typing.h"
#include "wsd.h"

#define SWEEP_MS      1000
#define SWEEP_WAIT_MS 2000 /* younger ones have somebody who runs them */
#define SWEEP_MAX     100
#define THINKS_MS     1000 /* a turn that takes longer shows */

struct turn_job {
	struct job job;
	struct id conversation_id;
	atomic_bool has_begun;
	bool is_asked; /* again, since it has begun */
	struct timer thinks;
	bool is_shown; /* as typing */
	struct bot_turn turn;
	struct id workspace_id; /* none: not known */
	bool has_place;		/* of its workspace's share */
	bool is_refused;	/* it wanted one */
};

/* What a turn gets lent. */
struct turn_env {
	struct bot_env env;
	struct turn_job *job;
};

/* It comes again when its workspace has room. */
struct put_off {
	struct id conversation_id;
	struct id workspace_id;
};

struct sweep_job {
	struct job job;
	struct id *ids;
	size_t n;
};

static struct map *turns;   /* conversation -> struct turn_job */
static struct map *put_off; /* conversation -> struct put_off */
static struct timer sweeper;
static bool is_stopped;
static atomic_bool is_ending; /* the same, for the threads of turns */

static struct str key_of(const struct id *conversation_id)
{
	return str_make(
	    (const char *)conversation_id->b, sizeof(conversation_id->b));
}

static void on_delta(const struct bot_env *env, struct id conversation_id,
    struct id message, struct str delta)
{
	(void)env;
	deltas_add(conversation_id, message, delta);
}

static bool may_wait(const struct bot_env *env, struct id workspace_id)
{
	struct turn_job *t = ((const struct turn_env *)(const void *)env)->job;

	if (t->has_place)
		return true;
	t->workspace_id = workspace_id;
	t->has_place = share_take(workspace_id);
	t->is_refused = !t->has_place;
	return t->has_place;
}

/* What this daemon has let go, since it ends. Untold, the sweeper of another
 * finds it. */
static void hand_on(const struct turn_job *t, struct worker *worker)
{
	bool is_told;
	struct err err;

	if (daemons_tell_turn(worker->db, t->job.pool,
		settings_int(&wsd.settings->daemon_dead_ms), t->conversation_id,
		&is_told, &err) != ERR_OK)
		log_warn("turn_not_told conversation=%s why=\"%s\"",
		    id_text(t->conversation_id), err.text);
}

static void run_turn(struct job *job, struct worker *worker)
{
	struct turn_job *t = LIST_OF(job, struct turn_job, job);
	const struct turn_env env = { .env = { .settings = wsd.settings,
					  .seal_key = wsd.seal_key,
					  .on_delta = on_delta,
					  .may_wait = may_wait,
					  .is_stopping = &is_ending },
		.job = t };

	atomic_store(&t->has_begun, true);
	job->result = bot_run_turn(worker->db, job->pool, &env.env,
	    t->conversation_id, id_new(), wsd.origin, &t->turn, &job->err);
	if (t->has_place)
		share_give(t->workspace_id);
	if (job->result == ERR_OK && t->turn.is_due && atomic_load(&is_ending))
		hand_on(t, worker);
}

static void forget(struct turn_job *t)
{
	map_del(turns, key_of(&t->conversation_id));
	if (map_count(turns) == 0)
		map_free(&turns);
}

static void tell(const struct turn_job *t)
{
	metrics_add(METRIC_MESSAGES, (int64_t)t->turn.messages.n);
	for (size_t i = 0; i < t->turn.messages.n; i++) {
		const struct chat_message *m = &t->turn.messages.items[i];

		delivery_message(m);
		if (told_is_first(
			TOLD_BY_JOB, "message", t->conversation_id, m->seq))
			ev_out_updated(t->turn.workspace_id, m);
	}
	if (t->turn.is_handoff &&
	    told_is_first(TOLD_BY_JOB, "handoff", t->conversation_id, 0))
		ev_out_handoff(t->turn.workspace_id, t->conversation_id);
	if (t->turn.has_failed)
		notify_ring(); /* the row has all that there is to tell */
}

static void keep_for_later(const struct turn_job *t)
{
	struct put_off *p = mem_new(sizeof(*p));

	p->conversation_id = t->conversation_id;
	p->workspace_id = t->workspace_id;
	if (!put_off)
		put_off = map_new();
	free(map_set(put_off, key_of(&p->conversation_id), p));
}

static struct turn_job *find(struct id conversation_id)
{
	return turns ? map_find(turns, key_of(&conversation_id)) : NULL;
}

/* One that was put off comes again; when it has ended it lets the next one,
 * whether it wanted the place or not. */
static void let_another(struct id workspace_id)
{
	struct put_off *p = NULL;
	struct turn_job *t;
	struct str key;
	size_t pos = 0;
	void *value;

	while (put_off && !p && map_next(put_off, &pos, &key, &value)) {
		p = value;
		if (!id_eq(p->workspace_id, workspace_id))
			p = NULL;
	}
	if (!p)
		return;
	map_del(put_off, key_of(&p->conversation_id));
	turns_add(p->conversation_id);
	t = find(p->conversation_id);
	if (t && id_is_none(t->workspace_id))
		t->workspace_id = workspace_id;
	free(p);
}

/* Whoever had a place has given it back before this; so what is put off while
 * there is none has one before it that ends later. */
static void go_on(const struct turn_job *t)
{
	if (id_is_none(t->workspace_id) || is_stopped)
		return;
	if (t->is_refused && t->turn.is_due)
		keep_for_later(t);
	if (share_has_room(t->workspace_id))
		let_another(t->workspace_id);
}

/* Whoever waits for a model sees that somebody is at work; said again before it
 * ends by itself. */
static void on_thinks(struct timer *timer)
{
	struct turn_job *t = LIST_OF(timer, struct turn_job, thinks);

	t->is_shown = true;
	typing_start(t->conversation_id, CHAT_BOT, 0, STR_EMPTY);
	timer_set(&t->thinks, wsd.settings->typing_timeout_ms / 2);
}

static void done_turn(struct job *job)
{
	struct turn_job *t = LIST_OF(job, struct turn_job, job);

	forget(t);
	timer_stop(&t->thinks);
	deltas_end(t->conversation_id);
	metrics_add_of(
	    METRIC_TURNS, job->result == ERR_OK ? "ok" : "failed", 1);
	/* The row still says that it is due: the sweeper comes back to it. */
	if (job->result != ERR_OK)
		log_warn("turn_failed conversation=%s error=%s why=\"%s\"",
		    id_text(t->conversation_id), err_slug(job->result),
		    job->err.text);
	else
		tell(t);
	if (t->is_shown)
		typing_clear(t->conversation_id, CHAT_BOT, 0);
	chores_ring(); /* our own bell does not ring for us */
	if (t->is_asked && job->result == ERR_OK)
		turns_add(t->conversation_id);
	go_on(t);
}

void turns_add(struct id conversation_id)
{
	struct turn_job *t = find(conversation_id);

	if (t) {
		/* One that has not begun will read what there is by now. */
		t->is_asked = atomic_load(&t->has_begun);
		return;
	}
	t = jobs_new(sizeof(*t), run_turn, done_turn);
	t->conversation_id = conversation_id;
	timer_init(&t->thinks, on_thinks);
	timer_set(&t->thinks, THINKS_MS);
	if (!turns)
		turns = map_new();
	map_set(turns, key_of(&t->conversation_id), t);
	jobs_add_long(JOBS_TURNS, &t->job);
}

static bool is_put_off(struct id conversation_id)
{
	return put_off && map_find(put_off, key_of(&conversation_id));
}

static void run_sweep(struct job *job, struct worker *worker)
{
	struct sweep_job *s = LIST_OF(job, struct sweep_job, job);

	job->result = bot_list_due(worker->db, job->pool, SWEEP_WAIT_MS,
	    SWEEP_MAX, &s->ids, &s->n, &job->err);
}

static void done_sweep(struct job *job)
{
	struct sweep_job *s = LIST_OF(job, struct sweep_job, job);
	size_t i;

	if (is_stopped)
		return;
	for (i = 0; job->result == ERR_OK && i < s->n; i++)
		if (!find(s->ids[i]) && !is_put_off(s->ids[i]))
			turns_add(s->ids[i]);
	timer_set(&sweeper, SWEEP_MS);
}

static void on_timer(struct timer *t)
{
	struct sweep_job *s = jobs_new(sizeof(*s), run_sweep, done_sweep);

	(void)t;
	/* Not the feed's key, nor behind the turns: nothing waits for it. */
	jobs_add(jobs_key(wsd.origin), &s->job);
}

void turns_start(void)
{
	is_stopped = false;
	atomic_store(&is_ending, false);
	share_start((size_t)wsd.settings->turn_workers);
	timer_init(&sweeper, on_timer);
	timer_set(&sweeper, SWEEP_MS);
}

void turns_stop(void)
{
	is_stopped = true;
	atomic_store(&is_ending, true);
	timer_stop(&sweeper);
}

void turns_fini(void)
{
	struct str key;
	size_t pos = 0;
	void *value;

	while (put_off && map_next(put_off, &pos, &key, &value))
		free(value);
	map_free(&put_off);
	map_free(&turns);
	share_stop();
}
