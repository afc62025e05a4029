/* db_daemon.h: statements on living daemons and who is connected to them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_DAEMON_H
#define DB_DAEMON_H

#include "db/db.h"

/* Agents that one call of db_daemon_presence_add or _del takes. */
#define DB_DAEMON_SOME 16

/* All times are told by the clock of the database. */
struct db_daemon_row {
	struct id daemon_id;
	bool is_living;
	bool is_to_bury;
	struct id user_id; /* an agent who is connected to it; none: nobody */
	struct id workspace_id;
};

/* Notes a sign of life; *is_known_r is false when the daemon has no row. */
MUST_CHECK enum err_code db_daemon_beat(
    struct db *db, struct id daemon_id, bool *is_known_r, struct err *err);
MUST_CHECK enum err_code db_daemon_add(struct db *db, struct id daemon_id,
    struct str host, uint64_t pid, struct err *err);
/*
 * The other daemons, each with its agents: one row per agent, or one for a
 * daemon with none. Dead after dead_ms without a sign of life, to bury after
 * bury_ms.
 */
MUST_CHECK enum err_code db_daemon_list(struct db *db, struct pool *pool,
    struct id daemon_id, int64_t dead_ms, int64_t bury_ms,
    struct db_daemon_row **rows_r, size_t *n_r, struct err *err);
/* Whether any daemon has given a sign of life within dead_ms. */
MUST_CHECK enum err_code db_daemon_is_living(struct db *db, struct pool *pool,
    int64_t dead_ms, bool *is_living_r, struct err *err);
/*
 * A small write that is committed: all that was read before lies in front of it
 * in the server's log, and is on the disk when it is. The sign of life of a
 * daemon that has a row, else (ID_NONE for who is none) a row that comes and
 * goes within one transaction. ERR_UNAVAILABLE too when the connection was lost
 * since the reading: the server may have lost what was read.
 */
MUST_CHECK enum err_code db_daemon_make_durable(
    struct db *db, struct id daemon_id, struct err *err);
/* Deletes the daemon unless it has been heard of within bury_ms (0: in any
 * case), and its agents' presence when it did; both or nothing. */
MUST_CHECK enum err_code db_daemon_bury(
    struct db *db, struct id daemon_id, int64_t bury_ms, struct err *err);

struct db_daemon_agent {
	struct id user_id;
	struct id workspace_id;
};

/* At most DB_DAEMON_SOME at once; harmless when they are there already. */
MUST_CHECK enum err_code db_daemon_presence_add(struct db *db,
    struct id daemon_id, const struct db_daemon_agent *agents, size_t n,
    struct err *err);
/* The same for those who have left. */
MUST_CHECK enum err_code db_daemon_presence_del(struct db *db,
    struct id daemon_id, const struct db_daemon_agent *agents, size_t n,
    struct err *err);

#endif
