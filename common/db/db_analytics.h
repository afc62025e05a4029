/* db_analytics.h: statements that read what bots did: what is counted by days,
 * and what came since */
/* SPDX-License-Identifier: MIT */
#ifndef DB_ANALYTICS_H
#define DB_ANALYTICS_H

#include "db/db.h"

/*
 * SQL that db_rollup.c counts by and db_analytics.c reads by, so that both mean
 * the same. c: conversations, k: contacts, m: messages.
 *
 * Who somebody is to a bot: programs that use the Chat API may name their users,
 * behind the ':' of external_id, and begin many sessions for each. Everybody
 * else is a contact.
 */
#define ANALYTICS_USER                                                         \
	"IF(c.channel = 'api' AND LOCATE(':', k.external_id) "                 \
	"BETWEEN 1 AND LENGTH(k.external_id) - 1, "                            \
	"UNHEX(LEFT(SHA2(SUBSTRING(k.external_id, "                            \
	"LOCATE(':', k.external_id) + 1), 256), 32)), c.contact_id)"
/* Newest messages of visitors; the index alone tells which they are. */
#define ANALYTICS_SAID                                                         \
	"FROM messages m FORCE INDEX (messages_created) "                      \
	"STRAIGHT_JOIN conversations c ON c.id = m.conversation_id "           \
	"AND c.last_visitor_seq = m.seq "                                      \
	"STRAIGHT_JOIN contacts k ON k.id = c.contact_id "
#define ANALYTICS_LATER                                                         \
	"last_at = COALESCE(GREATEST(chatbot_users.last_at, VALUES(last_at)), " \
	"VALUES(last_at), chatbot_users.last_at)"

/* What db_analytics_list adds to: one for each day, the first one first. */
struct db_day {
	uint64_t conversations; /* begun on that day */
	uint64_t users;		/* whose first conversation began on that day */
	uint64_t messages;	/* of all senders */
	uint64_t completions;	/* of conversations that began on that day */
};

/* Days since 1970; upto: of db_rollup_get, which must not move meanwhile. */
MUST_CHECK enum err_code db_analytics_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t upto,
    int64_t first_day, struct db_day *days, size_t n, struct err *err);

struct db_analytics_sums {
	uint64_t conversations;
	uint64_t messages;
	uint64_t active_users; /* who wrote at since or later */
};

MUST_CHECK enum err_code db_analytics_sum(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t upto, int64_t since,
    struct db_analytics_sums *sums_r, struct err *err);

#endif
