/* sio_conn.h: connections and sockets as sio.c and sio_conn.c share them */
/* SPDX-License-Identifier: MIT */
#ifndef SIO_CONN_H
#define SIO_CONN_H

#include "base/list.h"
#include "base/pool.h"
#include "eio.h"
#include "room.h"
#include "sio_packet.h"
#include "timer.h"

#define SIO_ID_SIZE 21

/* A binary packet whose attachments are still coming. */
struct sio_partial {
	struct pool *pool;
	struct sio_conn *conn;
	struct timer timeout;
	struct sio_head head;
	const struct json *payload;
	struct str attachments[SIO_ATTACHMENTS_MAX];
	unsigned count;
	size_t bytes;
};

/* One Engine.IO session and its sockets, at most one per namespace. */
struct sio_conn {
	struct eio_session *eio;
	struct sio_handshake handshake;
	struct list sockets;
	struct timer connect; /* until the first socket is accepted */
	struct sio_partial *partial;
	unsigned refused; /* CONNECTs that came to nothing */
};

struct sio_socket {
	struct list node; /* in conn->sockets */
	struct sio_conn *conn;
	uint64_t handle;
	struct str nsp; /* the program's own string */
	char id[SIO_ID_SIZE];
	bool is_accepted;
	void *data;
	struct room_set rooms;
	struct list asked; /* events that wait for an answer */
	unsigned asked_count;
	uint64_t next_ack;
};

extern const struct eio_conf *sio_conf;
extern const struct sio_app *sio_app;

/* sio.c */
struct sio_socket *sio_socket_new(struct sio_conn *conn, struct str nsp);
struct sio_socket *sio_socket_find(struct sio_conn *conn, struct str nsp);
unsigned sio_socket_count(const struct sio_conn *conn);
/* Leaves its rooms, tells the program when it was accepted, frees it. */
void sio_socket_end(struct sio_socket *s, const char *reason);

/* Whether it went out: not before the socket is accepted. */
bool sio_socket_send(struct sio_socket *s, const struct sio_packet *p);

/* sio_asked.c */
/* What a client answers; nobody may have asked. s may be gone afterwards. */
void sio_asked_answer(
    struct sio_socket *s, uint64_t ack_id, const struct sio_answer *answer);
/* s ends. */
void sio_asked_end(struct sio_socket *s);

/* sio_conn.c: the callbacks of eio.c. */
extern const struct eio_app sio_eio_app;
void sio_conn_start(void);
void sio_conn_stop(void);

#endif
