/*
 * presence.c: which agents are there, at this daemon or at another
 *
 * A page that is loaded again leaves and comes back within a second or two:
 * only who stays away for the grace is offline. The same grace is given to
 * the agents of a daemon that died: its clients come back elsewhere. Who left
 * a daemon that goes on living has had the grace there.
 */
/* SPDX-License-Identifier: MIT */
#include "presence.h"

#include "base/json_out.h"
#include "base/map.h"
#include "base/settings.h"
#include "chat/daemons.h"
#include "ev_out.h"
#include "jobs.h"
#include "life.h"
#include "timer.h"
#include "wsd.h"

struct agent {
	struct timer leave; /* set while it has no connection here */
	struct timer lost;  /* set while the daemon that it was at is gone */
	struct id id;
	struct id workspace_id;
	size_t connections;
	bool is_here;	 /* connected to us, or within the grace */
	struct id at;	 /* another daemon that it is connected to, or none */
	bool is_seen;	 /* in the view that is being taken */
	bool is_online;	 /* as was told */
	bool is_written; /* its row of ours is in the table */
	bool is_sent;	 /* in the job that writes just now */
};

/* What is being written; agents may come and go meanwhile. */
struct write_job {
	struct job job;
	struct daemons_change change;
};

static struct map *agents; /* user id -> struct agent */
static bool is_writing, is_stopped;

static struct agent *find(struct id user_id)
{
	return agents ? map_find(agents, id_bytes(&user_id)) : NULL;
}

/* Tells what has become of it, and forgets it when that is all. */
static void settle(struct agent *a)
{
	bool is_online =
	    a->is_here || !id_is_none(a->at) || timer_is_set(&a->lost);

	if (is_online != a->is_online) {
		a->is_online = is_online;
		ev_out_status(a->workspace_id, a->id, is_online);
	}
	if (is_online || a->is_written || a->is_sent)
		return;
	timer_stop(&a->leave);
	map_del(agents, id_bytes(&a->id));
	free(a);
}

static void on_leave(struct timer *t)
{
	struct agent *a = LIST_OF(t, struct agent, leave);

	a->is_here = false;
	settle(a);
	presence_write();
}

static void on_lost(struct timer *t)
{
	settle(LIST_OF(t, struct agent, lost));
}

static struct agent *find_or_new(struct id workspace_id, struct id user_id)
{
	struct agent *a = find(user_id);

	if (a)
		return a;
	if (!agents)
		agents = map_new();
	a = mem_new(sizeof(*a));
	a->id = user_id;
	a->workspace_id = workspace_id;
	timer_init(&a->leave, on_leave);
	timer_init(&a->lost, on_lost);
	map_set(agents, id_bytes(&user_id), a);
	return a;
}

void presence_add(struct id workspace_id, struct id user_id)
{
	struct agent *a = find_or_new(workspace_id, user_id);

	a->connections++;
	a->is_here = true;
	timer_stop(&a->leave);
	settle(a);
	if (!a->is_written)
		presence_write();
}

void presence_del(struct id user_id)
{
	struct agent *a = find(user_id);

	if (a && a->connections > 0 && --a->connections == 0)
		timer_set(&a->leave, wsd.settings->presence_grace_ms);
}

bool presence_is_online(struct id user_id)
{
	const struct agent *a = find(user_id);

	return a && a->is_online;
}

void presence_put(struct json_out *j, struct id workspace_id)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (agents && map_next(agents, &pos, &key, &value)) {
		const struct agent *a = value;

		if (a->is_online && id_eq(a->workspace_id, workspace_id))
			json_out_uuid(j, NULL, a->id);
	}
}

size_t presence_count(void)
{
	struct str key;
	void *value;
	size_t pos = 0, n = 0;

	while (agents && map_next(agents, &pos, &key, &value))
		n += ((const struct agent *)value)->is_online;
	return n;
}

/* ---------------------------------------------------------- other daemons */

static bool is_living(const struct daemons_view *view, struct id daemon_id)
{
	size_t i;

	for (i = 0; i < view->n_living; i++)
		if (id_eq(view->living[i], daemon_id))
			return true;
	return false;
}

/* It is at no other daemon (any more). */
static void leave_other(struct agent *a, const struct daemons_view *view)
{
	if (!id_is_none(a->at) && !is_living(view, a->at))
		timer_set(&a->lost, wsd.settings->presence_grace_ms);
	a->at = ID_NONE;
}

void presence_take(const struct daemons_view *view)
{
	struct str key;
	void *value;
	size_t i, pos = 0;

	for (i = 0; i < view->n; i++) {
		const struct daemons_agent *seen = &view->agents[i];
		struct agent *a =
		    find_or_new(seen->workspace_id, seen->user_id);

		a->at = seen->daemon_id;
		a->is_seen = true;
		timer_stop(&a->lost);
	}
	while (agents && map_next(agents, &pos, &key, &value)) {
		struct agent *a = value;

		if (!a->is_seen)
			leave_other(a, view);
		a->is_seen = false;
		settle(a);
	}
}

static void add_to(struct db_daemon_agent *list, size_t *n, struct agent *a)
{
	if (*n == DB_DAEMON_SOME)
		return;
	list[(*n)++] = (struct db_daemon_agent){ a->id, a->workspace_id };
	a->is_sent = true;
}

static void collect(struct daemons_change *change)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (agents && map_next(agents, &pos, &key, &value)) {
		struct agent *a = value;

		if (a->is_here && !a->is_written)
			add_to(change->come, &change->n_come, a);
		else if (!a->is_here && a->is_written)
			add_to(change->gone, &change->n_gone, a);
	}
	change->is_told = life_others() > 0;
}

static void run_write(struct job *job, struct worker *worker)
{
	struct write_job *w = LIST_OF(job, struct write_job, job);

	job->result =
	    daemons_set_presence(worker->db, wsd.origin, &w->change, &job->err);
}

static void take_answers(
    const struct db_daemon_agent *list, size_t n, bool is_ok, bool is_written)
{
	size_t i;

	for (i = 0; i < n; i++) {
		struct agent *a = find(list[i].user_id);

		if (!a)
			continue;
		a->is_sent = false;
		/* What failed may be there all the same: it is deleted in any
		 * case, and written once more. */
		a->is_written = is_ok ? is_written : !a->is_here;
		settle(a);
	}
}

static void done_write(struct job *job)
{
	struct write_job *w = LIST_OF(job, struct write_job, job);
	bool is_ok = job->result == ERR_OK;

	is_writing = false;
	take_answers(w->change.come, w->change.n_come, is_ok, true);
	take_answers(w->change.gone, w->change.n_gone, is_ok, false);
	/* After a failure the next beat tries again. */
	if (is_ok)
		presence_write();
}

void presence_write(void)
{
	struct daemons_change change = { .n_come = 0 };
	struct write_job *w;

	if (is_writing || is_stopped)
		return;
	collect(&change);
	if (change.n_come + change.n_gone == 0)
		return;
	is_writing = true;
	w = jobs_new(sizeof(*w), run_write, done_write);
	w->change = change;
	/* Behind the signs of life, which make our own row. */
	jobs_add(JOBS_FEED, &w->job);
}

void presence_rewrite(void)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (agents && map_next(agents, &pos, &key, &value)) {
		struct agent *a = value;

		a->is_written = false;
		settle(a);
	}
}

void presence_stop(void)
{
	is_stopped = true;
}

void presence_fini(void)
{
	struct str key;
	void *value;
	size_t pos = 0;

	while (agents && map_next(agents, &pos, &key, &value)) {
		struct agent *a = value;

		timer_stop(&a->leave);
		timer_stop(&a->lost);
		free(a);
	}
	map_free(&agents);
	is_writing = is_stopped = false;
}
