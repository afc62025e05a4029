/*
 * db_rollup.c: statements that count what bots did, by days, in steps
 *
 * Messages are counted by the time at which they were stored, not by their ids:
 * that of a message which a model wrote is as old as its first word. A
 * conversation is counted by its id, which is made when it is.
 */
/* SPDX-License-Identifier: MIT */
#include "db/db_rollup.h"

#include "db/db_analytics.h"
#include "db/db_modules.h"

enum {
	ROLLUP_LOOK_AT,
	ROLLUP_LOCK_KEEP,
	ROLLUP_LOCK_MOVE,
	ROLLUP_ADD,
	ROLLUP_SET,
	ROLLUP_END_MESSAGES,
	ROLLUP_END_COMPLETED,
	ROLLUP_END_TALKS,
	/* bound: from, upto; in this order */
	ROLLUP_NEW_USERS,
	ROLLUP_ADD_USERS,
	ROLLUP_TALKS,
	ROLLUP_MESSAGES,
	ROLLUP_COMPLETED,
	ROLLUP_ACTIVE,
	ROLLUP__MAX
};

#define NAME "'chatbot_days'"
#define DAYS                                                                   \
	"INSERT INTO chatbot_days (workspace_id, chatbot_id, day, "            \
	"conversations, users, messages, completions) "

/* The conversations that begin in the span, and who they are with. */
#define BEGUN                                                                  \
	"FROM conversations c FORCE INDEX (PRIMARY) "                          \
	"STRAIGHT_JOIN contacts k ON k.id = c.contact_id "
#define IN_SPAN "WHERE c.id >= ? AND c.id < ? AND c.chatbot_id IS NOT NULL "

static const struct db_stmt stmts[ROLLUP__MAX] = {
	[ROLLUP_LOOK_AT] = DB_STMT("rollup_look", "", "tt",
	    "SELECT upto, UTC_TIMESTAMP(6) FROM rollups WHERE name = " NAME),
	[ROLLUP_LOCK_KEEP] = DB_STMT("rollup_keep", "", "tt",
	    "SELECT upto, UTC_TIMESTAMP(6) FROM rollups WHERE name = " NAME
	    " LOCK IN SHARE MODE"),
	[ROLLUP_LOCK_MOVE] = DB_STMT("rollup_move", "", "tt",
	    "SELECT upto, UTC_TIMESTAMP(6) FROM rollups WHERE name = " NAME
	    " FOR UPDATE"),
	[ROLLUP_ADD] = DB_STMT("rollup_add", "", "",
	    "INSERT IGNORE INTO rollups (name, upto) "
	    "VALUES (" NAME ", '1970-01-01')"),
	[ROLLUP_SET] = DB_STMT("rollup_set", "t", "",
	    "UPDATE rollups SET upto = ? WHERE name = " NAME),
	[ROLLUP_END_MESSAGES] = DB_STMT("rollup_end_messages", "ttu", "t",
	    "SELECT created_at FROM messages FORCE INDEX (messages_created) "
	    "WHERE created_at >= ? AND created_at < ? "
	    "ORDER BY created_at LIMIT 1 OFFSET ?"),
	[ROLLUP_END_COMPLETED] = DB_STMT("rollup_end_completed", "ttu", "t",
	    "SELECT completed_at FROM conversations "
	    "FORCE INDEX (conversations_completed) "
	    "WHERE completed_at >= ? AND completed_at < ? "
	    "ORDER BY completed_at LIMIT 1 OFFSET ?"),
	[ROLLUP_END_TALKS] = DB_STMT("rollup_end_talks", "ddu", "d",
	    "SELECT id FROM conversations FORCE INDEX (PRIMARY) "
	    "WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ?"),
	/* Who has no row yet is new on the day of the first conversation. */
	[ROLLUP_NEW_USERS] = DB_STMT("rollup_new_users", "dd", "",
	    DAYS
	    "SELECT x.workspace_id, x.chatbot_id, DATE(x.first_at), 0, "
	    "COUNT(*), 0, 0 FROM (SELECT c.workspace_id, c.chatbot_id, " ANALYTICS_USER
	    " AS user_hash, MIN(c.created_at) AS first_at " BEGUN IN_SPAN
	    "GROUP BY 1, 2, 3) x "
	    "LEFT JOIN chatbot_users u ON u.workspace_id = x.workspace_id "
	    "AND u.chatbot_id = x.chatbot_id AND u.user_hash = x.user_hash "
	    "WHERE u.user_hash IS NULL GROUP BY 1, 2, 3 "
	    "ON DUPLICATE KEY UPDATE "
	    "users = chatbot_days.users + VALUES(users)"),
	[ROLLUP_ADD_USERS] = DB_STMT("rollup_add_users", "dd", "",
	    "INSERT INTO chatbot_users (workspace_id, chatbot_id, user_hash, "
	    "last_at) SELECT x.workspace_id, x.chatbot_id, x.user_hash, "
	    "x.last_at FROM (SELECT c.workspace_id, c.chatbot_id, " ANALYTICS_USER
	    " AS user_hash, MAX(v.created_at) AS last_at " BEGUN
	    "LEFT JOIN messages v ON v.conversation_id = c.id "
	    "AND v.seq = c.last_visitor_seq " IN_SPAN "GROUP BY 1, 2, 3) x "
	    "ON DUPLICATE KEY UPDATE " ANALYTICS_LATER),
	[ROLLUP_TALKS] = DB_STMT("rollup_talks", "dd", "",
	    DAYS "SELECT x.workspace_id, x.chatbot_id, x.day, x.n, 0, 0, 0 "
		 "FROM (SELECT c.workspace_id, c.chatbot_id, "
		 "DATE(c.created_at) AS day, COUNT(*) AS n "
		 "FROM conversations c FORCE INDEX (PRIMARY) " IN_SPAN
		 "GROUP BY 1, 2, 3) x ON DUPLICATE KEY UPDATE "
		 "conversations = chatbot_days.conversations "
		 "+ VALUES(conversations)"),
	[ROLLUP_MESSAGES] = DB_STMT("rollup_messages", "tt", "",
	    DAYS "SELECT x.workspace_id, x.chatbot_id, x.day, 0, 0, x.n, 0 "
		 "FROM (SELECT c.workspace_id, c.chatbot_id, "
		 "DATE(m.created_at) AS day, COUNT(*) AS n "
		 "FROM messages m FORCE INDEX (messages_created) "
		 "STRAIGHT_JOIN conversations c ON c.id = m.conversation_id "
		 "WHERE m.created_at >= ? AND m.created_at < ? "
		 "AND c.chatbot_id IS NOT NULL GROUP BY 1, 2, 3) x "
		 "ON DUPLICATE KEY UPDATE "
		 "messages = chatbot_days.messages + VALUES(messages)"),
	[ROLLUP_COMPLETED] = DB_STMT("rollup_completed", "tt", "",
	    DAYS
	    "SELECT x.workspace_id, x.chatbot_id, x.day, 0, 0, 0, x.n "
	    "FROM (SELECT c.workspace_id, c.chatbot_id, "
	    "DATE(c.created_at) AS day, COUNT(*) AS n "
	    "FROM conversations c FORCE INDEX (conversations_completed) "
	    "WHERE c.completed_at >= ? AND c.completed_at < ? "
	    "AND c.chatbot_id IS NOT NULL GROUP BY 1, 2, 3) x "
	    "ON DUPLICATE KEY UPDATE "
	    "completions = chatbot_days.completions + VALUES(completions)"),
	/* Only who has a row: the others get theirs, with this, when their
	 * conversation is counted. */
	[ROLLUP_ACTIVE] = DB_STMT("rollup_active", "tt", "",
	    "INSERT INTO chatbot_users (workspace_id, chatbot_id, user_hash, "
	    "last_at) SELECT x.workspace_id, x.chatbot_id, x.user_hash, "
	    "x.last_at FROM (SELECT c.workspace_id, c.chatbot_id, " ANALYTICS_USER
	    " AS user_hash, MAX(m.created_at) AS last_at " ANALYTICS_SAID
	    "WHERE m.created_at >= ? AND m.created_at < ? "
	    "AND c.chatbot_id IS NOT NULL GROUP BY 1, 2, 3) x "
	    "STRAIGHT_JOIN chatbot_users o ON o.workspace_id = x.workspace_id "
	    "AND o.chatbot_id = x.chatbot_id AND o.user_hash = x.user_hash "
	    "ON DUPLICATE KEY UPDATE " ANALYTICS_LATER),
};

const struct db_module db_rollup_module = { "rollup", stmts, ROLLUP__MAX };

#define MS_US 1000

static enum err_code query(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(
	    db, &db_rollup_module, stmt, args, n_args, pool, rows_r, err);
}

enum err_code db_rollup_get(struct db *db, struct pool *pool,
    enum db_rollup_how how, int64_t *upto_r, int64_t *now_r, struct err *err)
{
	static const int by_how[] = {
		[ROLLUP_LOOK] = ROLLUP_LOOK_AT,
		[ROLLUP_KEEP] = ROLLUP_LOCK_KEEP,
		[ROLLUP_MOVE] = ROLLUP_LOCK_MOVE,
	};
	struct db_rows rows;
	enum err_code code;

	assert(how == ROLLUP_LOOK || db_in_transaction(db));
	code = query(db, pool, by_how[how], NULL, 0, &rows, err);
	if (code == ERR_OK && rows.n == 0 && how != ROLLUP_LOOK) {
		code = db_exec(
		    db, &db_rollup_module, ROLLUP_ADD, NULL, 0, NULL, err);
		if (code == ERR_OK)
			code =
			    query(db, pool, by_how[how], NULL, 0, &rows, err);
	}
	if (code != ERR_OK)
		return code;
	*upto_r = rows.n > 0 ? db_row_time(&rows, 0, 0) : 0;
	if (now_r != NULL)
		*now_r = rows.n > 0 ? db_row_time(&rows, 0, 1) : 0;
	return ERR_OK;
}

enum err_code db_rollup_shorten(struct db *db, struct pool *pool,
    struct db_rollup_span *span, bool *is_more_r, struct err *err)
{
	struct db_arg rows_max = DB_UINT(ROLLUP_STEP_ROWS);
	int64_t end = span->upto;
	struct db_rows rows;
	enum err_code code;

	code = query(db, pool, ROLLUP_END_MESSAGES,
	    DB_ARGS(DB_TIME(span->from), DB_TIME(end), rows_max), &rows, err);
	if (code == ERR_OK && rows.n > 0)
		end = db_row_time(&rows, 0, 0);
	if (code == ERR_OK)
		code = query(db, pool, ROLLUP_END_COMPLETED,
		    DB_ARGS(DB_TIME(span->from), DB_TIME(end), rows_max), &rows,
		    err);
	if (code == ERR_OK && rows.n > 0)
		end = db_row_time(&rows, 0, 0);
	if (code == ERR_OK)
		code = query(db, pool, ROLLUP_END_TALKS,
		    DB_ARGS(DB_ID(id_from_ms(span->from / MS_US)),
			DB_ID(id_from_ms(end / MS_US)), rows_max),
		    &rows, err);
	if (code == ERR_OK && rows.n > 0)
		end = id_ms(db_row_id(&rows, 0, 0)) * MS_US;
	*is_more_r = end < span->upto;
	/* All of one millisecond are counted at once, be they ever so many. */
	if (*is_more_r)
		span->upto = MAX_OF(end - end % MS_US, span->from + MS_US);
	return code;
}

enum err_code db_rollup_count(struct db *db, const struct db_rollup_span *span,
    bool *is_any_r, struct err *err)
{
	const struct db_arg from = DB_TIME(span->from),
			    upto = DB_TIME(span->upto),
			    first = DB_ID(id_from_ms(span->from / MS_US)),
			    end = DB_ID(id_from_ms(span->upto / MS_US));
	enum err_code code = ERR_OK;

	*is_any_r = false;
	for (int i = ROLLUP_NEW_USERS; i < ROLLUP__MAX && code == ERR_OK; i++) {
		bool is_by_id = stmts[i].in[0] == 'd';
		uint64_t changed = 0;

		code = db_exec(db, &db_rollup_module, i,
		    DB_ARGS(is_by_id ? first : from, is_by_id ? end : upto),
		    &changed, err);
		*is_any_r |= changed > 0;
	}
	return code;
}

enum err_code db_rollup_set(struct db *db, int64_t upto, struct err *err)
{
	return db_exec(db, &db_rollup_module, ROLLUP_SET,
	    DB_ARGS(DB_TIME(upto)), NULL, err);
}
