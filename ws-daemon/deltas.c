/*
 * deltas.c: a message that is being made is shown as it grows
 *
 * Threads that run turns leave their pieces in one list, joined by message, and
 * wake the loop; it looks at most every TELL_MS. Nothing here is kept: the
 * message itself comes when it is stored.
 */
/* SPDX-License-Identifier: MIT */
#include "deltas.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/json_out.h"
#include "base/log.h"
#include "chat/daemons.h"
#include "ev_out.h"
#include "jobs.h"
#include "life.h"
#include "metrics.h"
#include "timer.h"
#include "transport.h"
#include "wsd.h"

#define TELL_MS	       50
#define TELL_OTHERS_MS 250
#define BROUGHT_MAX    (256 << 10) /* bytes that wait for the loop */
#define UNTOLD_MAX     8192	   /* bytes for the others: a row's payload */

/* What threads have brought of one message since the last look. */
struct piece {
	struct list node;
	struct id conversation_id;
	struct id message;
	struct buf text;
	bool is_torn; /* something was left out */
};

/* A message that is being made here. */
struct making {
	struct list node;
	struct id conversation_id;
	struct id message;
	uint64_t index; /* of the next piece */

	/* for the other daemons, whose pieces have numbers of their own */
	struct timer timer; /* until they may be told again */
	struct buf untold;
	uint64_t untold_index;
	bool is_telling;
};

struct tell_job {
	struct job job;
	struct daemons_delta delta;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct list brought = { &brought, &brought }; /* under lock */
static size_t brought_bytes;			     /* under lock */

static struct list makings = { &makings, &makings };
static size_t n_makings;
static struct timer look; /* the next one */
static int64_t looked_ms;

/* ------------------------------------------------------ in the turn's thread */

static struct piece *piece_of(struct id conversation_id, struct id message)
{
	struct list *node;
	struct piece *p;

	list_each (node, &brought) {
		p = LIST_OF(node, struct piece, node);
		if (id_eq(p->message, message))
			return p;
	}
	p = mem_new(sizeof(*p));
	p->conversation_id = conversation_id;
	p->message = message;
	buf_init(&p->text, 0);
	list_add(&brought, &p->node);
	return p;
}

void deltas_add(struct id conversation_id, struct id message, struct str delta)
{
	struct piece *p;
	bool was_empty;

	if (delta.n == 0)
		return;
	pthread_mutex_lock(&lock);
	was_empty = list_empty(&brought);
	p = piece_of(conversation_id, message);
	/* All behind what was left out waits for the message too. */
	if (p->is_torn || brought_bytes + delta.n > BROUGHT_MAX) {
		p->is_torn = true;
	} else {
		buf_put(&p->text, delta);
		brought_bytes += delta.n;
	}
	pthread_mutex_unlock(&lock);
	if (was_empty)
		transport_wake();
}

static void piece_free(struct piece *p)
{
	list_del(&p->node);
	buf_fini(&p->text);
	free(p);
}

/* ------------------------------------------------------------- other daemons */

static struct making *find(struct id message)
{
	struct list *node;

	list_each (node, &makings) {
		struct making *m = LIST_OF(node, struct making, node);

		if (id_eq(m->message, message))
			return m;
	}
	return NULL;
}

static void run_tell(struct job *job, struct worker *worker)
{
	struct tell_job *t = LIST_OF(job, struct tell_job, job);

	job->result =
	    daemons_tell_delta(worker->db, wsd.origin, &t->delta, &job->err);
}

static void tell(struct making *m);

static void done_tell(struct job *job)
{
	struct tell_job *t = LIST_OF(job, struct tell_job, job);
	struct making *m = find(t->delta.message);

	if (job->result != ERR_OK)
		log_debug("delta_not_told why=\"%s\"", job->err.text);
	if (!m)
		return;
	m->is_telling = false;
	if (m->untold.n > 0 && !timer_is_set(&m->timer))
		tell(m);
}

static void tell(struct making *m)
{
	struct tell_job *t = jobs_new(sizeof(*t), run_tell, done_tell);

	t->delta = (struct daemons_delta){
		.conversation_id = m->conversation_id,
		.message = m->message,
		.index = m->untold_index++,
		.text = str_copy(t->job.pool, buf_str(&m->untold)),
	};
	buf_clear(&m->untold);
	m->is_telling = true;
	timer_set(&m->timer, TELL_OTHERS_MS);
	jobs_add(jobs_key(m->conversation_id), &t->job);
}

static void on_others(struct timer *timer)
{
	struct making *m = LIST_OF(timer, struct making, timer);

	if (m->untold.n > 0 && !m->is_telling)
		tell(m);
}

/* A number that is passed over shows that something was left out. */
static void tell_later(struct making *m, const struct piece *p)
{
	if (life_others() == 0)
		return;
	if (p->is_torn || m->untold.n + p->text.n > UNTOLD_MAX) {
		m->untold_index++;
		return;
	}
	buf_put(&m->untold, buf_str(&p->text));
	if (!m->is_telling && !timer_is_set(&m->timer))
		tell(m);
}

void deltas_elsewhere(struct id conversation_id, struct str payload)
{
	ev_out_delta(conversation_id, payload);
}

/* ------------------------------------------------------------- on the loop */

static struct making *find_or_new(struct id conversation_id, struct id message)
{
	struct making *m = find(message);

	if (m)
		return m;
	m = mem_new(sizeof(*m));
	m->conversation_id = conversation_id;
	m->message = message;
	timer_init(&m->timer, on_others);
	buf_init(&m->untold, 0);
	list_add(&makings, &m->node);
	n_makings++;
	return m;
}

static void drop(struct making *m)
{
	timer_stop(&m->timer);
	buf_fini(&m->untold);
	list_del(&m->node);
	n_makings--;
	free(m);
}

static void send_here(struct making *m, const struct piece *p)
{
	const struct daemons_delta delta = {
		.conversation_id = m->conversation_id,
		.message = m->message,
		.index = m->index,
		.text = buf_str(&p->text),
	};
	struct json_out j;
	struct buf b;

	m->index++;
	if (p->is_torn) {
		metrics_add_of(METRIC_DELTAS, "dropped", 1);
		return;
	}
	metrics_add_of(METRIC_DELTAS, "told", 1);
	buf_init(&b, 0);
	json_out_init(&j, &b);
	daemons_put_delta(&j, &delta);
	ev_out_delta(m->conversation_id, buf_str(&b));
	buf_fini(&b);
}

static void take_all(struct list *all)
{
	list_init(all);
	pthread_mutex_lock(&lock);
	while (!list_empty(&brought)) {
		struct list *node = brought.next;

		list_del(node);
		list_add(all, node);
	}
	brought_bytes = 0;
	pthread_mutex_unlock(&lock);
}

static void on_look(struct timer *t)
{
	struct list all, *node, *next;

	(void)t;
	looked_ms = clock_mono_ms();
	take_all(&all);
	list_each_safe (node, next, &all) {
		struct piece *p = LIST_OF(node, struct piece, node);
		struct making *m = find_or_new(p->conversation_id, p->message);

		send_here(m, p);
		tell_later(m, p);
		piece_free(p);
	}
}

void deltas_collect(void)
{
	int64_t wait_ms = looked_ms + TELL_MS - clock_mono_ms();
	bool is_empty;

	if (timer_is_set(&look))
		return;
	pthread_mutex_lock(&lock);
	is_empty = list_empty(&brought);
	pthread_mutex_unlock(&lock);
	if (is_empty)
		return;
	if (wait_ms > 0)
		timer_set(&look, wait_ms);
	else
		on_look(&look);
}

/* Nobody brings more of it. */
static void forget_brought(struct id conversation_id)
{
	struct list *node, *next;

	pthread_mutex_lock(&lock);
	list_each_safe (node, next, &brought) {
		struct piece *p = LIST_OF(node, struct piece, node);

		if (!id_eq(p->conversation_id, conversation_id))
			continue;
		brought_bytes -= p->text.n;
		piece_free(p);
	}
	pthread_mutex_unlock(&lock);
}

void deltas_end(struct id conversation_id)
{
	struct list *node, *next;

	forget_brought(conversation_id);
	list_each_safe (node, next, &makings) {
		struct making *m = LIST_OF(node, struct making, node);

		if (id_eq(m->conversation_id, conversation_id))
			drop(m);
	}
}

size_t deltas_count(void)
{
	return n_makings;
}

void deltas_start(void)
{
	timer_init(&look, on_look);
	looked_ms = clock_mono_ms() - TELL_MS;
}

void deltas_fini(void)
{
	struct list all;

	timer_stop(&look);
	take_all(&all);
	while (!list_empty(&all))
		piece_free(LIST_OF(all.next, struct piece, node));
	while (n_makings > 0)
		drop(LIST_OF(makings.next, struct making, node));
}
