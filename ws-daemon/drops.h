/* drops.h: how often clients were refused or cut, by reason */
/* SPDX-License-Identifier: MIT */
#ifndef DROPS_H
#define DROPS_H

#include "base/base.h"

/* Name, and the word for it in /metrics. */
#define DROPS(X)                                                                \
	/* closed as soon as accepted */                                        \
	X(CONNECTIONS, connections_max)                                         \
	X(ADDRESS_CONNECTIONS, address_connections_max)                         \
	/* refused before there was a session */                                \
	X(ADDRESS_SESSIONS, address_sessions)                                   \
	X(HANDSHAKES, handshake_burst)                                          \
	X(ORIGIN, origin)                                                       \
	X(BAD_REQUEST, bad_request)                                             \
	/* the end of a session */                                              \
	X(PAYLOAD, max_payload)                                                 \
	X(POST_PACKETS, post_packets_max)                                       \
	X(BAD_ENGINE, bad_engine_packet)                                        \
	X(BAD_SOCKET, bad_socket_packet)                                        \
	X(NAMESPACES, namespaces_max)                                           \
	X(ATTACHMENTS, attachments)                                             \
	X(SLOW, queue_max)                                                      \
	X(PING, ping_timeout)                                                   \
	X(CONNECT, connect_timeout)                                             \
	/* the queue of newcomers, or a connection, was not read for a while */ \
	X(ACCEPTS, accept_burst)                                                \
	X(PACKETS, packet_burst)                                                \
	/* an event that was not run, a room that was not joined */             \
	X(EVENTS, event_burst)                                                  \
	X(ADDRESS_EVENTS, address_event_burst)                                  \
	X(MESSAGES, message_burst)                                              \
	X(EVENT_ORIGIN, event_origin)                                           \
	X(ROOMS, rooms_max)                                                     \
	/* too many jobs wait; a login that is over */                          \
	X(BUSY, jobs_max)                                                       \
	X(LOGIN, login_ended)

enum drop {
#define DROP_ENUM(name, word) DROP_##name,
	DROPS(DROP_ENUM)
#undef DROP_ENUM
	    DROP__MAX
};

/* The loop's thread alone. */
void drops_count(enum drop why);
uint64_t drops_get(enum drop why);
/* "queue_max". */
const char *drops_word(enum drop why);

#endif
