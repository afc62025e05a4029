/* sioload.h: what the parts of sioload know of each other */
/* SPDX-License-Identifier: MIT */
#ifndef SIOLOAD_H
#define SIOLOAD_H

#include <sys/types.h>

#include "base/buf.h"

/*
 *	sioload.c          the phases: connect, join, idle, run, drain
 *	sioload-options.c  the command line and the file of conversations
 *	sioload-net.c      sockets and epoll
 *	sioload-ws.c       HTTP upgrade and WebSocket frames
 *	sioload-sio.c      Engine.IO and Socket.IO packets, and the sending
 *	sioload-count.c    who has received which message
 *	sioload-proc.c     CPU time and memory of other processes
 *	sioload-report.c   histograms and the JSON object
 *
 * One thread. Times are nanoseconds of the monotonic clock.
 */

/* ------------------------------------------------------------- the options */

struct options {
	const char *host;
	int port;
	const char *path;
	int clients;
	int room_size;
	int rooms;
	int senders;	 /* over all rooms; spread evenly */
	bool is_closed;	 /* else at a rate */
	int outstanding; /* per sender, in the closed loop */
	double rate;	 /* messages per second of all senders */
	double warmup_s, seconds, drain_s, idle_s;
	int payload; /* bytes of content */
	bool is_stored;
	int connecting; /* handshakes at once */
	int addresses;	/* sources; 0: each client its own */
	double connect_s;
	pid_t pids[16];
	int n_pids;
	/* Of the file: one per room; NULL without one. */
	char **conversations;
	char **external_ids;
	int n_conversations;
};

extern struct options opt;

void options_read(int argc, char **argv);
/* "c12" or what the file says of that room. */
const char *options_conversation(int room);
const char *options_external_id(int room, int client);

/* ------------------------------------------------------------- the clients */

enum client_state {
	CLIENT_NEW,
	CLIENT_CONNECTING, /* TCP */
	CLIENT_UPGRADING,  /* HTTP asked */
	CLIENT_OPENING,	   /* waits for `0{...}` */
	CLIENT_ENTERING,   /* `40` sent */
	CLIENT_CONNECTED,
	CLIENT_JOINING,
	CLIENT_JOINED,
	CLIENT_CLOSED
};

/* A message that awaits its ack. */
struct pending {
	uint32_t id;
	int64_t sent_at; /* 0: a free place */
};

struct client {
	int fd;
	enum client_state state;
	bool wants_write; /* EPOLLOUT is asked for */
	uint8_t fragment; /* opcode of the message that comes in parts */
	int room;
	uint32_t last_ack; /* id given last; 0 is the join's */
	uint32_t number;   /* of the message sent last */
	uint32_t acked, refused;
	struct pending *pending; /* by ack id modulo the power of 2 */
	uint32_t pending_cap;
	struct buf in;	      /* the part of a frame that has come */
	struct buf fragments; /* the part of a message that has come */
	struct buf out;	      /* what the socket did not take */
};

extern struct client *clients;

/* ---------------------------------------------------------------- counters */

/* Since the start, or in the measured seconds alone. */
struct counters {
	uint64_t sent, acked, delivered;
};

/* What should not have happened. */
struct faults {
	uint64_t refused; /* acks that say no */
	uint64_t duplicated, reordered;
	uint64_t stray;		  /* of another run, room or sender */
	uint64_t unexpected_acks; /* twice, or for nothing */
	uint64_t malformed;	  /* frames or packets that are none */
	uint64_t unconnected;	  /* clients that never joined */
	uint64_t closed;	  /* connections that ended later */
	char first[200];	  /* the first of them, in words */
};

/* Found at the end. Deliveries are due by what was acknowledged. */
struct missing {
	uint64_t lost;		 /* at receivers that were there all the time */
	uint64_t closed;	 /* at those whose connection ended */
	uint64_t unacknowledged; /* messages */
};

/* Log-linear: 128 steps per power of two, so better than 1 %. */
#define HISTOGRAM_STEPS 128
#define HISTOGRAM_SIZE	(HISTOGRAM_STEPS * 36)

struct histogram {
	uint64_t count, sum, max;
	uint64_t slots[HISTOGRAM_SIZE];
};

struct run {
	uint16_t id;	 /* marks our messages */
	int64_t now;	 /* when the last bytes came */
	int64_t started; /* messages carry times since then */
	int64_t joined_at;
	int64_t measured_from;
	bool is_measured; /* these seconds count */
	bool is_sending;  /* the closed loop goes on */
	int connected;	  /* in the namespace, once */
	int joined;	  /* once */
	int failed;	  /* closed before */
	struct counters total;
	struct counters measured;
	struct faults faults;
	uint64_t due, come; /* different deliveries */
	uint64_t bytes_in;
	struct histogram ack, delivery;
	int64_t late; /* the greatest delay of our own schedule */
};

extern struct run run;

void fault(uint64_t *counter, const char *fmt, ...) PRINTF(2, 3);

/* --------------------------------------------------------------- functions */

int64_t now_ns(void);

/* sioload-net.c */
void net_start(void);
void net_stop(void);
/* Begins a connection of clients[i]. */
void net_connect(int i);
/* Waits up to timeout_ns (-1: for ever) and handles what comes. */
void net_poll(int64_t timeout_ns);
/* Sends now, or keeps what the socket does not take. */
void net_send(struct client *c, const void *bytes, size_t n);
/* The end of a connection, by a fault unless why is NULL. */
void net_close(struct client *c, const char *why);

/* sioload-ws.c */
void ws_start(void);
void ws_upgrade(struct client *c);
/* Bytes came. */
void ws_take(struct client *c, const uint8_t *bytes, size_t n);
/* One masked text frame. */
void ws_send_text(struct client *c, struct str text);

/* sioload-sio.c */
void sio_on_text(struct client *c, struct str text);
void sio_join(struct client *c);
/* Sends one message; nothing when the connection has ended. */
void sio_send_message(struct client *c);

/* sioload-count.c */

/* What a message's content begins with, in hexadecimal of fixed width:
 * "~sl:" run (4) client (6) number (8) time (12) and a '.'. */
#define STAMP_SIZE 35

struct stamp {
	uint16_t run;
	uint32_t client;
	uint32_t number;
	int64_t at;
};

void stamp_put(char out[STAMP_SIZE], const struct stamp *s);
/* Finds it anywhere in text. */
bool stamp_find(struct str text, struct stamp *s_r);

void count_start(void);
void count_stop(void);
/* A message of this client will be delivered. */
void count_acked(const struct client *c);
void count_delivery(struct client *c, const struct stamp *s);
struct missing count_missing(void);

/* sioload-proc.c */

struct usage {
	double cpu_s;  /* user and system, with children and threads */
	uint64_t rss;  /* bytes resident */
	char name[32]; /* of the program */
};

struct usage usage_of(pid_t pid);

/* sioload-report.c */

/* At the borders of the phases. */
enum { AT_START, AT_CONNECTED, AT_JOINED, AT_IDLE, AT_RUN, AT_END, AT__MAX };

struct moment {
	int64_t at;
	struct usage own;
	struct usage others[16];
};

void histogram_add(struct histogram *h, int64_t ns);
/* In microseconds; q from 0 to 1. */
double histogram_at(const struct histogram *h, double q);
void moment_take(struct moment *m);
void report_print(const struct moment moments[AT__MAX]);

#endif
