/* db_notification.h: statements on notifications; feed.c explains them */
/* SPDX-License-Identifier: MIT */
#ifndef DB_NOTIFICATION_H
#define DB_NOTIFICATION_H

#include "chat/feed.h"
#include "db/db.h"

/* Ids that one call of db_notification_list_some asks for. */
#define DB_NOTIFICATION_SOME 32

struct db_notification {
	struct id workspace_id;
	struct id conversation_id; /* or none */
	const char *kind;
	uint64_t seq;	    /* of a message; 0: none */
	struct str payload; /* JSON object, or empty */
	struct id origin;   /* or none */
};

/* The last statement of the transaction that it tells of. */
MUST_CHECK enum err_code db_notification_add(struct db *db,
    const struct db_notification *notification, int64_t now, struct err *err);
/* The same for several; inside db_transact. */
MUST_CHECK enum err_code db_notification_add_many(struct db *db,
    struct pool *pool, const struct db_notification *rows, size_t n,
    int64_t now, struct err *err);
/* The greatest id, 0 when there is none. */
MUST_CHECK enum err_code db_notification_get_last(
    struct db *db, struct pool *pool, uint64_t *id_r, struct err *err);
/* The smallest id of the rows written at or after since, 0: none. */
MUST_CHECK enum err_code db_notification_get_since(struct db *db,
    struct pool *pool, int64_t since, uint64_t *id_r, struct err *err);
/* Rows with id > after, at most limit, by id; those of origin (or none) bare,
 * without their message. */
MUST_CHECK enum err_code db_notification_list_after(struct db *db,
    struct pool *pool, struct id origin, uint64_t after, size_t limit,
    struct feed_rows *rows_r, struct err *err);
/* Those of the n (<= DB_NOTIFICATION_SOME) ids that are there, by id. */
MUST_CHECK enum err_code db_notification_list_some(struct db *db,
    struct pool *pool, const uint64_t *ids, size_t n, struct feed_rows *rows_r,
    struct err *err);
/* The ids in [first, last] that are there, at most limit, ascending. */
MUST_CHECK enum err_code db_notification_list_ids(struct db *db,
    struct pool *pool, uint64_t first, uint64_t last, size_t limit,
    uint64_t **ids_r, size_t *n_r, struct err *err);
/* The smallest id, 0 when there is none. */
MUST_CHECK enum err_code db_notification_get_first(
    struct db *db, struct pool *pool, uint64_t *id_r, struct err *err);
/* The greatest id below id, 0 when there is none. */
MUST_CHECK enum err_code db_notification_get_before(struct db *db,
    struct pool *pool, uint64_t id, uint64_t *id_r, struct err *err);

struct db_notification_time {
	uint64_t id;
	int64_t created_at;
};

/* Ids above after and their times, at most limit, ascending. */
MUST_CHECK enum err_code db_notification_list_times(struct db *db,
    struct pool *pool, uint64_t after, size_t limit,
    struct db_notification_time **times_r, size_t *n_r, struct err *err);
/* A workspace's rows with after < id <= upto that are events for people, at
 * most limit, by id. */
MUST_CHECK enum err_code db_notification_list_events(struct db *db,
    struct pool *pool, struct id workspace_id, uint64_t after, uint64_t upto,
    size_t limit, struct feed_rows *rows_r, struct err *err);
/* The smallest ids and their times, at most limit, ascending. */
MUST_CHECK enum err_code db_notification_list_first(struct db *db,
    struct pool *pool, size_t limit, struct db_notification_time **times_r,
    size_t *n_r, struct err *err);
/* Deletes all up to this id. */
MUST_CHECK enum err_code db_notification_prune(
    struct db *db, uint64_t upto, uint64_t *deleted_r, struct err *err);

#endif
