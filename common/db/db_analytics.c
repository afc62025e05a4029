/* db_analytics.c: statements that read what bots did: what is counted by days,
 * and what came since */
/* SPDX-License-Identifier: MIT */
#include "db/db_analytics.h"

#include "db/db_modules.h"

enum {
	ANALYTICS_DAYS,
	/* bound: workspace, bot, since when; give day, n */
	ANALYTICS_TALKS,
	ANALYTICS_USERS,
	ANALYTICS_MESSAGES,
	ANALYTICS_COMPLETED,
	/* sums */
	ANALYTICS_ALL_DAYS,
	ANALYTICS_ALL_TALKS,
	ANALYTICS_ALL_MESSAGES,
	ANALYTICS_ACTIVE,
	ANALYTICS_NOW_ACTIVE,
	ANALYTICS__MAX
};

#define DAY(time) "TO_DAYS(" time ") - TO_DAYS('1970-01-01')"
#define TALKS	  "FROM conversations c FORCE INDEX (conversations_chatbot) "
#define MESSAGES                                                               \
	"FROM messages m FORCE INDEX (messages_created) "                      \
	"STRAIGHT_JOIN conversations c ON c.id = m.conversation_id "

static const struct db_stmt stmts[ANALYTICS__MAX] = {
	[ANALYTICS_DAYS] = DB_STMT("analytics_days", "ddii", "iuuuu",
	    "SELECT " DAY("day") ", conversations, users, messages, "
				 "completions FROM chatbot_days "
				 "WHERE workspace_id = ? AND chatbot_id = ? "
				 "AND day >= '1970-01-01' + INTERVAL ? DAY "
				 "AND day <= '1970-01-01' + INTERVAL ? DAY"),
	[ANALYTICS_TALKS] = DB_STMT("analytics_talks", "ddd", "iu",
	    "SELECT " DAY(
		"c.created_at") " AS d, COUNT(*) " TALKS
				"WHERE c.workspace_id = ? AND c.chatbot_id = ? "
				"AND c.id >= ? GROUP BY d"),
	[ANALYTICS_USERS] = DB_STMT("analytics_users", "ddd", "iu",
	    "SELECT " DAY(
		"x.first_at") " AS d, COUNT(*) FROM ("
			      "SELECT c.workspace_id, c.chatbot_id, " ANALYTICS_USER
			      " AS user_hash, MIN(c.created_at) AS first_at " TALKS
			      "STRAIGHT_JOIN contacts k ON k.id = c.contact_id "
			      "WHERE c.workspace_id = ? AND c.chatbot_id = ? "
			      "AND c.id >= ? GROUP BY 1, 2, 3) x "
			      "LEFT JOIN chatbot_users u ON u.workspace_id = x.workspace_id "
			      "AND u.chatbot_id = x.chatbot_id AND u.user_hash = x.user_hash "
			      "WHERE u.user_hash IS NULL GROUP BY d"),
	[ANALYTICS_MESSAGES] = DB_STMT("analytics_messages", "ddt", "iu",
	    "SELECT " DAY(
		"m.created_at") " AS d, COUNT(*) " MESSAGES
				"WHERE c.workspace_id = ? AND c.chatbot_id = ? "
				"AND m.created_at >= ? GROUP BY d"),
	[ANALYTICS_COMPLETED] = DB_STMT("analytics_completed", "ddt", "iu",
	    "SELECT " DAY(
		"c.created_at") " AS d, COUNT(*) "
				"FROM conversations c FORCE INDEX (conversations_completed) "
				"WHERE c.workspace_id = ? AND c.chatbot_id = ? "
				"AND c.completed_at >= ? GROUP BY d"),
	[ANALYTICS_ALL_DAYS] = DB_STMT("analytics_all_days", "dd", "uu",
	    "SELECT CAST(COALESCE(SUM(conversations), 0) AS UNSIGNED), "
	    "CAST(COALESCE(SUM(messages), 0) AS UNSIGNED) "
	    "FROM chatbot_days WHERE workspace_id = ? AND chatbot_id = ?"),
	[ANALYTICS_ALL_TALKS] = DB_STMT("analytics_all_talks", "ddd", "u",
	    "SELECT COUNT(*) " TALKS
	    "WHERE c.workspace_id = ? AND c.chatbot_id = ? "
	    "AND c.id >= ?"),
	[ANALYTICS_ALL_MESSAGES] = DB_STMT("analytics_all_messages", "ddt", "u",
	    "SELECT COUNT(*) " MESSAGES
	    "WHERE c.workspace_id = ? AND c.chatbot_id = ? "
	    "AND m.created_at >= ?"),
	[ANALYTICS_ACTIVE] = DB_STMT("analytics_active", "ddt", "u",
	    "SELECT COUNT(*) FROM chatbot_users "
	    "WHERE workspace_id = ? AND chatbot_id = ? AND last_at >= ?"),
	/* those that the statement before has not counted */
	[ANALYTICS_NOW_ACTIVE] = DB_STMT("analytics_now_active", "ddtt", "u",
	    "SELECT COUNT(*) FROM (SELECT c.workspace_id, c.chatbot_id, " ANALYTICS_USER
	    " AS user_hash " ANALYTICS_SAID
	    "WHERE c.workspace_id = ? AND c.chatbot_id = ? "
	    "AND m.created_at >= ? "
	    "GROUP BY 1, 2, 3) x "
	    "LEFT JOIN chatbot_users u ON u.workspace_id = x.workspace_id "
	    "AND u.chatbot_id = x.chatbot_id AND u.user_hash = x.user_hash "
	    "AND u.last_at >= ? WHERE u.user_hash IS NULL"),
};

const struct db_module db_analytics_module = { "analytics", stmts,
	ANALYTICS__MAX };

static enum err_code query(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, struct db_rows *rows_r,
    struct err *err)
{
	return db_query(
	    db, &db_analytics_module, stmt, args, n_args, pool, rows_r, err);
}

/* Conversations are found by their ids, all else by times. */
static struct db_arg since_arg(int stmt, int64_t upto)
{
	if (stmts[stmt].in[2] == 'd')
		return DB_ID(id_from_ms(upto / 1000));
	return DB_TIME(upto);
}

static uint64_t *member_of(struct db_day *day, int stmt)
{
	switch (stmt) {
	case ANALYTICS_TALKS:
		return &day->conversations;
	case ANALYTICS_USERS:
		return &day->users;
	case ANALYTICS_MESSAGES:
		return &day->messages;
	default:
		return &day->completions;
	}
}

enum err_code db_analytics_list(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t upto,
    int64_t first_day, struct db_day *days, size_t n, struct err *err)
{
	const struct db_arg w = DB_ID(workspace_id), b = DB_ID(chatbot_id);
	int64_t end = first_day + (int64_t)n;
	struct db_rows rows;
	enum err_code code = query(db, pool, ANALYTICS_DAYS,
	    DB_ARGS(w, b, DB_INT(first_day), DB_INT(end - 1)), &rows, err);

	for (size_t i = 0; code == ERR_OK && i < rows.n; i++)
		days[db_row_int(&rows, i, 0) - first_day] = (struct db_day){
			.conversations = db_row_uint(&rows, i, 1),
			.users = db_row_uint(&rows, i, 2),
			.messages = db_row_uint(&rows, i, 3),
			.completions = db_row_uint(&rows, i, 4),
		};
	for (int stmt = ANALYTICS_TALKS;
	     stmt <= ANALYTICS_COMPLETED && code == ERR_OK; stmt++) {
		code = query(db, pool, stmt,
		    DB_ARGS(w, b, since_arg(stmt, upto)), &rows, err);
		for (size_t i = 0; code == ERR_OK && i < rows.n; i++) {
			int64_t day = db_row_int(&rows, i, 0);

			if (day >= first_day && day < end)
				*member_of(&days[day - first_day], stmt) +=
				    db_row_uint(&rows, i, 1);
		}
	}
	return code;
}

/* Adds the one count that the statement gives. */
static enum err_code add(struct db *db, struct pool *pool, int stmt,
    const struct db_arg *args, size_t n_args, uint64_t *sum, struct err *err)
{
	struct db_rows rows;
	enum err_code code = query(db, pool, stmt, args, n_args, &rows, err);

	if (code == ERR_OK)
		*sum += db_row_uint(&rows, 0, 0);
	return code;
}

enum err_code db_analytics_sum(struct db *db, struct pool *pool,
    struct id workspace_id, struct id chatbot_id, int64_t upto, int64_t since,
    struct db_analytics_sums *sums_r, struct err *err)
{
	const struct db_arg w = DB_ID(workspace_id), b = DB_ID(chatbot_id);
	struct db_analytics_sums sums = { 0 };
	struct db_rows rows;
	enum err_code code =
	    query(db, pool, ANALYTICS_ALL_DAYS, DB_ARGS(w, b), &rows, err);

	if (code != ERR_OK)
		return code;
	sums.conversations = db_row_uint(&rows, 0, 0);
	sums.messages = db_row_uint(&rows, 0, 1);
	code = add(db, pool, ANALYTICS_ALL_TALKS,
	    DB_ARGS(w, b, since_arg(ANALYTICS_ALL_TALKS, upto)),
	    &sums.conversations, err);
	if (code == ERR_OK)
		code = add(db, pool, ANALYTICS_ALL_MESSAGES,
		    DB_ARGS(w, b, DB_TIME(upto)), &sums.messages, err);
	if (code == ERR_OK)
		code = add(db, pool, ANALYTICS_ACTIVE,
		    DB_ARGS(w, b, DB_TIME(since)), &sums.active_users, err);
	if (code == ERR_OK)
		code = add(db, pool, ANALYTICS_NOW_ACTIVE,
		    DB_ARGS(w, b, DB_TIME(MAX_OF(upto, since)), DB_TIME(since)),
		    &sums.active_users, err);
	*sums_r = sums;
	return code;
}
