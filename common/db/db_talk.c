/* db_talk.c: statements on what is done to a conversation by its id: the widget
 * API */
/* SPDX-License-Identifier: MIT */
#include "db/db_talk.h"

#include "db/db_message.h"
#include "db/db_modules.h"

enum { GET, SET_META, SET_VOTE, LIST_UP, LIST_DOWN, STMT__MAX };

#define LIST                                                                   \
	"SELECT " DB_MESSAGE_COLUMNS " FROM messages m "                       \
	"WHERE m.workspace_id = ? AND m.conversation_id = ? "

static const struct db_stmt stmts[STMT__MAX] = {
	[GET] = DB_STMT("talk_get", "dd", "dd?dd?d?sss?ssiiuu",
	    "SELECT c.integration_id, c.chatbot_id, c.contact_id, k.person_id, "
	    "c.open_session_id, k.external_id, i.settings, b.settings, "
	    "i.type, i.allowed_origins, "
	    "(i.disabled_at IS NOT NULL) + (i.type = 'gone'), "
	    "c.status IN (2, 3), c.last_visitor_seq, c.last_seq "
	    "FROM conversations c "
	    "JOIN contacts k ON k.workspace_id = c.workspace_id "
	    "AND k.id = c.contact_id "
	    "JOIN integrations i ON i.workspace_id = c.workspace_id "
	    "AND i.id = c.integration_id "
	    "LEFT JOIN blueprints b ON b.workspace_id = i.workspace_id "
	    "AND b.id = i.blueprint_id "
	    "WHERE c.workspace_id = ? AND c.id = ?"),
	[SET_META] = DB_STMT("talk_set_meta", "sdd", "",
	    "UPDATE conversations SET meta = ? "
	    "WHERE workspace_id = ? AND id = ?"),
	[SET_VOTE] = DB_STMT("talk_set_vote", "dddist", "",
	    "INSERT INTO message_votes (workspace_id, conversation_id, "
	    "message_id, value, reason, created_at) "
	    "VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE "
	    "value = VALUES(value), reason = VALUES(reason), "
	    "created_at = VALUES(created_at)"),
	[LIST_UP] = DB_STMT("talk_list_up", "dduu", DB_MESSAGE_OUT,
	    LIST "AND m.seq > ? ORDER BY m.seq LIMIT ?"),
	[LIST_DOWN] = DB_STMT("talk_list_down", "dduu", DB_MESSAGE_OUT,
	    LIST "AND m.seq < ? ORDER BY m.seq DESC LIMIT ?"),
};

const struct db_module db_talk_module = { "talk", stmts, STMT__MAX };

enum err_code db_talk_get(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, struct db_talk *talk_r,
    struct err *err)
{
	struct db_rows rows;
	enum err_code code = db_query(db, &db_talk_module, GET,
	    DB_ARGS(DB_ID(workspace_id), DB_ID(id)), pool, &rows, err);

	if (code != ERR_OK)
		return code;
	if (rows.n == 0)
		return err_set(
		    err, ERR_NOT_FOUND, "There is no such conversation.");
	*talk_r = (struct db_talk){
		.id = id,
		.workspace_id = workspace_id,
		.integration_id = db_row_id(&rows, 0, 0),
		.chatbot_id = db_row_id(&rows, 0, 1),
		.contact_id = db_row_id(&rows, 0, 2),
		.person_id = db_row_id(&rows, 0, 3),
		.session_id = db_row_id(&rows, 0, 4),
		.external_id = db_row_str(&rows, 0, 5),
		.settings = db_row_str(&rows, 0, 6),
		.blueprint = db_row_str(&rows, 0, 7),
		.is_widget = str_eq(db_row_str(&rows, 0, 8), STR("web_chat")),
		.origins = db_row_str(&rows, 0, 9),
		.is_off = db_row_int(&rows, 0, 10) != 0,
		.is_with_agent = db_row_int(&rows, 0, 11) != 0,
		.last_visitor_seq = db_row_uint(&rows, 0, 12),
		.last_seq = db_row_uint(&rows, 0, 13),
	};
	return ERR_OK;
}

enum err_code db_talk_set_meta(struct db *db, struct id workspace_id,
    struct id id, struct str meta, struct err *err)
{
	return db_exec(db, &db_talk_module, SET_META,
	    DB_ARGS(DB_TEXT(meta), DB_ID(workspace_id), DB_ID(id)), NULL, err);
}

enum err_code db_talk_set_vote(struct db *db, const struct db_talk_vote *vote,
    int64_t now, struct err *err)
{
	return db_exec(db, &db_talk_module, SET_VOTE,
	    DB_ARGS(DB_ID(vote->workspace_id), DB_ID(vote->conversation_id),
		DB_ID(vote->message_id), DB_INT(vote->value),
		DB_TEXT(vote->reason), DB_TIME(now)),
	    NULL, err);
}

enum err_code db_talk_list_messages(struct db *db, struct pool *pool,
    struct id workspace_id, struct id id, bool is_newest_first, uint64_t from,
    size_t limit, struct chat_messages *list_r, struct err *err)
{
	uint64_t edge = is_newest_first && from == 0 ? INT64_MAX : from;
	struct db_rows rows;
	enum err_code code =
	    db_query(db, &db_talk_module, is_newest_first ? LIST_DOWN : LIST_UP,
		DB_ARGS(DB_ID(workspace_id), DB_ID(id), DB_UINT(edge),
		    DB_UINT(limit)),
		pool, &rows, err);

	if (code != ERR_OK)
		return code;
	list_r->n = rows.n;
	list_r->items = pool_alloc(pool, (rows.n + 1) * sizeof(*list_r->items));
	for (size_t i = 0; i < rows.n; i++)
		db_message_from_row(&rows, i, 0, &list_r->items[i]);
	return ERR_OK;
}
