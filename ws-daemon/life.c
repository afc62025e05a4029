/*
 * life.c: which daemons of this database live
 *
 * Every look gives the whole: who lives and which agents are connected there.
 * The signs of life have the feed's worker, which never waits for a bot or for
 * a lock of others: a busy daemon must not be taken for a dead one.
 */
/* SPDX-License-Identifier: MIT */
#include "life.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "chat/daemons.h"
#include "jobs.h"
#include "presence.h"
#include "timer.h"
#include "wsd.h"

#define RETRY_MS 1000

struct life_job {
	struct job job;
	bool is_beat; /* else only a look */
	bool is_new;
	struct daemons_view view;
};

static struct {
	struct timer beat;
	char host[256];
	size_t others;
	size_t seen; /* the same, since seen_ms */
	size_t told; /* in the log */
	int64_t seen_ms;
	bool is_looking; /* a job is under way */
	bool is_asked;	 /* look again after it */
	bool is_down;	 /* said so already */
	bool is_stopped;
} life;

static struct daemons_self self(void)
{
	return (struct daemons_self){
		.id = wsd.origin,
		.host = life.host,
		.pid = (uint64_t)getpid(),
		.dead_ms = settings_int(&wsd.settings->daemon_dead_ms),
	};
}

static void run_look(struct job *job, struct worker *worker)
{
	struct life_job *l = LIST_OF(job, struct life_job, job);
	struct daemons_self me = self();

	if (l->is_beat)
		job->result = daemons_beat(worker->db, job->pool, &me,
		    &l->is_new, &l->view, &job->err);
	else
		job->result = daemons_look(
		    worker->db, job->pool, &me, &l->view, &job->err);
}

/* Said once, not with every beat. */
static void note_state(const struct job *job)
{
	bool is_down = job->result != ERR_OK;

	if (is_down && !life.is_down)
		log_warn("life_failed why=\"%s\"", job->err.text);
	else if (!is_down && life.is_down)
		log_info("life_works_again");
	life.is_down = is_down;
}

/*
 * Once their number has stood for as long as the dead count as living: who was
 * killed and started again is not a second daemon.
 */
static void note_others(void)
{
	int64_t now = clock_mono_ms();

	if (life.others != life.seen) {
		life.seen = life.others;
		life.seen_ms = now;
	}
	if (life.seen == life.told ||
	    now - life.seen_ms <= settings_int(&wsd.settings->daemon_dead_ms))
		return;
	log_info("daemons others=%zu", life.seen);
	life.told = life.seen;
}

/* What failed, or found too many jobs waiting, is tried again soon: a daemon
 * that is busy is not dead. */
static int64_t next_ms(const struct job *job)
{
	int64_t beat_ms = wsd.settings->daemon_beat_ms;

	return job->result == ERR_OK ? beat_ms : MIN_OF(beat_ms, RETRY_MS);
}

static void look(bool is_beat);

static void done_look(struct job *job)
{
	struct life_job *l = LIST_OF(job, struct life_job, job);

	life.is_looking = false;
	if (life.is_stopped)
		return;
	note_state(job);
	if (job->result == ERR_OK) {
		life.others = l->view.n_living;
		note_others();
		presence_take(&l->view);
	}
	/* Even after a failure: the row may be there and its answer lost. */
	if (l->is_new)
		presence_rewrite();
	if (l->is_beat) {
		presence_write();
		timer_set(&life.beat, next_ms(job));
	}
	if (life.is_asked)
		look(false);
}

static void look(bool is_beat)
{
	struct life_job *l = jobs_new(sizeof(*l), run_look, done_look);

	life.is_looking = true;
	life.is_asked = false;
	l->is_beat = is_beat;
	jobs_add(JOBS_FEED, &l->job);
}

void life_look(void)
{
	if (life.is_stopped)
		return;
	if (life.is_looking)
		life.is_asked = true;
	else
		look(false);
}

static void on_beat(struct timer *t)
{
	if (life.is_looking)
		timer_set(t, 100); /* behind the look under way */
	else
		look(true);
}

size_t life_others(void)
{
	return life.others;
}

void life_start(void)
{
	memset(&life, 0, sizeof(life));
	if (gethostname(life.host, sizeof(life.host) - 1) != 0)
		life.host[0] = '\0';
	timer_init(&life.beat, on_beat);
	look(true);
}

static void run_leave(struct job *job, struct worker *worker)
{
	job->result = daemons_leave(worker->db, wsd.origin, &job->err);
}

static void done_leave(struct job *job)
{
	if (job->result != ERR_OK)
		log_warn("leave_failed why=\"%s\"", job->err.text);
}

void life_stop(void)
{
	struct job *job;

	if (life.is_stopped)
		return;
	life.is_stopped = true;
	life.others = life.seen = life.told = 0;
	timer_stop(&life.beat);
	presence_stop();
	job = jobs_new(sizeof(*job), run_leave, done_leave);
	jobs_add(JOBS_FEED, job);
}
