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
