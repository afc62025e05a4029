/* sio.h: a Socket.IO 5 server on top of eio.h; knows nothing of chat */
/* SPDX-License-Identifier: MIT */
#ifndef SIO_H
#define SIO_H

#include "base/json_in.h"
#include "base/str.h"

struct address;
struct eio_conf;
struct room_set;

/* All of it runs on the loop's thread. */

/* One client in one namespace, from its CONNECT to its end. */
struct sio_socket;
/* One encoded packet, shared by all who receive it. */
struct sio_packet;

/* What the first HTTP request of the connection said; valid while the
 * connection lives. */
struct sio_handshake {
	struct str query;   /* raw, behind the '?' */
	struct str cookie;  /* the Cookie header */
	struct str origin;  /* the Origin header */
	struct str host;    /* the Host header */
	struct str address; /* the peer, or X-Forwarded-For when trusted */
};

/* One EVENT; lives until on_event returns. */
struct sio_event {
	struct str name;
	const struct json *args; /* the whole array: item 0 is the name */
	struct pool *pool;
	bool has_ack;
	uint64_t ack_id;
	/* What {"_placeholder":true,"num":N} in args stands for. */
	const struct str *attachments;
	size_t attachment_count;
};

/* What became of an event that asked for an answer. */
enum sio_answer_kind { SIO_ANSWERED, SIO_ANSWER_LATE, SIO_ANSWER_GONE };

/* Lives until the callback returns. */
struct sio_answer {
	enum sio_answer_kind kind; /* only the first has what follows */
	const struct json *args;   /* the whole array; NULL when empty */
	struct pool *pool;
	const struct str *attachments; /* as in struct sio_event */
	size_t attachment_count;
};

typedef void sio_answer_fn(
    struct sio_socket *s, const struct sio_answer *answer, void *data);

/* What the program does with them. */
struct sio_app {
	/* Before anything is accepted; an error text gives HTTP 403 (400 to
	 * who asks for a WebSocket). May be NULL. */
	enum err_code (*check_handshake)(
	    const struct sio_handshake *hs, struct err *err);
	/*
	 * A CONNECT for a known namespace; auth is its payload or NULL. Answer
	 * now or later with sio_accept or sio_refuse. No event of this socket
	 * comes before it was accepted.
	 */
	void (*on_connect)(struct sio_socket *s, const struct json *auth);
	void (*on_event)(struct sio_socket *s, const struct sio_event *ev);
	/* The socket was accepted once, left its rooms and is gone after this.
	 */
	void (*on_disconnect)(struct sio_socket *s, const char *reason);
	/* Names of the namespaces that exist, NULL-terminated: "/", ... */
	const char *const *namespaces;
};

/*
 * Starts this layer and eio.c below it; once per process, after timer_start
 * and rnd_init. Both arguments must live on.
 */
void sio_start(const struct eio_conf *conf, const struct sio_app *app);
/* Ends every connection; after transport_run. */
void sio_fini(void);

/* Sockets outlive no callback by themselves: who waits for a worker keeps the
 * handle and asks again. Handles are never reused. */
uint64_t sio_handle(const struct sio_socket *s);
struct sio_socket *sio_find(uint64_t handle);

const struct sio_handshake *sio_handshake(const struct sio_socket *s);
/* What its address may use; NULL when it is exempt. */
struct address *sio_address(const struct sio_socket *s);
/* The public id, 20 characters. */
struct str sio_id(const struct sio_socket *s);
struct str sio_namespace(const struct sio_socket *s);
/* "polling" or "websocket", as it is now. */
const char *sio_transport(const struct sio_socket *s);
void sio_set_data(struct sio_socket *s, void *data);
void *sio_data(const struct sio_socket *s);

/* `40{"sid":...}`; the connect timeout no longer applies. */
void sio_accept(struct sio_socket *s);
/* `44{"message":...,"data":...}`; data is JSON text or empty. The socket is
 * gone afterwards. */
void sio_refuse(struct sio_socket *s, const char *message, struct str data);
/*
 * `41`; with close the whole connection ends as well, in all its namespaces.
 * on_disconnect comes before this returns, then the socket is gone.
 */
void sio_disconnect(struct sio_socket *s, bool close);
/*
 * Ends the whole connection without `41`: clients take it for a lost one and
 * connect again by themselves. on_disconnect comes before this returns.
 */
void sio_close(struct sio_socket *s);

/*
 * An EVENT named event with the arguments args: JSON values divided by commas,
 * without the brackets, may be empty. One reference, the caller's.
 */
struct sio_packet *sio_packet_new(
    struct str nsp, const char *event, struct str args);
/* As a BINARY_EVENT with n attachments (1-10), copied, for the placeholders
 * in args. */
struct sio_packet *sio_packet_new_binary(struct str nsp, const char *event,
    struct str args, const struct str *attachments, size_t n);
/* Sets *p NULL; frees with the last reference. */
void sio_packet_unref(struct sio_packet **p);

/* Takes a reference of its own. Neither this nor the three below call back:
 * a client that reads too slowly is closed by the loop, later. */
void sio_send(struct sio_socket *s, struct sio_packet *p);
/* What waits for the client of this socket's connection, in bytes. */
size_t sio_waiting(const struct sio_socket *s);
/* sio_packet_new, sio_send, sio_packet_unref. */
void sio_emit(struct sio_socket *s, const char *event, struct str args);
/* Answers an event that asked for it; args as in sio_packet_new. */
void sio_ack(struct sio_socket *s, uint64_t ack_id, struct str args);
void sio_ack_binary(struct sio_socket *s, uint64_t ack_id, struct str args,
    const struct str *attachments, size_t n);

/*
 * An event that asks the client for an answer: fn is called once, with what it
 * answers, or when it has not within timeout_ms, or when the socket ends before
 * that (just before on_disconnect, and nothing that is sent then goes out).
 * Never from within. False when acks_max of them wait already, or the socket is
 * not accepted: then nothing was sent and fn is not called.
 */
MUST_CHECK bool sio_emit_ack(struct sio_socket *s, const char *event,
    struct str args, int64_t timeout_ms, sio_answer_fn *fn, void *data);
MUST_CHECK bool sio_emit_ack_binary(struct sio_socket *s, const char *event,
    struct str args, const struct str *attachments, size_t n,
    int64_t timeout_ms, sio_answer_fn *fn, void *data);

/* For room.c. */
struct room_set *sio_rooms(struct sio_socket *s);
unsigned sio_rooms_max(void);

#endif
