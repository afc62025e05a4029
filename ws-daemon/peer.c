/*
 * peer.c: who a socket is
 *
 * The login is looked up at CONNECT, when the feed says that logins of its user
 * have ended, and once a minute for those that end without a word. A socket
 * whose login is over is closed: its client connects again, as nobody, and asks
 * for a login. A tab that stands open does all that by itself: only what a
 * person did meanwhile keeps the login from ending as idle. Without a database at
 * CONNECT the socket is accepted all the same (clients do not come back by
 * themselves after a refusal) and looked up with its first event.
 */
/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/settings.h"
#include "chat/account.h"
#include "drops.h"
#include "ev_out.h"
#include "event.h"
#include "foreign.h"
#include "jobs.h"
#include "origin.h"
#include "peer_log.h"
#include "presence.h"
#include "room.h"
#include "typing.h"
#include "wsd.h"

/* The look at a login. */
struct login_job {
	struct job job;
	uint64_t handle;
	struct str token;
	bool is_use;
	uint64_t ends; /* ends_heard, when it was asked for */
	struct account account;
};

/* An event that waits until the look is over: same key, hence behind it. */
struct defer_job {
	struct job job;
	uint64_t handle;
	struct str args;
	bool has_ack;
	uint64_t ack_id;
};

static size_t peers;
static struct list agents = { &agents, &agents };
static uint64_t ends_heard; /* of logins, by the feed */

static struct str base_url(void)
{
	return str_of(wsd.settings->base_url);
}

enum err_code peer_check_handshake(
    const struct sio_handshake *hs, struct err *err)
{
	if (origin_is_allowed(hs, base_url(), str_of(wsd.settings->ws_origins)))
		return ERR_OK;
	drops_count(DROP_ORIGIN);
	peer_log_origin(hs->address, hs->origin);
	return err_set(err, ERR_FORBIDDEN, "Origin not allowed");
}

uint64_t peer_job_key(uint64_t handle)
{
	return handle == JOBS_FEED ? UINT64_MAX : handle;
}

static void run_login(struct job *job, struct worker *worker)
{
	struct login_job *l = LIST_OF(job, struct login_job, job);

	if (l->is_use)
		job->result = account_by_token(worker->db, job->pool,
		    wsd.settings, l->token, &l->account, &job->err);
	else
		job->result = account_check_token(worker->db, job->pool,
		    wsd.settings, l->token, &l->account, &job->err);
}

static void look_up(
    uint64_t handle, struct str token, bool is_use, void (*done)(struct job *))
{
	struct login_job *l = jobs_new(sizeof(*l), run_login, done);

	l->handle = handle;
	l->is_use = is_use;
	l->ends = ends_heard;
	l->token = str_copy(l->job.pool, token);
	jobs_add(peer_job_key(handle), &l->job);
}

static void done_check(struct job *job);

static void look_again(struct peer *p)
{
	p->looks++;
	look_up(p->handle, str_of(p->token), p->is_used, done_check);
	p->is_used = false;
}

static void start_check(struct peer *p)
{
	if (p->looks == 0 && p->token)
		look_again(p);
}

static void on_timer(struct timer *t)
{
	start_check(LIST_OF(t, struct peer, timer));
}

static struct peer *peer_new(struct sio_socket *s)
{
	struct peer *p = mem_new(sizeof(*p));

	p->handle = sio_handle(s);
	p->connected_ms = clock_mono_ms();
	list_init(&p->members);
	timer_init(&p->timer, on_timer);
	bucket_init(&p->budget, wsd.settings->event_burst,
	    wsd.settings->event_refill_ms, clock_mono_ms());
	p->foreign = foreign_new(s);
	sio_set_data(s, p);
	peers++;
	return p;
}

/* From here on p is an agent; harmless when it was before. */
static void become_agent(struct peer *p, const struct account *a)
{
	free(p->display_name);
	p->display_name = mem_new(a->display_name.n + 1);
	if (a->display_name.n > 0)
		memcpy(p->display_name, a->display_name.p, a->display_name.n);
	p->is_admin = a->is_admin;
	p->user_id = a->user_id;
	p->workspace_id = a->workspace_id;
	p->is_agent = true;
	p->is_unsure = false;
	if (!p->in_presence) {
		p->in_presence = true;
		list_add(&agents, &p->of_agents);
		presence_add(p->workspace_id, p->user_id);
	}
	timer_set(&p->timer, PEER_CHECK_MS);
}

static void leave_member(struct peer *p, struct member *m)
{
	struct id id = m->conversation_id;

	typing_clear(id, m->side, p->handle);
	delivery_leave(p, id);
}

static void leave_presence(struct peer *p)
{
	if (!p->in_presence)
		return;
	p->in_presence = false;
	list_del(&p->of_agents);
	presence_del(p->user_id);
}

/* The login is over: nothing of the workspace reaches p any more. */
static void become_nobody(struct peer *p, struct sio_socket *s)
{
	char room[EV_OUT_ROOM_SIZE];
	struct list *node, *tmp;

	list_each_safe (node, tmp, &p->members) {
		struct member *m = LIST_OF(node, struct member, of_peer);

		if (m->side == CHAT_AGENT)
			leave_member(p, m);
	}
	if (p->is_agent) {
		room_leave(s, ev_out_room_queue(p->workspace_id, room));
		room_leave(s, ev_out_room_presence(p->workspace_id, room));
	}
	leave_presence(p);
	p->is_agent = false;
	p->is_unsure = false;
	free(p->token);
	p->token = NULL;
	timer_stop(&p->timer);
}

/* A widget's socket: the browser sends the console's cookie along with it. */
static bool is_visitors(const struct peer *p)
{
	return !p->is_console && !list_empty(&p->members);
}

static void end_login(struct peer *p, struct sio_socket *s)
{
	log_info("login_ended %s", peer_log_text(s));
	drops_count(DROP_LOGIN);
	become_nobody(p, s);
	if (!is_visitors(p))
		sio_close(s); /* p is gone */
}

static void keep_token(struct peer *p, struct str token)
{
	p->token = mem_new(token.n + 1);
	memcpy(p->token, token.p, token.n);
}

/* A login has ended since this look was asked for; perhaps this one. */
static bool is_stale(const struct login_job *l)
{
	return l->ends != ends_heard;
}

static void done_connect(struct job *job)
{
	struct login_job *l = LIST_OF(job, struct login_job, job);
	struct sio_socket *s = sio_find(l->handle);
	struct peer *p;

	if (!s)
		return;
	p = peer_new(s);
	if (job->result == ERR_OK && is_stale(l)) {
		keep_token(p, l->token);
		p->is_unsure = true;
		look_again(p);
	} else if (job->result == ERR_OK) {
		keep_token(p, l->token);
		become_agent(p, &l->account);
	} else if (job->result != ERR_UNAUTHORIZED) {
		static struct log_kind kind;

		log_warn_some(&kind, "login_not_checked %s why=\"%s\"",
		    peer_log_text(s), job->err.text);
		keep_token(p, l->token);
		p->is_unsure = true;
	}
	peer_log_connect(s);
	sio_accept(s);
}

static void done_check(struct job *job)
{
	struct login_job *l = LIST_OF(job, struct login_job, job);
	struct sio_socket *s = sio_find(l->handle);
	struct peer *p = peer_find(l->handle);

	if (!s || !p)
		return;
	p->looks--;
	if (!p->token)
		return; /* an earlier look has ended it */
	if (job->result == ERR_UNAUTHORIZED) {
		end_login(p, s);
		return;
	}
	if (job->result != ERR_OK) {
		p->is_used = p->is_used || l->is_use; /* not noted */
		timer_set(&p->timer, PEER_CHECK_MS / 10);
	} else if (!p->is_agent && is_stale(l)) {
		start_check(p);
	} else if (p->looks == 0) {
		become_agent(p, &l->account);
	}
}

void peer_check_user(struct id user_id)
{
	struct list *node;

	ends_heard++;
	list_each (node, &agents) {
		struct peer *p = LIST_OF(node, struct peer, of_agents);

		if (!id_eq(p->user_id, user_id))
			continue;
		p->is_unsure = true;
		look_again(p);
	}
}

static void connect_peer(struct sio_socket *s)
{
	const struct sio_handshake *hs = sio_handshake(s);
	struct str token = STR_EMPTY;

	if (origin_is_ours(hs, base_url()))
		token = origin_cookie(hs->cookie, STR("session"));
	if (token.n > 0) {
		look_up(sio_handle(s), token, false, done_connect);
		return;
	}
	peer_new(s);
	peer_log_connect(s);
	sio_accept(s);
}

void peer_on_connect(struct sio_socket *s, const struct json *auth)
{
	if (!foreign_check_named(s, auth, connect_peer))
		connect_peer(s);
}

void peer_on_disconnect(struct sio_socket *s, const char *reason)
{
	struct peer *p = peer_of(s);

	if (!p)
		return;
	peer_log_disconnect(s, reason);
	sio_set_data(s, NULL);
	while (!list_empty(&p->members)) {
		struct member *m =
		    LIST_OF(p->members.next, struct member, of_peer);

		typing_clear(m->conversation_id, m->side, p->handle);
		delivery_del(m);
	}
	leave_presence(p);
	timer_stop(&p->timer);
	foreign_free(&p->foreign);
	free(p->display_name);
	free(p->token);
	free(p);
	peers--;
}

struct peer *peer_of(const struct sio_socket *s)
{
	return sio_data(s);
}

struct peer *peer_find(uint64_t handle)
{
	struct sio_socket *s = sio_find(handle);

	return s ? sio_data(s) : NULL;
}

struct member *peer_member(const struct peer *p, struct id conversation_id)
{
	struct list *node;

	list_each (node, &p->members) {
		struct member *m = LIST_OF(node, struct member, of_peer);

		if (id_eq(m->conversation_id, conversation_id))
			return m;
	}
	return NULL;
}

struct chat_actor peer_actor(const struct peer *p, struct pool *pool)
{
	return (struct chat_actor){
		.kind = CHAT_AGENT,
		.workspace_id = p->workspace_id,
		.user_id = p->user_id,
		.display_name = str_copy(pool, str_of(p->display_name)),
		.is_admin = p->is_admin,
	};
}

static void run_deferred(struct job *job, struct worker *worker)
{
	(void)job;
	(void)worker;
}

static void done_deferred(struct job *job)
{
	struct defer_job *d = LIST_OF(job, struct defer_job, job);
	struct sio_socket *s = sio_find(d->handle);
	struct peer *p = peer_find(d->handle);
	struct sio_event ev = {
		.pool = job->pool,
		.has_ack = d->has_ack,
		.ack_id = d->ack_id,
	};

	if (!s || !p)
		return;
	p->deferred--;
	if (json_parse(job->pool, d->args, &ev.args, NULL) != ERR_OK)
		return;
	ev.name = json_str(json_at(ev.args, 0));
	event_resume(s, &ev, &job->err);
}

bool peer_defer(struct peer *p, const struct sio_event *ev)
{
	struct defer_job *d;

	if (p->is_unsure)
		start_check(p);
	else if (p->deferred == 0)
		return false;
	d = jobs_new(sizeof(*d), run_deferred, done_deferred);
	d->handle = p->handle;
	d->args = json_text(d->job.pool, ev->args);
	d->has_ack = ev->has_ack;
	d->ack_id = ev->ack_id;
	p->deferred++;
	jobs_add(peer_job_key(p->handle), &d->job);
	return true;
}

void peer_send_queues(struct sio_packet *packet)
{
	char room[EV_OUT_ROOM_SIZE];
	struct list *node;

	list_each (node, &agents) {
		struct peer *p = LIST_OF(node, struct peer, of_agents);
		struct sio_socket *s = sio_find(p->handle);

		if (s && room_has(s, ev_out_room_queue(p->workspace_id, room)))
			sio_send(s, packet);
	}
}

size_t peer_count(void)
{
	return peers;
}
