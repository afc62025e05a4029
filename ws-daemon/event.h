/* event.h: the one way of every event: budget, row, fields, run, answer */
/* SPDX-License-Identifier: MIT */
#ifndef EVENT_H
#define EVENT_H

#include "events.h"

struct json_out;

/* Once, after wsd was filled and timer_start. */
void event_start(void);
/* The settings have changed. */
void event_reload(void);
void event_fini(void);

/* Callback of sio_app. */
void event_on_event(struct sio_socket *s, const struct sio_event *ev);
/* An event that peer_defer kept; refused when err is one. */
void event_resume(
    struct sio_socket *s, const struct sio_event *ev, const struct err *err);

/*
 * The failure of an event, now or after its job: logs once, sends `error` and
 * the ack {ok:false}. What was too much is dropped without an `error`.
 */
void event_fail(const struct event_reply *reply, const struct err *err);

/*
 * The ack of an event that went well: the members between begin and end follow
 * after ok. Without a wish for an ack nothing is sent.
 */
struct json_out *event_ok_begin(void);
void event_ok_end(const struct event_reply *reply);
/* Only {ok:true}. */
void event_ok(const struct event_reply *reply);

#endif
