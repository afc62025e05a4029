/* fake_sio.c: sockets and rooms that write down what they are sent */
/* SPDX-License-Identifier: MIT */
#include "fake_sio.h"

#include "base/buf.h"
#include "base/pool.h"
#include "event.h"
#include "peer.h"
#include "room.h"

#define SOCKETS_MAX 16
#define ROOMS_MAX   64

struct sio_socket {
	uint64_t handle;
	struct sio_handshake handshake;
	struct address *address;
	void *data;
	bool is_accepted;
	size_t waiting;
	struct buf got;
	struct buf shown;
};

struct sio_packet {
	unsigned refs;
	struct buf line;
};

struct fake_room {
	char name[64];
	struct sio_socket *members[SOCKETS_MAX];
	uint64_t sends;
};

static struct sio_socket *sockets[SOCKETS_MAX];
static struct fake_room rooms[ROOMS_MAX];
static uint64_t last_handle;

const char *sio_transport(const struct sio_socket *s)
{
	(void)s;
	return "websocket";
}

struct sio_socket *fake_sio_connect(const char *cookie, const char *origin)
{
	return fake_sio_connect_with(cookie, origin, NULL, NULL);
}

struct sio_socket *fake_sio_connect_with(
    const char *cookie, const char *origin, const char *query, const char *auth)
{
	const struct json *payload = NULL;
	struct pool *pool = pool_new();
	struct sio_socket *s = mem_new(sizeof(*s));
	size_t i = 0;

	while (i < SOCKETS_MAX - 1 && sockets[i])
		i++;
	assert(!sockets[i]);
	sockets[i] = s;
	s->handle = ++last_handle;
	s->handshake.cookie = str_of(cookie);
	s->handshake.origin = str_of(origin);
	s->handshake.host = STR("chat.example.com");
	buf_init(&s->got, 0);
	buf_init(&s->shown, 0);
	s->handshake.query = str_of(query);
	if (auth && json_parse(pool, str_of(auth), &payload, NULL) != ERR_OK)
		abort();
	peer_on_connect(s, payload);
	pool_free(&pool);
	return s;
}

void fake_sio_disconnect(struct sio_socket *s)
{
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		if (sockets[i] == s)
			sockets[i] = NULL;
	room_leave_all(s);
	if (s->is_accepted)
		peer_on_disconnect(s, "transport close");
	buf_fini(&s->got);
	buf_fini(&s->shown);
	free(s);
}

void fake_sio_event(struct sio_socket *s, const char *args, int64_t ack)
{
	struct pool *pool = pool_new();
	struct sio_event ev = {
		.pool = pool,
		.has_ack = ack >= 0,
		.ack_id = ack >= 0 ? (uint64_t)ack : 0,
	};

	if (json_parse(pool, str_of(args), &ev.args, NULL) != ERR_OK)
		abort();
	ev.name = json_str(json_at(ev.args, 0));
	event_on_event(s, &ev);
	pool_free(&pool);
}

bool fake_sio_is_accepted(const struct sio_socket *s)
{
	return s->is_accepted;
}

const char *fake_sio_take(struct sio_socket *s)
{
	buf_clear(&s->shown);
	buf_put(&s->shown, buf_str(&s->got));
	buf_puts(&s->shown, "");
	buf_clear(&s->got);
	return s->shown.n > 0 ? s->shown.p : "";
}

const char *fake_sio_seqs(struct sio_socket *s)
{
	struct str rest = buf_str(&s->got), line;

	buf_clear(&s->shown);
	while (rest.n > 0 && str_split(&rest, '\n', &line)) {
		size_t at = str_search(line, STR("\"seq\":"));

		if (!str_starts(line, STR("message_received ")))
			continue;
		line = str_from(line, at + 6);
		if (s->shown.n > 0)
			buf_byte(&s->shown, ',');
		while (line.n > 0 && line.p[0] >= '0' && line.p[0] <= '9') {
			buf_byte(&s->shown, line.p[0]);
			line = str_from(line, 1);
		}
	}
	buf_clear(&s->got);
	return s->shown.n > 0 ? s->shown.p : "";
}

void fake_sio_end(void)
{
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		if (sockets[i])
			fake_sio_disconnect(sockets[i]);
	memset(rooms, 0, sizeof(rooms));
}

uint64_t sio_handle(const struct sio_socket *s)
{
	return s->handle;
}

struct sio_socket *sio_find(uint64_t handle)
{
	size_t i;

	for (i = 0; i < SOCKETS_MAX; i++)
		if (sockets[i] && sockets[i]->handle == handle)
			return sockets[i];
	return NULL;
}

/* The client hears of it and stays; its socket is none any more. */
void sio_refuse(struct sio_socket *s, const char *message, struct str data)
{
	(void)data;
	buf_printf(&s->got, "refused %s\n", message);
	s->handle = 0;
}

struct address *sio_address(const struct sio_socket *s)
{
	return s->address;
}

const struct sio_handshake *sio_handshake(const struct sio_socket *s)
{
	return &s->handshake;
}

struct str sio_id(const struct sio_socket *s)
{
	(void)s;
	return STR("aaaaaaaaaaaaaaaaaaaa");
}

void sio_set_data(struct sio_socket *s, void *data)
{
	s->data = data;
}

void *sio_data(const struct sio_socket *s)
{
	return s->data;
}

void sio_close(struct sio_socket *s)
{
	fake_sio_disconnect(s);
}

void sio_accept(struct sio_socket *s)
{
	s->is_accepted = true;
}

struct sio_packet *sio_packet_new(
    struct str nsp, const char *event, struct str args)
{
	struct sio_packet *p = mem_new(sizeof(*p));

	assert(str_eq(nsp, STR("/")));
	p->refs = 1;
	buf_init(&p->line, 0);
	buf_printf(&p->line, "%s %.*s\n", event, STR_ARG(args));
	return p;
}

void sio_packet_unref(struct sio_packet **p)
{
	if (--(*p)->refs == 0) {
		buf_fini(&(*p)->line);
		free(*p);
	}
	*p = NULL;
}

void sio_send(struct sio_socket *s, struct sio_packet *p)
{
	assert(s->is_accepted);
	buf_put(&s->got, buf_str(&p->line));
}

size_t sio_waiting(const struct sio_socket *s)
{
	return s->waiting;
}

void fake_sio_set_waiting(struct sio_socket *s, size_t bytes)
{
	s->waiting = bytes;
}

void sio_emit(struct sio_socket *s, const char *event, struct str args)
{
	struct sio_packet *p = sio_packet_new(STR("/"), event, args);

	sio_send(s, p);
	sio_packet_unref(&p);
}

void sio_ack(struct sio_socket *s, uint64_t ack_id, struct str args)
{
	buf_printf(&s->got, "ack %u %.*s\n", (unsigned)ack_id, STR_ARG(args));
}

static struct fake_room *room_find(struct str name)
{
	size_t i;

	for (i = 0; i < ROOMS_MAX; i++)
		if (str_eq(str_of(rooms[i].name), name))
			return &rooms[i];
	return NULL;
}

static struct fake_room *room_find_or_new(struct str name)
{
	struct fake_room *r = room_find(name);
	size_t i;

	for (i = 0; !r && i < ROOMS_MAX; i++)
		if (rooms[i].name[0] == '\0') {
			r = &rooms[i];
			memcpy(r->name, name.p, name.n);
		}
	assert(r);
	return r;
}

bool room_join(struct sio_socket *s, struct str name)
{
	struct fake_room *r = room_find_or_new(name);
	size_t i;

	room_leave(s, name);
	for (i = 0; i < SOCKETS_MAX; i++)
		if (!r->members[i]) {
			r->members[i] = s;
			return true;
		}
	return false;
}

void room_leave(struct sio_socket *s, struct str name)
{
	struct fake_room *r = room_find(name);
	size_t i;

	for (i = 0; r && i < SOCKETS_MAX; i++)
		if (r->members[i] == s)
			r->members[i] = NULL;
}

void room_leave_all(struct sio_socket *s)
{
	size_t i;

	for (i = 0; i < ROOMS_MAX; i++)
		if (rooms[i].name[0] != '\0')
			room_leave(s, str_of(rooms[i].name));
}

void room_send(
    struct str name, struct sio_packet *p, const struct sio_socket *except)
{
	struct fake_room *r = room_find(name);
	size_t i;

	if (r)
		r->sends++;
	for (i = 0; r && i < SOCKETS_MAX; i++)
		if (r->members[i] && r->members[i] != except)
			sio_send(r->members[i], p);
}

uint64_t room_sends(struct str name)
{
	struct fake_room *r = room_find(name);

	return r ? r->sends : 0;
}

size_t room_size(struct str name)
{
	struct fake_room *r = room_find(name);
	size_t i, n = 0;

	for (i = 0; r && i < SOCKETS_MAX; i++)
		n += r->members[i] != NULL;
	return n;
}

bool room_has(const struct sio_socket *s, struct str name)
{
	struct fake_room *r = room_find(name);
	size_t i;

	for (i = 0; r && i < SOCKETS_MAX; i++)
		if (r->members[i] == s)
			return true;
	return false;
}

/* pos is the place behind the last one. */
struct sio_socket *room_next(struct str name, void **pos)
{
	struct fake_room *r = room_find(name);
	struct sio_socket **at = *pos;

	if (!r)
		return NULL;
	for (at = at ? at : r->members; at < r->members + SOCKETS_MAX; at++)
		if (*at) {
			*pos = at + 1;
			return *at;
		}
	return NULL;
}
