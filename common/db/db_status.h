/* db_status.h: what the database tells an operator at a glance */
/* SPDX-License-Identifier: MIT */
#ifndef DB_STATUS_H
#define DB_STATUS_H

#include "db/db.h"

/* Counting ends here: an operator's question must not scan for minutes. */
#define DB_STATUS_COUNT_MAX 1000000

struct db_status_daemon {
	struct str host;
	uint64_t pid;
	int64_t started_at;
	int64_t beat_age_us; /* by the clock of the database */
};

struct db_status {
	uint64_t bytes;		/* of all tables and their indexes */
	uint64_t notifications; /* rows kept; at most DB_STATUS_COUNT_MAX + 1 */
	int64_t notified_at;	/* the oldest of them; 0: none */
	uint64_t due_turns;	/* of bots, also those that somebody runs */
	int64_t due_age_us;	/* of the oldest; 0: none */
	struct db_status_daemon *daemons;
	size_t n_daemons;
};

MUST_CHECK enum err_code db_status_get(struct db *db, struct pool *pool,
    struct db_status *status_r, struct err *err);

#endif
