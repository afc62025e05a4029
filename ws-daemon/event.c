/* event.c: the one way of every event: budget, row, fields, run, answer */
/* SPDX-License-Identifier: MIT */
#include "event.h"

#include "address.h"
#include "base/clock.h"
#include "base/json_out.h"
#include "base/log.h"
#include "base/settings.h"
#include "drops.h"
#include "foreign.h"
#include "metrics.h"
#include "peer.h"
#include "peer_log.h"
#include "wsd.h"

struct wsd wsd;

static struct bucket_set *visitors; /* conversation and external_id */

/* The ack that is being written; the loop is one thread. */
static struct {
	struct buf buf;
	struct json_out j;
} ack;

void event_start(void)
{
	visitors = bucket_set_new(wsd.settings->message_burst,
	    wsd.settings->message_refill_ms,
	    (size_t)wsd.settings->visitors_max);
	/* A rate of what was never told before begins too late. */
	for (size_t i = 0; i < events_n; i++)
		metrics_add_of2(METRIC_EVENTS, events[i].name, "ok", 0);
}

void event_reload(void)
{
	bucket_set_change(visitors, wsd.settings->message_burst,
	    wsd.settings->message_refill_ms);
}

void event_fini(void)
{
	bucket_set_free(&visitors);
}

struct json_out *event_ok_begin(void)
{
	buf_init(&ack.buf, 0);
	json_out_init(&ack.j, &ack.buf);
	json_out_object(&ack.j, NULL);
	json_out_bool(&ack.j, "ok", true);
	return &ack.j;
}

static void send_ack(const struct event_reply *reply)
{
	struct sio_socket *s = sio_find(reply->handle);

	json_out_end(&ack.j);
	if (s && reply->has_ack)
		sio_ack(s, reply->ack_id, buf_str(&ack.buf));
	buf_fini(&ack.buf);
}

void event_ok_end(const struct event_reply *reply)
{
	metrics_add_of2(METRIC_EVENTS, reply->name, "ok", 1);
	send_ack(reply);
}

void event_ok(const struct event_reply *reply)
{
	event_ok_begin();
	event_ok_end(reply);
}

static void send_error(struct sio_socket *s, const char *text)
{
	struct json_out j;
	struct buf b;

	buf_init(&b, 0);
	json_out_init(&j, &b);
	json_out_object(&j, NULL);
	json_out_cstr(&j, "message", text);
	json_out_end(&j);
	sio_emit(s, "error", buf_str(&b));
	buf_fini(&b);
}

static void log_failure(const struct event_reply *reply,
    const struct sio_socket *s, const struct err *err)
{
	static struct log_kind failed, limited;

	if ((err->code == ERR_INTERNAL || err->code == ERR_UNAVAILABLE) &&
	    !wsd.is_stopping)
		log_warn_some(&failed,
		    "event_failed %s event=%s error=%s why=\"%s\"",
		    peer_log_text(s), reply->name, err_slug(err->code),
		    err->text);
	else if (err->code == ERR_RATE_LIMITED)
		log_warn_some(&limited, "event_refused %s event=%s error=%s",
		    peer_log_text(s), reply->name, err_slug(err->code));
	else
		log_debug("event_refused %s event=%s error=%s",
		    peer_log_text(s), reply->name, err_slug(err->code));
}

void event_fail(const struct event_reply *reply, const struct err *err)
{
	struct sio_socket *s = sio_find(reply->handle);

	metrics_add_of2(METRIC_EVENTS, reply->name, err_slug(err->code), 1);
	log_failure(reply, s, err);
	if (!s)
		return;
	if (err->code != ERR_RATE_LIMITED)
		send_error(s, err->text);
	buf_init(&ack.buf, 0);
	json_out_init(&ack.j, &ack.buf);
	json_out_object(&ack.j, NULL);
	json_out_bool(&ack.j, "ok", false);
	json_out_cstr(&ack.j, "error", err_slug(err->code));
	json_out_cstr(&ack.j, "message", err->text);
	send_ack(reply);
}

/* Which side speaks: as it says, as its external_id says, as it joined. */
static enum chat_sender side_of(
    const struct event_call *c, const struct member *m)
{
	if (c->f.has_side)
		return c->f.side;
	if (c->f.external_id.n > 0)
		return CHAT_END_USER;
	if (m)
		return m->side;
	return c->peer->is_agent || c->peer->is_unsure ? CHAT_AGENT
						       : CHAT_END_USER;
}

static enum err_code set_actor(
    struct event_call *c, unsigned who, struct err *err)
{
	const struct member *m = peer_member(c->peer, c->f.conversation_id);
	enum chat_sender side = who == EVENT_AGENT ? CHAT_AGENT : side_of(c, m);
	struct str external_id = c->f.external_id;

	if (side == CHAT_AGENT) {
		if (c->peer->is_unsure)
			return err_set(err, ERR_UNAVAILABLE,
			    "The login cannot be checked just now.");
		if (!c->peer->is_agent)
			return err_set(err, ERR_UNAUTHORIZED,
			    "Only agents who are logged in may do this.");
		c->peer->is_console = true;
		c->actor = peer_actor(c->peer, c->pool);
		return ERR_OK;
	}
	if (external_id.n == 0 && m && m->external_id)
		external_id = str_of(m->external_id);
	if (external_id.n == 0)
		return err_set(
		    err, ERR_BAD_REQUEST, "external_id is required.");
	if (external_id.n > CHAT_EXTERNAL_ID_MAX)
		return err_set(
		    err, ERR_BAD_REQUEST, "external_id is too long.");
	c->actor = (struct chat_actor){
		.kind = CHAT_END_USER,
		.external_id = str_copy(c->pool, external_id),
	};
	return ERR_OK;
}

/* Per visitor and conversation, over all of their connections. */
static enum err_code check_rate(const struct event_call *c, struct err *err)
{
	char name[sizeof(struct id) + CHAT_EXTERNAL_ID_MAX];
	struct str id = id_bytes(&c->f.conversation_id);
	struct str who = c->actor.external_id;

	memcpy(name, id.p, id.n);
	memcpy(name + id.n, who.p, who.n);
	if (bucket_set_take(
		visitors, str_make(name, id.n + who.n), clock_mono_ms()))
		return ERR_OK;
	drops_count(DROP_MESSAGES);
	return err_set(
	    err, ERR_RATE_LIMITED, "Too many messages; wait a moment.");
}

static enum err_code run_row(const struct event *row, struct event_call *c,
    const struct sio_event *ev, struct err *err)
{
	enum err_code code;

	code =
	    events_read_fields(row, json_at(ev->args, 1), c->pool, &c->f, err);
	if (code == ERR_OK && row->who != EVENT_ANYONE)
		code = set_actor(c, row->who, err);
	if (code == ERR_OK && row->is_by_hand && c->actor.kind == CHAT_AGENT)
		c->peer->is_used = true;
	if (code == ERR_OK && row->who != EVENT_ANYONE &&
	    c->actor.kind == CHAT_END_USER &&
	    !foreign_allows(c->peer->foreign, c->f.conversation_id)) {
		foreign_ask(c->peer, ev, c->f.conversation_id);
		return ERR_OK;
	}
	if (code == ERR_OK && row->fields & FIELD_MESSAGE &&
	    c->actor.kind == CHAT_END_USER)
		code = check_rate(c, err);
	if (code == ERR_OK)
		code = row->run(c, err);
	return code;
}

/* Of the connection first, then of its address. */
static bool take_budget(
    const struct sio_socket *s, struct peer *p, const struct event *row)
{
	/* What nobody knows costs as much as the dearest. */
	int64_t cost = row ? row->cost : 4;
	int64_t now = clock_mono_ms();

	if (!bucket_take(&p->budget, cost, wsd.settings->event_burst,
		wsd.settings->event_refill_ms, now)) {
		drops_count(DROP_EVENTS);
		return false;
	}
	if (!address_take_event(sio_address(s), cost, now)) {
		drops_count(DROP_ADDRESS_EVENTS);
		return false;
	}
	return true;
}

static enum err_code admit(const struct sio_socket *s, const struct event *row,
    struct peer *p, struct err *err)
{
	if (wsd.is_stopping)
		return err_set(err, ERR_UNAVAILABLE,
		    "The server is going down; connect again.");
	if (!take_budget(s, p, row))
		return err_set(
		    err, ERR_RATE_LIMITED, "Too many events; wait a moment.");
	if (!row)
		return err_set(err, ERR_BAD_REQUEST, "Unknown event.");
	return ERR_OK;
}

static struct event_reply reply_to(const struct sio_socket *s,
    const struct sio_event *ev, const struct event *row)
{
	return (struct event_reply){
		.handle = sio_handle(s),
		.name = row ? row->name : "unknown",
		.has_ack = ev->has_ack,
		.ack_id = ev->ack_id,
	};
}

static void run_event(
    struct sio_socket *s, const struct sio_event *ev, const struct event *row)
{
	struct event_call c = {
		.socket = s,
		.peer = peer_of(s),
		.pool = ev->pool,
		.reply = reply_to(s, ev, row),
	};
	struct err err = { .code = ERR_OK };

	if (run_row(row, &c, ev, &err) != ERR_OK)
		event_fail(&c.reply, &err);
}

void event_on_event(struct sio_socket *s, const struct sio_event *ev)
{
	const struct event *row = events_find(ev->name);
	struct event_reply reply = reply_to(s, ev, row);
	struct peer *p = peer_of(s);
	struct err err = { .code = ERR_OK };

	if (!p)
		return;
	p->events++;
	if (admit(s, row, p, &err) != ERR_OK)
		event_fail(&reply, &err);
	else if (!peer_defer(p, ev))
		run_event(s, ev, row);
}

void event_resume(
    struct sio_socket *s, const struct sio_event *ev, const struct err *err)
{
	const struct event *row = events_find(ev->name);
	struct event_reply reply = reply_to(s, ev, row);

	if (err->code != ERR_OK)
		event_fail(&reply, err);
	else if (row)
		run_event(s, ev, row);
}
