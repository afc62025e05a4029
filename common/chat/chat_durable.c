/*
 * chat_durable.c: nothing is told that the database may still lose
 *
 * InnoDB shows a change to others before its log is on the disk, and a server
 * that is killed just then has never had it: its ids and seqs are given to
 * others afterwards. A client that was told of it would take those for known
 * and drop them. What is written after the reading lies behind it in the log,
 * so when that is on the disk, all that was read is. Rows that are old enough
 * have been there for long: they cost nothing.
 */
/* SPDX-License-Identifier: MIT */
#include <pthread.h>

#include "base/clock.h"
#include "chat/chat.h"
#include "db/db_daemon.h"

int64_t chat_newest(const struct chat_messages *list)
{
	return list->n > 0 ? list->items[list->n - 1].created_at : 0;
}

bool chat_is_fresh(int64_t at)
{
	return at > clock_now_us() - CHAT_FRESH_MS * 1000;
}

enum err_code chat_durable(
    struct db *db, struct id origin, int64_t newest_at, struct err *err)
{
	if (!chat_is_fresh(newest_at))
		return ERR_OK;
	return db_daemon_make_durable(db, origin, err);
}

/* Ids of messages that are on the disk, each in the one slot that it can be in;
 * what stands before them in their conversations is there too. */
static struct id known[256];
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;

static bool is_known(struct id id)
{
	bool is_there;

	pthread_mutex_lock(&known_lock);
	is_there = id_eq(known[id.b[15] % COUNT_OF(known)], id);
	pthread_mutex_unlock(&known_lock);
	return is_there;
}

static void set_known(struct id id)
{
	pthread_mutex_lock(&known_lock);
	known[id.b[15] % COUNT_OF(known)] = id;
	pthread_mutex_unlock(&known_lock);
}

enum err_code chat_durable_list(
    struct db *db, const struct chat_messages *list, struct err *err)
{
	enum err_code code;
	struct id last;

	if (!chat_is_fresh(chat_newest(list)))
		return ERR_OK;
	last = list->items[list->n - 1].id;
	if (is_known(last))
		return ERR_OK;
	code = chat_durable(db, ID_NONE, chat_newest(list), err);
	if (code == ERR_OK)
		set_known(last);
	return code;
}
