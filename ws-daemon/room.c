/* room.c: named sets of sockets, kept both ways */
/* SPDX-License-Identifier: MIT */
#include "room.h"

#include "base/map.h"
#include "drops.h"

/*
 *	room "conv:1"  ── members ──▶ membership ◀── memberships ── socket
 *
 * A membership hangs in the list of its room and in that of its socket, so
 * that leaving costs what was joined and sending what is in the room. A room
 * lives as long as it has members.
 */
struct room {
	struct list members;
	size_t count;
	uint64_t sends;
	struct str name; /* its own copy, behind the struct */
};

struct membership {
	struct list in_room;
	struct list in_socket;
	struct room *room;
	struct sio_socket *socket;
};

static struct map *rooms;

void room_set_init(struct room_set *set)
{
	list_init(&set->memberships);
	set->count = 0;
}

static struct room *find(struct str name)
{
	return rooms ? map_find(rooms, name) : NULL;
}

static struct room *make(struct str name)
{
	struct room *r = mem_new(sizeof(*r) + name.n + 1);
	char *copy = (char *)(r + 1);

	memcpy(copy, name.p, name.n);
	r->name = str_make(copy, name.n);
	list_init(&r->members);
	if (!rooms)
		rooms = map_new();
	map_set(rooms, r->name, r);
	return r;
}

/* Walks the shorter of the two lists. */
static struct membership *find_member(
    const struct room *r, struct sio_socket *s)
{
	struct room_set *set = sio_rooms(s);
	struct list *node;
	struct membership *m;

	if (set->count <= r->count) {
		list_each (node, &set->memberships) {
			m = LIST_OF(node, struct membership, in_socket);
			if (m->room == r)
				return m;
		}
		return NULL;
	}
	list_each (node, &r->members) {
		m = LIST_OF(node, struct membership, in_room);
		if (m->socket == s)
			return m;
	}
	return NULL;
}

bool room_join(struct sio_socket *s, struct str name)
{
	struct room_set *set = sio_rooms(s);
	struct room *r = find(name);
	struct membership *m;

	if (r && find_member(r, s))
		return true;
	if (set->count >= sio_rooms_max()) {
		drops_count(DROP_ROOMS);
		return false;
	}
	if (!r)
		r = make(name);
	m = mem_new(sizeof(*m));
	m->room = r;
	m->socket = s;
	list_init(&m->in_room);
	list_init(&m->in_socket);
	list_add(&r->members, &m->in_room);
	list_add(&set->memberships, &m->in_socket);
	r->count++;
	set->count++;
	return true;
}

static void drop(struct membership *m)
{
	struct room *r = m->room;

	list_del(&m->in_room);
	list_del(&m->in_socket);
	sio_rooms(m->socket)->count--;
	free(m);
	if (--r->count > 0)
		return;
	map_del(rooms, r->name);
	free(r);
	if (map_count(rooms) == 0)
		map_free(&rooms);
}

void room_leave(struct sio_socket *s, struct str name)
{
	struct room *r = find(name);
	struct membership *m = r ? find_member(r, s) : NULL;

	if (m)
		drop(m);
}

void room_leave_all(struct sio_socket *s)
{
	struct room_set *set = sio_rooms(s);

	while (!list_empty(&set->memberships))
		drop(LIST_OF(
		    set->memberships.next, struct membership, in_socket));
}

bool room_has(const struct sio_socket *s, struct str name)
{
	struct room *r = find(name);

	/* Looked at, not changed. */
	return r && find_member(r, (struct sio_socket *)(uintptr_t)s);
}

void room_send(
    struct str name, struct sio_packet *p, const struct sio_socket *except)
{
	struct room *r = find(name);
	struct list *node;

	if (!r)
		return;
	r->sends++;
	/* sio_send never calls back: nobody leaves meanwhile. */
	list_each (node, &r->members) {
		struct membership *m =
		    LIST_OF(node, struct membership, in_room);

		if (m->socket != except)
			sio_send(m->socket, p);
	}
}

size_t room_size(struct str name)
{
	struct room *r = find(name);

	return r ? r->count : 0;
}

uint64_t room_sends(struct str name)
{
	struct room *r = find(name);

	return r ? r->sends : 0;
}

size_t room_count(void)
{
	return rooms ? map_count(rooms) : 0;
}

struct sio_socket *room_next(struct str name, void **pos)
{
	struct room *r = find(name);
	struct list *node = *pos;
	struct membership *m;

	/* *pos is the node to return next, so that the one returned before may
	 * have left; &r->members stands for the end. A room whose last member
	 * left is gone, and the end with it. */
	if (!r)
		return NULL;
	if (!node)
		node = r->members.next;
	if (node == &r->members)
		return NULL;
	m = LIST_OF(node, struct membership, in_room);
	*pos = node->next;
	return m->socket;
}
