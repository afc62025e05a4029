/* daemons.h: how the daemons of one database know of each other */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_DAEMONS_H
#define CHAT_DAEMONS_H

#include "chat/model.h"
#include "db/db.h"
#include "db/db_daemon.h"

struct json_out;

/* Rows of the dead go after so many times the time that makes them dead. */
#define DAEMONS_BURY 20

/* What one of them knows of the others. */
struct daemons_view {
	size_t n_living;
	struct id *living;
	size_t n; /* who is connected to a living one */
	struct daemons_agent {
		struct id daemon_id;
		struct id user_id;
		struct id workspace_id;
	} * agents;
};

struct daemons_self {
	struct id id;
	const char *host;
	uint64_t pid;
	int64_t dead_ms;
};

/*
 * A sign of life, and the others. *is_new_r: there was no row of ours (any
 * more), nor of our agents; the others are told that we are there. Buries the
 * dead on its way.
 */
MUST_CHECK enum err_code daemons_beat(struct db *db, struct pool *pool,
    const struct daemons_self *self, bool *is_new_r,
    struct daemons_view *view_r, struct err *err);
/* Only the others. */
MUST_CHECK enum err_code daemons_look(struct db *db, struct pool *pool,
    const struct daemons_self *self, struct daemons_view *view_r,
    struct err *err);
/* An orderly end: we and our agents are gone, and the others are told. */
MUST_CHECK enum err_code daemons_leave(
    struct db *db, struct id daemon_id, struct err *err);

/* Agents who have come and who have left, at most DB_DAEMON_SOME of each. */
struct daemons_change {
	size_t n_come;
	size_t n_gone;
	struct db_daemon_agent come[DB_DAEMON_SOME];
	struct db_daemon_agent gone[DB_DAEMON_SOME];
	bool is_told; /* whether there is another daemon that should know */
};

MUST_CHECK enum err_code daemons_set_presence(struct db *db,
    struct id daemon_id, const struct daemons_change *change, struct err *err);

struct daemons_typing {
	struct id conversation_id;
	enum chat_sender side;
	struct str name; /* may be empty */
	bool is_clear;
};

/* Typing as the other daemons are told of it. */
MUST_CHECK enum err_code daemons_tell_typing(struct db *db, struct id daemon_id,
    const struct daemons_typing *typing, struct err *err);

/* A piece of a message that is being made. */
struct daemons_delta {
	struct id conversation_id;
	struct id message; /* the id that it will have */
	uint64_t index;	   /* 0, 1, 2, ... by the one who tells */
	struct str text;
};

/* The same for such a piece. */
MUST_CHECK enum err_code daemons_tell_delta(struct db *db, struct id daemon_id,
    const struct daemons_delta *delta, struct err *err);
/* A turn of a bot is due that may take long: whichever daemon hears of it first
 * runs it. *is_told_r is false when none is alive. */
MUST_CHECK enum err_code daemons_tell_turn(struct db *db, struct pool *pool,
    int64_t dead_ms, struct id conversation_id, bool *is_told_r,
    struct err *err);
/* daemons_json.c */

/* The payload of such a row, and of the event. */
void daemons_put_delta(struct json_out *j, const struct daemons_delta *delta);

/* The payload of such a row. */
void daemons_put_typing(
    struct json_out *j, const struct daemons_typing *typing);
/* The reverse; texts in the pool. False when the payload is none of ours. */
bool daemons_parse_typing(
    struct pool *pool, struct str payload, struct daemons_typing *typing_r);

#endif
