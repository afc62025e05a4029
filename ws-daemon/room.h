/* room.h: who hears what: named sets of sockets, kept both ways */
/* SPDX-License-Identifier: MIT */
#ifndef ROOM_H
#define ROOM_H

#include "base/list.h"
#include "sio.h"

/* The rooms of one socket; a part of it. */
struct room_set {
	struct list memberships;
	unsigned count;
};

void room_set_init(struct room_set *set);

/* False when the socket is in as many rooms as the setting allows. Joining
 * twice is harmless. */
MUST_CHECK bool room_join(struct sio_socket *s, struct str name);
/* Harmless when it is not in. */
void room_leave(struct sio_socket *s, struct str name);
/* Costs what was joined. */
void room_leave_all(struct sio_socket *s);
bool room_has(const struct sio_socket *s, struct str name);

/* To every member but except (may be NULL). */
void room_send(
    struct str name, struct sio_packet *p, const struct sio_socket *except);
size_t room_size(struct str name);
/* How many packets room_send has had for it since its first member came. */
uint64_t room_sends(struct str name);
size_t room_count(void);

/* Each member once; *pos starts at NULL. Members may leave while walking only
 * by the caller's own hand on the one just returned. */
struct sio_socket *room_next(struct str name, void **pos);

#endif
