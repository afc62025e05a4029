/* peer.h: who a socket is */
/* SPDX-License-Identifier: MIT */
#ifndef PEER_H
#define PEER_H

#include "bucket.h"
#include "chat/model.h"
#include "delivery.h"
#include "sio.h"
#include "timer.h"

struct foreign;

/* A login is looked up again when it was last seen this long ago. */
#define PEER_CHECK_MS 60000

/*
 * One accepted socket. It is an agent while its login holds; everybody else is
 * nobody in particular until an event names an external_id.
 */
struct peer {
	uint64_t handle;
	bool is_agent;
	bool is_unsure;	 /* there is a cookie, and it must be looked up first */
	bool is_console; /* has spoken as an agent */
	bool in_presence;
	struct list of_agents; /* while in_presence */
	struct id user_id;     /* these four: agents */
	struct id workspace_id;
	char *display_name;
	bool is_admin;
	char *token;		 /* the login cookie; NULL: none */
	struct timer timer;	 /* the next look at the login */
	unsigned looks;		 /* at the login, under way */
	bool is_used;		 /* by hand, since the last look */
	unsigned deferred;	 /* events that wait for it, in order */
	struct foreign *foreign; /* NULL: a page of ours */
	struct bucket budget;
	int64_t connected_ms;
	uint64_t events;     /* that it sent */
	struct list members; /* struct member, of_peer */
};

/* The three callbacks of sio_app. */
enum err_code peer_check_handshake(
    const struct sio_handshake *hs, struct err *err);
void peer_on_connect(struct sio_socket *s, const struct json *auth);
void peer_on_disconnect(struct sio_socket *s, const char *reason);

struct peer *peer_of(const struct sio_socket *s);
/* NULL when the socket has gone meanwhile. */
struct peer *peer_find(uint64_t handle);
/* Jobs of one socket run in order: what jobs_add wants. */
uint64_t peer_job_key(uint64_t handle);
/* The membership in a conversation, or NULL. */
struct member *peer_member(const struct peer *p, struct id conversation_id);
/* The actor that the rules of chat.h want; texts in the pool. */
struct chat_actor peer_actor(const struct peer *p, struct pool *pool);

/*
 * Events wait when the login must be looked up first, or others wait already:
 * then a copy is kept, event_resume gets it later, and this is true.
 */
bool peer_defer(struct peer *p, const struct sio_event *ev);

/*
 * Logins of this user have ended: all sockets of the user are looked up at
 * once. Their events wait meanwhile; who has no login left is closed, but for
 * visitors who share the browser, who only stop being agents.
 */
void peer_check_user(struct id user_id);

/* To every agent's socket that is in its workspace's queue. */
void peer_send_queues(struct sio_packet *packet);

/* Sockets that were accepted. */
size_t peer_count(void);

#endif
