/* ev_queue.c: join_queue and join_org_presence */
/* SPDX-License-Identifier: MIT */
#include "base/json_out.h"
#include "base/settings.h"
#include "chat/chat_events.h"
#include "ev_out.h"
#include "event.h"
#include "jobs.h"
#include "notify.h"
#include "peer.h"
#include "presence.h"
#include "room.h"
#include "wsd.h"

#define READINGS 10 /* of what was missed, while more comes live */

/*
 * What a queue that comes back has missed. The socket is in the room already;
 * what was sent there between the reading and the answer would come before
 * older events that the answer holds, so then it is read once more.
 */
struct missed_job {
	struct job job;
	struct event_reply reply;
	struct id workspace_id;
	uint64_t since;
	uint64_t durable; /* the feed has told of all up to here */
	uint64_t sends;	  /* room_sends before the reading */
	int readings;
	struct chat_events events;
};

static enum err_code enter(
    const struct event_call *c, struct str room, struct err *err)
{
	if (room_join(c->socket, room))
		return ERR_OK;
	return err_set(
	    err, ERR_CONFLICT, "This connection is in too many rooms.");
}

static void run_missed(struct job *job, struct worker *worker)
{
	struct missed_job *m = LIST_OF(job, struct missed_job, job);

	const struct chat_events_ask ask = {
		.workspace_id = m->workspace_id,
		.after = m->since,
		.limit = CHAT_EVENTS_MAX,
		.grace_ms = settings_int(&wsd.settings->feed_grace_ms),
		.durable = m->durable,
		.origin = wsd.origin,
	};

	job->result = chat_events_after(
	    worker->db, job->pool, &ask, &m->events, &job->err);
}

/* Too old: the client loads its lists again, and goes on from here. */
static void put_reload(const struct event_reply *reply)
{
	struct json_out *j = event_ok_begin();

	json_out_u64(j, "cursor", notify_cursor());
	json_out_bool(j, "reload", true);
	event_ok_end(reply);
}

static void put_missed(const struct missed_job *m)
{
	struct json_out *j = event_ok_begin();

	json_out_u64(j, "cursor", m->events.cursor);
	chat_put_events(j, "missed", &m->events);
	if (m->events.has_more)
		json_out_bool(j, "more", true);
	event_ok_end(&m->reply);
}

static void read_missed(const struct event_reply *reply, struct id workspace_id,
    uint64_t since, int readings);

static void done_missed(struct job *job)
{
	struct missed_job *m = LIST_OF(job, struct missed_job, job);
	char room[EV_OUT_ROOM_SIZE];
	struct str name = ev_out_room_queue(m->workspace_id, room);
	struct sio_socket *s = sio_find(m->reply.handle);

	if (!s || !room_has(s, name))
		return; /* gone, or not an agent any more */
	if (job->result == ERR_GONE)
		put_reload(&m->reply);
	else if (job->result != ERR_OK)
		event_fail(&m->reply, &job->err);
	else if (room_sends(name) != m->sends && m->readings < READINGS)
		read_missed(&m->reply, m->workspace_id, m->since, m->readings);
	else
		put_missed(m);
}

static void read_missed(const struct event_reply *reply, struct id workspace_id,
    uint64_t since, int readings)
{
	struct missed_job *m = jobs_new(sizeof(*m), run_missed, done_missed);
	char room[EV_OUT_ROOM_SIZE];

	m->reply = *reply;
	m->workspace_id = workspace_id;
	m->since = since;
	m->durable = notify_cursor();
	m->sends = room_sends(ev_out_room_queue(workspace_id, room));
	m->readings = readings + 1;
	jobs_add(jobs_key(workspace_id), &m->job);
}

enum err_code ev_queue_join(struct event_call *c, struct err *err)
{
	struct id workspace_id = c->actor.workspace_id;
	char room[EV_OUT_ROOM_SIZE];
	struct json_out *j;
	enum err_code code =
	    enter(c, ev_out_room_queue(workspace_id, room), err);

	if (code != ERR_OK)
		return code;
	if (c->f.has_cursor) {
		read_missed(&c->reply, workspace_id, c->f.cursor, 0);
		return ERR_OK;
	}
	j = event_ok_begin();
	json_out_u64(j, "cursor", notify_cursor());
	event_ok_end(&c->reply);
	return ERR_OK;
}

enum err_code ev_queue_join_presence(struct event_call *c, struct err *err)
{
	char room[EV_OUT_ROOM_SIZE];
	struct json_out *j;
	enum err_code code =
	    enter(c, ev_out_room_presence(c->actor.workspace_id, room), err);

	if (code != ERR_OK)
		return code;
	j = event_ok_begin();
	json_out_array(j, "online");
	presence_put(j, c->actor.workspace_id);
	json_out_end(j);
	event_ok_end(&c->reply);
	return ERR_OK;
}
