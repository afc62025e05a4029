/* analytics.h: what bots did, by days, right to the moment of asking */
/* SPDX-License-Identifier: MIT */
#ifndef CHAT_ANALYTICS_H
#define CHAT_ANALYTICS_H

#include "db/db_analytics.h"

/*
 * What is older than the grace is counted once, in steps, into chatbot_days and
 * chatbot_users; what is younger is counted by who asks. Nobody who writes bumps
 * a counter. The grace is for writers that have not committed yet and for hosts
 * whose clocks differ.
 */
#define ANALYTICS_GRACE_US INT64_C(15000000)
/* Who asks takes steps first when so much more is not counted, but no more than
 * so many; what is left then is counted as if it were young. */
#define ANALYTICS_LAG_US    INT64_C(5000000)
#define ANALYTICS_STEPS_MAX 50

/*
 * One step, in one transaction: it is counted with its mark or not at all, and
 * of several who try one after the other does something. *did_r: more is left.
 */
MUST_CHECK enum err_code analytics_count(
    struct db *db, struct pool *pool, bool *did_r, struct err *err);

/* n days from first_day on (since 1970, UTC), one db_day each. */
MUST_CHECK enum err_code analytics_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t first_day, size_t n,
    struct db_day **days_r, struct err *err);
/* Of all time, and who wrote at since or later. */
MUST_CHECK enum err_code analytics_sum(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t since,
    struct db_analytics_sums *sums_r, struct err *err);

#endif
